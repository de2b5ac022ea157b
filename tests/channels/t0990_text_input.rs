//! Text input of today's apps on ChromeOS's compositor, whose text input is an older one: what
//! arrives in a text field is what its user meant.

use std::sync::{Arc, Mutex};

use serde_json::json;
use wayland_protocols::wp::text_input::zv3::client::zwp_text_input_manager_v3::ZwpTextInputManagerV3;
use wayland_protocols::wp::text_input::zv3::client::zwp_text_input_v3::{
    ContentHint, ContentPurpose,
};

use crate::typist::{EXO, Field, Shared, Typist, show};
use crate::ways::VIRTWL;

#[test]
fn each_input_method_types() {
    for (method, keys, text) in [
        ("mozc", "nihongo \n", "日本語"),
        ("mozc", "kana  \n", "仮名"),
        ("mozc", "nihona\u{8}\u{8}n \n", "日本"),
        ("mozc", "kana kana \n", "仮名仮名"),
        ("hangul", "gksrmf", "한"),
        ("hangul", "gksrmf ", "한글 "),
        ("hangul", "gksrmf\n", "한글\n"),
        ("hangul", "gks\u{8}rk ", "하가 "),
        ("hangul", "rk \u{8}H", "漢"),
        ("pinyin", "nihaoo\u{8} zhongguo ", "你好中国"),
        ("pinyin", "weixiao a\n", "🙂a"),
        ("dead-keys", "'a'zx' ", "á´zx'"),
        ("xkb", "plain\u{8}", "plai"),
    ] {
        let mut typist = Typist::method(method);
        typist.types(keys);
        assert_eq!(typist.text(), text, "{method}: {keys:?}");
        typist.stop();
    }
}

#[test]
fn a_conversion_is_marked() {
    let mut typist = Typist::behind(VIRTWL, "mozc");
    typist.types("watasinonamae ");
    let mark = typist.field.lock().unwrap().mark;
    assert_eq!((typist.preedit().as_str(), mark), ("私の名前", (0, 6)));
    typist.types("\n");
    assert_eq!(typist.text(), "私の名前");
    typist.stop();
}

#[test]
fn fifty_keys_in_a_second_and_more() {
    let mut typist = Typist::method("pinyin");
    for _ in 0..20 {
        "nihao ".chars().for_each(|key| typist.press(key));
    }
    typist.settle();
    assert_eq!(typist.text(), "你好".repeat(20));
    typist.stop();
}

#[test]
fn a_selection_is_replaced() {
    let mut typist = Typist::method("mozc");
    typist.set("aa日本bb", (2, 8));
    typist.types("kana \n");
    assert_eq!(typist.text(), "aa仮名bb");
    typist.stop();
}

#[test]
fn the_focus_changes_in_the_middle() {
    for host in [&[EXO][..], &[EXO, "--exo-differs=text-leaves-last"]] {
        let mut typist = Typist::new(host, &[], true);
        typist.rig.ask("ime mozc");
        typist.types("niho");
        assert_eq!(typist.preedit(), "にほ");
        typist.field.lock().unwrap().wants = false;
        let _other = show(&mut typist.client, "other");
        typist.settle();
        assert_eq!((typist.text().as_str(), typist.preedit().as_str()), ("にほ", ""));
        typist.field.lock().unwrap().wants = true;
        typist.rig.ask("focus field");
        typist.client.wait_for("text enter");
        typist.settle();
        typist.types("kana \n");
        assert_eq!(typist.text(), "にほ仮名");
        typist.stop();
    }
}

#[test]
fn what_the_field_is_for() {
    let mut typist = Typist::new(&[EXO], &["--scale=2"], true);
    let at_host = typist.at_host();
    assert_eq!(at_host["content"], json!([1, 0, 0x10, 1]));
    assert_eq!((&at_host["has_text"], &at_host["panel"]), (&json!(true), &json!(true)));
    assert_eq!((&at_host["place"], &at_host["lost"]), (&json!([5, 10, 1, 8]), &json!([])));
    // Another field of the same surface.
    typist.input.enable();
    typist.input.set_content_type(ContentHint::None, ContentPurpose::Pin);
    typist.field.lock().unwrap().tells = false;
    typist.field.lock().unwrap().tell(&typist.input);
    typist.settle();
    let at_host = typist.at_host();
    // Of a text that is not known, a layout needs nothing.
    assert_eq!((&at_host["content"], &at_host["has_text"]), (&json!([0, 6, 0, 0]), &json!(false)));
    typist.input.disable();
    typist.input.commit();
    typist.settle();
    let at_host = typist.at_host();
    assert_eq!((&at_host["attached"], &at_host["panel"]), (&json!(false), &json!(false)));
    typist.stop();
}

#[test]
fn keys_of_the_input_method() {
    for host in [
        &[EXO][..],
        &[EXO, "--exo-differs=releases-keysyms"],
        &[EXO, "--exo-differs=doubles-keysyms"],
    ] {
        let mut typist = Typist::new(host, &[], true);
        typist.rig.ask("ime hangul");
        typist.types("gks\n");
        assert_eq!(typist.text(), "한\n", "{host:?}");
        // BackSpace; no key has this letter; no key and no letter.
        for key in ["65288 0", "16778273 0", "65386 0"] {
            typist.host(&format!("text keysym {key}"));
        }
        assert_eq!(typist.text(), "한\u{421}", "{host:?}");
        typist.stop();
    }
}

#[test]
fn an_unkind_host() {
    let mut typist = Typist::new(&[EXO], &[], true);
    typist.set("日本語", (9, 9));
    for (what, text) in [
        ("text delete 90 5", "日本語"),
        ("text delete 4 1", "日語"),
        ("text delete -1 1", "日"),
        ("text delete 0 4294967295", ""),
        ("text region -5 2", ""),
    ] {
        typist.host(what);
        assert_eq!(typist.text(), text, "{what}");
    }
    // The longest one that a host can send: it says it twice.
    typist.host("text huge 1950");
    assert_eq!(typist.preedit().chars().count(), 650);
    typist.host("text confirm");
    assert_eq!(typist.text().chars().count(), 650);
    typist.set("가나", (6, 6));
    typist.host("text region -3 3");
    assert_eq!((typist.text().as_str(), typist.preedit().as_str()), ("가", "나"));
    typist.host("text commit 羅");
    assert_eq!(typist.text(), "가羅");
    typist.stop();
    let mut typist = Typist::new(&[EXO, "--exo-differs=deletes-from-cursor"], &[], true);
    typist.set("日本語", (9, 9));
    typist.host("text delete 3 6");
    assert_eq!(typist.text(), "日");
    typist.stop();
}

#[test]
fn a_host_that_does_not_answer() {
    let mut typist = Typist::new(&[EXO], &[], true);
    typist.rig.ask("text silent");
    typist.input.enable();
    typist.field.lock().unwrap().tell(&typist.input);
    typist.settle();
    typist.types("abc");
    assert_eq!(typist.text(), "abc");
    typist.stop();
}

#[test]
fn a_second_text_input_waits_until_the_first_one_ends() {
    let mut typist = Typist::method("mozc");
    let manager: ZwpTextInputManagerV3 = typist.client.bind(1);
    let second = Shared::new(Mutex::new(Field { wants: true, ..Field::default() }));
    let input = manager.get_text_input(&typist.seat, &typist.client.handle(), Arc::clone(&second));
    typist.settle();
    typist.types("ka\n");
    assert_eq!((typist.text().as_str(), second.lock().unwrap().text.as_str()), ("か", ""));
    typist.input.destroy();
    input.enable();
    second.lock().unwrap().tell(&input);
    typist.client.sync();
    for key in "na\n".chars() {
        typist.press(key);
        typist.client.sync();
    }
    assert_eq!(second.lock().unwrap().text, "な");
    typist.surface.destroy();
    typist.client.sync();
    typist.stop();
}
