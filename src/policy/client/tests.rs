//! Which clients a rule matches.
#![allow(clippy::unwrap_used)]

use proptest::prelude::*;

use std::path::Path;

use super::*;

fn pattern(text: &str) -> Pattern {
    text.to_owned().into()
}

#[test]
fn a_star_stands_for_letters_of_one_part() {
    for (text, matches, others) in [
        ("/a", &["/a"][..], &["/ab", "/", "a", "/a/b"][..]),
        ("/a/*", &["/a/", "/a/b"], &["/a", "/a/b/c"]),
        (
            "app-*.scope",
            &["app-.scope", "app-x-1.scope"],
            &["app-x", "app-.scope/x", "xapp-.scope"],
        ),
        ("a*b*b", &["abb", "axbxb"], &["ab", "abbx"]),
        ("**", &["", "abc"], &["/"]),
    ] {
        let pattern = pattern(text);
        assert!(matches.iter().all(|other| pattern.is(other)), "{text}");
        assert!(others.iter().all(|other| !pattern.is(other)), "{text}");
    }
}

#[test]
fn a_cgroup_includes_all_below_it() {
    for text in ["/user.slice/user-*.slice", "/user.slice/user-*.slice/"] {
        let pattern = pattern(text);
        assert!(pattern.starts("/user.slice/user-7.slice"));
        assert!(pattern.starts("/user.slice/user-7.slice/app.slice/x.scope"));
        assert!(!pattern.starts("/user.slice"));
        assert!(!pattern.starts("/user.slice/user-7.slicer"));
    }
    assert!(pattern("/").starts("/"));
}

#[test]
fn the_unit_names_the_application() {
    let of = |unit: &str| app_id(&format!("/user.slice/user@1000.service/app.slice/{unit}"));
    for (unit, id) in [
        ("app-flatpak-org.mozilla.firefox-1234.scope", "org.mozilla.firefox"),
        ("app-org.kde.konsole-abc.scope", "org.kde.konsole"),
        ("app-gnome-org.gnome.Terminal@7.service", "org.gnome.Terminal"),
        ("app-gnome-org.gnome.Terminal.service", "org.gnome.Terminal"),
        ("app-x.service", "x"),
        ("app-gnome-a\\x2db-7.scope", "a-b"),
    ] {
        assert_eq!(of(unit).as_deref(), Some(id), "{unit}");
    }
    for unit in [
        "dbus.service",
        "app.slice",
        "app-.scope",
        "app-1.scope",
        "app-a\\x2-7.scope",
        "app-a-b-c-d-7.scope",
        "session-2.scope",
        "",
    ] {
        assert_eq!(of(unit), None, "{unit}");
    }
}

#[test]
fn unknown_properties_never_match() {
    let executable = Path::new("/proc/self/exe");
    let file = FileId::from(&executable.metadata().unwrap());
    let client = Client {
        uid: Some(7),
        // A process can choose its name, but not its file.
        executable: Some(Executable { path: "/usr/bin/true".into(), file }),
        cgroup: Some("/a/b".into()),
        app_id: Some("org.app".into()),
    };
    let mine = Some(Absolute(std::env::current_exe().unwrap()));
    let asks = [
        ClientRule { uid: Some(7), ..ClientRule::default() },
        ClientRule { executable: mine.clone(), ..ClientRule::default() },
        ClientRule { cgroup: Some(pattern("/a")), ..ClientRule::default() },
        ClientRule { app_id: Some(pattern("org.*")), ..ClientRule::default() },
    ];
    for who in &asks {
        assert!(who.is(&client), "{who:?}");
        assert!(!who.is(&Client::default()), "{who:?}");
    }
    let another = Some(Absolute("/usr/bin/true".into()));
    for who in [
        ClientRule { uid: Some(8), executable: mine, ..ClientRule::default() },
        ClientRule { uid: Some(7), executable: another, ..ClientRule::default() },
        ClientRule { cgroup: Some(pattern("/a/c")), ..ClientRule::default() },
        ClientRule { app_id: Some(pattern("org")), ..ClientRule::default() },
    ] {
        assert!(!who.is(&client), "{who:?}");
    }
}

/// Matches letter by letter, which is slow but obviously right.
fn slow(pattern: &[u8], text: &[u8]) -> bool {
    match pattern.split_first() {
        None => text.is_empty(),
        Some((b'*', rest)) => {
            slow(rest, text)
                || text.split_first().is_some_and(|(one, text)| *one != b'/' && slow(pattern, text))
        }
        Some((one, rest)) => {
            text.split_first().is_some_and(|(other, text)| one == other && slow(rest, text))
        }
    }
}

proptest! {
    #[test]
    fn a_pattern_matches_letter_by_letter(text in "[ab/*]{0,8}", other in "[ab/]{0,8}") {
        prop_assert_eq!(pattern(&text).is(&other), slow(text.as_bytes(), other.as_bytes()));
    }

    #[test]
    fn any_cgroup_can_be_looked_at(cgroup in "(/|app-|[a-z]|\\\\x[0-9a-f]?|@|\\.scope|\\.service|-){0,12}") {
        let _ = app_id(&cgroup);
    }
}
