//! The globals that the host offers to a session, and carafe's own use of them.

use std::collections::HashMap;
use std::sync::Arc;

use wayland_client::protocol::wl_display::REQ_GET_REGISTRY_OPCODE;
use wayland_client::protocol::wl_registry::REQ_BIND_OPCODE;

use super::objects::{IdFault, Objects};
use crate::protocol::{InterfaceId, Tables, is_for_shell, is_privileged};
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

/// Which globals of the host may be used, and up to which version: by clients, and by carafe
/// itself, which has no more rights than they have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GlobalRule {
    /// `--deny-globals`: interfaces that may not be used.
    pub denied: Vec<String>,
    /// `--allow-globals`: if set, the only interfaces that may be used.
    pub allowed: Option<Vec<String>>,
    /// `--max-versions`: interfaces with the highest versions that may be used.
    pub max_versions: Vec<(String, u32)>,
    /// Which privileged globals may be used: those that let a client act outside its own windows.
    pub privileged: Privileged,
    /// Which of the globals [for the host's shell](is_for_shell) clients may use. carafe may use
    /// all of them.
    pub shell: Privileged,
}

impl Default for GlobalRule {
    /// All globals, except those for the host's shell.
    fn default() -> Self {
        let shell = Privileged::Named(Vec::new());
        let (denied, allowed, max_versions) = (Vec::new(), None, Vec::new());
        Self { denied, allowed, max_versions, privileged: Privileged::All, shell }
    }
}

/// Which of the globals with special rights may be used.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Privileged {
    /// All of them.
    #[default]
    All,
    /// Only these.
    Named(Vec<String>),
}

/// Why a rule forbids a global.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Objection {
    /// It is denied, or not among the allowed ones.
    Denied,
    /// It is privileged, and the client is confined.
    Privileged,
}

impl GlobalRule {
    /// Whether a global of this interface may be used.
    pub fn allows(&self, interface: &str) -> bool {
        self.objection(interface).is_none()
    }

    /// Why it may not be used; `None` if it may.
    pub fn objection(&self, interface: &str) -> Option<Objection> {
        let has = |list: &[String]| list.iter().any(|name| name == interface);
        if has(&self.denied) {
            return Some(Objection::Denied);
        }
        if let Some(allowed) = self.allowed.as_deref() {
            // A user who lists all allowed globals has named the privileged ones too.
            return (!has(allowed)).then_some(Objection::Denied);
        }
        let Privileged::Named(named) = &self.privileged else { return None };
        (!has(named) && is_privileged(interface)).then_some(Objection::Privileged)
    }

    /// Whether a global is hidden from clients, because it is for the host's shell.
    pub fn hides(&self, interface: &str) -> bool {
        let is_named = match (&self.allowed, &self.shell) {
            // A user who lists all allowed globals has named the privileged ones too.
            (Some(_), _) | (None, Privileged::All) => true,
            (None, Privileged::Named(named)) => named.iter().any(|name| name == interface),
        };
        !is_named && is_for_shell(interface)
    }

    /// Whether the client is confined, without an exception for any privileged global.
    pub fn keeps_all_privileged(&self) -> bool {
        let named = matches!(&self.privileged, Privileged::Named(named) if named.is_empty());
        let listed = self.allowed.iter().flatten().any(|name| is_privileged(name));
        named && !listed
    }

    /// The version that may be used if the host offers `version`.
    pub fn version(&self, interface: &str, version: u32) -> u32 {
        let bound = self.max_versions.iter().find(|(name, _)| name == interface);
        bound.map_or(version, |(_, bound)| version.min(*bound))
    }
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
