//! Globals that clients get with a newer version than the host has. [`Bridge`](super::Bridge) makes
//! up what the host's version lacks.

use wayland_client::protocol::wl_surface;

use crate::session::{Context, Incoming, Refusal};

/// A row of the table.
pub struct RaisedGlobal {
    /// The global.
    pub interface: &'static str,
    /// The lowest version of the host that carafe can raise.
    pub from: u32,
    /// The version for clients.
    pub to: u32,
}

/// All of them, and how each part is made. Older hosts lack requests that nothing can replace
/// (`xdg_popup.reposition`, destructors).
pub const RAISED: [RaisedGlobal; 4] = [
    // 4: damage_buffer, made from damage. 5: offset, made from attach. 6: the preferred scale and
    // transform, made from those of a surface's outputs.
    RaisedGlobal { interface: "wl_compositor", from: 3, to: 6 },
    // 4: name and description, made from zxdg_output_v1.
    RaisedGlobal { interface: "wl_output", from: 3, to: 4 },
    // 8: axis_value120, made from axis_discrete. 9: older hosts do not know of inverted wheels.
    RaisedGlobal { interface: "wl_seat", from: 5, to: 9 },
    // 4: bounds, made from outputs. 5: the abilities of the window menu. 6: the host never says
    // that a window is suspended.
    RaisedGlobal { interface: "xdg_wm_base", from: 3, to: 6 },
];

/// The version of a global for clients, if the host has this one.
pub fn raised(interface: &str, at_host: u32) -> u32 {
    let row = RAISED.iter().find(|row| row.interface == interface && row.from <= at_host);
    row.map_or(at_host, |row| row.to.max(at_host))
}

/// A client's bind.
pub struct Bind {
    /// The global's name.
    pub name: u32,
    /// The global's interface.
    pub interface: &'static str,
    /// The version that the client asks for.
    pub version: u32,
    /// The version that the host has; 0 if only carafe has the global.
    pub at_host: u32,
    /// The client's id of the new object.
    pub id: u32,
}

impl Bind {
    /// Whether the client's version has something, since this version, that the host's lacks.
    pub fn lacks(&self, interface: &str, since: u32) -> bool {
        self.interface == interface && self.version >= since && self.at_host < since
    }

    /// Whether its surfaces have `damage_buffer`, but the host's do not.
    pub fn lacks_buffer_damage(&self) -> bool {
        self.lacks("wl_compositor", wl_surface::REQ_DAMAGE_BUFFER_SINCE)
    }

    /// Reads a `wl_registry.bind`; `None` if there is no such global any more, or the client may not
    /// bind it.
    ///
    /// # Errors
    /// [`Refusal`]: the arguments are wrong.
    pub fn read(
        incoming: &mut Incoming<'_>,
        context: &Context<'_>,
    ) -> Result<Option<Self>, Refusal> {
        let mut args = incoming.args();
        let name = args.uint()?;
        let wanted = args.string()?.unwrap_or_default().to_owned();
        let (version, id) = (args.uint()?, args.uint()?);
        args.finish()?;
        let Some(global) = context.globals.by_name.get(&name) else { return Ok(None) };
        let interface = context.tables.interface(global.interface).name;
        let is_version = (1..=global.version).contains(&version);
        let may = global.offered && interface.as_bytes() == wanted && is_version;
        Ok(may.then_some(Self { name, interface, version, at_host: global.at_host, id }))
    }
}
