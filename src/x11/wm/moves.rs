//! Windows whose clients place them on the host's screen (`--enable-x11-move-windows`, and a
//! quirk for single games), on hosts that let them.

#[cfg(test)]
mod tests;

use super::window::Window;
use super::{Env, Wm};
use crate::session::Fault;
use crate::x11::role::{Aura, Configure, Role, ToplevelStates};

impl Wm {
    /// A new toplevel's client may place it, if the host lets it.
    pub(super) fn let_move(&mut self, id: u32, env: &mut Env<'_, '_>) -> Result<(), Fault> {
        let Some(window) = self.windows.get_mut(&id) else { return Ok(()) };
        let positioned = window.properties.size.positioned;
        let Some(toplevel) = window.toplevel_mut() else { return Ok(()) };
        toplevel.aura = Aura::make(toplevel.xdg_toplevel, &mut env.host)?;
        self.note_role(id);
        if !positioned {
            return Ok(());
        }
        self.change_size(id, env, |sizing, scene, effects| sizing.place_at_host(scene, effects))
    }

    /// `zaura_toplevel.configure`, which takes the place of `xdg_toplevel.configure`.
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

    /// `zaura_toplevel.origin_change`: the host has moved a window, and nothing else.
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

    /// `wl_callback.done`, of one of carafe's own.
    ///
    /// # Errors
    /// [`Fault::resources`] when there are too many objects at the host.
    pub fn callback_done(&mut self, callback: u32, env: &mut Env<'_, '_>) -> Result<(), Fault> {
        self.host_settled(callback, env)?;
        self.icon_wish_read(callback);
        self.frame_shown(callback, env)
    }

    /// The host has read all that was said in front of a callback.
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

    /// Moves a window to where its `zaura_toplevel` says that it is, if that says something.
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

/// A place of the host's, from the corner of X's screens.
pub(super) fn from_origin(place: (i32, i32), env: &Env<'_, '_>) -> (i32, i32) {
    let origin = env.host.context.objects.origin();
    (place.0.saturating_sub(origin.0), place.1.saturating_sub(origin.1))
}
