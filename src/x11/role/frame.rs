//! A bar above a window, where the host draws none: to move the window by, with buttons
//! to minimize, maximize and close it. It is a subsurface of the window's.

mod drawing;

use wayland_client::protocol::{wl_compositor, wl_subcompositor, wl_subsurface, wl_surface};

use super::Margins;
use crate::channel::Memory;
use crate::session::Fault;
use crate::x11::host::Host;
use crate::x11::picture::Shown;

/// Its height in the host's units, which is the width of a button too.
pub const HEIGHT: u32 = 28;

/// So near to the upper edge, and to a corner, the pointer takes the edge.
const EDGE: i32 = 4;
const CORNER: i32 = 16;

/// What is under the pointer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// Nothing else: the window is moved by it.
    Bar,
    /// An edge, as `xdg_toplevel.resize_edge` counts them.
    Edge(u32),
    /// A button.
    Minimize,
    /// A button.
    Maximize,
    /// A button.
    Close,
}

/// See the module.
#[derive(Debug)]
pub struct Frame {
    /// The `wl_surface`, by the host's id.
    pub surface: u32,
    subsurface: u32,
    shown: Option<Shown>,
    /// What is drawn: width, whether the window is in front, pixels per unit.
    drawn: Option<(u32, bool, u32)>,
}

impl Frame {
    /// Makes one for a window's surface; nothing is drawn yet. `None`: the host has no
    /// subsurfaces.
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
        let above = HEIGHT.cast_signed().wrapping_neg().cast_unsigned();
        host.request(subsurface, wl_subsurface::REQ_SET_POSITION_OPCODE, |request| {
            request.uint(0).uint(above)
        });
        host.request(subsurface, wl_subsurface::REQ_SET_DESYNC_OPCODE, |request| request);
        Ok(Some(Self { surface, subsurface, shown: None, drawn: None }))
    }

    /// How it changes the window's place in the surface, in X pixels.
    pub fn margins(host: &Host<'_, '_>) -> Margins {
        let (height, _) = host.size_in_pixels((HEIGHT, 1));
        Margins { top: -i32::try_from(height).unwrap_or_default(), ..Margins::default() }
    }

    /// Draws it for a window of that width in the host's units, if that is news.
    ///
    /// # Errors
    /// [`Fault::resources`] when there is no memory, or too many objects.
    pub fn draw(
        &mut self,
        width: u32,
        active: bool,
        memory: Option<&dyn Memory>,
        host: &mut Host<'_, '_>,
    ) -> Result<(), Fault> {
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "bounded")]
        let scale = host.scale().ratio().round().clamp(1.0, 4.0) as u32;
        let wanted = (width.clamp(1, 0x4000), active, scale);
        if self.drawn == Some(wanted) {
            return Ok(());
        }
        self.drawn = Some(wanted);
        let Some(shown) = drawing::bar(wanted.0, active, scale).show(memory, host)? else {
            return Ok(());
        };
        let surface = self.surface;
        host.request(surface, wl_surface::REQ_SET_BUFFER_SCALE_OPCODE, |r| r.uint(scale));
        host.request(surface, wl_surface::REQ_ATTACH_OPCODE, |request| {
            request.uint(shown.buffer).uint(0).uint(0)
        });
        let all = i32::MAX.cast_unsigned();
        host.request(surface, wl_surface::REQ_DAMAGE_OPCODE, |request| {
            request.uint(0).uint(0).uint(all).uint(all)
        });
        host.request(surface, wl_surface::REQ_COMMIT_OPCODE, |request| request);
        if let Some(before) = self.shown.replace(shown) {
            before.destroy(host);
        }
        Ok(())
    }

    /// What of it is at a place, in the host's units.
    pub fn part(&self, x: i32, y: i32) -> Part {
        let width = self.drawn.map_or(0, |(width, ..)| width).cast_signed();
        let button = HEIGHT.cast_signed();
        match width - x {
            _ if y < EDGE && x < CORNER => Part::Edge(5),
            right if y < EDGE && right <= CORNER => Part::Edge(9),
            _ if y < EDGE => Part::Edge(1),
            right if right <= button => Part::Close,
            right if right <= button * 2 => Part::Maximize,
            right if right <= button * 3 => Part::Minimize,
            _ => Part::Bar,
        }
    }

    /// Destroys it.
    pub fn destroy(self, host: &mut Host<'_, '_>) {
        host.request(self.subsurface, wl_subsurface::REQ_DESTROY_OPCODE, |request| request);
        host.request(self.surface, wl_surface::REQ_DESTROY_OPCODE, |request| request);
        if let Some(shown) = self.shown {
            shown.destroy(host);
        }
    }
}
