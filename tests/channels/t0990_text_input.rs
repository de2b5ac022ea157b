//! Text input of today's apps on ChromeOS's compositor, whose text input is an older one: what
//! arrives in a text field is what its user meant.

use std::sync::{Arc, Mutex};

use serde_json::{Value, json};
use wayland_client::protocol::wl_keyboard::WlKeyboard;
use wayland_client::protocol::wl_seat::WlSeat;
use wayland_client::protocol::wl_surface::WlSurface;
use wayland_client::{Connection, Dispatch, QueueHandle, delegate_noop};
use wayland_protocols::wp::text_input::zv3::client::zwp_text_input_manager_v3::ZwpTextInputManagerV3;
use wayland_protocols::wp::text_input::zv3::client::zwp_text_input_v3::{
    self, ContentHint, ContentPurpose, ZwpTextInputV3,
};

use crate::canvas::Canvas;
use crate::client::{Client, Seen};
use crate::rig::Rig;
use crate::ways::VIRTWL;

const EXO: &str = "--as=exo";

// linux/input-event-codes.h
const BACKSPACE: u32 = 14;
const RETURN: u32 = 28;
const APOSTROPHE: u32 = 40;
const SPACE: u32 = 57;
const HANJA: u32 = 123;

/// Rows of letters, from the code of each row's first key on.
const ROWS: [(u32, &str); 3] = [(16, "qwertyuiop"), (30, "asdfghjkl"), (44, "zxcvbnm")];

fn letter_of(code: u32) -> Option<char> {
    ROWS.iter().find_map(|(first, row)| row.chars().nth(code.checked_sub(*first)? as usize))
}

fn code_of(letter: char) -> u32 {
    match letter {
        '\u{8}' => BACKSPACE,
        '\n' => RETURN,
        '\'' => APOSTROPHE,
        ' ' => SPACE,
        'H' => HANJA,
        _ => {
            let found = ROWS.iter().find_map(|(first, row)| Some(first + row.find(letter)? as u32));
            found.expect("a letter")
        }
    }
}

/// A text field, as an app has it.
#[derive(Debug, Default)]
struct Field {
    text: String,
    /// Start and end of the selection.
    selection: (usize, usize),
    preedit: String,
    mark: (i32, i32),
    /// Since the last `done`.
    next: (Option<(u32, u32)>, Option<String>, Option<(String, i32, i32)>),
    /// The client tells the text around the cursor.
    tells: bool,
    /// It wants text whenever it gets the keyboard.
    wants: bool,
    commits: u32,
    dones: u32,
}

impl Field {
    fn insert(&mut self, text: &str) {
        let (start, end) = self.selection;
        self.text.replace_range(start..end, text);
        self.selection = (start + text.len(), start + text.len());
    }

    fn delete(&mut self, before: usize, after: usize) {
        let (start, end) = self.selection;
        self.text.replace_range(end..end + after, "");
        self.text.replace_range(start - before..start, "");
        self.selection = (start - before, end - before);
    }

    fn backspace(&mut self) {
        let last = self.text[..self.selection.0].chars().next_back();
        self.delete(last.map_or(0, char::len_utf8), 0);
    }

    /// What an app does at `done`, in the protocol's order.
    fn apply(&mut self) {
        let (deleted, inserted, composed) = std::mem::take(&mut self.next);
        if let Some((before, after)) = deleted {
            self.delete(before as usize, after as usize);
        }
        if let Some(text) = inserted {
            self.insert(&text);
        }
        let (text, begin, end) = composed.unwrap_or_default();
        (self.preedit, self.mark) = (text, (begin, end));
    }

    fn tell(&mut self, input: &ZwpTextInputV3) {
        if self.tells {
            let (start, end) = self.selection;
            input.set_surrounding_text(self.text.clone(), end as i32, start as i32);
        }
        input.set_cursor_rectangle(10, 20, 2, 16);
        self.commits += 1;
        input.commit();
    }
}

type Shared = Arc<Mutex<Field>>;

impl Dispatch<ZwpTextInputV3, Shared> for Seen {
    fn event(
        seen: &mut Self,
        input: &ZwpTextInputV3,
        event: zwp_text_input_v3::Event,
        field: &Shared,
        _: &Connection,
        _: &QueueHandle<Self>,
    ) {
        use zwp_text_input_v3::Event;
        let mut field = field.lock().unwrap();
        match event {
            Event::Enter { .. } => {
                seen.events.push("text enter".to_owned());
                if field.wants {
                    input.enable();
                    input.set_content_type(ContentHint::Spellcheck, ContentPurpose::Normal);
                    field.tell(input);
                }
            }
            Event::Leave { .. } => {
                seen.events.push("text leave".to_owned());
                field.preedit.clear();
                field.next = Default::default();
            }
            Event::PreeditString { text, cursor_begin, cursor_end } => {
                field.next.2 = Some((text.unwrap_or_default(), cursor_begin, cursor_end));
            }
            Event::CommitString { text } => field.next.1 = text,
            Event::DeleteSurroundingText { before_length, after_length } => {
                field.next.0 = Some((before_length, after_length));
            }
            Event::Done { serial } => {
                assert!(serial <= field.commits, "{serial} of {}", field.commits);
                field.dones += 1;
                field.apply();
                if serial == field.commits && field.wants {
                    field.tell(input);
                }
            }
            _ => {}
        }
    }
}

delegate_noop!(Seen: ZwpTextInputManagerV3);

/// A client with a text field, and a user.
struct Typist {
    rig: Rig,
    client: Client,
    field: Shared,
    input: ZwpTextInputV3,
    _keyboard: WlKeyboard,
    surface: WlSurface,
}

impl Typist {
    fn new(host: &[&str], carafe: &[&str], tells: bool) -> Self {
        let rig = Rig::with_options(VIRTWL, host, &[], carafe);
        let mut client = rig.client();
        let seat: WlSeat = client.bind(6);
        let keyboard = seat.get_keyboard(&client.handle(), ());
        let field = Shared::new(Mutex::new(Field { tells, wants: true, ..Field::default() }));
        let manager: ZwpTextInputManagerV3 = client.bind(1);
        let input = manager.get_text_input(&seat, &client.handle(), Arc::clone(&field));
        let surface = show(&mut client, "field");
        client.wait_for("text enter");
        let mut typist = Self { rig, client, field, input, _keyboard: keyboard, surface };
        typist.settle();
        typist
    }

    fn method(name: &str) -> Self {
        let mut typist = Self::new(&[EXO], &[], true);
        typist.rig.ask(&format!("ime {name}"));
        typist
    }

    /// The app handles all that has come, and the host what it answers.
    fn settle(&mut self) {
        self.client.sync();
        for event in std::mem::take(&mut self.client.seen.events) {
            let Some(code) = event.strip_prefix("key ").and_then(|key| key.strip_suffix(" 1"))
            else {
                continue;
            };
            let mut field = self.field.lock().unwrap();
            match code.parse().unwrap() {
                BACKSPACE => field.backspace(),
                RETURN => field.insert("\n"),
                SPACE => field.insert(" "),
                APOSTROPHE => field.insert("'"),
                code => {
                    let letter = letter_of(code).map(String::from);
                    field.insert(&letter.unwrap_or_default());
                }
            }
            field.tell(&self.input);
        }
        self.client.sync();
    }

    fn press(&mut self, letter: char) {
        let code = code_of(letter);
        self.rig.ask(&format!("key {code} press"));
        self.rig.ask(&format!("key {code} release"));
    }

    fn types(&mut self, keys: &str) {
        for key in keys.chars() {
            self.press(key);
            self.settle();
        }
    }

    /// The host does something unusual.
    fn host(&mut self, what: &str) {
        self.rig.ask(what);
        self.settle();
    }

    fn set(&mut self, text: &str, selection: (usize, usize)) {
        {
            let mut field = self.field.lock().unwrap();
            (field.text, field.selection) = (text.to_owned(), selection);
            field.tell(&self.input);
        }
        self.settle();
    }

    fn text(&self) -> String {
        self.field.lock().unwrap().text.clone()
    }

    fn preedit(&self) -> String {
        self.field.lock().unwrap().preedit.clone()
    }

    /// What the host knows of the text input that works.
    fn at_host(&mut self) -> Value {
        self.rig.ask("texts")[0].clone()
    }
}

fn show(client: &mut Client, name: &str) -> WlSurface {
    let (surface, _toplevel) = client.window(name);
    let buffer = Canvas::new(200, 100).buffer(client);
    client.show(&surface, &buffer);
    surface
}

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
        typist.rig.stop();
    }
}

#[test]
fn a_conversion_is_marked() {
    let mut typist = Typist::method("mozc");
    typist.types("watasinonamae ");
    let mark = typist.field.lock().unwrap().mark;
    assert_eq!((typist.preedit().as_str(), mark), ("私の名前", (0, 6)));
    typist.types("\n");
    assert_eq!(typist.text(), "私の名前");
    typist.rig.stop();
}

#[test]
fn fifty_keys_in_a_second_and_more() {
    let mut typist = Typist::method("pinyin");
    for _ in 0..20 {
        "nihao ".chars().for_each(|key| typist.press(key));
    }
    typist.settle();
    assert_eq!(typist.text(), "你好".repeat(20));
    typist.rig.stop();
}

#[test]
fn a_selection_is_replaced() {
    let mut typist = Typist::method("mozc");
    typist.set("aa日本bb", (2, 8));
    typist.types("kana \n");
    assert_eq!(typist.text(), "aa仮名bb");
    typist.rig.stop();
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
        typist.rig.stop();
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
    typist.rig.stop();
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
        typist.rig.stop();
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
    typist.host("text huge 60000");
    assert_eq!(typist.preedit().chars().count(), 1333);
    typist.host("text confirm");
    assert_eq!(typist.text().chars().count(), 20_000);
    typist.set("가나", (6, 6));
    typist.host("text region -3 3");
    assert_eq!((typist.text().as_str(), typist.preedit().as_str()), ("가", "나"));
    typist.host("text commit 羅");
    assert_eq!(typist.text(), "가羅");
    typist.rig.stop();
    let mut typist = Typist::new(&[EXO, "--exo-differs=deletes-from-cursor"], &[], true);
    typist.set("日本語", (9, 9));
    typist.host("text delete 3 6");
    assert_eq!(typist.text(), "日");
    typist.rig.stop();
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
    typist.rig.stop();
}

#[test]
fn a_second_text_input_waits_until_the_first_one_ends() {
    let mut typist = Typist::method("mozc");
    let seat: WlSeat = typist.client.bind(6);
    let manager: ZwpTextInputManagerV3 = typist.client.bind(1);
    let second = Shared::new(Mutex::new(Field { wants: true, ..Field::default() }));
    let input = manager.get_text_input(&seat, &typist.client.handle(), Arc::clone(&second));
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
    typist.rig.stop();
}
