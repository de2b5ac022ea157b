//! `xdg_toplevel_icon_v1`: a window's icon.

use wayland_protocols::xdg::toplevel_icon::v1::client::{
    xdg_toplevel_icon_manager_v1, xdg_toplevel_icon_v1,
};

use super::Toplevel;
use crate::channel::Memory;
use crate::pictures::Picture;
use crate::session::Fault;
use crate::x11::host::Host;

impl Toplevel {
    /// Sets the window's icon; `None` for the icon of its application.
    ///
    /// # Errors
    /// [`Fault::resources`] when there are too many objects.
    pub fn set_icon(
        &mut self,
        icon: Option<&Picture>,
        memory: Option<&dyn Memory>,
        host: &mut Host<'_, '_>,
    ) -> Result<(), Fault> {
        let manager = host.bind("xdg_toplevel_icon_manager_v1", 1)?;
        let Some((manager, version)) = manager.filter(|_| icon.is_some() || self.icon.is_some())
        else {
            return Ok(());
        };
        let shown = match icon {
            Some(icon) => icon.show(memory, host.context)?,
            None => None,
        };
        let mut named = 0;
        if let Some(shown) = &shown {
            named = host.make("xdg_toplevel_icon_v1", version)?;
            let opcode = xdg_toplevel_icon_manager_v1::REQ_CREATE_ICON_OPCODE;
            host.request(manager, opcode, |request| request.uint(named));
            let opcode = xdg_toplevel_icon_v1::REQ_ADD_BUFFER_OPCODE;
            // The second request replaces the first. It is needed because hosts with smithay 0.7
            // disconnect a client that destroys an icon's buffer, even long after the icon, unless
            // the buffer was added twice (`ShmBufferUserData::remove_destruction_hook` removes the
            // wrong one of two).
            for _ in 0..2 {
                host.request(named, opcode, |request| request.uint(shown.buffer).uint(1));
            }
        }
        let opcode = xdg_toplevel_icon_manager_v1::REQ_SET_ICON_OPCODE;
        host.request(manager, opcode, |request| request.uint(self.xdg_toplevel).uint(named));
        if named != 0 {
            let opcode = xdg_toplevel_icon_v1::REQ_DESTROY_OPCODE;
            host.request(named, opcode, |request| request);
        }
        if let Some(before) = std::mem::replace(&mut self.icon, shown) {
            before.destroy(host.context);
        }
        Ok(())
    }
}
