//! Who has the keyboard: the window that the host gives it to, in the way that its
//! client wants it (ICCCM 4.1.7).

use std::collections::HashSet;

use x11rb_protocol::protocol::xproto::{AtomEnum, FocusInEvent, NotifyDetail, NotifyMode};

use super::window::is_of_same_client;
use super::{Env, Wm};
use crate::x11::server::ClientMessage;

/// The keyboard's place.
#[derive(Default)]
pub struct Focus {
    /// The window that the host has given it to.
    wanted: Option<u32>,
    /// The window that the X server was told.
    told: Option<u32>,
    /// Whether the X server was told anything.
    is_told: bool,
    /// Windows that had it since they were mapped.
    had: HashSet<u32>,
    /// The window by which a client has grabbed it for itself.
    pub grabbed: Option<u32>,
    /// The latest time of the X server's that is known, in its milliseconds.
    pub time: u32,
}

impl Focus {
    /// The window that the host has given it to.
    pub fn window(&self) -> Option<u32> {
        self.wanted
    }

    /// Whether a window had it and has it no more.
    pub fn was_left(&self, id: u32) -> bool {
        !self.has(id) && self.had.contains(&id)
    }

    /// Whether the host has given it to that window.
    pub fn has(&self, id: u32) -> bool {
        self.wanted == Some(id)
    }

    /// A window is gone.
    pub fn forget(&mut self, id: u32) {
        self.had.remove(&id);
        for place in [&mut self.wanted, &mut self.told] {
            if *place == Some(id) {
                *place = None;
                self.is_told = false;
            }
        }
    }
}

impl Wm {
    /// The host has given the keyboard to a surface; 0: to none of Xwayland's.
    pub fn keyboard_entered(&mut self, surface: u32) {
        let before = self.focus.wanted.and_then(|id| self.windows.get(&id));
        self.used = before.and_then(|window| window.output).or(self.used);
        // A popup has the keyboard for the window that it is on.
        let window = self.window_of(surface);
        self.focus.wanted = window.and_then(|window| self.toplevel_under(window));
        self.focus.had.extend(self.focus.wanted);
    }

    /// The surface at the host of the window that has the keyboard; 0: none has.
    pub(super) fn focused_surface(&self) -> u32 {
        let window = self.focus.wanted.and_then(|id| self.windows.get(&id));
        window.and_then(|window| window.role.as_ref()?.toplevel()).map_or(0, |top| top.surface)
    }

    /// Tells the X server who has the keyboard, if that is news. Once for all that was
    /// said in a turn: between two windows, the keyboard is nobody's only on the way.
    pub fn settle_focus(&mut self, env: &mut Env<'_, '_>) {
        let wanted = self.focus.wanted;
        let Some(root) = self.root else { return };
        if self.focus.is_told && self.focus.told == wanted {
            return;
        }
        (self.focus.is_told, self.focus.told) = (true, wanted);
        self.tell_focus(wanted, env);
        if let Some(id) = wanted {
            self.restored(id, env);
        }
        let atoms = *env.x.atoms();
        let active = [wanted.unwrap_or(0)];
        let kind = AtomEnum::WINDOW.into();
        env.x.set_numbers(root.window, atoms._NET_ACTIVE_WINDOW, kind, &active);
    }

    fn tell_focus(&self, id: Option<u32>, env: &mut Env<'_, '_>) {
        let Some(window) = id.and_then(|id| self.windows.get(&id)) else {
            return env.x.focus(None, self.focus.time);
        };
        let atoms = *env.x.atoms();
        if window.properties.hints.input {
            env.x.focus(Some(window.id), self.focus.time);
        } else {
            env.x.focus(None, self.focus.time);
        }
        if window.properties.protocols.take_focus {
            let data = [atoms.WM_TAKE_FOCUS, self.focus.time, 0, 0, 0];
            env.x.tell(ClientMessage { window: window.id, kind: atoms.WM_PROTOCOLS, data });
        }
        env.x.raise(window.id, None);
    }

    /// A client has given itself the keyboard. It may within its own windows; a window
    /// of another client gives it back.
    pub(super) fn focus_in(&mut self, event: &FocusInEvent, env: &mut Env<'_, '_>) {
        if event.mode == NotifyMode::GRAB {
            return self.keyboard_grabbed(Some(event.event), env);
        }
        let is_root = self.root.is_some_and(|root| root.window == event.event);
        let grab = event.mode == NotifyMode::UNGRAB || is_root;
        let passing =
            [NotifyDetail::POINTER, NotifyDetail::VIRTUAL, NotifyDetail::NONLINEAR_VIRTUAL];
        if grab || passing.contains(&event.detail) || Some(event.event) == self.focus.wanted {
            return;
        }
        if self.focus.wanted.is_some_and(|wanted| is_of_same_client(wanted, event.event))
            || self.layer_takes_focus(event.event, env)
        {
            return;
        }
        self.tell_focus(self.focus.wanted, env);
    }
}
