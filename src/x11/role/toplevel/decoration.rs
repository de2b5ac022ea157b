//! Who draws title bar and frame: the host if it can (`zxdg_toplevel_decoration_v1`), otherwise
//! carafe.

use wayland_protocols::xdg::decoration::zv1::client::{
    zxdg_decoration_manager_v1, zxdg_toplevel_decoration_v1,
};

use super::Toplevel;
use crate::channel::Memory;
use crate::session::Fault;
use crate::x11::host::Host;
use crate::x11::role::Frame;

impl Toplevel {
    /// Asks the host to draw a frame, or not to, if that has changed.
    ///
    /// # Errors
    /// [`Fault::resources`] when there are too many objects.
    pub fn decorate(&mut self, wanted: bool, host: &mut Host<'_, '_>) -> Result<(), Fault> {
        if self.decoration.is_none() {
            let Some((manager, version)) = host.bind("zxdg_decoration_manager_v1", 1)? else {
                self.lacks_frame = wanted;
                return Ok(());
            };
            let made = host.make("zxdg_toplevel_decoration_v1", version)?;
            let opcode = zxdg_decoration_manager_v1::REQ_GET_TOPLEVEL_DECORATION_OPCODE;
            host.request(manager, opcode, |request| request.uint(made).uint(self.xdg_toplevel));
            self.decoration = Some(made);
        }
        let is_news = self.wants_frame.replace(wanted) != Some(wanted);
        let Some(decoration) = self.decoration.filter(|_| is_news) else { return Ok(()) };
        let mode = if wanted { 2 } else { 1 };
        let opcode = zxdg_toplevel_decoration_v1::REQ_SET_MODE_OPCODE;
        host.request(decoration, opcode, |request| request.uint(mode));
        Ok(())
    }

    /// The object whose events tell who draws the frame.
    pub fn decoration(&self) -> Option<u32> {
        self.decoration
    }

    /// Handles `zxdg_toplevel_decoration_v1.configure`, which tells whether the host draws the
    /// frame.
    pub fn decorated(&mut self, by_host: bool, wanted: bool) {
        self.lacks_frame = wanted && !by_host;
    }

    /// Whether carafe must draw a frame, and can.
    pub fn needs_frame(&self, host: &Host<'_, '_>) -> bool {
        self.lacks_frame && Frame::can_be_made(host)
    }

    /// Makes carafe's frame, or destroys it, if that has changed.
    ///
    /// # Errors
    /// [`Fault::resources`] when there are too many objects.
    pub fn set_frame(&mut self, wanted: bool, host: &mut Host<'_, '_>) -> Result<(), Fault> {
        if wanted && self.frame.is_none() {
            self.frame = Frame::make(self.surface, host)?.map(Box::new);
        } else if !wanted && let Some(frame) = self.frame.take() {
            frame.destroy(host);
        }
        Ok(())
    }

    /// Draws the frame for a surface of this size in host units, if there is a frame and it has
    /// changed.
    ///
    /// # Errors
    /// [`Fault::resources`] when there is no memory, or too many objects.
    pub fn draw_frame(
        &mut self,
        size: (u32, u32),
        (active, resizable): (bool, bool),
        memory: Option<&dyn Memory>,
        host: &mut Host<'_, '_>,
    ) -> Result<(), Fault> {
        let Some(frame) = &mut self.frame else { return Ok(()) };
        (self.look.active, self.look.resizable) = (active, resizable);
        frame.draw(size, &self.look, memory, host)
    }
}
