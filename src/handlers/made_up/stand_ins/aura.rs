//! carafe's own `zaura_surface` objects: the host allows only one for each surface.

use std::collections::HashMap;

use super::surface_at_host;
use crate::protocol::chromeos::AURA_SHELL;
use crate::session::{Context, IdFault};

const GET_AURA_SURFACE: u16 = 0;
const SET_STARTUP_ID: u16 = 3;
const ACTIVATE: u16 = 8;
const RELEASE: u16 = 27;

/// The objects, by the client's surfaces.
#[derive(Default)]
pub struct AuraSurfaces {
    all: HashMap<u32, u32>,
    version: u32,
}

impl AuraSurfaces {
    /// The host's object for one of the client's surfaces; `None` if there is no such surface.
    ///
    /// # Errors
    /// [`IdFault`] when there are too many objects.
    fn of(&mut self, surface: u32, context: &mut Context<'_>) -> Result<Option<u32>, IdFault> {
        if let Some(known) = self.all.get(&surface) {
            return Ok(Some(*known));
        }
        let Some(at_host) = surface_at_host(surface, context) else { return Ok(None) };
        let made = context.make_at_host("zaura_shell", AURA_SHELL, "zaura_surface")?;
        let Some((shell, made, version)) = made else { return Ok(None) };
        self.version = version;
        context.to_host.make(shell, GET_AURA_SURFACE, |request| request.uint(made).uint(at_host));
        self.all.insert(surface, made);
        Ok(Some(made))
    }

    /// Sets the startup id of the program that shows a surface.
    ///
    /// # Errors
    /// [`IdFault`] when there are too many objects.
    pub fn set_startup_id(
        &mut self,
        surface: u32,
        id: &str,
        context: &mut Context<'_>,
    ) -> Result<(), IdFault> {
        if let Some(aura) = self.of(surface, context)? {
            context.to_host.make(aura, SET_STARTUP_ID, |request| request.string(id));
        }
        Ok(())
    }

    /// Brings a surface's window to the front, if the host allows it.
    ///
    /// # Errors
    /// [`IdFault`] when there are too many objects.
    pub fn activate(&mut self, surface: u32, context: &mut Context<'_>) -> Result<(), IdFault> {
        if let Some(aura) = self.of(surface, context)? {
            context.to_host.make(aura, ACTIVATE, |request| request);
        }
        Ok(())
    }

    /// Handles that the client destroys a surface, whose id another one may get.
    pub fn surface_gone(&mut self, surface: u32, context: &mut Context<'_>) {
        let gone = self.all.remove(&surface);
        if let Some(aura) = gone.filter(|_| self.version >= AURA_SHELL) {
            context.to_host.make(aura, RELEASE, |request| request);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::handlers::made_up::table::AURA_ACTIVATE_SINCE;
    use crate::protocol::testing::request;

    #[test]
    fn opcodes_are_those_of_the_protocol() {
        assert_eq!(request("zaura_shell", GET_AURA_SURFACE), ("get_aura_surface", 1));
        assert_eq!(request("zaura_surface", SET_STARTUP_ID), ("set_startup_id", 4));
        assert_eq!(request("zaura_surface", ACTIVATE), ("activate", AURA_ACTIVATE_SINCE));
        assert_eq!(request("zaura_surface", RELEASE), ("release", AURA_SHELL));
    }
}
