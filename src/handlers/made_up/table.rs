//! The table: what the host has, what clients get, and what that is made from. `docs/bridges.md` says
//! the same in words. (A few more globals are made by the handlers of scale, copies and X11, under
//! conditions of their own.)

use super::{ACTIVATION, ALPHA, CURSOR_SHAPES, GTK_SHELL, MadeUp, PRIMARY, TEXT_INPUT};
use crate::aura::{SHELL, SINCE};

/// What clients get that the host does not have.
pub enum BridgeRow {
    /// A newer version of a global. `Bridge` makes up what the host's lacks.
    Raised {
        /// The global.
        interface: &'static str,
        /// The lowest version of the host that this row is for.
        from: u32,
        /// The version for clients.
        to: u32,
    },
    /// A global in front of another one of the host's. `StandIns` makes it if the
    /// host does not have it itself.
    StandIn {
        /// The global for clients.
        made_up: MadeUp,
        /// The host's global from which it is made.
        from: &'static str,
        /// The lowest version of the host's global that suffices.
        since: u32,
    },
}

const fn raised_from(interface: &'static str, from: u32, to: u32) -> BridgeRow {
    BridgeRow::Raised { interface, from, to }
}

const fn stand_in(made_up: MadeUp, from: &'static str, since: u32) -> BridgeRow {
    BridgeRow::StandIn { made_up, from, since }
}

/// All rows. If two are for one global, the later one needs more of the host, or the earlier one is
/// preferred.
pub const TABLE: [BridgeRow; 12] = [
    // 4: damage_buffer, made from damage. 5: offset, made from attach. 6: the preferred scale and
    // transform, made from those of a surface's outputs.
    raised_from("wl_compositor", 3, 6),
    // 3: release, of which the host need not hear. 4: name and description, made from
    // zxdg_output_v1.
    raised_from("wl_output", 2, 4),
    // 8: axis_value120, made from axis_discrete. 9: older hosts do not know of inverted wheels.
    raised_from("wl_seat", 5, 9),
    // 2: tiled states, which the host never says.
    raised_from("xdg_wm_base", 1, 2),
    // 4: bounds, made from outputs. 5: the abilities of the window menu. 6: the host never says
    // that a window is suspended.
    raised_from("xdg_wm_base", 3, 6),
    stand_in(ACTIVATION, SHELL, SINCE),
    stand_in(CURSOR_SHAPES, "zcr_cursor_shapes_v1", 1),
    // Drawn from the user's theme.
    stand_in(CURSOR_SHAPES, "wl_shm", 1),
    stand_in(ALPHA, "zcr_alpha_compositing_v1", 1),
    stand_in(GTK_SHELL, SHELL, SINCE),
    // Whose selection it is depends on the keyboard.
    stand_in(PRIMARY, "wl_seat", 1),
    stand_in(TEXT_INPUT, "zwp_text_input_manager_v1", 1),
];

/// The version of a global for clients, if the host has this one.
pub fn raised(interface: &str, at_host: u32) -> u32 {
    let versions = TABLE.iter().filter_map(|row| match row {
        BridgeRow::Raised { interface: raised, from, to } if *raised == interface => {
            (*from <= at_host).then_some(*to)
        }
        _ => None,
    });
    versions.max().unwrap_or_default().max(at_host)
}
