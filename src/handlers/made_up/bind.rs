//! A client's bind of a global whose version at the host may be older.

use wayland_client::protocol::wl_surface;

use crate::session::{Context, Incoming, Refusal};

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
