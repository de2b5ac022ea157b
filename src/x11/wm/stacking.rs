//! The order of windows at the X server, which knows nothing of the host's.

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
}
