//! Xwayland's surfaces and buffers, and which window each surface is of.

use wayland_client::protocol::wl_surface;
use wayland_protocols::xwayland::shell::v1::client::{xwayland_shell_v1, xwayland_surface_v1};

use super::X11;
use crate::session::{Context, Fault, Incoming, Refusal, Verdict};

impl X11 {
    /// A request to a surface.
    pub(super) fn surface_request(
        &mut self,
        incoming: &mut Incoming<'_>,
        context: &mut Context<'_>,
    ) -> Result<Verdict, Refusal> {
        let id = incoming.header.object;
        if self.seat.cursors.contains(&id) {
            self.surfaces.open(id, context);
        }
        if incoming.header.opcode == wl_surface::REQ_DESTROY_OPCODE {
            self.select(context, |all, env| all.surface_destroyed(id, env));
            self.manage(context, |wm, env| wm.surface_destroyed(id, env));
            self.surfaces.destroyed(id, context);
            self.seat.surface_destroyed(id);
            self.new_surfaces.retain(|new| *new != id);
            return Ok(Verdict::Forward);
        }
        Self::damage_all(incoming, context)?;
        let seen = self.surfaces.request(incoming, context)?;
        if let Some(size) = seen.commit {
            self.tend(context, |wm, env| wm.committing(id, size, env))?;
        }
        Ok(seen.verdict)
    }

    /// A request of the made-up global.
    pub(super) fn shell_request(
        &mut self,
        incoming: &mut Incoming<'_>,
        context: &mut Context<'_>,
    ) -> Result<Verdict, Refusal> {
        let shell = incoming.header.object;
        let opcode = incoming.header.opcode;
        let mut args = incoming.args();
        match opcode {
            xwayland_shell_v1::REQ_GET_XWAYLAND_SURFACE_OPCODE => {
                let (id, surface) = (args.uint()?, args.uint()?);
                args.finish()?;
                if let Some(interface) = context.tables.find("xwayland_surface_v1") {
                    context.objects.make_client_only(id, interface, 1)?;
                    self.shell_surfaces.insert(id, surface);
                }
            }
            _ => context.delete_client_only(shell),
        }
        Ok(Verdict::Withhold)
    }

    /// A request to what that gives.
    pub(super) fn shell_surface_request(
        &mut self,
        incoming: &mut Incoming<'_>,
        context: &mut Context<'_>,
    ) -> Result<Verdict, Refusal> {
        let id = incoming.header.object;
        let opcode = incoming.header.opcode;
        let mut args = incoming.args();
        if opcode == xwayland_surface_v1::REQ_SET_SERIAL_OPCODE {
            let (low, high) = (args.uint()?, args.uint()?);
            args.finish()?;
            let serial = u64::from(low) | u64::from(high) << 32;
            if let Some(surface) = self.shell_surfaces.get(&id).copied() {
                self.meet_new_surfaces(context)?;
                self.manage(context, |wm, env| wm.serial_set(surface, serial, env))?;
            }
        } else {
            self.shell_surfaces.remove(&id);
            context.delete_client_only(id);
        }
        Ok(Verdict::Withhold)
    }

    /// Surfaces that the host knows by now.
    pub(super) fn meet_new_surfaces(&mut self, context: &mut Context<'_>) -> Result<(), Fault> {
        for surface in std::mem::take(&mut self.new_surfaces) {
            self.manage(context, |wm, env| wm.surface_created(surface, env))?;
        }
        Ok(())
    }
}

/// The id and size in a request that makes a buffer, which come at these places.
pub fn new_buffer(
    incoming: &mut Incoming<'_>,
    between: usize,
) -> Result<(u32, (u32, u32)), Refusal> {
    let mut args = incoming.args();
    let id = args.uint()?;
    for _ in 0..between {
        args.uint()?;
    }
    Ok((id, (args.uint()?, args.uint()?)))
}
