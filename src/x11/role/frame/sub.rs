//! A surface that carafe makes as a subsurface of a window's surface.

use wayland_client::protocol::{wl_compositor, wl_subcompositor, wl_subsurface, wl_surface};

use crate::session::Fault;
use crate::x11::host::Host;

/// See the module.
#[derive(Debug)]
pub struct FrameSubsurface {
    /// The `wl_surface`, by the host's id.
    pub surface: u32,
    /// The `wl_subsurface`.
    pub subsurface: u32,
}

impl FrameSubsurface {
    /// Makes a desynchronised subsurface, which shows content without a commit of its parent.
    /// `None` if the host has no subsurfaces.
    ///
    /// # Errors
    /// [`Fault::resources`] when there are too many objects.
    pub fn make(parent: u32, host: &mut Host<'_, '_>) -> Result<Option<Self>, Fault> {
        let Some((compositor, version)) = host.bind("wl_compositor", 4)? else { return Ok(None) };
        let Some((subcompositor, _)) = host.bind("wl_subcompositor", 1)? else { return Ok(None) };
        let surface = host.make("wl_surface", version)?;
        let opcode = wl_compositor::REQ_CREATE_SURFACE_OPCODE;
        host.request(compositor, opcode, |request| request.uint(surface));
        let subsurface = host.make("wl_subsurface", 1)?;
        let opcode = wl_subcompositor::REQ_GET_SUBSURFACE_OPCODE;
        host.request(subcompositor, opcode, |request| {
            request.uint(subsurface).uint(surface).uint(parent)
        });
        host.request(subsurface, wl_subsurface::REQ_SET_DESYNC_OPCODE, |request| request);
        Ok(Some(Self { surface, subsurface }))
    }

    /// Places it relative to the parent's upper left corner, in host units.
    pub fn place(&self, (x, y): (i32, i32), host: &mut Host<'_, '_>) {
        host.request(self.subsurface, wl_subsurface::REQ_SET_POSITION_OPCODE, |request| {
            request.uint(x.cast_unsigned()).uint(y.cast_unsigned())
        });
    }

    /// Destroys it.
    pub fn destroy(self, host: &mut Host<'_, '_>) {
        host.request(self.subsurface, wl_subsurface::REQ_DESTROY_OPCODE, |request| request);
        host.request(self.surface, wl_surface::REQ_DESTROY_OPCODE, |request| request);
    }
}
