//! The client's keyboards: which surface has the focus, and keys that an input method makes.

use kbvm::Keysym;
use wayland_client::protocol::wl_keyboard::{EVT_KEY_OPCODE, EVT_MODIFIERS_OPCODE, KeyState};

use super::wants::KeyboardMessage;
use crate::handlers::keyboard::{LOCKS, Layout};
use crate::session::{Context, Incoming, Refusal, Verdict};
use crate::wire::Outbox;

/// Bound on a client's keyboards.
const MAX_TYPED_KEYBOARDS: usize = 64;

/// The modifiers' names in `zwp_text_input_v1.modifiers_map`, in the order of their bits in a
/// keyboard's masks.
const NAMES: [&str; 8] = ["Shift", "Lock", "Control", "Mod1", "Mod2", "Mod3", "Mod4", "Mod5"];

/// A keyboard of the client's.
struct TypedKeyboard {
    /// The client's id.
    id: u32,
    /// The client's seat.
    seat: u32,
    layout: Layout,
    /// What the client knows: pressed, latched and locked modifiers, and the group.
    modifiers: [u32; 4],
}

/// A key of the host's input method.
#[derive(Clone, Copy)]
pub struct MadeKey {
    /// The host's serial.
    pub serial: u32,
    /// When it was pressed.
    pub time: u32,
    /// Its symbol.
    pub symbol: Keysym,
    /// The modifiers, by the bits of the host's map.
    pub modifiers: u32,
}

/// A change of the focus.
pub enum FocusChange {
    /// A seat's keyboard comes to a surface.
    Comes { seat: u32, surface: u32 },
    /// It leaves it.
    Goes { seat: u32, surface: u32 },
}

/// All keyboards of a client.
#[derive(Default)]
pub struct ClientKeyboards {
    all: Vec<TypedKeyboard>,
    /// Seats with the surfaces that have the keyboard.
    focus: Vec<(u32, u32)>,
    /// What each bit of the host's modifiers means for keyboards.
    map: Vec<u32>,
    /// The last press that the client got, and the last one that was made: time and code.
    pressed: Option<(u32, u32)>,
    made: Option<(u32, u32)>,
    /// A key that the client was spared, because it had been made before.
    spared: Option<u32>,
}

impl ClientKeyboards {
    /// The client makes a keyboard of a seat.
    pub fn add(&mut self, id: u32, seat: u32) {
        if self.all.len() < MAX_TYPED_KEYBOARDS {
            self.all.push(TypedKeyboard { id, seat, layout: Layout::None, modifiers: [0; 4] });
        }
    }

    /// The client's seat whose keyboards tell of a seat's focus. A program may bind a seat twice: once
    /// for its keyboard, and once for text.
    pub fn seat_for(&self, seat: u32) -> u32 {
        let has_keyboard = self.all.iter().any(|keyboard| keyboard.seat == seat);
        let other = self.all.first().filter(|_| !has_keyboard);
        other.map_or(seat, |keyboard| keyboard.seat)
    }

    /// The surface that has a seat's keyboard; 0 for none.
    pub fn focus_of(&self, seat: u32) -> u32 {
        self.focus.iter().find(|(of, _)| *of == seat).map_or(0, |(_, surface)| *surface)
    }

    /// A surface is gone.
    pub fn forget_surface(&mut self, surface: u32) {
        self.focus.retain(|(_, of)| *of != surface);
    }

    /// Handles a message of a keyboard.
    ///
    /// # Errors
    /// [`Refusal`]: the arguments are wrong.
    pub fn handle(
        &mut self,
        message: KeyboardMessage,
        incoming: &mut Incoming<'_>,
        context: &Context<'_>,
    ) -> Result<(Verdict, Option<FocusChange>), Refusal> {
        let is_request = message == KeyboardMessage::Release;
        let id = if is_request { incoming.header.object } else { incoming.object.peer };
        let Some(at) = self.all.iter().position(|keyboard| keyboard.id == id) else {
            return Ok((Verdict::Forward, None));
        };
        if is_request {
            let seat = self.all.remove(at).seat;
            let is_last = self.all.iter().all(|keyboard| keyboard.seat != seat);
            return Ok((Verdict::Forward, if is_last { self.lose(seat) } else { None }));
        }
        let mut args = incoming.args();
        match message {
            KeyboardMessage::Key => {
                let (_serial, time) = (args.uint()?, args.uint()?);
                return Ok((self.key(time, args.uint()?, args.uint()?), None));
            }
            KeyboardMessage::Enter | KeyboardMessage::Leave => {
                let surface = (args.uint()?, args.uint()?).1;
                let surface = context.objects.host(surface).map_or(0, |surface| surface.peer);
                let is_here = message == KeyboardMessage::Enter;
                return Ok((Verdict::Forward, self.focus(at, surface, is_here)));
            }
            _ => {}
        }
        let Some(keyboard) = self.all.get_mut(at) else { return Ok((Verdict::Forward, None)) };
        if message == KeyboardMessage::Keymap {
            let len = (args.uint()?, args.uint()?).1 as usize;
            let file = context.fds.get(0).and_then(|file| file.try_clone_to_owned().ok());
            keyboard.layout = file.map_or(Layout::None, |file| Layout::Unread(file, len));
        } else {
            args.uint()?;
            for word in &mut keyboard.modifiers {
                *word = args.uint()?;
            }
        }
        Ok((Verdict::Forward, None))
    }

    /// Nobody would tell when a seat's keyboard leaves its surface.
    fn lose(&mut self, seat: u32) -> Option<FocusChange> {
        let surface = self.focus_of(seat);
        self.focus.retain(|(of, _)| *of != seat);
        (surface != 0).then_some(FocusChange::Goes { seat, surface })
    }

    fn focus(&mut self, at: usize, surface: u32, is_here: bool) -> Option<FocusChange> {
        let seat = self.all.get(at)?.seat;
        let had = self.focus_of(seat);
        if surface == 0 || (had == surface) == is_here {
            return None;
        }
        self.focus.retain(|(of, _)| *of != seat);
        if is_here {
            self.focus.push((seat, surface));
            return Some(FocusChange::Comes { seat, surface });
        }
        Some(FocusChange::Goes { seat, surface })
    }

    /// A key of the keyboard itself. If the input method has made the same one, the client has it
    /// already.
    fn key(&mut self, time: u32, code: u32, state: u32) -> Verdict {
        if state == KeyState::Pressed as u32 {
            let is_double = self.made == Some((time, code));
            if is_double {
                self.spared = Some(code);
                return Verdict::Withhold;
            }
            self.spared = self.spared.filter(|spared| *spared != code);
            self.pressed = Some((time, code));
        } else if self.spared == Some(code) {
            return Verdict::Withhold;
        }
        Verdict::Forward
    }

    /// The host tells the names of its modifiers.
    pub fn set_map(&mut self, names: &[u8]) {
        let bit = |name: &[u8]| {
            let at = NAMES.iter().position(|known| known.as_bytes() == name);
            at.map_or(0, |at| 1 << at)
        };
        self.map = names.split(|byte| *byte == 0).take(32).map(bit).collect();
    }

    /// Presses and releases a key for the client; `false` if no key has that symbol.
    pub fn press(&mut self, seat: u32, key: MadeKey, context: &mut Context<'_>) -> bool {
        let MadeKey { serial, time, symbol, modifiers } = key;
        let bits = self.map.iter().enumerate();
        let wanted =
            bits.fold(0, |mask, (n, bit)| if modifiers >> n & 1 == 1 { mask | bit } else { mask });
        let mut keyboards = self.all.iter_mut().filter(|keyboard| keyboard.seat == seat);
        let code = keyboards.find_map(|keyboard| {
            let [.., group] = keyboard.modifiers;
            keyboard.layout.code_of(symbol, group)
        });
        let Some(code) = code else { return false };
        if self.pressed == Some((time, code)) {
            // The keyboard itself was faster.
            return true;
        }
        self.made = Some((time, code));
        let out = &mut *context.to_client;
        for keyboard in self.all.iter().filter(|keyboard| keyboard.seat == seat) {
            let before = keyboard.modifiers;
            let [pressed, latched, locked, group] = before;
            let during = [pressed & LOCKS | wanted & !LOCKS, latched & LOCKS, locked, group];
            let modifiers = |[pressed, latched, locked, group]: [u32; 4], out: &mut Outbox| {
                out.make(keyboard.id, EVT_MODIFIERS_OPCODE, |event| {
                    event.uint(serial).uint(pressed).uint(latched).uint(locked).uint(group)
                });
            };
            let differs = during != before;
            if differs {
                modifiers(during, out);
            }
            for state in [KeyState::Pressed, KeyState::Released] {
                out.make(keyboard.id, EVT_KEY_OPCODE, |event| {
                    event.uint(serial).uint(time).uint(code).uint(state as u32)
                });
            }
            if differs {
                modifiers(before, out);
            }
        }
        true
    }
}
