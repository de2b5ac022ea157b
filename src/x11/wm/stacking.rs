//! The order of windows at the X server, which knows nothing of the host's.

use x11rb_protocol::protocol::xproto::StackMode;

use super::window::Window;
use super::{Env, Wm};

impl Wm {
    /// The pointer or a finger has come to a surface. Two windows that lie beside each other at the host
    /// may lie on top of each other in X: what is under the pointer there is to be above the
    /// other ones, and below menus.
    pub fn pointer_entered(&self, surface: u32, env: &mut Env<'_, '_>) {
        let window = self.window_of(surface);
        let Some(id) = window.and_then(|window| self.toplevel_under(window)) else { return };
        let is_managed = |id: &u32| self.windows.get(id).is_some_and(Window::is_managed);
        let highest = self.stacking.iter().copied().rev().find(|id| is_managed(id));
        if let Some(highest) = highest.filter(|highest| *highest != id) {
            env.x.raise(id, Some(highest));
        }
    }

    /// A pager wants a window above or below others (`_NET_RESTACK_WINDOW`).
    pub(super) fn restack_requested(
        &self,
        id: u32,
        [_, sibling, mode, ..]: [u32; 5],
        env: &mut Env<'_, '_>,
    ) {
        if self.windows.get(&id).is_some_and(Window::is_managed) {
            let sibling = (sibling != 0).then_some(sibling);
            self.restack_as_asked(id, sibling, StackMode::from(mode), env);
        }
    }

    /// Puts a window above or below others, as its client asks.
    pub(super) fn restack_as_asked(
        &self,
        id: u32,
        sibling: Option<u32>,
        mode: StackMode,
        env: &mut Env<'_, '_>,
    ) {
        let sibling = sibling.filter(|sibling| self.windows.contains_key(sibling));
        match mode {
            StackMode::ABOVE | StackMode::TOP_IF => env.x.raise(id, sibling),
            StackMode::BELOW | StackMode::BOTTOM_IF => env.x.lower(id, sibling),
            _ => {}
        }
    }

    /// The server has put a window directly above another one; 0: below all.
    pub(super) fn restacked(&mut self, id: u32, above: u32) {
        let before = self.stacking.before(id);
        self.stacking.insert_after(id, Some(above));
        self.clients_changed |= before != self.stacking.before(id);
    }
}
