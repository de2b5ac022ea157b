//! Mapping and unmapping windows.

use x11rb_protocol::protocol::xproto::AtomEnum;

use super::choice::Nature;
use super::decisions::Decision;
use super::iconify::IconWish;
use super::properties::WindowType;
use super::states::WmState;
use super::window::Life;
use super::{Env, Wm};
use crate::session::Fault;
use crate::x11::geometry::Rect;
use crate::x11::property::{Property, Writers};

impl Wm {
    /// Starts to read a window's properties and shape, unless that has happened before.
    pub(super) fn watch(&mut self, id: u32, env: &mut Env<'_, '_>) {
        let Some(window) = self.windows.get_mut(&id).filter(|window| !window.watched) else {
            return;
        };
        window.watched = true;
        env.x.watch(id);
        // The leader is not known yet.
        let own = Property::ALL.into_iter().filter(|property| !property.is_of_leader());
        for property in own {
            if window.inquiry.asks(property) {
                env.x.ask_property(id, property);
            }
        }
        self.ask_shape(id, env);
        self.ask_depth(id, env);
    }

    /// Handles that a client wants to map a managed window.
    pub(super) fn map_requested(&mut self, id: u32, env: &mut Env<'_, '_>) -> Result<(), Fault> {
        self.watch(id, env);
        let Some(window) = self.windows.get_mut(&id) else {
            // It is one too many, or not a child of the root window: just map it.
            env.x.map(id);
            return Ok(());
        };
        match window.life {
            Life::Withdrawn => {
                window.life = Life::Awaited;
                window.inquiry.shows();
                if window.is_known() {
                    self.map(id, env)?;
                }
            }
            Life::Awaited => {}
            // From iconified to normal (ICCCM 4.1.4).
            Life::Mapped => self.activate(id, env)?,
        }
        Ok(())
    }

    /// Maps a window, now that everything about it is known.
    pub(super) fn map(&mut self, id: u32, env: &mut Env<'_, '_>) -> Result<(), Fault> {
        let atoms = *env.x.atoms();
        let Some(window) = self.windows.get(&id) else { return Ok(()) };
        let is_popup = self.nature(window, &atoms) == Nature::ManagedPopup;
        let place = if is_popup { window.rect() } else { self.place(id) };
        let Some(window) = self.windows.get_mut(&id) else { return Ok(()) };
        let mut states = window.wanted_states(&atoms);
        // Only the window manager sets these two.
        (states.hidden, states.focused) = (false, false);
        window.wants_fullscreen = states.fullscreen;
        let (mut states, covers) = match self.windows.get(&id) {
            Some(window) => self.states_of_new(window, place, states),
            None => return Ok(()),
        };
        let Some(window) = self.windows.get_mut(&id) else { return Ok(()) };
        window.covers = covers;
        if self.settings.hides_maximized(window.properties.subject()) {
            states.set_maximized(false);
        }
        (window.states, window.wants_states) = (states, false);
        // EWMH: with the time 0, a new window does not want the keyboard.
        window.declines_focus = window.properties.user_time == Some(0);
        if window.border != 0 {
            env.x.set_border(id, 0);
        }
        let cardinal = AtomEnum::CARDINAL.into();
        // carafe adds no frame in X, even if the host draws one.
        env.x.set_numbers(id, atoms._NET_FRAME_EXTENTS, cardinal, &[0, 0, 0, 0]);
        env.x.set_numbers(id, atoms._NET_WM_DESKTOP, cardinal, &[0]);
        window.writers.desktop.wrote(env.x.sent());
        self.change_size(id, env, |sizing, _, effects| sizing.put(place, effects))?;
        // Nothing is shown before the host has set the size.
        Self::allow_commits(id, false, env);
        env.x.map(id);
        env.x.raise(id, None);
        self.tell_actions(id, env);
        self.set_wm_state(id, WmState::Normal, env);
        self.tell_states(id, env);
        Ok(())
    }

    /// The place of a new window: the one that it asks for, or the middle of its parent or of the
    /// screen.
    fn place(&self, id: u32) -> Rect {
        let Some(window) = self.windows.get(&id) else { return Rect::default() };
        let size = window.properties.size.constrain(window.rect().size());
        let rect = window.rect().sized(size);
        let docked =
            [WindowType::Dock, WindowType::Desktop].iter().any(|kind| window.properties.is(*kind));
        // A place outside all screens would hide the window.
        let is_placed = window.properties.size.positioned && self.screens_have(rect.x, rect.y);
        if docked || is_placed || self.is_screen(rect) {
            return rect.within(self.screen_of(id));
        }
        let parent = window.properties.transient_for.and_then(|id| self.windows.get(&id));
        match parent.filter(|parent| parent.life == Life::Mapped) {
            Some(parent) => parent.rect().center(size).within(self.screen_of(parent.id)),
            None => self.home().center(size),
        }
    }

    /// Handles that the server has mapped a window.
    pub(super) fn mapped(&mut self, id: u32, env: &mut Env<'_, '_>) -> Result<(), Fault> {
        self.watch(id, env);
        let Some(window) = self.windows.get_mut(&id) else { return Ok(()) };
        window.life = Life::Mapped;
        window.inquiry.shows();
        self.count += 1;
        window.mapped_at = self.count;
        if !window.is_managed() {
            self.ask_grab(id, env);
        } else if !self.mapped.contains(&id) {
            self.mapped.push(id);
            self.clients_changed = true;
        }
        self.show(id, env)
    }

    /// Handles that a client withdraws a window (ICCCM 4.1.4). In most cases it has unmapped the
    /// window too.
    pub(super) fn withdraw_requested(&mut self, id: u32, env: &mut Env<'_, '_>) {
        let window = self.windows.get(&id);
        if window.is_some_and(|window| window.is_managed() && window.life == Life::Mapped) {
            // The server's event about this leads to `unmapped`.
            env.x.unmap(id);
        }
    }

    /// Handles that the server has unmapped a window, because its client has withdrawn it.
    ///
    /// # Errors
    /// [`Fault::resources`] when there are too many objects at the host.
    pub(super) fn unmapped(&mut self, id: u32, env: &mut Env<'_, '_>) -> Result<(), Fault> {
        let window = self.windows.get(&id);
        if window.is_some_and(|window| window.is_managed() && window.life == Life::Mapped) {
            self.set_wm_state(id, WmState::Withdrawn, env);
            self.decide_for_host(id, Decision::Withdrawal, env)?;
            self.change_size(id, env, |sizing, _, effects| sizing.restore_own_rect(effects))?;
        }
        self.withdraw(id, env)
    }

    /// Removes the properties that carafe wrote to a withdrawn window (EWMH), but not what its
    /// client has written since then for the next time that it maps the window. X servers offer no
    /// way to keep others from writing meanwhile, and the removal of a missing property causes no
    /// event. So carafe writes an empty list instead.
    pub(super) fn clear_properties(&mut self, id: u32, env: &mut Env<'_, '_>) {
        let atoms = *env.x.atoms();
        let window = self.windows.get_mut(&id).filter(|window| window.life == Life::Withdrawn);
        let Some(window) = window else { return };
        window.told_states = None;
        // The client may have written them just before carafe wrote states from the host, which did
        // not know yet that the window was withdrawn.
        let wanted = window.wants_states.then_some(&*window.properties.states);
        let Writers { states, desktop, .. } = &mut window.writers;
        if states.is_own() {
            states.wrote(env.x.replace_states(id, wanted.unwrap_or_default()));
        }
        if desktop.is_own() {
            env.x.remove_property(id, atoms._NET_WM_DESKTOP);
            desktop.wrote(env.x.sent());
        }
    }

    /// Takes a window off the host, because it is withdrawn.
    pub(super) fn withdraw(&mut self, id: u32, env: &mut Env<'_, '_>) -> Result<(), Fault> {
        let orphans = self.popups_of(id);
        self.drop_role(id, env);
        self.change_size(id, env, |sizing, _, effects| sizing.forget_requests(effects))?;
        let Some(window) = self.windows.get_mut(&id) else { return Ok(()) };
        // Other windows may have waited for it in vain.
        self.waiting_changed |= window.is_managed() && window.life != Life::Withdrawn;
        window.life = Life::Withdrawn;
        // It may try to grab again when it is mapped the next time.
        window.grabs = true;
        window.awaits_grab = false;
        (window.iconified, window.icon_wish) = (None, IconWish::default());
        window.asked_states = (None, None);
        window.outputs.clear();
        window.output = None;
        window.states = super::states::States::default();
        self.focus.forget(id);
        self.waiting.remove(&id);
        if self.mapped.contains(&id) {
            self.mapped.remove(id);
            self.clients_changed = true;
        }
        // Popups on it may fit on another window: a menu's next submenu often comes before the
        // previous one goes.
        for orphan in orphans.into_iter().rev() {
            self.show(orphan, env)?;
        }
        Ok(())
    }
}
