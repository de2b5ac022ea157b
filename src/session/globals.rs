//! The globals that the host offers to a session, and carafe's own use of them.

use std::collections::HashMap;
use std::sync::Arc;

use wayland_client::protocol::wl_display::REQ_GET_REGISTRY_OPCODE;
use wayland_client::protocol::wl_registry::REQ_BIND_OPCODE;

use super::global_rule::GlobalRule;
use super::objects::{IdFault, Objects};
use crate::protocol::{InterfaceId, Tables};
use crate::wire::{DISPLAY_ID, Outbox};

/// A global of the host.
#[derive(Clone, Copy, Debug)]
pub struct Global {
    /// Its interface.
    pub interface: InterfaceId,
    /// The version for the client.
    pub version: u32,
    /// The version at the host; 0 if the host does not have it and carafe makes it up.
    pub at_host: u32,
    /// Whether the client sees it.
    pub offered: bool,
}

/// The host's globals.
#[derive(Default)]
pub struct Globals {
    /// The rule for all of them.
    rule: Arc<GlobalRule>,
    /// carafe's own registry at the host; 0 until it is needed. (The client's registry cannot be
    /// used, because the client may destroy it: `wl_fixes`.)
    registry: u32,
    /// The globals that carafe has bound for itself: interface, id at the host, version.
    bound: Vec<(InterfaceId, u32, u32)>,
    /// By name.
    pub by_name: HashMap<u32, Global>,
}

impl Globals {
    /// Sets the rule, before the session begins.
    pub fn set_rule(&mut self, rule: Arc<GlobalRule>) {
        self.rule = rule;
    }

    /// The rule.
    pub fn rule(&self) -> &GlobalRule {
        &self.rule
    }

    /// Name and version of a global with this interface that carafe may use.
    pub fn find(&self, tables: &Tables, interface: &str) -> Option<(u32, u32)> {
        let id = tables.find(interface).filter(|_| self.rule.allows(interface))?;
        let is_it = |global: &Global| global.interface == id && global.at_host > 0;
        let found = self.by_name.iter().find(|(_, global)| is_it(global))?;
        Some((*found.0, found.1.at_host))
    }

    /// carafe's own registry at the host, which the first call makes.
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

    /// Binds a global for carafe itself, at `version` at most; a second call returns the same
    /// object. Returns its id at the host and its version; `None` if the host does not have it, or
    /// the rule forbids it.
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
        let named = (name, id, version.min(offered));
        let bound = self.bind_named(tables, objects, to_host, named)?;
        self.bound.extend(bound.map(|(object, version)| (id, object, version)));
        Ok(bound)
    }

    /// Binds the global with this name, interface and version for carafe itself, even if carafe has
    /// bound another one with the interface. Returns its id at the host and its version; `None` if
    /// the rule forbids it.
    ///
    /// # Errors
    /// [`IdFault`] when there are too many objects.
    pub fn bind_named(
        &mut self,
        tables: &Tables,
        objects: &mut Objects,
        to_host: &mut Outbox,
        (name, interface, version): (u32, InterfaceId, u32),
    ) -> Result<Option<(u32, u32)>, IdFault> {
        let wanted = tables.interface(interface).name;
        if !self.rule.allows(wanted) {
            return Ok(None);
        }
        let version = self.rule.version(wanted, version);
        let registry = self.registry(tables, objects, to_host)?;
        let object = objects.make_host_only(interface, version)?;
        to_host.make(registry, REQ_BIND_OPCODE, |request| {
            request.uint(name).string(wanted).uint(version).uint(object)
        });
        Ok(Some((object, version)))
    }
}
