//! What the host offers to a session, and carafe's own use of it.

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
    /// What it is.
    pub interface: InterfaceId,
    /// The version that is offered to the client.
    pub version: u32,
    /// The version that may be used at the host; 0: the host has none, carafe makes it up.
    pub at_host: u32,
    /// Whether it is offered to the client at all.
    pub offered: bool,
}

/// Which of the host's globals may be used, and up to which version: by clients, and by
/// carafe itself, which has no more rights than they have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GlobalRule {
    /// `--deny-globals`: interfaces that are not used.
    pub denied: Vec<String>,
    /// `--allow-globals`: the only ones that are.
    pub allowed: Option<Vec<String>>,
    /// `--max-versions`: interfaces and the highest versions of them that are used.
    pub max_versions: Vec<(String, u32)>,
    /// Which of those that let a client act beyond its own windows.
    pub privileged: Privileged,
    /// Which of those that are [for the host's shell](is_for_shell) clients get. carafe may use all.
    pub shell: Privileged,
}

impl Default for GlobalRule {
    /// All that is not for the host's shell.
    fn default() -> Self {
        let shell = Privileged::Named(Vec::new());
        let (denied, allowed, max_versions) = (Vec::new(), None, Vec::new());
        Self { denied, allowed, max_versions, privileged: Privileged::All, shell }
    }
}

/// Which globals may be used of those that not everybody gets.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Privileged {
    /// All of them.
    #[default]
    All,
    /// These.
    Named(Vec<String>),
}

/// Why a rule is against a global.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Objection {
    /// It is denied, or not among those that are allowed.
    Denied,
    /// It is privileged, and the client is confined.
    Privileged,
}

impl GlobalRule {
    /// Whether a global of this interface may be used.
    pub fn allows(&self, interface: &str) -> bool {
        self.objection(interface).is_none()
    }

    /// Why it may not be used, if it may not.
    pub fn objection(&self, interface: &str) -> Option<Objection> {
        let has = |list: &[String]| list.iter().any(|name| name == interface);
        if has(&self.denied) {
            return Some(Objection::Denied);
        }
        if let Some(allowed) = self.allowed.as_deref() {
            // Whoever lists all that is allowed has named each.
            return (!has(allowed)).then_some(Objection::Denied);
        }
        let Privileged::Named(named) = &self.privileged else { return None };
        (!has(named) && is_privileged(interface)).then_some(Objection::Privileged)
    }

    /// Whether a client is not shown it, because it is for the host's shell.
    pub fn hides(&self, interface: &str) -> bool {
        let is_named = match (&self.allowed, &self.shell) {
            // Whoever lists all that is allowed has named each.
            (Some(_), _) | (None, Privileged::All) => true,
            (None, Privileged::Named(named)) => named.iter().any(|name| name == interface),
        };
        !is_named && is_for_shell(interface)
    }

    /// Whether the client is confined, and no privileged global is excepted.
    pub fn keeps_all_privileged(&self) -> bool {
        let named = matches!(&self.privileged, Privileged::Named(named) if named.is_empty());
        let listed = self.allowed.iter().flatten().any(|name| is_privileged(name));
        named && !listed
    }

    /// The version in which it may be used, where the host offers `version`.
    pub fn version(&self, interface: &str, version: u32) -> u32 {
        let bound = self.max_versions.iter().find(|(name, _)| name == interface);
        bound.map_or(version, |(_, bound)| version.min(*bound))
    }
}

/// The host's globals by their names.
#[derive(Default)]
pub struct Globals {
    /// What holds for all of them.
    rule: Arc<GlobalRule>,
    /// carafe's own registry at the host; 0 before it was needed. (A client may destroy
    /// its own: `wl_fixes`.)
    registry: u32,
    /// Globals that carafe has bound for itself: interface, id at the host, version.
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

    /// Name and version of a global of an interface that carafe may use.
    pub fn find(&self, tables: &Tables, interface: &str) -> Option<(u32, u32)> {
        let id = tables.find(interface).filter(|_| self.rule.allows(interface))?;
        let is_it = |global: &Global| global.interface == id && global.at_host > 0;
        let found = self.by_name.iter().find(|(_, global)| is_it(global))?;
        Some((*found.0, found.1.at_host))
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
    /// before; gives its id at the host and its version. `None`: the host has none, or the
    /// rule is against it.
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

    /// Binds the global of that name, interface and version for carafe itself, whether or
    /// not it has one of the kind; gives its id at the host and its version. `None`: the
    /// rule is against it.
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
