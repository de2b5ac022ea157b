//! The keyboard focus: the window that has it at the host gets it in X, in the way that its client
//! wants (ICCCM 4.1.7).

use std::collections::HashSet;

use x11rb_protocol::protocol::xproto::{AtomEnum, FocusInEvent, NotifyDetail, NotifyMode};

use super::decisions::Decision;
use super::window::is_of_same_client;
use super::{Env, Wm};
use crate::session::Fault;
use crate::x11::server::ClientMessage;

/// `CurrentTime`: the server takes its own time.
const CURRENT_TIME: u32 = 0;

/// The state of the focus.
#[derive(Default)]
pub struct Focus {
    /// The window that has the keyboard at the host.
    at_host: Option<u32>,
    /// The window that keeps the keyboard in X, because the one at the host does not want it.
    keeper: Option<u32>,
    /// The window for which carafe is finding out how its client takes the keyboard.
    deciding: Option<u32>,
    /// The window for which carafe has set the focus in X.
    in_x: Option<u32>,
    /// Whether carafe has set the focus at all.
    is_set: bool,
    /// The windows that have had the keyboard since they were mapped.
    former: HashSet<u32>,
    /// The window with which a client has grabbed the keyboard.
    pub grabbed: Option<u32>,
    /// The latest known time of the X server, in milliseconds.
    pub time: u32,
}

impl Focus {
    /// The window that has the keyboard at the host.
    pub fn window(&self) -> Option<u32> {
        self.at_host
    }

    /// Whether a window had the keyboard at the host, and has lost it.
    pub fn was_left(&self, id: u32) -> bool {
        !self.has(id) && self.former.contains(&id)
    }

    /// Whether the window has the keyboard at the host.
    pub fn has(&self, id: u32) -> bool {
        self.at_host == Some(id)
    }

    /// Notes that a window is gone.
    pub fn forget(&mut self, id: u32) {
        self.former.remove(&id);
        self.deciding.take_if(|deciding| *deciding == id);
        for place in [&mut self.at_host, &mut self.keeper, &mut self.in_x] {
            if *place == Some(id) {
                *place = None;
                self.is_set = false;
            }
        }
    }

    /// The window that must have the keyboard in X.
    pub fn owner(&self) -> Option<u32> {
        self.keeper.or(self.at_host)
    }
}

impl Wm {
    /// Notes that the host has given the keyboard to a surface; 0 for none of Xwayland's.
    pub fn keyboard_entered(&mut self, surface: u32) {
        let before = self.focus.at_host.and_then(|id| self.windows.get(&id));
        self.used_output = before.and_then(|window| window.output).or(self.used_output);
        // A popup gets the keyboard for its parent. The host's configuration of that may not be
        // decided yet.
        let window = self.window_of(surface);
        let wanted = window.and_then(|window| self.role_under(window));
        if wanted != self.focus.at_host {
            (self.focus.at_host, self.focus.keeper) = (wanted, None);
        }
        self.focus.former.extend(wanted);
    }

    /// Notes that the user has clicked or touched a surface. If its window has the keyboard at the
    /// host, it now gets it in X too, even if it did not want it at first.
    pub fn used(&mut self, surface: u32) {
        let window = self.window_of(surface).and_then(|window| self.role_under(window));
        if window.is_some() && window == self.focus.at_host {
            self.focus.keeper = None;
        }
    }

    /// The host's surface of the window that has the keyboard; 0 if none has.
    pub(super) fn focused_surface(&self) -> u32 {
        let toplevel = self.focus.at_host.and_then(|id| self.toplevel(id));
        toplevel.map_or(0, |toplevel| toplevel.surface)
    }

    /// Sets the focus in X, if it has changed. This is done once per turn: when the keyboard moves
    /// between two windows, no window has it only for a moment, which X need not see.
    ///
    /// # Errors
    /// [`Fault::resources`] when there are too many objects at the host.
    pub fn settle_focus(&mut self, env: &mut Env<'_, '_>) -> Result<(), Fault> {
        let owner = self.focus.owner();
        if self.root.is_none() || self.focus.is_set && self.focus.in_x == owner {
            self.focus.deciding = None;
            return Ok(());
        }
        let is_decided = self.focus.deciding == owner;
        self.focus.deciding = owner;
        match owner {
            // The decision is being made already.
            Some(_) if is_decided => Ok(()),
            Some(id) => {
                // The server ignores a focus request with a time before that of the last one, which
                // a client may have made a moment ago. So carafe asks for the current time.
                env.x.ask_time();
                self.decide_for_host(id, Decision::Focus, env)
            }
            None => {
                self.give_focus(None, env);
                Ok(())
            }
        }
    }

    /// The window's properties are known as its client had set them before the host gave it the
    /// keyboard.
    ///
    /// # Errors
    /// [`Fault::resources`] when there are too many objects at the host.
    pub(super) fn focus_decided(&mut self, id: u32, env: &mut Env<'_, '_>) -> Result<(), Fault> {
        self.focus.deciding.take_if(|deciding| *deciding == id);
        if self.focus.owner() != Some(id) || self.focus.is_set && self.focus.in_x == Some(id) {
            return Ok(());
        }
        let Some(window) = self.windows.get_mut(&id) else { return Ok(()) };
        let declines_focus = std::mem::take(&mut window.declines_focus);
        if let Some(before) = self.focus.in_x.filter(|_| declines_focus) {
            // The host does not know that this window does not want the keyboard, so carafe asks
            // for it back.
            self.focus.keeper = Some(before);
            return self.activate(before, env);
        }
        self.give_focus(Some(id), env);
        Ok(())
    }

    fn give_focus(&mut self, owner: Option<u32>, env: &mut Env<'_, '_>) {
        let Some(root) = self.root else { return };
        (self.focus.is_set, self.focus.in_x) = (true, owner);
        self.tell_focus(owner, env);
        if let Some(id) = owner {
            self.restored(id, env);
        }
        let atoms = *env.x.atoms();
        let active = [owner.unwrap_or(0)];
        let kind = AtomEnum::WINDOW.into();
        env.x.set_numbers(root.window, atoms._NET_ACTIVE_WINDOW, kind, &active);
    }

    fn tell_focus(&self, id: Option<u32>, env: &mut Env<'_, '_>) {
        let Some(window) = id.and_then(|id| self.windows.get(&id)) else {
            return env.x.focus(None, CURRENT_TIME);
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
        // Hosts raise the window that gets the keyboard, and X must agree.
        env.x.raise(window.id, None);
    }

    /// Handles that a client has taken the focus itself. It may do so within its own windows;
    /// otherwise carafe gives the focus back.
    pub(super) fn focus_in(&mut self, event: &FocusInEvent, env: &mut Env<'_, '_>) {
        if event.mode == NotifyMode::GRAB {
            return self.keyboard_grabbed(Some(event.event), env);
        }
        let is_root = self.root.is_some_and(|root| root.window == event.event);
        let grab = event.mode == NotifyMode::UNGRAB || is_root;
        // With these details, the focus only passes through the window, or follows the pointer.
        let passing =
            [NotifyDetail::POINTER, NotifyDetail::VIRTUAL, NotifyDetail::NONLINEAR_VIRTUAL];
        let owner = self.focus.owner();
        if grab || passing.contains(&event.detail) || Some(event.event) == owner {
            return;
        }
        if owner.is_some_and(|owner| is_of_same_client(owner, event.event))
            || self.layer_takes_focus(event.event, env)
        {
            return;
        }
        // This makes `settle_focus` set it again.
        self.focus.is_set = false;
    }
}
