//! Which surface shows which window. The X server tells it by a client message: with a
//! serial that the surface carries too (`xwayland_shell_v1`, from Xwayland 23.1 on), or
//! with the surface's id. Messages of the two connections overtake each other.

use std::collections::HashMap;

use super::{Env, Wm};
use crate::session::Fault;

/// Bound on those that wait.
const MAX_WAITING: usize = 4096;

/// Windows and surfaces that wait for each other.
#[derive(Default)]
pub struct Pairing {
    /// The window that a surface of that id is to be of, before the surface is there.
    ids: HashMap<u32, u32>,
    /// The same by serial.
    windows: HashMap<u64, u32>,
    /// The surface of a serial, before the window is known.
    surfaces: HashMap<u64, u32>,
}

impl Pairing {
    /// A window is gone.
    pub fn forget_window(&mut self, id: u32) {
        self.ids.retain(|_, window| *window != id);
        self.windows.retain(|_, window| *window != id);
    }

    /// A surface is gone.
    fn forget_surface(&mut self, id: u32) {
        self.surfaces.retain(|_, surface| *surface != id);
    }
}

impl Wm {
    /// The server says the id of a window's surface.
    pub(super) fn surface_id(
        &mut self,
        id: u32,
        surface: u32,
        env: &mut Env<'_, '_>,
    ) -> Result<(), Fault> {
        if env.surfaces.has(surface) {
            return self.pair(id, surface, env);
        }
        if self.pairing.ids.len() < MAX_WAITING {
            self.pairing.ids.insert(surface, id);
        }
        Ok(())
    }

    /// The server says the serial of a window's surface.
    pub(super) fn surface_serial(
        &mut self,
        id: u32,
        serial: u64,
        env: &mut Env<'_, '_>,
    ) -> Result<(), Fault> {
        if let Some(surface) = self.pairing.surfaces.remove(&serial) {
            return self.pair(id, surface, env);
        }
        if self.pairing.windows.len() < MAX_WAITING {
            self.pairing.windows.insert(serial, id);
        }
        Ok(())
    }

    /// A surface is there.
    ///
    /// # Errors
    /// [`Fault::resources`] when there are too many objects at the host.
    pub fn surface_created(&mut self, surface: u32, env: &mut Env<'_, '_>) -> Result<(), Fault> {
        match self.pairing.ids.remove(&surface) {
            Some(id) => self.pair(id, surface, env),
            None => Ok(()),
        }
    }

    /// A surface has said its serial, and was committed.
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
        if self.pairing.surfaces.len() < MAX_WAITING {
            self.pairing.surfaces.insert(serial, surface);
        }
        Ok(())
    }

    /// A surface is about to be destroyed: what it was at the host goes first.
    pub fn surface_destroyed(&mut self, surface: u32, env: &mut Env<'_, '_>) {
        self.pairing.forget_surface(surface);
        if let Some(id) = self.by_surface.remove(&surface) {
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
            self.surface_destroyed(before, env);
        }
        self.by_surface.insert(surface, id);
        if let Some(window) = self.windows.get_mut(&id) {
            window.surface = Some(surface);
        }
        self.apply_shape(id, env)?;
        self.show(id, env)
    }
}
