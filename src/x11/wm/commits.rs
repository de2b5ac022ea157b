//! Xwayland's commits of windows: when they are allowed (`_XWAYLAND_ALLOW_COMMITS`), and what must
//! happen before them.

use x11rb_protocol::protocol::xproto::AtomEnum;

use super::{Env, Wm};
use crate::session::Fault;
use crate::x11::role::Role;

impl Wm {
    /// Sets whether Xwayland may commit a window's content.
    pub(super) fn allow_commits(id: u32, allowed: bool, env: &mut Env<'_, '_>) {
        let property = env.x.atoms()._XWAYLAND_ALLOW_COMMITS;
        env.x.set_numbers(id, property, AtomEnum::CARDINAL.into(), &[allowed.into()]);
    }

    /// Xwayland commits a surface, which will have this size. The configuration that fits it is
    /// acknowledged first.
    ///
    /// # Errors
    /// [`Fault::resources`] when there is no memory, or too many objects at the host.
    pub fn committing(
        &mut self,
        surface: u32,
        size: (u32, u32),
        env: &mut Env<'_, '_>,
    ) -> Result<(), Fault> {
        let Some(id) = self.by_surface.get(&surface).copied() else { return Ok(()) };
        let window = self.windows.get_mut(&id);
        match window.and_then(|window| window.role.as_mut()) {
            None => {}
            Some(Role::Toplevel(toplevel)) => {
                if size.0 > 0 && !std::mem::replace(&mut toplevel.has_content, true) {
                    self.appeared.insert(id);
                }
                self.change_size(id, env, |sizing, scene, effects| {
                    sizing.committing(size, scene, effects);
                })?;
            }
            Some(Role::Popup(popup)) => {
                if size.0 > 0 && !std::mem::replace(&mut popup.has_content, true) {
                    self.appeared.insert(id);
                }
                let size = popup.zoom.map(|zoom| zoom.size(size));
                env.host.set_fit(surface, size);
            }
            Some(Role::Layer(_)) => {
                env.host.set_fit(surface, None);
            }
        }
        Ok(())
    }

    /// Whether [`committing`](Self::committing) the same size again would do nothing.
    pub fn is_steady(&self, surface: u32) -> bool {
        let window = self.by_surface.get(&surface).and_then(|id| self.windows.get(id));
        let Some(window) = window else { return false };
        let is_fitted = match &window.role {
            Some(Role::Toplevel(_)) => window.sizing.fit().is_some(),
            Some(Role::Popup(popup)) => popup.zoom.is_some(),
            Some(Role::Layer(_)) => false,
            None => true,
        };
        // A scaled window is always damaged as a whole.
        !is_fitted && !window.sizing.is_under_way()
    }
}
