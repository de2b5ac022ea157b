//! What the window manager and Xwayland agree on for each window: which surface shows it, and when
//! Xwayland may commit that (`_XWAYLAND_ALLOW_COMMITS`).
//!
//! The X server tells a window's surface in a client message: with a serial that the surface has too
//! (`xwayland_shell_v1`, from Xwayland 23.1 on), or with the surface's id. Either half may come
//! first, because they come over different connections.

use std::collections::HashMap;

use x11rb_protocol::protocol::xproto::AtomEnum;

use super::{Env, Wm};
use crate::session::Fault;
use crate::x11::role::Role;

/// Bound on the surfaces and windows that wait.
const MAX_UNPAIRED: usize = 4096;

/// Windows and surfaces that wait for their counterpart.
#[derive(Default)]
pub struct Pairing {
    /// The windows whose surfaces do not exist yet, by the surface's id.
    ids: HashMap<u32, u32>,
    /// The windows whose surfaces are not known yet, by serial.
    windows: HashMap<u64, u32>,
    /// The surfaces whose windows are not known yet, by serial.
    surfaces: HashMap<u64, u32>,
}

impl Pairing {
    /// Notes that a window is gone.
    pub fn forget_window(&mut self, id: u32) {
        self.ids.retain(|_, window| *window != id);
        self.windows.retain(|_, window| *window != id);
    }

    /// Notes that a surface is gone.
    fn forget_surface(&mut self, id: u32) {
        self.surfaces.retain(|_, surface| *surface != id);
    }
}

impl Wm {
    /// Handles the server's message with the id of a window's surface.
    pub(super) fn surface_id(
        &mut self,
        id: u32,
        surface: u32,
        env: &mut Env<'_, '_>,
    ) -> Result<(), Fault> {
        if env.surfaces.has(surface) {
            return self.pair(id, surface, env);
        }
        if self.pairing.ids.len() < MAX_UNPAIRED {
            self.pairing.ids.insert(surface, id);
        }
        Ok(())
    }

    /// Handles the server's message with the serial of a window's surface.
    pub(super) fn surface_serial(
        &mut self,
        id: u32,
        serial: u64,
        env: &mut Env<'_, '_>,
    ) -> Result<(), Fault> {
        if let Some(surface) = self.pairing.surfaces.remove(&serial) {
            return self.pair(id, surface, env);
        }
        if self.pairing.windows.len() < MAX_UNPAIRED {
            self.pairing.windows.insert(serial, id);
        }
        Ok(())
    }

    /// Notes a new surface.
    ///
    /// # Errors
    /// [`Fault::resources`] when there are too many objects at the host.
    pub fn surface_created(&mut self, surface: u32, env: &mut Env<'_, '_>) -> Result<(), Fault> {
        match self.pairing.ids.remove(&surface) {
            Some(id) => self.pair(id, surface, env),
            None => Ok(()),
        }
    }

    /// Notes a surface's serial, once it is committed.
    ///
    /// # Errors
    /// [`Fault::resources`] when there are too many objects at the host.
    pub fn serial_set(
        &mut self,
        surface: u32,
        serial: u64,
        env: &mut Env<'_, '_>,
    ) -> Result<(), Fault> {
        if let Some(id) = self.pairing.windows.remove(&serial) {
            return self.pair(id, surface, env);
        }
        if self.pairing.surfaces.len() < MAX_UNPAIRED {
            self.pairing.surfaces.insert(serial, surface);
        }
        Ok(())
    }

    /// Removes a surface's role, because the surface is about to be destroyed.
    pub fn surface_destroyed(&mut self, surface: u32, env: &mut Env<'_, '_>) {
        self.pairing.forget_surface(surface);
        if let Some(id) = self.by_surface.remove(&surface) {
            self.drop_opacity(id, env);
            self.drop_role(id, env);
            if let Some(window) = self.windows.get_mut(&id) {
                window.surface = None;
            }
        }
    }

    fn pair(&mut self, id: u32, surface: u32, env: &mut Env<'_, '_>) -> Result<(), Fault> {
        let before = match self.windows.get_mut(&id) {
            None => return Ok(()),
            Some(window) => window.surface,
        };
        if before == Some(surface) {
            return Ok(());
        }
        if let Some(before) = before {
            // Xwayland has made a new surface for the window.
            self.surface_destroyed(before, env);
        }
        self.by_surface.insert(surface, id);
        if let Some(window) = self.windows.get_mut(&id) {
            window.surface = Some(surface);
        }
        // What the window got before it had a surface applies now.
        self.apply_shape(id, env)?;
        self.show(id, env)
    }
}

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
