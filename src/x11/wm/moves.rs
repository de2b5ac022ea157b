//! Windows whose clients place them on the host's screen (`--enable-x11-move-windows`, and a
//! quirk for single games), on hosts that let them.

#[cfg(test)]
mod tests;

use super::{Env, Window, Wm};
use crate::session::Fault;
use crate::x11::rect::Rect;
use crate::x11::role::{Aura, Role, Toplevel, ToplevelStates};

impl Wm {
    /// A new toplevel's client may place it, if it is so wished and the host lets it.
    pub(super) fn let_move(&mut self, id: u32, env: &mut Env<'_, '_>) -> Result<(), Fault> {
        let Some(window) = self.windows.get_mut(&id).filter(|window| window.is_managed()) else {
            return Ok(());
        };
        let Some(Role::Toplevel(toplevel)) = &mut window.role else { return Ok(()) };
        if !self.settings.moves(window.properties.subject()) {
            return Ok(());
        }
        toplevel.aura = Aura::make(toplevel.xdg_toplevel, &mut env.host)?;
        let positioned = window.properties.size.positioned;
        self.note_role(id);
        if positioned {
            self.tell_bounds(id, env);
        }
        Ok(())
    }

    /// A client has moved or resized its window: so is it at the host, unless that has a
    /// place of its own for it.
    pub(super) fn tell_bounds(&mut self, id: u32, env: &mut Env<'_, '_>) {
        let Some(window) = self.windows.get_mut(&id) else { return };
        let Some(Role::Toplevel(toplevel)) = &mut window.role else { return };
        let free = !toplevel.states.binds_size() && !toplevel.states.resizing;
        let Some(aura) = toplevel.aura.as_mut().filter(|_| free) else { return };
        let Rect { x, y, .. } = window.rect;
        let margins = toplevel.margins;
        let corner = (x.saturating_add(margins.left), y.saturating_add(margins.top));
        let ((x, y), origin) = (env.host.place(corner), env.host.context.objects.origin());
        let (x, y) = (x.saturating_add(origin.0), y.saturating_add(origin.1));
        let size = window.rect.size();
        let (width, height) = match toplevel.fit {
            Some(fit) => fit.size(size),
            None => env.host.size(margins.window(size)),
        };
        aura.set_bounds(Rect { x, y, width, height }, &mut env.host);
    }

    /// `zaura_toplevel.configure`, which takes the place of `xdg_toplevel.configure`.
    pub fn aura_configure(
        &mut self,
        object: u32,
        place: (i32, i32),
        size: (u32, u32),
        states: &[u8],
    ) {
        let id = self.by_object.get(&object).copied();
        let window = id.and_then(|id| self.windows.get_mut(&id));
        if let Some(Role::Toplevel(toplevel)) = window.and_then(|window| window.role.as_mut()) {
            toplevel.coming = (size, ToplevelStates::read(states));
            if let Some(aura) = &mut toplevel.aura {
                aura.configure(place);
            }
        }
    }

    /// `zaura_toplevel.origin_change`: the host has moved a window, and nothing else.
    pub fn aura_moved(&mut self, object: u32, place: (i32, i32), env: &mut Env<'_, '_>) {
        let Some(id) = self.by_object.get(&object).copied() else { return };
        self.follow_aura(id, |aura| aura.moved(place), env);
    }

    /// `wl_callback.done`, of one of carafe's own.
    ///
    /// # Errors
    /// [`Fault::resources`] when there are too many objects at the host.
    pub fn callback_done(&mut self, callback: u32, env: &mut Env<'_, '_>) -> Result<(), Fault> {
        self.host_settled(callback, env);
        self.frame_shown(callback, env)
    }

    /// The host has read all that was said in front of a callback.
    fn host_settled(&mut self, callback: u32, env: &mut Env<'_, '_>) {
        let waits = |window: &Window| {
            let toplevel = window.role.as_ref().and_then(Role::toplevel);
            toplevel.and_then(|toplevel| toplevel.aura.as_ref()).is_some_and(|a| a.awaits(callback))
        };
        let waiting = self.windows.values().find(|window| waits(window)).map(|window| window.id);
        let Some(id) = waiting else { return };
        self.follow_aura(id, Aura::settled, env);
    }

    /// Moves a window to where its `zaura_toplevel` says that it is, if that says something.
    fn follow_aura(
        &mut self,
        id: u32,
        place: impl FnOnce(&mut Aura) -> Option<(i32, i32)>,
        env: &mut Env<'_, '_>,
    ) {
        let Some(window) = self.windows.get_mut(&id) else { return };
        let Some(Role::Toplevel(toplevel)) = &mut window.role else { return };
        let Some(place) = toplevel.aura.as_mut().and_then(place) else { return };
        let (x, y) = corner(toplevel, place, env);
        let rect = window.rect.at(x, y);
        self.move_at_once(id, rect, env);
    }
}

/// Where a toplevel's X window is that the host has put there.
pub(super) fn corner(toplevel: &Toplevel, place: (i32, i32), env: &Env<'_, '_>) -> (i32, i32) {
    let origin = env.host.context.objects.origin();
    let place = (place.0.saturating_sub(origin.0), place.1.saturating_sub(origin.1));
    let (x, y) = env.host.place_in_pixels(place);
    (x.saturating_sub(toplevel.margins.left), y.saturating_sub(toplevel.margins.top))
}
