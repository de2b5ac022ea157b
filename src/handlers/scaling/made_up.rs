//! Globals that a client is offered though the host has none: with a scale of carafe's,
//! a client draws sharply only when it knows of fractional scales and of logical sizes.

use crate::handlers::Policy;
use crate::session::{Context, Global};

/// `wl_registry.global`.
const GLOBAL: u16 = 0;

/// A global that only carafe has.
pub struct MadeUp {
    /// Its name in registries: hosts count theirs from 1.
    pub name: u32,
    /// Its interface.
    pub interface: &'static str,
    /// Its version.
    pub version: u32,
}

/// Made from viewports and what is known of outputs.
pub const FRACTIONAL: MadeUp =
    MadeUp { name: u32::MAX - 2, interface: "wp_fractional_scale_manager_v1", version: 1 };

/// Made from what is known of outputs.
pub const XDG_OUTPUT: MadeUp =
    MadeUp { name: u32::MAX - 3, interface: "zxdg_output_manager_v1", version: 3 };

impl MadeUp {
    /// Offers it in a registry of the client's, unless the policy is against it.
    pub fn announce(&self, registry: u32, policy: &Policy, context: &mut Context<'_>) {
        if !policy.offers(self.interface) {
            return;
        }
        let version = policy.version(self.interface, self.version);
        let Some(interface) = context.tables.find(self.interface) else { return };
        let global = Global { interface, version, offered: true };
        context.globals.by_name.insert(self.name, global);
        context.to_client.make(registry, GLOBAL, |event| {
            event.uint(self.name).string(self.interface).uint(version)
        });
    }

    /// Whether a client that binds `name` as this means this one.
    pub fn is(&self, name: u32, interface: &[u8], version: u32) -> bool {
        name == self.name
            && interface == self.interface.as_bytes()
            && (1..=self.version).contains(&version)
    }
}
