use super::*;

fn names(names: &[&str]) -> Vec<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}

#[test]
fn the_host_is_offered_types_and_text() {
    let targets = ["TARGETS", "TIMESTAMP", "image/png", "UTF8_STRING", "SAVE_TARGETS"];
    let types = types_of(&names(&targets));
    assert_eq!(types, ["image/png", UTF8, PLAIN_TEXT]);
    assert_eq!(types_of(&names(&["TARGETS", "INCR"])), [""; 0]);
    // No type is offered twice.
    assert_eq!(types_of(&names(&[UTF8, "STRING", PLAIN_TEXT, PLAIN_TEXT])), [UTF8, PLAIN_TEXT]);
}

#[test]
fn x_programs_are_offered_text_under_all_its_names() {
    let targets = targets_of(&names(&["text/html", "text/plain;charset=UTF-8"]));
    let text = ["UTF8_STRING", "TEXT", "COMPOUND_TEXT", "STRING", UTF8, PLAIN_TEXT];
    assert_eq!(targets[..2], ["text/html", "text/plain;charset=UTF-8"]);
    assert_eq!(targets[2..], text);
    assert_eq!(targets_of(&names(&["image/png", "TARGETS"])), ["image/png"]);
}

#[test]
fn the_best_text_of_an_x_program_is_taken() {
    let target = |mime: &str, targets: &[&str]| target_of(mime, &names(targets));
    assert_eq!(target(PLAIN_TEXT, &["STRING", "UTF8_STRING"]).as_deref(), Some("UTF8_STRING"));
    assert_eq!(target(UTF8, &["TEXT", "STRING"]).as_deref(), Some("STRING"));
    let of_xterm = ["COMPOUND_TEXT", "STRING", "TEXT"];
    assert_eq!(target(UTF8, &of_xterm).as_deref(), Some("COMPOUND_TEXT"));
    assert_eq!(
        target(UTF8, &["text/plain; charset=utf-8"]).as_deref(),
        Some("text/plain; charset=utf-8")
    );
    assert_eq!(target("image/png", &["image/png"]).as_deref(), Some("image/png"));
    assert_eq!(target("TARGETS", &["UTF8_STRING"]), None);
    assert_eq!(target(UTF8, &["image/png"]), None);
}

#[test]
fn each_target_has_a_type_to_ask_the_host_for() {
    let types = names(&["text/html", PLAIN_TEXT, UTF8]);
    let ask = |target: &str| wanted(target, &types).unwrap();
    assert_eq!(ask("UTF8_STRING").mime, UTF8);
    assert_eq!(ask("TEXT").kind, "UTF8_STRING");
    assert_eq!(ask("COMPOUND_TEXT").kind, "COMPOUND_TEXT");
    assert_eq!(ask("COMPOUND_TEXT").recode, Recode::ToCompoundText(Vec::new()));
    assert_eq!(ask("STRING").recode, Recode::ToLatin1(Vec::new()));
    let html = ask("text/html");
    assert_eq!((html.mime.as_str(), html.kind.as_str()), ("text/html", "text/html"));
    assert_eq!(wanted("image/png", &types), None);
    assert_eq!(wanted("UTF8_STRING", &names(&["image/png"])), None);
}
