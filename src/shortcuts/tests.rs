use kbvm::{ModifierMask, syms};
use proptest::prelude::*;

use super::*;

const NONE: ModifierMask = ModifierMask::NONE;
const ALT: ModifierMask = ModifierMask::MOD1;
const CONTROL: ModifierMask = ModifierMask::CONTROL;
const SHIFT: ModifierMask = ModifierMask::SHIFT;

#[test]
fn the_list_of_chromeos_images() {
    let (shortcuts, bad) = parse_list("Super_L,<Alt>bracketleft, <Alt>Bracketright,<Alt>tab,");
    assert_eq!(bad, []);
    let symbols: Vec<_> = shortcuts.iter().map(Shortcut::symbol).collect();
    assert_eq!(symbols, [syms::Super_L, syms::bracketleft, syms::bracketright, syms::Tab]);
    let [launcher, snap, ..] = shortcuts[..] else { panic!() };
    assert!(launcher.has(NONE) && launcher.has(SUPER) && launcher.has(ModifierMask::LOCK));
    assert!(!launcher.has(ALT) && !launcher.has(SHIFT));
    assert!(snap.has(ALT) && snap.has(ALT | SUPER) && !snap.has(NONE) && !snap.has(ALT | CONTROL));
}

#[test]
fn super_is_a_modifier_that_may_be_named() {
    let lock = Shortcut::parse("<Super>l").unwrap();
    assert!(lock.has(SUPER) && !lock.has(NONE) && !lock.has(SUPER | SHIFT));
    let all = Shortcut::parse("<Control><Alt><Shift><Super>F5").unwrap();
    assert!(all.has(CONTROL | ALT | SHIFT | SUPER) && !all.has(CONTROL | ALT | SHIFT));
}

#[test]
fn what_is_none_is_named_and_does_not_spoil_the_rest() {
    let (shortcuts, bad) = parse_list("<Meta>a,Super_L,<alt>b,<Alt>nokey,<Alt,<Control>");
    assert_eq!(shortcuts.len(), 1);
    let texts: Vec<_> = bad.iter().map(ToString::to_string).collect();
    let modifiers = "there are <Control>, <Alt>, <Shift> and <Super>";
    let keys = "(keys have names such as Super_L, bracketleft, F5)";
    assert_eq!(
        texts,
        [
            format!("<Meta>a: <Meta> is no modifier: {modifiers}"),
            format!("<alt>b: <alt> is no modifier: {modifiers}"),
            format!("<Alt>nokey: XKB knows no key \"nokey\" {keys}"),
            format!("<Alt: XKB knows no key \"<Alt\" {keys}"),
            format!("<Control>: XKB knows no key \"\" {keys}"),
        ]
    );
}

proptest! {
    #[test]
    fn each_entry_is_a_shortcut_or_named(list in "(<(Control|Alt|Super|x)>|[a-z,<> ]){0,12}") {
        let (shortcuts, bad) = parse_list(&list);
        let entries = list.split(',').filter(|entry| !entry.trim().is_empty()).count();
        prop_assert_eq!(shortcuts.len() + bad.len(), entries);
    }
}
