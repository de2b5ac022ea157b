//! `xwayland_shell_v1`, which carafe makes up for Xwayland: it says which window a surface
//! is of.

use wayland_protocols::xwayland::shell::v1::client::{xwayland_shell_v1, xwayland_surface_v1};

use super::X11;
use crate::session::{Context, Incoming, Refusal, Verdict};

impl X11 {
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
}
