#![allow(clippy::unwrap_used)]

use proptest::prelude::*;

use super::*;

fn value(kind: u32, format: u8, data: &[u8]) -> PropertyValue {
    PropertyValue { kind, format, data: data.to_vec() }
}

fn numbers(values: &[u32]) -> PropertyValue {
    value(6, 32, &values.iter().flat_map(|v| v.to_ne_bytes()).collect::<Vec<_>>())
}

#[test]
fn titles_are_read_in_all_encodings() {
    let atoms = Atoms::for_tests();
    let utf8 = atoms.UTF8_STRING;
    let compound = atoms.COMPOUND_TEXT;
    for (kind, bytes, text) in [
        (utf8, "größer".as_bytes(), "größer"),
        (31, b"gr\xf6\xdfer", "größer"),
        (31, "größer".as_bytes(), "größer"),
        (compound, b"gr\xf6\xdfer", "größer"),
        (compound, b"a\x1b%G\xe2\x82\xac\x1b%@b", "a€b"),
        (compound, b"\x1b$(B\x46\x7c\x1b(Bx", "日x"),
        (utf8, b"two\0texts", "two"),
        (compound, b"cut \x1b$", "cut "),
    ] {
        let mut properties = Properties::default();
        properties.set(Property::WmName, Some(&value(kind, 8, bytes)), &atoms);
        assert_eq!(properties.title(), Some(text), "{bytes:?}");
    }
    let mut properties = Properties::default();
    properties.set(Property::WmName, Some(&value(31, 8, b"old")), &atoms);
    properties.set(Property::NetWmName, Some(&value(utf8, 8, b"new")), &atoms);
    assert_eq!(properties.title(), Some("new"));
    properties.set(Property::NetWmName, None, &atoms);
    assert_eq!(properties.title(), Some("old"));
}

#[test]
fn sizes_keep_to_the_hints() {
    let mut raw = [0; 18];
    raw[0] = 1 << 7;
    raw[11..15].copy_from_slice(&[1, 1, 2, 1]);
    let aspect = SizeHints::read(&numbers(&raw));
    assert_eq!(aspect.constrain((300, 100)), (200, 100));
    assert_eq!(aspect.constrain((100, 300)), (100, 100));
    assert_eq!(aspect.constrain((150, 100)), (150, 100));
    // A largest size below the smallest one is ignored.
    let mut raw = [0; 18];
    raw[0] = 1 << 4 | 1 << 5;
    raw[5..9].copy_from_slice(&[100, 100, 50, 50]);
    assert_eq!(SizeHints::read(&numbers(&raw)).max, None);
    assert_eq!(SizeHints::read(&numbers(&[])), SizeHints::default());
}

#[test]
fn windows_without_hints_want_the_keyboard() {
    assert!(WmHints::default().input);
    assert!(WmHints::read(&numbers(&[0])).input);
    assert!(!WmHints::read(&numbers(&[1, 0])).input);
    assert!(WmHints::read(&numbers(&[1 << 8])).urgent);
}

/// The cases have the names of sommelier's tests.
#[test]
fn a_steam_game_is_known_by_its_property_and_else_by_its_class() {
    let atoms = Atoms::for_tests();
    let class = |name: &str| value(31, 8, format!("{name}\0{name}\0").as_bytes());
    let mut properties = Properties::default();
    assert_eq!(properties.steam_game(), None);
    properties.set(Property::WmClass, Some(&class("steam_app_123")), &atoms);
    assert_eq!(properties.steam_game(), Some(123), "by its class");
    properties.set(Property::SteamGame, Some(&numbers(&[456])), &atoms);
    assert_eq!(properties.steam_game(), Some(456), "the property goes first");
    properties.set(Property::WmClass, Some(&class("steam_app_789")), &atoms);
    assert_eq!(properties.steam_game(), Some(456), "a late class changes nothing");
    properties.set(Property::SteamGame, None, &atoms);
    assert_eq!(properties.steam_game(), Some(789), "the class counts again");
    properties.set(Property::WmClass, Some(&class("steam_app_x")), &atoms);
    assert_eq!(properties.steam_game(), None);
}

proptest! {
    /// No bytes of a client's properties cause a panic.
    #[test]
    fn any_bytes_are_read(
        data in proptest::collection::vec(any::<u8>(), 0..200),
        kind in prop_oneof![Just(31u32), 1000..1003u32, any::<u32>()],
        format in prop_oneof![Just(8u8), Just(16), Just(32), any::<u8>()],
        size in (0..70_000u32, 0..70_000u32),
    ) {
        let atoms = Atoms::for_tests();
        let mut properties = Properties::default();
        for property in Property::ALL {
            properties.set(property, Some(&value(kind, format, &data)), &atoms);
        }
        let (width, height) = properties.size.constrain(size);
        prop_assert!(width > 0 && height > 0);
    }
}
