//! The surface that has the keyboard.

use std::borrow::Cow;

use smithay::backend::input::KeyState;
use smithay::input::Seat;
use smithay::input::keyboard::{KeyboardTarget, KeysymHandle, ModifiersState};
use smithay::reexports::wayland_server::protocol::wl_surface::WlSurface;
use smithay::utils::{IsAlive, Serial};
use smithay::wayland::seat::WaylandFocus;

use crate::exo::{Difference, Exo};
use crate::host::Host;

/// The surface. If the host is Exo, keys are sent to it by Exo's rules.
#[derive(Clone, Debug, PartialEq)]
pub struct Focus(pub WlSurface);

impl IsAlive for Focus {
    fn alive(&self) -> bool {
        self.0.alive()
    }
}

impl WaylandFocus for Focus {
    fn wl_surface(&self) -> Option<Cow<'_, WlSurface>> {
        Some(Cow::Borrowed(&self.0))
    }
}

impl KeyboardTarget<Host> for Focus {
    fn enter(
        &self,
        seat: &Seat<Host>,
        host: &mut Host,
        keys: Vec<KeysymHandle<'_>>,
        serial: Serial,
    ) {
        host.exo_tell_first(seat, &self.0, serial);
        KeyboardTarget::enter(&self.0, seat, host, keys, serial);
        if let Some(exo) = &mut host.exo {
            exo.texts.enter(self.0.clone());
        }
    }

    fn leave(&self, seat: &Seat<Host>, host: &mut Host, serial: Serial) {
        let is_last = |exo: &Exo| exo.differs(Difference::TextLeavesLast);
        let is_last = host.exo.as_ref().is_some_and(is_last);
        let leave = |host: &mut Host| {
            if let Some(exo) = &mut host.exo {
                exo.texts.leave();
            }
        };
        if !is_last {
            leave(host);
        }
        KeyboardTarget::leave(&self.0, seat, host, serial);
        if is_last {
            leave(host);
        }
    }

    fn key(
        &self,
        seat: &Seat<Host>,
        host: &mut Host,
        key: KeysymHandle<'_>,
        state: KeyState,
        serial: Serial,
        time: u32,
    ) {
        if host.exo.is_some() {
            host.exo_tell_key(seat, &self.0, &key, state, time);
        } else {
            KeyboardTarget::key(&self.0, seat, host, key, state, serial, time);
        }
    }

    fn modifiers(
        &self,
        seat: &Seat<Host>,
        host: &mut Host,
        modifiers: ModifiersState,
        serial: Serial,
    ) {
        if host.exo.is_some() {
            host.exo_tell_modifiers(seat, &self.0, modifiers, serial);
        } else {
            KeyboardTarget::modifiers(&self.0, seat, host, modifiers, serial);
        }
    }
}
