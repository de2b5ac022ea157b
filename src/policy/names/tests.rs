//! Names with unusual characters.

use proptest::prelude::*;

use super::*;

#[test]
fn an_ordinary_name_is_left_as_it_is() {
    for name in ["", "Firefox – Wörterbuch", "שלום", "👩‍💻 terminal"] {
        assert!(matches!(shown("", name), Cow::Borrowed(same) if same == name), "{name}");
    }
}

#[test]
fn controls_become_spaces_and_marks_of_direction_go() {
    assert_eq!(shown("", "a\nb\u{1b}[1mc\u{85}d\u{2028}e"), "a b [1mc d e");
    assert_eq!(shown("", "bank\u{202e}moc.\u{2066}x\u{2069}\u{200f}"), "bankmoc.x");
    assert_eq!(shown("[vm] ", "a\tb"), "[vm] a b");
}

proptest! {
    #[test]
    fn nothing_that_changes_other_text_is_left(name in ".*", extra in "[\u{0}-\u{1f}\u{2060}-\u{206f}]*") {
        let name = format!("{name}{extra}");
        let name = shown("", &name);
        prop_assert!(!name.chars().any(|letter| is_control(letter) || turns(letter)));
        prop_assert_eq!(shown("", &name), name.clone());
    }
}
