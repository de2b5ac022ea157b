//! `zxdg_toplevel_decoration_v1.configure`, for which clients wait before they draw. `ChromeOS`
//! sends it only if a window's mode changes from client-side decorations.

use std::collections::HashMap;

use wayland_protocols::xdg::decoration::zv1::client::zxdg_toplevel_decoration_v1;

use crate::session::{Context, Incoming, Refusal};

/// `zxdg_toplevel_decoration_v1.mode`
const CLIENT_SIDE: u32 = 1;
const SERVER_SIDE: u32 = 2;

/// A client's object.
struct Decoration {
    toplevel: u32,
    /// The mode that the client wants; 0 for any.
    wanted: u32,
    /// Whether it was told a mode since then.
    is_told: bool,
}

/// The decorations, by the client's ids.
#[derive(Default)]
pub struct Decorations(HashMap<u32, Decoration>);

impl Decorations {
    /// `zxdg_decoration_manager_v1.get_toplevel_decoration`
    ///
    /// # Errors
    /// [`Refusal`]: the arguments are wrong.
    pub fn made(&mut self, incoming: &mut Incoming<'_>) -> Result<(), Refusal> {
        let mut args = incoming.args();
        let (id, toplevel) = (args.uint()?, args.uint()?);
        self.0.insert(id, Decoration { toplevel, wanted: 0, is_told: false });
        Ok(())
    }

    /// `set_mode`; `unset_mode` has no argument.
    ///
    /// # Errors
    /// [`Refusal`]: the arguments are wrong.
    pub fn wants(&mut self, incoming: &mut Incoming<'_>) -> Result<(), Refusal> {
        let is_set = incoming.header.opcode == zxdg_toplevel_decoration_v1::REQ_SET_MODE_OPCODE;
        let wanted = if is_set { incoming.args().uint()? } else { 0 };
        if let Some(decoration) = self.0.get_mut(&incoming.header.object) {
            (decoration.wanted, decoration.is_told) = (wanted, false);
        }
        Ok(())
    }

    /// Notes that the host tells an object its mode.
    pub fn told(&mut self, id: u32) {
        if let Some(decoration) = self.0.get_mut(&id) {
            decoration.is_told = true;
        }
    }

    /// Tells the mode before a window is configured. If the client wants the host's decorations,
    /// the host tells it.
    pub fn configure(&mut self, toplevel: u32, context: &mut Context<'_>) {
        for (id, decoration) in &mut self.0 {
            let waits = !decoration.is_told && decoration.wanted != SERVER_SIDE;
            if waits && decoration.toplevel == toplevel {
                decoration.is_told = true;
                let opcode = zxdg_toplevel_decoration_v1::EVT_CONFIGURE_OPCODE;
                context.to_client.make(*id, opcode, |event| event.uint(CLIENT_SIDE));
            }
        }
    }

    /// The client destroys one.
    pub fn gone(&mut self, id: u32) {
        self.0.remove(&id);
    }
}
