//! What hosts of `ChromeOS` say of where windows are.

use super::X11;
use crate::session::{Context, Incoming, Refusal};
use crate::x11::role::{EVT_CONFIGURE, EVT_ORIGIN_CHANGE};

impl X11 {
    /// An event of a `zaura_toplevel`.
    pub(super) fn aura_event(
        &mut self,
        incoming: &mut Incoming<'_>,
        context: &mut Context<'_>,
    ) -> Result<(), Refusal> {
        let (object, opcode) = (incoming.header.object, incoming.header.opcode);
        if ![EVT_CONFIGURE, EVT_ORIGIN_CHANGE].contains(&opcode) {
            return Ok(());
        }
        let mut args = incoming.args();
        let place = (args.uint()?.cast_signed(), args.uint()?.cast_signed());
        if opcode == EVT_ORIGIN_CHANGE {
            self.manage(context, |wm, env| wm.aura_moved(object, place, env))?;
            return Ok(());
        }
        let mut length = || args.uint().map(|n| u32::try_from(n.cast_signed()).unwrap_or(0));
        let size = (length()?, length()?);
        self.wm.aura_configure(object, place, size, args.array()?);
        Ok(())
    }
}
