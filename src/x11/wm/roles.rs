//! The roles of windows at the host: when they get one, and when they lose it.

use super::choice::{Choice, Nature};
use super::window::Life;
use super::{Env, Wm};
use crate::session::Fault;
use crate::surfaces::SurfaceRole;
use crate::x11::role::{Role, Toplevel};

impl Wm {
    /// The role that owns an object of the host.
    pub(super) fn role_of(&mut self, object: u32) -> Option<&mut Role> {
        let id = self.by_object.get(&object)?;
        self.windows.get_mut(id)?.role.as_mut()
    }

    /// The toplevel of a window.
    pub(super) fn toplevel(&self, id: u32) -> Option<&Toplevel> {
        self.windows.get(&id)?.toplevel()
    }

    /// The toplevel of a window, mutable.
    pub(super) fn toplevel_mut(&mut self, id: u32) -> Option<&mut Toplevel> {
        self.windows.get_mut(&id)?.toplevel_mut()
    }

    /// Ends the role of a window's surface at the host.
    pub(super) fn drop_role(&mut self, id: u32, env: &mut Env<'_, '_>) {
        // xdg-shell requires that popups go before their parents.
        for popup in self.popups_of(id) {
            self.drop_role(popup, env);
        }
        let Some(window) = self.windows.get_mut(&id) else { return };
        let Some(role) = window.role.take() else { return };
        window.sizing.lose_role();
        self.popups.remove(&id);
        window.inquiry.forget_configurations();
        for object in role.objects() {
            self.by_object.remove(&object);
        }
        let (surface, is_layer) = (window.surface, self.layers.remove(&id));
        self.dependents.remove(&id);
        // Hosts with smithay do not see a commit of a surface that was a layer surface.
        if let Some(surface) = surface.filter(|_| is_layer) {
            env.surfaces.close(surface, env.host.context);
        }
        role.destroy(&mut env.host);
        if let Some(surface) = surface {
            env.host.set_fit(surface, None);
            env.surfaces.close(surface, env.host.context);
        }
    }

    /// Registers a role's objects, so that their events find the window.
    pub(super) fn note_role(&mut self, id: u32) {
        let role = self.windows.get(&id).and_then(|window| window.role.as_ref());
        if matches!(role, Some(Role::Popup(_))) {
            self.popups.insert(id);
        }
        for object in role.into_iter().flat_map(Role::objects) {
            self.by_object.insert(object, id);
        }
    }

    /// Gives a window a role at the host, if it is ready for that.
    ///
    /// # Errors
    /// [`Fault::resources`] when there are too many objects.
    pub(super) fn show(&mut self, id: u32, env: &mut Env<'_, '_>) -> Result<(), Fault> {
        let Some(window) = self.windows.get(&id) else { return Ok(()) };
        let ready = window.life == Life::Mapped && window.is_known() && window.role.is_none();
        let Some(surface) = window.surface.filter(|_| ready) else { return Ok(()) };
        let host_surface = env.host.of_client(surface);
        if host_surface == 0 || window.is_drag_icon(env.seat) {
            return Ok(());
        }
        let choice = self.choice(window, env);
        let may_be = |role| env.host.may_be(surface, role);
        let (role, choice) = match choice {
            Choice::Nothing => return Ok(()),
            Choice::Popup(_) if self.is_menu_opening() => {
                self.waiting.insert(id);
                return Ok(());
            }
            Choice::Popup(_) if may_be(SurfaceRole::Popup) => (SurfaceRole::Popup, choice),
            Choice::Layer if may_be(SurfaceRole::Layer) => (SurfaceRole::Layer, choice),
            Choice::Fullscreen if may_be(SurfaceRole::Toplevel) => (SurfaceRole::Toplevel, choice),
            // The surface had another role before, so it cannot get this one.
            Choice::Popup(_) | Choice::Layer | Choice::Fullscreen | Choice::Toplevel
                if may_be(SurfaceRole::Toplevel) =>
            {
                (SurfaceRole::Toplevel, Choice::Toplevel)
            }
            Choice::Popup(_) | Choice::Fullscreen | Choice::Toplevel
                if may_be(SurfaceRole::Layer) =>
            {
                (SurfaceRole::Layer, Choice::Layer)
            }
            _ => {
                self.waiting.insert(id);
                return Ok(());
            }
        };
        env.host.becomes(surface, role);
        match choice {
            Choice::Popup(parent) => self.show_popup(id, parent, host_surface, env)?,
            Choice::Layer => self.show_layer(id, host_surface, env)?,
            _ => {
                if let Some(window) = self.windows.get_mut(&id).filter(|w| !w.is_managed()) {
                    let fills = choice == Choice::Fullscreen;
                    (window.wants_fullscreen, window.states.fullscreen) = (fills, fills);
                }
                self.show_toplevel(id, host_surface, env)?;
            }
        }
        let opacity = self.windows.get(&id).and_then(|window| window.properties.opacity);
        if opacity.is_some() { self.tell_opacity(id, env) } else { Ok(()) }
    }

    /// Reconsiders an override-redirect window that was moved or resized: it is not shown while its
    /// client keeps it outside the screen.
    pub(super) fn reconsider(&mut self, id: u32, env: &mut Env<'_, '_>) -> Result<(), Fault> {
        let Some(window) = self.windows.get(&id) else { return Ok(()) };
        let is_managed = window.is_managed();
        let is_helper = !is_managed && self.nature(window, env.x.atoms()) == Nature::Helper;
        match &window.role {
            Some(_) if is_helper => self.drop_role(id, env),
            Some(Role::Popup(_)) => self.popup_moved(id, env)?,
            Some(Role::Layer(_)) => self.layer_moved(id, env),
            Some(Role::Toplevel(_)) if !is_managed => {
                self.tell_limits(id, env)?;
            }
            None if !is_managed && !is_helper && window.life == Life::Mapped => {
                self.show(id, env)?;
            }
            _ => {}
        }
        Ok(())
    }

    /// Does once per turn what all events of the turn have caused.
    ///
    /// # Errors
    /// [`Fault::resources`] when there are too many objects at the host.
    pub fn settle_roles(&mut self, env: &mut Env<'_, '_>) -> Result<(), Fault> {
        // Other windows may have waited for a window whose content the host has just got.
        if std::mem::take(&mut self.waiting_changed) || !self.appeared.is_empty() {
            self.show_waiting(env)?;
        }
        self.settle_parents(env)
    }

    /// Shows windows that have waited for a toplevel.
    pub(super) fn show_waiting(&mut self, env: &mut Env<'_, '_>) -> Result<(), Fault> {
        for id in std::mem::take(&mut self.waiting) {
            self.show(id, env)?;
        }
        Ok(())
    }
}
