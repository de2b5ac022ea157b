//! Xwayland's surfaces and buffers, and the window of each surface.

use super::X11;
use crate::session::{Context, Fault, Incoming, Refusal, Verdict};

impl X11 {
    /// Handles a request to a surface.
    pub(super) fn surface_request(
        &mut self,
        incoming: &mut Incoming<'_>,
        context: &mut Context<'_>,
    ) -> Result<Verdict, Refusal> {
        let id = incoming.header.object;
        if self.seat.cursors.contains(&id) {
            self.surfaces.open(id, context);
        }
        let seen = self.surfaces.request(incoming, context)?;
        if let Some(size) = seen.commit {
            self.tend(context, |wm, env| wm.committing(id, size, env))?;
        }
        Ok(seen.verdict)
    }

    /// Handles that a surface is gone.
    pub(super) fn surface_destroyed(&mut self, id: u32, context: &mut Context<'_>) {
        self.select(context, |all, env| all.surface_destroyed(id, env));
        self.manage(context, |wm, env| wm.surface_destroyed(id, env));
        self.surfaces.destroyed(id, context);
        self.seat.surface_destroyed(id);
        self.new_surfaces.retain(|new| *new != id);
    }

    /// Handles `xwayland_shell_v1.get_xwayland_surface`.
    pub(super) fn get_shell_surface(
        &mut self,
        incoming: &mut Incoming<'_>,
        context: &mut Context<'_>,
    ) -> Result<(), Refusal> {
        let mut args = incoming.args();
        let (id, surface) = (args.uint()?, args.uint()?);
        args.finish()?;
        context.make_client_only(id, "xwayland_surface_v1", 1)?;
        self.shell_surfaces.insert(id, surface);
        Ok(())
    }

    /// Handles `xwayland_surface_v1.set_serial`.
    pub(super) fn serial_set(
        &mut self,
        incoming: &mut Incoming<'_>,
        context: &mut Context<'_>,
    ) -> Result<(), Refusal> {
        let mut args = incoming.args();
        let (low, high) = (args.uint()?, args.uint()?);
        args.finish()?;
        let serial = u64::from(low) | u64::from(high) << 32;
        if let Some(surface) = self.shell_surfaces.get(&incoming.header.object).copied() {
            self.meet_new_surfaces(context)?;
            self.manage(context, |wm, env| wm.serial_set(surface, serial, env))?;
        }
        Ok(())
    }

    /// Tells the window manager about surfaces that the host knows by now.
    pub(super) fn meet_new_surfaces(&mut self, context: &mut Context<'_>) -> Result<(), Fault> {
        for surface in std::mem::take(&mut self.new_surfaces) {
            self.manage(context, |wm, env| wm.surface_created(surface, env))?;
        }
        Ok(())
    }
}
