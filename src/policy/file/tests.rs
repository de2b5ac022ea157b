//! Valid and invalid policy files.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use proptest::prelude::*;

use super::*;
use crate::policy::client::Client;
use crate::policy::{Rules, Sharing};

const FILE: &str = r#"
# For all.
confine = true
clipboard = "none"
clipboard-limit = 4096
dmabuf-formats = ["XR24", "AR24"]

[[rule]]
name = "the one"
uid = 7
clipboard = "both"

[[rule]]
cgroup = "/a"
app-id = "org.*"
max-versions = { wl_seat = 5 }
"#;

#[test]
fn a_rule_overrides_the_terms_for_all() {
    let (terms, rules) = parse(FILE).unwrap();
    assert_eq!(terms.confine, Some(true));
    assert_eq!(rules.iter().map(|rule| rule.line).collect::<Vec<_>>(), [8, 13]);
    assert_eq!(rules[0].name.as_deref(), Some("the one"));
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("policy.toml");
    std::fs::write(&path, FILE).unwrap();
    let options = Terms { dnd: crate::policy::Directions::find("none"), ..Terms::default() };
    let rules = Rules::read(options, path.clone()).unwrap();
    let of = |client: &Client| rules.policy(client, false);
    let everyone = of(&Client::default());
    let none = Sharing { to_guest: false, to_host: false, limit: Some(4096) };
    assert_eq!([everyone.clipboard, everyone.primary], [none, none]);
    assert_eq!(everyone.dnd, Sharing { limit: None, ..none });
    assert_eq!(everyone.formats.as_deref().map(<[u32]>::len), Some(2));
    assert!(everyone.globals.keeps_all_privileged());
    let first = Client { uid: Some(7), ..Client::default() };
    assert_eq!(of(&first).clipboard, Sharing { limit: Some(4096), ..Sharing::BOTH });
    let (cgroup, app_id) = (Some("/a/b".into()), Some("org.app".into()));
    let second = Client { cgroup, app_id, ..Client::default() };
    assert_eq!(of(&second).globals.version("wl_seat", 9), 5);
    assert_eq!(of(&second).clipboard, none);
    // The first rule that matches a client counts.
    let both = Client { uid: Some(7), ..second };
    assert_eq!(of(&both).globals.version("wl_seat", 9), 9);
    std::fs::write(&path, "clipboard = 'no'").unwrap();
    let again = || rules.with(&text(rules.file().unwrap()).unwrap());
    assert!(again().is_err());
    std::fs::write(&path, "").unwrap();
    let again = again().unwrap();
    assert_eq!(again.policy(&first, false).clipboard, Sharing::BOTH);
    assert!(!again.policy(&first, false).dnd.to_host, "what options say stays");
}

#[test]
fn errors_name_their_line() {
    for (text, line, reason) in [
        ("clipboard = 'none'\nprimary = 'sometimes'", 2, "unknown variant `sometimes`"),
        ("\n\nclipbord = 'none'", 3, "unknown field `clipbord`"),
        ("a = \n", 1, ""),
        ("clipboard-limit = -1", 1, "invalid value"),
        ("max-versions = { wl_seat = 0 }", 1, "nonzero"),
        ("deny-globals = ['wl-drm']", 1, "the name of an interface expected"),
        ("dmabuf-formats = ['XR25']", 1, "a format of drm_fourcc.h expected"),
        ("[[rule]]\nuid = 1\n[[rule]]\nclipboard = 'none'", 3, "says of whom"),
        ("[[rule]]\nuid = 'me'", 2, "invalid type"),
        ("[[rule]]\nuid = 1\n\nclipboard = 7", 4, ""),
        ("[[rule]]\nuid = 1\n[rule.rule]\n", 3, "unknown field `rule`"),
        ("[[rule]]\nexecutable = 'firefox'", 2, "an absolute path expected"),
        ("x = 1\n[rule]\nuid = 1", 2, "rules begin with [[rule]]"),
        ("uid = 7", 1, "unknown field `uid`"),
    ] {
        let error = parse(text).unwrap_err().to_string();
        assert!(error.starts_with(&format!("line {line}: ")), "{text}: {error}");
        assert!(error.contains(reason), "{text}: {error}");
        assert!(!error.contains('\n'), "{text}: {error}");
    }
}

#[test]
fn fifos_and_long_files_are_refused() {
    let dir = tempfile::tempdir().unwrap();
    assert!(text(dir.path()).is_err());
    let fifo = dir.path().join("fifo");
    rustix::fs::mknodat(
        rustix::fs::CWD,
        &fifo,
        rustix::fs::FileType::Fifo,
        rustix::fs::Mode::RUSR,
        0,
    )
    .unwrap();
    assert!(text(&fifo).unwrap_err().to_string().contains("no ordinary file"));
    let long = dir.path().join("long");
    std::fs::write(&long, "#".repeat(MAX_LEN + 1)).unwrap();
    assert!(parse(&text(&long).unwrap()).unwrap_err().to_string().contains("more than"));
    let many = "[[rule]]\nuid = 1\n".repeat(MAX_RULES + 1);
    assert!(parse(&many).unwrap_err().to_string().contains("more than 256 rules"));
    assert!(parse(&"[".repeat(MAX_LEN)).is_err());
    assert!(parse(&format!("a = {}", "[".repeat(100_000))).is_err(), "depth has a bound");
}

proptest! {
    #[test]
    fn any_text_is_read_or_refused(
        text in "(\\[\\[rule\\]\\]|uid|clipboard|max-versions|app-id|=|'none'|'|\"|\\{|\\}|\\[|\\]|[0-9]{1,20}|wl_seat|\n|\\.|,| |é){0,40}"
    ) {
        if let Err(error) = parse(&text) {
            prop_assert!(error.to_string().starts_with("line "));
        }
    }
}
