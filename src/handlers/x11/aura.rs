//! Events of `ChromeOS` hosts about the places of windows.

use super::X11;
use crate::session::{Context, Incoming, Refusal};

impl X11 {
    /// Handles `zaura_toplevel.configure`.
    pub(super) fn aura_configure(&mut self, incoming: &mut Incoming<'_>) -> Result<(), Refusal> {
        let object = incoming.header.object;
        let mut args = incoming.args();
        let place = (args.uint()?.cast_signed(), args.uint()?.cast_signed());
        let mut length = || args.uint().map(|n| u32::try_from(n.cast_signed()).unwrap_or(0));
        let size = (length()?, length()?);
        self.wm.aura_configure(object, place, size, args.array()?);
        Ok(())
    }

    /// Handles `zaura_toplevel.origin_change`.
    pub(super) fn aura_moved(
        &mut self,
        incoming: &mut Incoming<'_>,
        context: &mut Context<'_>,
    ) -> Result<(), Refusal> {
        let object = incoming.header.object;
        let mut args = incoming.args();
        let place = (args.uint()?.cast_signed(), args.uint()?.cast_signed());
        self.manage(context, |wm, env| wm.aura_moved(object, place, env))?;
        Ok(())
    }
}
