//! Toplevels: how windows become one, and the host's configurations.

use super::decisions::Decision;
use super::iconify::IconWish;
use super::moves::from_origin;
use super::{Env, Wm};
use crate::session::Fault;
use crate::x11::role::{Aura, Configure, Role, Toplevel, ToplevelStates};

impl Wm {
    /// Makes a window a toplevel.
    pub(super) fn show_toplevel(
        &mut self,
        id: u32,
        surface: u32,
        env: &mut Env<'_, '_>,
    ) -> Result<(), Fault> {
        let Some(toplevel) = Toplevel::make(surface, &mut env.host)? else { return Ok(()) };
        let Some(window) = self.windows.get_mut(&id) else { return Ok(()) };
        window.role = Some(Role::Toplevel(Box::new(toplevel)));
        self.note_role(id);
        self.tell_shell(id, env)?;
        self.describe(id, env)?;
        let Some(window) = self.windows.get(&id) else { return Ok(()) };
        if window.is_managed() && self.settings.moves(window.properties.subject()) {
            self.allow_placing(id, env)?;
        }
        let Some(window) = self.windows.get(&id) else { return Ok(()) };
        let (states, iconic) = (window.states, window.properties.hints.iconic);
        let output = self.chosen_output(window).map_or(0, |output| env.host.of_client(output));
        if let Some(toplevel) = window.toplevel() {
            if states.is_maximized() {
                toplevel.maximize(true, &mut env.host);
            }
            if states.fullscreen {
                toplevel.fullscreen_on(output, &mut env.host);
            }
            if iconic {
                toplevel.minimize(&mut env.host);
            }
            toplevel.commit(&mut env.host);
        }
        if let Some(window) = self.windows.get_mut(&id) {
            // All events of the host about a window come after its first commit.
            window.icon_wish = if iconic { IconWish::Known } else { IconWish::None };
        }
        // The host may have given a program that it started a token.
        match self.windows.get(&id).and_then(|window| window.properties.startup_id()) {
            Some(token) => self.activate_with(id, token, env),
            None => Ok(()),
        }
    }

    /// Handles `xdg_toplevel.configure`.
    pub fn toplevel_configure(&mut self, object: u32, size: (u32, u32), states: &[u8]) {
        if let Some(Role::Toplevel(toplevel)) = self.role_of(object) {
            toplevel.coming = Configure { size, states: ToplevelStates::read(states), place: None };
        }
    }

    /// Handles `xdg_surface.configure`: everything that came before it takes effect.
    ///
    /// # Errors
    /// [`Fault::resources`] when there are too many objects at the host.
    pub fn surface_configure(
        &mut self,
        object: u32,
        serial: u32,
        env: &mut Env<'_, '_>,
    ) -> Result<(), Fault> {
        let Some(id) = self.by_object.get(&object).copied() else { return Ok(()) };
        match self.role_of(object) {
            // A layer surface has an event of its own.
            None | Some(Role::Layer(_)) => {}
            Some(Role::Popup(_)) => self.popup_configured(id, serial, env)?,
            Some(Role::Toplevel(toplevel)) => {
                let next = toplevel.coming;
                if next.states.activated {
                    self.activated(id);
                }
                self.decide_for_host(id, Decision::Configure { serial, next }, env)?;
            }
        }
        Ok(())
    }

    /// The window's properties are known as its client had set them before the host configured it.
    pub(super) fn configure_decided(
        &mut self,
        id: u32,
        serial: u32,
        mut next: Configure,
        env: &mut Env<'_, '_>,
    ) -> Result<(), Fault> {
        let Some(window) = self.windows.get_mut(&id) else { return Ok(()) };
        let Some(toplevel) = window.toplevel_mut() else { return Ok(()) };
        let place = toplevel.aura.as_mut().and_then(Aura::take_next);
        next.place = place.map(|place| from_origin(place, env));
        self.decide_size(id, env, |sizing, habits, scene, effects| {
            sizing.configured(serial, next, habits, scene, effects);
        })?;
        self.follow_states(id, next.states, env);
        Ok(())
    }
}
