//! Events of the host's objects that make surfaces windows.

use wayland_protocols::xdg::shell::client::xdg_wm_base;

use super::X11;
use super::wants::RoleEvent;
use crate::session::{Context, Incoming, Refusal};

impl X11 {
    /// Handles an event of an object of the window manager's own.
    pub(super) fn role_event(
        &mut self,
        role: RoleEvent,
        incoming: &mut Incoming<'_>,
        context: &mut Context<'_>,
    ) -> Result<(), Refusal> {
        let object = incoming.header.object;
        let mut args = incoming.args();
        match role {
            RoleEvent::Ping => {
                let serial = args.uint()?;
                context.to_host.make(object, xdg_wm_base::REQ_PONG_OPCODE, |r| r.uint(serial));
            }
            RoleEvent::SurfaceConfigure => {
                let serial = args.uint()?;
                self.manage(context, |wm, env| wm.surface_configure(object, serial, env))?;
            }
            RoleEvent::ToplevelConfigure => {
                let mut length =
                    || args.uint().map(|n| u32::try_from(n.cast_signed()).unwrap_or(0));
                let size = (length()?, length()?);
                self.wm.toplevel_configure(object, size, args.array()?);
            }
            RoleEvent::Close => {
                self.manage(context, |wm, env| wm.close_requested(object, env))?;
            }
            RoleEvent::Capabilities => {
                let capabilities = args.array()?;
                self.manage(context, |wm, env| wm.host_can(capabilities, env));
            }
            RoleEvent::Decoration => {
                let by_host = args.uint()? != 1;
                self.wm.decorated(object, by_host);
            }
            RoleEvent::CallbackDone => {
                self.door.host_settled(object, &mut self.connection);
                self.manage(context, |wm, env| wm.callback_done(object, env))?;
            }
            RoleEvent::PopupConfigure => {
                let place = (args.uint()?.cast_signed(), args.uint()?.cast_signed());
                self.wm.popup_configure(object, place);
            }
            RoleEvent::ActivationToken => {
                let token =
                    String::from_utf8_lossy(args.string()?.unwrap_or_default()).into_owned();
                self.manage(context, |wm, env| wm.token_given(object, &token, env))?;
            }
            RoleEvent::PopupDone => {
                self.manage(context, |wm, env| wm.popup_done(object, env))?;
            }
            RoleEvent::LayerConfigure => {
                let serial = args.uint()?;
                self.manage(context, |wm, env| wm.layer_configured(object, serial, env))?;
            }
            RoleEvent::LayerClosed => {
                self.manage(context, |wm, env| wm.layer_closed(object, env));
            }
        }
        Ok(())
    }
}
