//! `xdg_dialog_v1`: modal dialogs, which block their parents.

use wayland_protocols::xdg::dialog::v1::client::{xdg_dialog_v1, xdg_wm_dialog_v1};

use super::Toplevel;
use crate::session::Fault;
use crate::x11::host::Host;

impl Toplevel {
    /// Sets whether it is modal.
    ///
    /// # Errors
    /// [`Fault::resources`] when there are too many objects.
    pub fn set_modal(&mut self, modal: bool, host: &mut Host<'_, '_>) -> Result<(), Fault> {
        if self.dialog.is_none() && modal {
            let Some((manager, version)) = host.bind("xdg_wm_dialog_v1", 1)? else {
                return Ok(());
            };
            let made = host.make("xdg_dialog_v1", version)?;
            let opcode = xdg_wm_dialog_v1::REQ_GET_XDG_DIALOG_OPCODE;
            host.request(manager, opcode, |request| request.uint(made).uint(self.xdg_toplevel));
            self.dialog = Some(made);
        }
        let opcode = if modal {
            xdg_dialog_v1::REQ_SET_MODAL_OPCODE
        } else {
            xdg_dialog_v1::REQ_UNSET_MODAL_OPCODE
        };
        if let Some(dialog) = self.dialog {
            host.request(dialog, opcode, |request| request);
        }
        Ok(())
    }
}
