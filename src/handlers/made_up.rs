//! What clients get that the host does not have: newer versions of globals, and globals that only
//! carafe has. `table.rs` lists all of it.

mod bind;
mod bridge;
mod damage;
mod decorations;
mod outputs;
mod preferred;
mod stand_ins;
mod table;
mod windows;

#[cfg(test)]
mod tests;

use wayland_client::protocol::wl_registry::EVT_GLOBAL_OPCODE;

use crate::session::{Context, Global, Globals};

pub use bind::Bind;
pub use bridge::Bridge;
pub use stand_ins::StandIns;
pub use table::{BridgeRow, TABLE, raised};

/// A global that only carafe has.
pub struct MadeUp {
    /// Its name in registries: hosts count theirs from 1.
    pub name: u32,
    /// Its interface.
    pub interface: &'static str,
    /// Its version.
    pub version: u32,
}

const fn made_up(number: u32, interface: &'static str, version: u32) -> MadeUp {
    MadeUp { name: u32::MAX - number, interface, version }
}

/// For older versions of Mesa; carafe makes it with the host's dma-bufs.
pub const DRM: MadeUp = made_up(1, "wl_drm", 2);

/// carafe makes it with viewports and its knowledge of outputs. With a scale of carafe's own,
/// clients draw sharply only if they know fractional scales and logical sizes.
pub const FRACTIONAL: MadeUp = made_up(2, "wp_fractional_scale_manager_v1", 1);

/// carafe makes it with its knowledge of outputs.
pub const XDG_OUTPUT: MadeUp = made_up(3, "zxdg_output_manager_v1", 3);

/// With it, Xwayland tells which window a surface belongs to.
pub const XWAYLAND_SHELL: MadeUp = made_up(4, "xwayland_shell_v1", 1);

/// With it, Xwayland asks for all keys.
pub const KEYBOARD_GRAB: MadeUp = made_up(5, "zwp_xwayland_keyboard_grab_manager_v1", 1);

/// Made from the host's `zaura_shell`.
pub const ACTIVATION: MadeUp = made_up(6, "xdg_activation_v1", 1);

/// Made from the host's `zcr_cursor_shapes_v1`, or from the user's theme.
pub const CURSOR_SHAPES: MadeUp = made_up(7, "wp_cursor_shape_manager_v1", 2);

/// Made from the host's `zcr_alpha_compositing_v1`.
pub const ALPHA: MadeUp = made_up(8, "wp_alpha_modifier_v1", 1);

/// Made from the host's `zaura_shell`, for GTK.
pub const GTK_SHELL: MadeUp = made_up(9, "gtk_shell1", 5);

/// For carafe's clients among themselves.
pub const PRIMARY: MadeUp = made_up(10, "zwp_primary_selection_device_manager_v1", 1);

/// Made from the host's `zwp_text_input_manager_v1` by `handlers/text_input`.
pub const TEXT_INPUT: MadeUp = made_up(11, "zwp_text_input_manager_v3", 1);

impl MadeUp {
    /// Announces it in a registry of the client, unless the rule for globals forbids it.
    pub fn offer(&self, registry: u32, context: &mut Context<'_>) {
        let rule = context.globals.rule();
        if rule.allows(self.interface) {
            let version = rule.version(self.interface, self.version);
            self.announce(registry, version, context);
        }
    }

    /// Announces it in a registry of the client, with this version.
    pub fn announce(&self, registry: u32, version: u32, context: &mut Context<'_>) {
        let Some(interface) = context.tables.find(self.interface) else { return };
        let global = Global { interface, version, at_host: 0, offered: true };
        context.globals.by_name.insert(self.name, global);
        context.to_client.make(registry, EVT_GLOBAL_OPCODE, |event| {
            event.uint(self.name).string(self.interface).uint(version)
        });
    }

    /// Whether a client's bind means this global, and the global was announced to it.
    pub fn is(&self, name: u32, interface: &[u8], version: u32, globals: &Globals) -> bool {
        let offered = globals.by_name.get(&self.name).filter(|global| global.offered);
        name == self.name
            && interface == self.interface.as_bytes()
            && offered.is_some_and(|global| (1..=global.version).contains(&version))
    }
}
