//! `zwp_xwayland_keyboard_grab_manager_v1`: an X11 client grabs the keyboard, and wants the host's
//! shortcuts too. For the host, this becomes `zwp_keyboard_shortcuts_inhibit_v1`.

use std::collections::HashMap;

use wayland_protocols::wp::keyboard_shortcuts_inhibit::zv1::client::{
    zwp_keyboard_shortcuts_inhibit_manager_v1, zwp_keyboard_shortcuts_inhibitor_v1,
};

use crate::session::{Context, Incoming, Refusal};
use crate::x11::host::Host;

/// The active grabs.
#[derive(Default)]
pub struct Grabs {
    /// By the client's grab: the surface and the seat at the host, and the inhibitor.
    grabs: HashMap<u32, ((u32, u32), Option<u32>)>,
}

impl Grabs {
    /// Handles that an X program wants all keys.
    ///
    /// # Errors
    /// When its arguments are wrong, or there are too many objects.
    pub fn grab(
        &mut self,
        incoming: &mut Incoming<'_>,
        context: &mut Context<'_>,
    ) -> Result<(), Refusal> {
        let mut args = incoming.args();
        let (grab, surface, seat) = (args.uint()?, args.uint()?, args.uint()?);
        args.finish()?;
        if let Some(interface) = context.tables.find("zwp_xwayland_keyboard_grab_v1") {
            context.objects.make_client_only(grab, interface, 1)?;
        }
        let mut host = Host { context };
        let on = (host.of_client(surface), host.of_client(seat));
        // The host allows one inhibitor for each surface and seat.
        let is_held =
            self.grabs.values().any(|(held, inhibitor)| *held == on && inhibitor.is_some());
        let manager = host.bind("zwp_keyboard_shortcuts_inhibit_manager_v1", 1)?;
        let manager = manager.filter(|_| !is_held && on.0 != 0 && on.1 != 0);
        let mut inhibitor = None;
        if let Some((manager, version)) = manager {
            let made = host.make("zwp_keyboard_shortcuts_inhibitor_v1", version)?;
            let opcode = zwp_keyboard_shortcuts_inhibit_manager_v1::REQ_INHIBIT_SHORTCUTS_OPCODE;
            host.request(manager, opcode, |request| request.uint(made).uint(on.0).uint(on.1));
            inhibitor = Some(made);
        }
        self.grabs.insert(grab, (on, inhibitor));
        Ok(())
    }

    /// Handles that the program does not want them any more.
    pub fn destroyed(&mut self, grab: u32, context: &mut Context<'_>) {
        if let Some((_, Some(inhibitor))) = self.grabs.remove(&grab) {
            let opcode = zwp_keyboard_shortcuts_inhibitor_v1::REQ_DESTROY_OPCODE;
            context.to_host.make(inhibitor, opcode, |request| request);
        }
    }
}
