//! The stacking order of windows in X, which does not know the host's order.

use x11rb_protocol::protocol::xproto::StackMode;

use super::window::Window;
use super::{Env, Wm};

impl Wm {
    /// Raises a window in X when the pointer or a finger comes to its surface. Two windows that are
    /// side by side at the host may overlap in X; so the one under the pointer must be above the
    /// others, but below menus.
    pub fn pointer_entered(&self, surface: u32, env: &mut Env<'_, '_>) {
        let window = self.window_of(surface);
        let Some(id) = window.and_then(|window| self.toplevel_under(window)) else { return };
        let is_managed = |id: &u32| self.windows.get(id).is_some_and(Window::is_managed);
        let highest = self.stacking.iter().copied().rev().find(|id| is_managed(id));
        if let Some(highest) = highest.filter(|highest| *highest != id) {
            env.x.raise(id, Some(highest));
        }
    }

    /// Handles a pager's request to restack a window (`_NET_RESTACK_WINDOW`).
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

    /// Restacks a window as its client asks.
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

    /// Notes that the server has put a window directly above another one; 0 for the bottom.
    pub(super) fn restacked(&mut self, id: u32, above: u32) {
        let before = self.stacking.before(id);
        self.stacking.insert_after(id, Some(above));
        self.clients_changed |= before != self.stacking.before(id);
    }
}
