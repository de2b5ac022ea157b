//! Keyboards (`components/exo/keyboard.cc`). Without `zcr_extended_keyboard_v1`, the shell gets
//! keys before the client. With it, the client gets them first, and tells for each key by `ack_key`
//! whether the shell may have it.

use std::collections::{HashMap, HashSet};
use std::time::Duration;

use calloop::timer::{TimeoutAction, Timer};
use serde_json::{Value, json};
use smithay::backend::input::KeyState;
use smithay::input::Seat;
use smithay::input::keyboard::{KeyboardTarget, Keycode, Keysym, KeysymHandle, ModifiersState};
use smithay::reexports::wayland_server::backend::{ClientId, GlobalId, ObjectId};
use smithay::reexports::wayland_server::protocol::wl_keyboard::{self, WlKeyboard};
use smithay::reexports::wayland_server::protocol::wl_surface::WlSurface;
use smithay::reexports::wayland_server::{
    Client, DataInit, Dispatch, DisplayHandle, GlobalDispatch, New, Resource,
};
use smithay::utils::{SERIAL_COUNTER, Serial};

use super::Difference;
use crate::host::Host;
use crate::input::XKB_OFFSET;
use protocol::zcr_extended_keyboard_v1::{
    self, EVT_PEEK_KEY_SINCE, HandledState, ZcrExtendedKeyboardV1,
};
use protocol::zcr_keyboard_extension_v1::{self, ZcrKeyboardExtensionV1};

#[allow(missing_docs, non_camel_case_types, non_upper_case_globals, unused, clippy::all)]
#[allow(clippy::pedantic, clippy::unwrap_used, clippy::indexing_slicing)]
mod protocol {
    use smithay::reexports::wayland_server;
    use smithay::reexports::wayland_server::protocol::*;

    pub mod __interfaces {
        use smithay::reexports::wayland_server::backend as wayland_backend;
        use smithay::reexports::wayland_server::protocol::__interfaces::*;
        wayland_scanner::generate_interfaces!("../../protocols/keyboard-extension-unstable-v1.xml");
    }
    use self::__interfaces::*;
    wayland_scanner::generate_server_code!("../../protocols/keyboard-extension-unstable-v1.xml");
}

/// The global.
pub const NAME: &str = "zcr_keyboard_extension_v1";

/// After this time, a key counts as handled.
const PATIENCE: Duration = Duration::from_secs(1);

/// `NumLock`, which is always on.
const NUM_LOCK: u32 = 1 << 4;

/// Offers the global.
pub fn offer(display: &DisplayHandle, version: u32) -> GlobalId {
    display.create_global::<Host, ZcrKeyboardExtensionV1, ()>(version, ())
}

/// A press or a release.
#[derive(Clone, Debug)]
pub struct Key {
    /// Its code, as in linux/input-event-codes.h.
    pub code: u32,
    /// Its symbol without modifiers, in a Latin layout.
    pub symbol: Keysym,
    /// Whether it is a press.
    pub pressed: bool,
    /// The modifiers after it.
    pub modifiers: ModifiersState,
}

/// The keyboards' state.
#[derive(Debug, Default)]
pub struct Keys {
    modifiers: ModifiersState,
    /// The modifiers were sent before the focus.
    told: bool,
    extended: Vec<(WlKeyboard, ZcrExtendedKeyboardV1)>,
    pending: HashMap<(ObjectId, u32), Key>,
    /// Presses that the shell has taken; clients do not get their releases either.
    swallowed: HashSet<u32>,
    counts: Counts,
}

/// What has happened to the keys that waited.
#[derive(Debug, Default)]
struct Counts {
    handled: u64,
    not_handled: u64,
    /// Keys that were not acknowledged in time.
    late: u64,
    /// Keys that were dropped, because the focus has changed or the keyboard is gone.
    dropped: u64,
    /// Acknowledgements of keys that did not wait.
    unknown: u64,
}

impl Keys {
    /// `keys`
    pub fn report(&self) -> Value {
        let Counts { handled, not_handled, late, dropped, unknown } = self.counts;
        json!({
            "extended": self.extended.len(),
            "pending": self.pending.len(),
            "handled": handled,
            "not_handled": not_handled,
            "late": late,
            "dropped": dropped,
            "unknown": unknown,
        })
    }

    /// Forgets the keys that wait, because the focus has changed.
    pub fn forget(&mut self) {
        self.counts.dropped += self.pending.len() as u64;
        self.pending.clear();
    }

    fn of(&self, keyboard: &WlKeyboard) -> Option<&ZcrExtendedKeyboardV1> {
        self.extended.iter().find(|(known, _)| known == keyboard).map(|(_, extended)| extended)
    }

    fn gone(&mut self, extended: &ZcrExtendedKeyboardV1) {
        let before = self.pending.len();
        self.pending.retain(|(of, _), _| *of != extended.id());
        self.counts.dropped += (before - self.pending.len()) as u64;
        self.extended.retain(|(_, known)| known != extended);
    }
}

/// Swaps modifiers as Exo does: it sends locked ones as latched.
fn exchanged(mut modifiers: ModifiersState, in_place: bool) -> ModifiersState {
    let serialized = &mut modifiers.serialized;
    serialized.locked |= NUM_LOCK;
    if !in_place {
        std::mem::swap(&mut serialized.locked, &mut serialized.latched);
    }
    modifiers
}

impl Host {
    /// Sends a key to the shell, to the focused client, or to both.
    pub fn exo_key(&mut self, code: u32, pressed: bool) {
        let Some(keyboard) = self.seat.get_keyboard() else { return };
        let state = if pressed { KeyState::Pressed } else { KeyState::Released };
        let raw = Keycode::new(code + XKB_OFFSET);
        let (key, changed) = keyboard.input_intercept(self, raw, state, |_, modifiers, handle| {
            let symbol = handle.raw_latin_sym_or_raw_current_sym();
            let symbol = symbol.unwrap_or_else(|| handle.modified_sym());
            Key { code, symbol, pressed, modifiers: *modifiers }
        });
        if let Some(exo) = &mut self.exo {
            exo.keys.modifiers = key.modifiers;
        }
        let time = self.now();
        if self.shell_takes(&key) {
            return;
        }
        if self.ime_takes(&key, time) {
            self.peek(&key, time);
        } else {
            let serial = SERIAL_COUNTER.next_serial();
            keyboard.input_forward(self, raw, state, serial, time, changed);
        }
    }

    /// Shows clients a key that the input method has taken.
    fn peek(&self, key: &Key, time: u32) {
        let Some(exo) = &self.exo else { return };
        let focus = self.seat.get_keyboard().and_then(|keyboard| keyboard.current_focus());
        let client = focus.and_then(|focus| focus.0.client()).map(|client| client.id());
        let state = if key.pressed {
            wl_keyboard::KeyState::Pressed
        } else {
            wl_keyboard::KeyState::Released
        };
        for (keyboard, extended) in &exo.keys.extended {
            let is_focused = keyboard.client().map(|client| client.id()) == client;
            if is_focused && extended.version() >= EVT_PEEK_KEY_SINCE {
                let serial = SERIAL_COUNTER.next_serial().into();
                extended.peek_key(serial, time, key.code, state.into());
            }
        }
    }

    /// Whether the shell keeps a key from the client.
    fn shell_takes(&mut self, key: &Key) -> bool {
        let focus = self.seat.get_keyboard().and_then(|keyboard| keyboard.current_focus());
        let client = focus.and_then(|focus| focus.0.client()).map(|client| client.id());
        let Some(exo) = &mut self.exo else { return false };
        if !key.pressed && exo.keys.swallowed.remove(&key.code) {
            return true;
        }
        let client_first = exo.keys.extended.iter().any(|(keyboard, _)| {
            keyboard.client().map(|client| client.id()) == client && client.is_some()
        });
        let taken = if client_first { self.ash_reserves(key) } else { self.ash_key(key) };
        if taken
            && key.pressed
            && let Some(exo) = &mut self.exo
        {
            exo.keys.swallowed.insert(key.code);
        }
        taken && key.pressed
    }

    /// Sends a key to the focused client: each of its keyboards gets its own serial.
    pub fn exo_tell_key(
        &mut self,
        seat: &Seat<Self>,
        surface: &WlSurface,
        handle: &KeysymHandle<'_>,
        state: KeyState,
        time: u32,
    ) {
        let (Some(keyboard), Some(client)) = (seat.get_keyboard(), surface.client()) else {
            return;
        };
        let code = handle.raw_code().raw() - XKB_OFFSET;
        let symbol = handle.raw_latin_sym_or_raw_current_sym();
        let symbol = symbol.unwrap_or_else(|| handle.modified_sym());
        let pressed = state == KeyState::Pressed;
        let wire =
            if pressed { wl_keyboard::KeyState::Pressed } else { wl_keyboard::KeyState::Released };
        for keyboard in keyboard.client_keyboards(&client).collect::<Vec<_>>() {
            let Some(exo) = &mut self.exo else { return };
            let serial = u32::from(SERIAL_COUNTER.next_serial());
            if let Some(extended) = exo.keys.of(&keyboard).cloned() {
                if extended.version() >= EVT_PEEK_KEY_SINCE {
                    extended.peek_key(serial, time, code, wire.into());
                }
                let key = Key { code, symbol, pressed, modifiers: exo.keys.modifiers };
                exo.keys.pending.insert((extended.id(), serial), key);
                let late = Timer::from_duration(PATIENCE);
                let inserted = self.handle.insert_source(late, move |_, (), host| {
                    host.key_is_late(&(extended.id(), serial));
                    TimeoutAction::Drop
                });
                if let Err(error) = inserted {
                    eprintln!("carafe-host: no timer for a key: {error}");
                }
            }
            keyboard.key(serial, time, code, wire);
        }
    }

    /// Sends the modifiers to the focused client.
    pub fn exo_tell_modifiers(
        &mut self,
        seat: &Seat<Self>,
        surface: &WlSurface,
        modifiers: ModifiersState,
        serial: Serial,
    ) {
        let Some(exo) = &mut self.exo else { return };
        if std::mem::take(&mut exo.keys.told) {
            return;
        }
        let in_place = exo.differs(Difference::ModifiersInPlace);
        exo.keys.modifiers = modifiers;
        KeyboardTarget::modifiers(surface, seat, self, exchanged(modifiers, in_place), serial);
    }

    /// Sends the modifiers to a client before it gets the focus.
    pub fn exo_tell_first(&mut self, seat: &Seat<Self>, surface: &WlSurface, serial: Serial) {
        let Some(exo) = &mut self.exo else { return };
        exo.keys.told = false;
        let modifiers = exo.keys.modifiers;
        self.exo_tell_modifiers(seat, surface, modifiers, serial);
        // smithay sends them again.
        if let Some(exo) = &mut self.exo {
            exo.keys.told = true;
        }
    }

    fn key_is_late(&mut self, which: &(ObjectId, u32)) {
        let Some(exo) = &mut self.exo else { return };
        let Some(key) = exo.keys.pending.remove(which) else { return };
        exo.keys.counts.late += 1;
        if exo.differs(Difference::LateKeysToAsh) {
            self.ash_key(&key);
        }
    }

    fn acknowledged(&mut self, which: &(ObjectId, u32), handled: bool) {
        let Some(exo) = &mut self.exo else { return };
        let counts = &mut exo.keys.counts;
        let Some(key) = exo.keys.pending.remove(which) else {
            counts.unknown += 1;
            return;
        };
        if handled {
            counts.handled += 1;
        } else {
            counts.not_handled += 1;
            self.ash_key(&key);
        }
    }
}

impl GlobalDispatch<ZcrKeyboardExtensionV1, ()> for Host {
    fn bind(
        _: &mut Self,
        _: &DisplayHandle,
        _: &Client,
        extension: New<ZcrKeyboardExtensionV1>,
        (): &(),
        init: &mut DataInit<'_, Self>,
    ) {
        init.init(extension, ());
    }
}

impl Dispatch<ZcrKeyboardExtensionV1, ()> for Host {
    fn request(
        host: &mut Self,
        _: &Client,
        extension: &ZcrKeyboardExtensionV1,
        request: zcr_keyboard_extension_v1::Request,
        (): &(),
        _: &DisplayHandle,
        init: &mut DataInit<'_, Self>,
    ) {
        let zcr_keyboard_extension_v1::Request::GetExtendedKeyboard { id, keyboard } = request;
        let extended = init.init(id, ());
        let Some(exo) = &mut host.exo else { return };
        if exo.keys.of(&keyboard).is_some() {
            let code = zcr_keyboard_extension_v1::Error::ExtendedKeyboardExists;
            extension.post_error(code, "keyboard has already been associated");
            return;
        }
        exo.keys.extended.push((keyboard, extended));
    }
}

impl Dispatch<ZcrExtendedKeyboardV1, ()> for Host {
    fn request(
        host: &mut Self,
        _: &Client,
        extended: &ZcrExtendedKeyboardV1,
        request: zcr_extended_keyboard_v1::Request,
        (): &(),
        _: &DisplayHandle,
        _: &mut DataInit<'_, Self>,
    ) {
        if let zcr_extended_keyboard_v1::Request::AckKey { serial, handled } = request {
            let handled = u32::from(handled) == u32::from(HandledState::Handled);
            host.acknowledged(&(extended.id(), serial), handled);
        }
    }

    fn destroyed(host: &mut Self, _: ClientId, extended: &ZcrExtendedKeyboardV1, (): &()) {
        if let Some(exo) = &mut host.exo {
            exo.keys.gone(extended);
        }
    }
}
