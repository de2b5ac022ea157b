#![allow(clippy::unwrap_used)]

use proptest::prelude::*;

use super::*;

fn read(text: &str) -> Quirks {
    let (quirks, unknown) = Quirks::read(text).unwrap();
    assert_eq!(unknown, []);
    quirks
}

fn game(number: u32) -> Subject<'static> {
    Subject { game: Some(number), class: "steam_app" }
}

#[test]
fn later_rules_count_more() {
    let mut quirks = read(
        "# a comment\n\
         sommelier {\n  condition { steam_game_id: 123 }\n  enable: FEATURE_RANDR_EMU_FIX\n}\n\
         sommelier { condition: { always: true }, disable: FEATURE_RANDR_EMU_FIX;\n\
         enable: FEATURE_BLACK_SCREEN_FIX }",
    );
    assert!(!quirks.has(Feature::RandrEmuFix, game(123)));
    assert!(quirks.has(Feature::BlackScreenFix, Subject::default()));
    quirks
        .add(read("sommelier { condition { steam_game_id: 123 } enable: FEATURE_RANDR_EMU_FIX }"));
    assert!(quirks.has(Feature::RandrEmuFix, game(123)));
    assert!(!quirks.has(Feature::RandrEmuFix, game(456)));
    let names: Vec<_> = quirks.names(game(123)).collect();
    assert_eq!(names, ["FEATURE_BLACK_SCREEN_FIX", "FEATURE_RANDR_EMU_FIX"]);
}

#[test]
fn a_class_names_a_window() {
    let text = "sommelier { condition { wm_class: \"Old App # 1\" } # comment \"\n\
                enable: FEATURE_VIEWPORT_RESIZE }";
    let quirks = read(text);
    let of = |class| quirks.has(Feature::ViewportResize, Subject { game: None, class });
    assert!(of("Old App # 1") && !of("Old App") && !of(""));
}

#[test]
fn unknown_features_are_named_and_the_rest_holds() {
    let text = "sommelier {\n condition { always: true }\n enable: FEATURE_OF_TOMORROW\n\
                enable: FEATURE_BLACK_SCREEN_FIX }";
    let (quirks, unknown) = Quirks::read(text).unwrap();
    assert_eq!(unknown, [UnknownFeature { line: 3, name: "FEATURE_OF_TOMORROW".into() }]);
    assert!(quirks.has(Feature::BlackScreenFix, game(1)));
}

#[test]
fn mistakes_are_told_with_their_line() {
    for (text, line, wanted) in [
        ("nonsense", 1, "sommelier {"),
        ("sommelier {\n condition { steam_game_id: x }\n}", 2, "the number of a game"),
        ("sommelier {\n condition { steam_game_id: -1 }\n}", 2, "the number of a game"),
        ("sommelier { condition { always: true }\n\n enable: }", 3, "a feature's name"),
        ("sommelier {\n enable: FEATURE_RANDR_EMU_FIX }", 2, "a condition in each rule"),
        ("sommelier { condition { always: true }", 1, "condition, enable, disable or }"),
        ("sommelier { condition { always: false } }", 1, "true"),
        ("sommelier { condition { wm_class: XTerm } }", 1, "a class in double quotes"),
        ("\nsommelier { condition { wm_class: \"XTerm } }", 2, "\" at the text's end"),
        ("sommelier { condition { runtime: x } }", 1, "steam_game_id, wm_class or always"),
    ] {
        assert_eq!(Quirks::read(text), Err(QuirksError { line, wanted }), "{text}");
    }
}

/// Anything that may stand between two words.
fn gap() -> impl Strategy<Value = String> {
    prop::sample::select(vec![" ", "\n", "\t ", " # enable: x }\n", "\n\n"]).prop_map(str::to_owned)
}

fn conditions() -> impl Strategy<Value = Condition> {
    prop_oneof![
        Just(Condition::Always),
        (0..4u32).prop_map(Condition::Game),
        any::<u32>().prop_map(Condition::Game),
        "[^\"\\n\\r]{0,8}".prop_map(Condition::Class),
    ]
}

fn rules() -> impl Strategy<Value = Vec<QuirkRule>> {
    let rule = (conditions(), 0..FEATURES.len(), any::<bool>());
    let rule =
        rule.prop_map(|(condition, n, on)| QuirkRule { condition, feature: FEATURES[n].1, on });
    prop::collection::vec(rule, 0..12)
}

/// Writes rules as a person would write them.
fn written(rules: &[QuirkRule], gap: &str) -> String {
    let word = |rule: &QuirkRule| {
        let name = FEATURES.iter().find(|(_, feature)| *feature == rule.feature).unwrap().0;
        let condition = match &rule.condition {
            Condition::Always => "always: true".to_owned(),
            Condition::Game(game) => format!("steam_game_id :{gap}{game}"),
            Condition::Class(class) => format!("wm_class:{gap}\"{class}\""),
        };
        let effect = if rule.on { "enable" } else { "disable" };
        format!("sommelier{gap}{{condition{{{gap}{condition}{gap}}}{gap}{effect}:{name}{gap}}}")
    };
    rules.iter().map(word).collect::<Vec<_>>().join(gap)
}

proptest! {
    #[test]
    fn written_rules_are_read_back(rules in rules(), gap in gap()) {
        prop_assert_eq!(Quirks::read(&written(&rules, &gap)), Ok((Quirks(rules), Vec::new())));
    }

    #[test]
    fn the_last_rule_that_holds_decides(rules in rules(), window in 0..4u32) {
        for (_, feature) in FEATURES {
            let mut on = false;
            for rule in rules.iter().filter(|rule| rule.feature == feature) {
                match rule.condition {
                    Condition::Always => on = rule.on,
                    Condition::Game(number) if number == window => on = rule.on,
                    _ => {}
                }
            }
            let window = Subject { game: Some(window), class: "\n" };
            prop_assert_eq!(Quirks(rules.clone()).has(feature, window), on);
        }
    }

    #[test]
    fn any_text_is_read_or_refused_with_a_line_of_it(
        text in "([ \\n\"{}:#,;]|sommelier|condition|enable|always|true|wm_class|[a-zü0-9_]){0,40}",
    ) {
        if let Err(QuirksError { line, .. }) = Quirks::read(&text) {
            prop_assert!(line >= 1 && line <= text.lines().count().max(1));
        }
    }
}
