//! What the host offers to a session, and carafe's own use of it.

use std::collections::HashMap;

use wayland_client::protocol::wl_display::REQ_GET_REGISTRY_OPCODE;
use wayland_client::protocol::wl_registry::REQ_BIND_OPCODE;

use super::objects::{IdFault, Objects};
use crate::protocol::{InterfaceId, Tables};
use crate::wire::{DISPLAY_ID, Outbox};

/// A global of the host.
#[derive(Clone, Copy, Debug)]
pub struct Global {
    /// What it is.
    pub interface: InterfaceId,
    /// The version that is offered to the client.
    pub version: u32,
    /// Whether it is offered to the client at all.
    pub offered: bool,
}

/// The host's globals by their names.
#[derive(Default)]
pub struct Globals {
    /// carafe's own registry at the host; 0 before it was needed. (A client may destroy
    /// its own: `wl_fixes`.)
    registry: u32,
    /// Globals that carafe has bound for itself: interface, id at the host, version.
    bound: Vec<(InterfaceId, u32, u32)>,
    /// By name.
    pub by_name: HashMap<u32, Global>,
}

impl Globals {
    /// Name and version of a global of an interface.
    pub fn find(&self, tables: &Tables, interface: &str) -> Option<(u32, u32)> {
        let id = tables.find(interface)?;
        let found = self.by_name.iter().find(|(_, global)| global.interface == id)?;
        Some((*found.0, found.1.version))
    }

    /// carafe's own registry at the host, made when it is first asked for.
    ///
    /// # Errors
    /// [`IdFault`] when there are too many objects.
    pub fn registry(
        &mut self,
        tables: &Tables,
        objects: &mut Objects,
        to_host: &mut Outbox,
    ) -> Result<u32, IdFault> {
        if self.registry == 0
            && let Some(registry) = tables.find("wl_registry")
        {
            self.registry = objects.make_host_only(registry, 1)?;
            to_host
                .make(DISPLAY_ID, REQ_GET_REGISTRY_OPCODE, |request| request.uint(self.registry));
        }
        Ok(self.registry)
    }

    /// Binds a global for carafe itself, at most at `version`, unless that was done
    /// before; gives its id at the host and its version. `None`: the host has none.
    ///
    /// # Errors
    /// [`IdFault`] when there are too many objects.
    pub fn bind(
        &mut self,
        tables: &Tables,
        objects: &mut Objects,
        to_host: &mut Outbox,
        interface: &str,
        version: u32,
    ) -> Result<Option<(u32, u32)>, IdFault> {
        let Some(id) = tables.find(interface) else { return Ok(None) };
        if let Some((_, object, version)) = self.bound.iter().find(|(bound, ..)| *bound == id) {
            return Ok(Some((*object, *version)));
        }
        let Some((name, offered)) = self.find(tables, interface) else { return Ok(None) };
        let version = version.min(offered);
        let object = self.bind_named(tables, objects, to_host, (name, id, version))?;
        self.bound.push((id, object, version));
        Ok(Some((object, version)))
    }

    /// Binds the global of that name, interface and version for carafe itself, whether or
    /// not it has one of the kind; gives its id at the host.
    ///
    /// # Errors
    /// [`IdFault`] when there are too many objects.
    pub fn bind_named(
        &mut self,
        tables: &Tables,
        objects: &mut Objects,
        to_host: &mut Outbox,
        (name, interface, version): (u32, InterfaceId, u32),
    ) -> Result<u32, IdFault> {
        let registry = self.registry(tables, objects, to_host)?;
        let object = objects.make_host_only(interface, version)?;
        let interface = tables.interface(interface).name;
        to_host.make(registry, REQ_BIND_OPCODE, |request| {
            request.uint(name).string(interface).uint(version).uint(object)
        });
        Ok(object)
    }
}
