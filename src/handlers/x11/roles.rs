//! The host's events of the objects that make surfaces windows.

use wayland_client::protocol::wl_callback;
use wayland_protocols::xdg::activation::v1::client::xdg_activation_token_v1;
use wayland_protocols::xdg::decoration::zv1::client::zxdg_toplevel_decoration_v1;
use wayland_protocols::xdg::shell::client::{xdg_popup, xdg_surface, xdg_toplevel, xdg_wm_base};
use wayland_protocols_wlr::layer_shell::v1::client::zwlr_layer_surface_v1;

use super::X11;
use crate::session::{Context, Incoming, Refusal};

impl X11 {
    /// An event of an object of the window manager's own.
    pub(super) fn role_event(
        &mut self,
        interface: &str,
        incoming: &mut Incoming<'_>,
        context: &mut Context<'_>,
    ) -> Result<(), Refusal> {
        let object = incoming.header.object;
        let opcode = incoming.header.opcode;
        let mut args = incoming.args();
        match (interface, opcode) {
            ("xdg_wm_base", xdg_wm_base::EVT_PING_OPCODE) => {
                let serial = args.uint()?;
                context.to_host.make(object, xdg_wm_base::REQ_PONG_OPCODE, |r| r.uint(serial));
            }
            ("xdg_surface", xdg_surface::EVT_CONFIGURE_OPCODE) => {
                let serial = args.uint()?;
                self.manage(context, |wm, env| wm.surface_configure(object, serial, env))?;
            }
            ("xdg_toplevel", xdg_toplevel::EVT_CONFIGURE_OPCODE) => {
                let mut length =
                    || args.uint().map(|n| u32::try_from(n.cast_signed()).unwrap_or(0));
                let size = (length()?, length()?);
                self.wm.toplevel_configure(object, size, args.array()?);
            }
            ("xdg_toplevel", xdg_toplevel::EVT_CLOSE_OPCODE) => {
                self.manage(context, |wm, env| wm.close_requested(object, env))?;
            }
            ("xdg_toplevel", xdg_toplevel::EVT_WM_CAPABILITIES_OPCODE) => {
                let capabilities = args.array()?;
                self.manage(context, |wm, env| wm.host_can(capabilities, env));
            }
            ("zxdg_toplevel_decoration_v1", zxdg_toplevel_decoration_v1::EVT_CONFIGURE_OPCODE) => {
                let by_host = args.uint()? != 1;
                self.wm.decorated(object, by_host);
            }
            ("wl_callback", wl_callback::EVT_DONE_OPCODE) => {
                self.door.host_settled(object, &mut self.connection);
                self.manage(context, |wm, env| wm.callback_done(object, env))?;
            }
            ("xdg_popup", xdg_popup::EVT_CONFIGURE_OPCODE) => {
                let place = (args.uint()?.cast_signed(), args.uint()?.cast_signed());
                self.wm.popup_configure(object, place);
            }
            ("xdg_activation_token_v1", xdg_activation_token_v1::EVT_DONE_OPCODE) => {
                let token =
                    String::from_utf8_lossy(args.string()?.unwrap_or_default()).into_owned();
                self.manage(context, |wm, env| wm.token_given(object, &token, env))?;
            }
            ("xdg_popup", xdg_popup::EVT_POPUP_DONE_OPCODE) => {
                self.manage(context, |wm, env| wm.popup_done(object, env))?;
            }
            ("zwlr_layer_surface_v1", zwlr_layer_surface_v1::EVT_CONFIGURE_OPCODE) => {
                let serial = args.uint()?;
                self.manage(context, |wm, env| wm.layer_configured(object, serial, env))?;
            }
            ("zwlr_layer_surface_v1", zwlr_layer_surface_v1::EVT_CLOSED_OPCODE) => {
                self.manage(context, |wm, env| wm.layer_closed(object, env));
            }
            _ => {}
        }
        Ok(())
    }
}
