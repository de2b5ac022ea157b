//! Windows that their clients place on the host's screen (`--enable-x11-move-windows`, and a quirk
//! for single games), on hosts that allow it.

#[cfg(test)]
mod tests;

use super::window::Window;
use super::{Env, Wm};
use crate::session::Fault;
use crate::x11::role::{Aura, Configure, Role, ToplevelStates};

impl Wm {
    /// Lets a new toplevel's client place it, if the host allows that.
    pub(super) fn allow_placing(&mut self, id: u32, env: &mut Env<'_, '_>) -> Result<(), Fault> {
        let Some(window) = self.windows.get_mut(&id) else { return Ok(()) };
        let positioned = window.properties.size.positioned;
        let Some(toplevel) = window.toplevel_mut() else { return Ok(()) };
        toplevel.aura = Aura::make(toplevel, &mut env.host)?;
        self.note_role(id);
        if !positioned {
            return Ok(());
        }
        self.change_size(id, env, |sizing, scene, effects| sizing.place_at_host(scene, effects))
    }

    /// Handles `zaura_toplevel.configure`, which replaces `xdg_toplevel.configure`.
    pub fn aura_configure(
        &mut self,
        object: u32,
        place: (i32, i32),
        size: (u32, u32),
        states: &[u8],
    ) {
        if let Some(Role::Toplevel(toplevel)) = self.role_of(object) {
            toplevel.coming = Configure { size, states: ToplevelStates::read(states), place: None };
            if let Some(aura) = &mut toplevel.aura {
                aura.configure(place);
            }
        }
    }

    /// Handles `zaura_toplevel.origin_change`: the host has moved a window.
    ///
    /// # Errors
    /// [`Fault::resources`] when there are too many objects at the host.
    pub fn aura_moved(
        &mut self,
        object: u32,
        place: (i32, i32),
        env: &mut Env<'_, '_>,
    ) -> Result<(), Fault> {
        match self.by_object.get(&object).copied() {
            Some(id) => self.follow_aura(id, |aura| aura.moved(place), env),
            None => Ok(()),
        }
    }

    /// Handles `wl_callback.done` of one of carafe's own callbacks.
    ///
    /// # Errors
    /// [`Fault::resources`] when there are too many objects at the host.
    pub fn callback_done(&mut self, callback: u32, env: &mut Env<'_, '_>) -> Result<(), Fault> {
        self.host_settled(callback, env)?;
        self.icon_wish_read(callback);
        self.frame_shown(callback, env)
    }

    /// The host has read everything that was sent before a callback.
    fn host_settled(&mut self, callback: u32, env: &mut Env<'_, '_>) -> Result<(), Fault> {
        let waits = |window: &Window| {
            let aura = window.toplevel().and_then(|toplevel| toplevel.aura.as_ref());
            aura.is_some_and(|aura| aura.awaits(callback))
        };
        let waiting = self.windows.values().find(|window| waits(window)).map(|window| window.id);
        match waiting {
            Some(id) => self.follow_aura(id, Aura::settled, env),
            None => Ok(()),
        }
    }

    /// Moves a window in X to the place that its `zaura_toplevel` gives, if it gives one.
    fn follow_aura(
        &mut self,
        id: u32,
        place: impl FnOnce(&mut Aura) -> Option<(i32, i32)>,
        env: &mut Env<'_, '_>,
    ) -> Result<(), Fault> {
        let aura = self.toplevel_mut(id).and_then(|toplevel| toplevel.aura.as_mut());
        let Some(place) = aura.and_then(place) else { return Ok(()) };
        let place = from_origin(place, env);
        self.change_size(id, env, |sizing, scene, effects| {
            sizing.moved_by_host(place, scene, effects);
        })
    }
}

/// Converts a place at the host to one relative to the corner of X's screens.
pub(super) fn from_origin(place: (i32, i32), env: &Env<'_, '_>) -> (i32, i32) {
    let origin = env.host.context.objects.origin();
    (place.0.saturating_sub(origin.0), place.1.saturating_sub(origin.1))
}
