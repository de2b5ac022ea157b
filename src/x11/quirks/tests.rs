#![allow(clippy::unwrap_used)]

use super::*;

fn read(text: &str) -> Quirks {
    text.parse().unwrap()
}

#[test]
fn later_rules_count_more() {
    let mut quirks = read(
        "# a comment\n\
         sommelier {\n  condition { steam_game_id: 123 }\n  enable: FEATURE_RANDR_EMU_FIX\n}\n\
         sommelier { condition: { always: true }, disable: FEATURE_RANDR_EMU_FIX;\n\
         enable: FEATURE_BLACK_SCREEN_FIX }",
    );
    assert!(!quirks.has(Feature::RandrEmuFix, Some(123)));
    assert!(quirks.has(Feature::BlackScreenFix, None));
    quirks
        .add(read("sommelier { condition { steam_game_id: 123 } enable: FEATURE_RANDR_EMU_FIX }"));
    assert!(quirks.has(Feature::RandrEmuFix, Some(123)));
    assert!(!quirks.has(Feature::RandrEmuFix, Some(456)));
    let names: Vec<_> = quirks.names(123).collect();
    assert_eq!(names, ["FEATURE_BLACK_SCREEN_FIX", "FEATURE_RANDR_EMU_FIX"]);
}

#[test]
fn mistakes_are_told_with_their_line() {
    for (text, line, wanted) in [
        ("nonsense", 1, "sommelier {"),
        ("sommelier {\n condition { steam_game_id: x }\n}", 2, "the number of a game"),
        ("sommelier { condition { always: true }\n\n enable: FEATURE_X }", 3, "a feature's name"),
        ("sommelier {\n enable: FEATURE_RANDR_EMU_FIX }", 2, "a condition in each rule"),
        ("sommelier { condition { always: true }", 1, "condition, enable, disable or }"),
    ] {
        assert_eq!(text.parse::<Quirks>(), Err(QuirksError { line, wanted }), "{text}");
    }
}
