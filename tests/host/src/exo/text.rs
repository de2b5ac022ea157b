//! Text inputs (`components/exo/text_input.cc`, and `wayland/zwp_text_input_manager.cc` at
//! 131.0.6735): a text input works only while its surface has the keyboard, and knows nothing of
//! what it was told before. An input method gets keys before the client.

mod protocol;

use serde_json::{Value, json};
use smithay::input::keyboard::Keysym;
use smithay::reexports::wayland_protocols::wp::text_input::zv1::server::zwp_text_input_v1::{
    PreeditStyle, ZwpTextInputV1,
};
use smithay::reexports::wayland_server::Resource;
use smithay::reexports::wayland_server::protocol::wl_keyboard::KeyState;
use smithay::reexports::wayland_server::protocol::wl_surface::WlSurface;
use smithay::utils::SERIAL_COUNTER;

use self::protocol::zcr_extended_text_input_v1::{
    ConfirmPreeditSelectionBehavior, EVT_CONFIRM_PREEDIT_SINCE, ZcrExtendedTextInputV1,
};
use super::Difference;
use super::ime::{Action, Ime, Method, Press};
use super::keyboard::Key;
use crate::host::Host;

pub use self::protocol::{EXTENSION, MANAGER, offer, offer_extension};

/// `zwp_text_input_v1.modifiers_map`
const MODIFIERS: &[u8] = b"Shift\0Lock\0Control\0Mod1\0Mod2\0Mod3\0Mod4\0Mod5\0";

/// `zcr_extended_text_input_v1.input_type`
const NO_TYPE: u32 = 0;
const PLAIN_TYPE: u32 = 1;

/// One text input.
#[derive(Debug)]
pub struct TextInput {
    object: ZwpTextInputV1,
    extended: Option<ZcrExtendedTextInputV1>,
    /// The surface that it is for, until that loses the keyboard.
    surface: Option<WlSurface>,
    attached: bool,
    /// Type, mode, flags and learning, or the plain protocol's hint and purpose.
    content: Vec<u32>,
    /// Whether the next type is for a field whose text is known; it is unless the client says
    /// otherwise each time.
    next_has_text: bool,
    has_text: bool,
    /// The text around the selection, with the changes of the input method.
    text: String,
    selection: (usize, usize),
    place: Option<[i32; 4]>,
    /// What is shown of the composed text.
    preedit: String,
    /// The virtual keyboard: as wanted, and as it is.
    panel: (bool, bool),
    /// What was said while it could not be heard.
    lost: Vec<&'static str>,
    resets: u32,
}

impl TextInput {
    fn new(object: ZwpTextInputV1) -> Self {
        Self {
            object,
            extended: None,
            surface: None,
            attached: false,
            content: vec![NO_TYPE],
            next_has_text: true,
            has_text: true,
            text: String::new(),
            selection: (0, 0),
            place: None,
            preedit: String::new(),
            panel: (false, false),
            lost: Vec::new(),
            resets: 0,
        }
    }

    fn report(&self) -> Value {
        json!({
            "attached": self.attached,
            "content": self.content,
            "has_text": self.has_text,
            "text": self.text,
            "selection": [self.selection.0, self.selection.1],
            "place": self.place,
            "preedit": self.preedit,
            "panel": self.panel.1,
            "lost": self.lost,
            "resets": self.resets,
        })
    }

    fn attach(&mut self) {
        let Some(surface) = self.surface.clone() else { return };
        self.attached = true;
        self.content = vec![PLAIN_TYPE, 0, 0, 1];
        (self.has_text, self.next_has_text) = (true, true);
        self.text.clear();
        self.selection = (0, 0);
        self.preedit.clear();
        self.object.enter(&surface);
        self.object.modifiers_map(MODIFIERS.to_vec());
    }

    fn detach(&mut self) {
        self.surface = None;
        if std::mem::take(&mut self.attached) {
            self.content = vec![NO_TYPE];
            self.object.leave();
        }
    }

    /// What an input method composes, as the client gets it.
    fn compose(&mut self, text: &str, cursor: i32, styles: &[(usize, usize, u32)]) {
        for (start, length, style) in styles {
            let style = PreeditStyle::try_from(*style).unwrap_or(PreeditStyle::Default);
            self.object.preedit_styling(*start as u32, *length as u32, style);
        }
        self.object.preedit_cursor(cursor);
        text.clone_into(&mut self.preedit);
        // What takes the text's place if nobody confirms it is the text itself.
        let serial = SERIAL_COUNTER.next_serial().into();
        self.object.preedit_string(serial, text.to_owned(), text.to_owned());
    }

    fn commit(&mut self, text: &str) {
        self.preedit.clear();
        self.insert(text);
        self.object.commit_string(SERIAL_COUNTER.next_serial().into(), text.to_owned());
    }

    fn confirm(&mut self) {
        let text = std::mem::take(&mut self.preedit);
        let new = self.extended.as_ref().filter(|e| e.version() >= EVT_CONFIRM_PREEDIT_SINCE);
        match new.cloned() {
            Some(extended) => {
                self.insert(&text);
                extended.confirm_preedit(ConfirmPreeditSelectionBehavior::AfterPreedit);
            }
            None => self.commit(&text),
        }
    }

    /// Follows a text that was inserted.
    fn insert(&mut self, text: &str) {
        let (start, end) = self.selection;
        if self.text.get(start..end).is_some() {
            self.text.replace_range(start..end, text);
            self.selection = (start + text.len(), start + text.len());
        }
    }

    /// Takes text before the cursor to compose it again.
    fn again(&mut self, length: usize) {
        let (_, end) = self.selection;
        let Some(start) = end.checked_sub(length) else { return };
        if let Some(extended) = &self.extended
            && self.text.get(start..end).is_some()
        {
            extended.set_preedit_region(-(length as i32), length as u32);
            self.text.replace_range(start..end, "");
            self.selection = (start, start);
        }
    }

    fn before(&self) -> Option<usize> {
        let before = self.text.get(..self.selection.1)?;
        before.chars().next_back().map(char::len_utf8).filter(|_| self.has_text)
    }
}

/// All text inputs, and the input method.
#[derive(Debug, Default)]
pub struct Texts {
    inputs: Vec<TextInput>,
    focus: Option<WlSurface>,
    ime: Ime,
    /// Presses that the input method has taken.
    taken: Vec<u32>,
    /// The host does not react to activations.
    pub is_silent: bool,
}

impl Texts {
    /// `texts`
    pub fn report(&self) -> Value {
        self.inputs.iter().map(TextInput::report).collect()
    }

    /// `ime`
    pub fn choose(&mut self, method: Method) {
        self.ime.choose(method);
    }

    fn active(&mut self) -> Option<&mut TextInput> {
        self.inputs.iter_mut().find(|input| input.attached)
    }

    fn of(&mut self, object: &ZwpTextInputV1) -> Option<&mut TextInput> {
        self.inputs.iter_mut().find(|input| input.object == *object)
    }

    fn of_extended(&mut self, object: &ZcrExtendedTextInputV1) -> Option<&mut TextInput> {
        self.inputs.iter_mut().find(|input| input.extended.as_ref() == Some(object))
    }

    /// The keyboard leaves its surface: the composed text is fixed, and the surface forgotten.
    pub fn leave(&mut self) {
        self.focus = None;
        if self.ime.forget()
            && let Some(input) = self.active()
        {
            input.confirm();
        }
        self.inputs.iter_mut().filter(|input| input.attached).for_each(TextInput::detach);
    }

    /// The keyboard comes to a surface.
    pub fn enter(&mut self, surface: WlSurface) {
        self.focus = Some(surface);
        self.attach();
    }

    /// Attaches the text input that is for the focused surface.
    fn attach(&mut self) {
        let Self { inputs, focus, is_silent, .. } = self;
        let found = inputs.iter_mut().find(|i| i.surface.is_some() && i.surface == *focus);
        if let Some(input) = found.filter(|input| !input.attached && !*is_silent) {
            input.attach();
        }
    }

    fn activate(&mut self, object: &ZwpTextInputV1, surface: WlSurface) {
        let Some(input) = self.of(object) else { return };
        if input.surface.as_ref() == Some(&surface) {
            return;
        }
        input.detach();
        input.surface = Some(surface);
        self.attach();
    }

    fn deactivate(&mut self, object: &ZwpTextInputV1) {
        let composed = self.ime.forget();
        let Some(input) = self.of(object) else { return };
        if composed && input.attached {
            input.confirm();
        }
        input.detach();
    }

    fn act(&mut self, actions: &[Action], time: u32, releases: bool) {
        let Some(input) = self.active() else { return };
        for action in actions {
            match action {
                Action::Preedit { text, cursor, styles } => {
                    input.compose(text, *cursor as i32, styles);
                }
                Action::Commit(text) => input.commit(text),
                Action::Confirm => input.confirm(),
                Action::Again(length) => input.again(*length),
                Action::Keysym(symbol) => keysym(&input.object, time, *symbol, 0, releases),
            }
        }
    }
}

fn keysym(object: &ZwpTextInputV1, time: u32, symbol: Keysym, modifiers: u32, releases: bool) {
    let send = |state: KeyState| {
        let serial = SERIAL_COUNTER.next_serial().into();
        object.keysym(serial, time, symbol.raw(), state.into(), modifiers);
    };
    send(KeyState::Pressed);
    if releases {
        send(KeyState::Released);
    }
}

impl Host {
    /// Whether the input method keeps a key from the client.
    pub fn ime_takes(&mut self, key: &Key, time: u32) -> bool {
        let Some(exo) = &mut self.exo else { return false };
        let doubles = exo.differs(Difference::DoublesKeysyms);
        let releases = exo.differs(Difference::ReleasesKeysyms);
        let texts = &mut exo.texts;
        if !key.pressed {
            let before = texts.taken.len();
            texts.taken.retain(|code| *code != key.code);
            return texts.taken.len() < before;
        }
        let modifiers = key.modifiers;
        let Some(input) = texts.active() else { return false };
        if input.content.first() == Some(&NO_TYPE) || modifiers.ctrl || modifiers.alt {
            return false;
        }
        let press = Press { code: key.code, symbol: key.symbol, before: input.before() };
        let (actions, is_taken) = texts.ime.press(&press);
        texts.act(&actions, time, releases);
        let made = actions.iter().any(|action| matches!(action, Action::Keysym(_)));
        let is_taken = is_taken && !(made && doubles);
        if is_taken {
            texts.taken.push(key.code);
        }
        is_taken
    }

    /// `text …`: what an input method could do, and what it should not.
    pub fn exo_text(&mut self, what: &str, rest: &str) -> Result<(), String> {
        let time = self.now();
        let Some(exo) = &mut self.exo else { return Err("the host is not Exo".to_owned()) };
        let releases = exo.differs(Difference::ReleasesKeysyms);
        let from_cursor = exo.differs(Difference::DeletesFromCursor);
        if what == "silent" {
            exo.texts.is_silent = true;
            return Ok(());
        }
        let input = exo.texts.active().ok_or("no text input is attached")?;
        let numbers: Vec<i64> = rest.split_whitespace().map_while(|w| w.parse().ok()).collect();
        match (what, &numbers[..]) {
            ("preedit", _) => input.compose(rest, rest.len() as i32, &[]),
            ("commit", _) => input.commit(rest),
            ("confirm", _) => input.confirm(),
            ("huge", [length]) => {
                let text = "あ".repeat(*length as usize / 3);
                input.compose(&text, i32::MAX, &[(1, usize::MAX, 4)]);
            }
            ("delete", [index, length]) => {
                let cursor = if from_cursor { input.selection.1 as i64 } else { 0 };
                input.object.delete_surrounding_text((*index - cursor) as i32, *length as u32);
            }
            ("region", [index, length]) => {
                let extended = input.extended.as_ref().ok_or("no extension")?;
                extended.set_preedit_region(*index as i32, *length as u32);
            }
            ("keysym", [symbol, modifiers]) => {
                let symbol = Keysym::new(*symbol as u32);
                keysym(&input.object, time, symbol, *modifiers as u32, releases);
            }
            _ => return Err(format!("no text {what} {rest}")),
        }
        Ok(())
    }
}
