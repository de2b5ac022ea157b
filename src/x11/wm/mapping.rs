//! Windows that come and go.

use super::choice::Nature;
use super::decisions::Decision;
use super::iconify::IconWish;
use super::properties::WindowType;
use super::states::WmState;
use super::window::Life;
use super::writers::Writers;
use super::{Env, Wm};
use crate::session::Fault;
use crate::x11::property::Property;
use crate::x11::rect::Rect;
use x11rb_protocol::protocol::xproto::AtomEnum;

impl Wm {
    /// Asks for a window's properties and shape, unless that was done before.
    pub(super) fn watch(&mut self, id: u32, env: &mut Env<'_, '_>) {
        let Some(window) = self.windows.get_mut(&id).filter(|window| !window.watched) else {
            return;
        };
        window.watched = true;
        env.x.watch(id);
        for property in Property::ALL {
            if window.inquiry.asks(property) {
                env.x.ask_property(id, property);
            }
        }
        self.ask_shape(id, env);
    }

    /// A client wants a managed window to be seen.
    pub(super) fn map_requested(&mut self, id: u32, env: &mut Env<'_, '_>) -> Result<(), Fault> {
        self.watch(id, env);
        let Some(window) = self.windows.get_mut(&id) else {
            // One above the bounds, or not a child of the root window: it is just mapped.
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
            // From an icon to a window (ICCCM 4.1.4).
            Life::Mapped => self.activate(id, env)?,
        }
        Ok(())
    }

    /// All is known of a window that is to be seen.
    pub(super) fn map(&mut self, id: u32, env: &mut Env<'_, '_>) -> Result<(), Fault> {
        let atoms = *env.x.atoms();
        let Some(window) = self.windows.get(&id) else { return Ok(()) };
        let is_popup = self.nature(window, &atoms) == Nature::ManagedPopup;
        let place = if is_popup { window.rect() } else { self.place(id) };
        let Some(window) = self.windows.get_mut(&id) else { return Ok(()) };
        let mut states = window.wanted_states(&atoms);
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
        window.is_shy = window.properties.user_time == Some(0);
        if window.border != 0 {
            env.x.set_border(id, 0);
        }
        let cardinal = AtomEnum::CARDINAL.into();
        env.x.set_numbers(id, atoms._NET_FRAME_EXTENTS, cardinal, &[0, 0, 0, 0]);
        env.x.set_numbers(id, atoms._NET_WM_DESKTOP, cardinal, &[0]);
        window.writers.desktop.wrote(env.x.sent());
        self.change_size(id, env, |sizing, _, effects| sizing.put(place, effects))?;
        // Nothing is shown before the host has said how large it is to be.
        Self::allow_commits(id, false, env);
        env.x.map(id);
        env.x.raise(id, None);
        self.tell_actions(id, env);
        self.set_wm_state(id, WmState::Normal, env);
        self.tell_states(id, env);
        Ok(())
    }

    /// Where a window is to be on the screen: where it wants to be, else in the middle
    /// of the window that it belongs to, or of the screen.
    fn place(&self, id: u32) -> Rect {
        let Some(window) = self.windows.get(&id) else { return Rect::default() };
        let size = window.properties.size.constrain(window.rect().size());
        let rect = window.rect().sized(size);
        let docked = [WindowType::Dock, WindowType::Desktop].iter().any(|kind| window.properties.is(*kind));
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

    /// The server has mapped a window.
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

    /// A client says that a window is not to be seen (ICCCM 4.1.4). Mostly it has unmapped
    /// it too.
    pub(super) fn withdraw_requested(&mut self, id: u32, env: &mut Env<'_, '_>) {
        let window = self.windows.get(&id);
        if window.is_some_and(|window| window.is_managed() && window.life == Life::Mapped) {
            env.x.unmap(id);
        }
    }

    /// The server has unmapped a window: its client does not want it to be seen.
    ///
    /// # Errors
    /// [`Fault::resources`] when there are too many objects at the host.
    pub(super) fn unmapped(&mut self, id: u32, env: &mut Env<'_, '_>) -> Result<(), Fault> {
        let window = self.windows.get(&id);
        if window.is_some_and(|window| window.is_managed() && window.life == Life::Mapped) {
            self.set_wm_state(id, WmState::Withdrawn, env);
            self.decide_for_host(id, Decision::Withdrawal, env)?;
            self.change_size(id, env, |sizing, _, effects| sizing.give_back(effects))?;
        }
        self.withdraw(id, env)
    }

    /// What carafe wrote to a window that is withdrawn goes (EWMH), but not what its client has
    /// written since for the next time that it maps it. Servers of today let nobody keep
    /// others from writing meanwhile; and what is removed cannot be seen to be removed once
    /// more. So an empty list takes its place.
    pub(super) fn clear_properties(&mut self, id: u32, env: &mut Env<'_, '_>) {
        let atoms = *env.x.atoms();
        let window = self.windows.get_mut(&id).filter(|window| window.life == Life::Withdrawn);
        let Some(window) = window else { return };
        window.told_states = None;
        // It may have written them just before carafe wrote what the host had said of a window
        // that was still there.
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

    /// A window is not to be seen any more.
    pub(super) fn withdraw(&mut self, id: u32, env: &mut Env<'_, '_>) -> Result<(), Fault> {
        let orphans = self.popups_of(id);
        self.drop_role(id, env);
        self.change_size(id, env, |sizing, _, effects| sizing.forget_wishes(effects))?;
        let Some(window) = self.windows.get_mut(&id) else { return Ok(()) };
        // Others may have waited for it in vain.
        self.waited_in_vain |= window.is_managed() && window.life != Life::Withdrawn;
        window.life = Life::Withdrawn;
        window.grabs = true;
        window.awaits_grab = false;
        (window.icon, window.icon_wish) = (None, IconWish::default());
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
        // What was on it may be on another one: a menu's next submenu often comes before
        // the last one goes.
        for orphan in orphans.into_iter().rev() {
            self.show(orphan, env)?;
        }
        Ok(())
    }
}
