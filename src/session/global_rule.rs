//! The rule that says which of the host's globals may be used.

use crate::protocol::{is_for_shell, is_privileged};

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
    pub privileged: GlobalSet,
    /// Which of the globals [for the host's shell](is_for_shell) clients may use. carafe may use
    /// all of them.
    pub shell: GlobalSet,
}

impl Default for GlobalRule {
    /// All globals, except those for the host's shell.
    fn default() -> Self {
        let shell = GlobalSet::Named(Vec::new());
        let (denied, allowed, max_versions) = (Vec::new(), None, Vec::new());
        Self { denied, allowed, max_versions, privileged: GlobalSet::All, shell }
    }
}

/// Which of the globals with special rights may be used.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum GlobalSet {
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
        let GlobalSet::Named(named) = &self.privileged else { return None };
        (!has(named) && is_privileged(interface)).then_some(Objection::Privileged)
    }

    /// Whether a global is hidden from clients, because it is for the host's shell.
    pub fn hides(&self, interface: &str) -> bool {
        let is_named = match (&self.allowed, &self.shell) {
            // A user who lists all allowed globals has named the privileged ones too.
            (Some(_), _) | (None, GlobalSet::All) => true,
            (None, GlobalSet::Named(named)) => named.iter().any(|name| name == interface),
        };
        !is_named && is_for_shell(interface)
    }

    /// Whether the client is confined, without an exception for any privileged global.
    pub fn keeps_all_privileged(&self) -> bool {
        let named = matches!(&self.privileged, GlobalSet::Named(named) if named.is_empty());
        let listed = self.allowed.iter().flatten().any(|name| is_privileged(name));
        named && !listed
    }

    /// The version that may be used if the host offers `version`.
    pub fn version(&self, interface: &str, version: u32) -> u32 {
        let bound = self.max_versions.iter().find(|(name, _)| name == interface);
        bound.map_or(version, |(_, bound)| version.min(*bound))
    }
}
