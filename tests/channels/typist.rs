//! A client with a text field, as an app of today has it, and a user who types into it.

use std::sync::{Arc, Mutex};

use carafe_fixture::process::command;
use serde_json::Value;
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
use crate::proxy::{Carafe, program};
use crate::rig::Rig;
use crate::ways::Way;

pub const EXO: &str = "--as=exo";

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

/// What a text input says between two `done`s.
#[derive(Debug, Default)]
pub struct Change {
    /// The bytes before and after the cursor that go.
    pub deleted: Option<(u32, u32)>,
    pub inserted: Option<String>,
    /// The preedit, and its cursor's begin and end.
    pub composed: Option<(String, i32, i32)>,
}

/// A text field, as an app has it.
#[derive(Debug, Default)]
pub struct Field {
    pub text: String,
    /// Start and end of the selection.
    pub selection: (usize, usize),
    pub preedit: String,
    pub mark: (i32, i32),
    /// Since the last `done`.
    pub next: Change,
    /// The client tells the text around the cursor.
    pub tells: bool,
    /// It wants text whenever it gets the keyboard.
    pub wants: bool,
    pub commits: u32,
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
        let Change { deleted, inserted, composed } = std::mem::take(&mut self.next);
        if let Some((before, after)) = deleted {
            self.delete(before as usize, after as usize);
        }
        if let Some(text) = inserted {
            self.insert(&text);
        }
        let (text, begin, end) = composed.unwrap_or_default();
        (self.preedit, self.mark) = (text, (begin, end));
    }

    pub fn tell(&mut self, input: &ZwpTextInputV3) {
        if self.tells {
            let (start, end) = self.selection;
            input.set_surrounding_text(self.text.clone(), end as i32, start as i32);
        }
        input.set_cursor_rectangle(10, 20, 2, 16);
        self.commits += 1;
        input.commit();
    }
}

pub type Shared = Arc<Mutex<Field>>;

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
                field.next = Change::default();
            }
            Event::PreeditString { text, cursor_begin, cursor_end } => {
                field.next.composed = Some((text.unwrap_or_default(), cursor_begin, cursor_end));
            }
            Event::CommitString { text } => field.next.inserted = text,
            Event::DeleteSurroundingText { before_length, after_length } => {
                field.next.deleted = Some((before_length, after_length));
            }
            Event::Done { serial } => {
                assert!(serial <= field.commits, "{serial} of {}", field.commits);
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
pub struct Typist {
    pub rig: Rig,
    pub client: Client,
    pub field: Shared,
    pub input: ZwpTextInputV3,
    _keyboard: WlKeyboard,
    pub surface: WlSurface,
}

impl Typist {
    /// With a carafe in front of the host's socket.
    pub fn new(host: &[&str], carafe: &[&str], tells: bool) -> Self {
        let mut rig = Rig::direct(host);
        let mut command = command(program(), &rig.runtime);
        command.args(["--log-level=info"]).args(carafe);
        command.arg(format!("--display={}", rig.host.socket().display()));
        rig.carafe = Some(Carafe::start(&mut command, &rig.runtime));
        Self::on(rig, tells)
    }

    /// With a carafe in a virtual machine.
    pub fn behind(way: Way, method: &str) -> Self {
        let mut typist = Self::on(Rig::with(way, &[EXO], &[]), true);
        typist.rig.ask(&format!("ime {method}"));
        typist
    }

    fn on(rig: Rig, tells: bool) -> Self {
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

    /// The client goes, and then carafe ends.
    #[track_caller]
    pub fn stop(self) {
        let Self { rig, client, .. } = self;
        drop(client);
        rig.stop();
    }

    pub fn method(name: &str) -> Self {
        let mut typist = Self::new(&[EXO], &[], true);
        typist.rig.ask(&format!("ime {name}"));
        typist
    }

    /// The app handles all that has come, and the host what it answers.
    pub fn settle(&mut self) {
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

    pub fn press(&mut self, letter: char) {
        let code = code_of(letter);
        self.rig.ask(&format!("key {code} press"));
        self.rig.ask(&format!("key {code} release"));
    }

    pub fn types(&mut self, keys: &str) {
        for key in keys.chars() {
            self.press(key);
            self.settle();
        }
    }

    /// The host does something unusual.
    pub fn host(&mut self, what: &str) {
        self.rig.ask(what);
        self.settle();
    }

    pub fn set(&mut self, text: &str, selection: (usize, usize)) {
        {
            let mut field = self.field.lock().unwrap();
            (field.text, field.selection) = (text.to_owned(), selection);
            field.tell(&self.input);
        }
        self.settle();
    }

    pub fn text(&self) -> String {
        self.field.lock().unwrap().text.clone()
    }

    pub fn preedit(&self) -> String {
        self.field.lock().unwrap().preedit.clone()
    }

    /// What the host knows of the text input that works.
    pub fn at_host(&mut self) -> Value {
        self.rig.ask("texts")[0].clone()
    }
}

pub fn show(client: &mut Client, name: &str) -> WlSurface {
    let (surface, _toplevel) = client.window(name);
    let buffer = Canvas::new(200, 100).buffer(client);
    client.show(&surface, &buffer);
    surface
}
