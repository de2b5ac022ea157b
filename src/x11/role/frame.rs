//! A frame for a window that the host draws none for: a bar above the window with its title and
//! with buttons to minimize, maximize and close it, and edges around both to resize it. The parts
//! are subsurfaces of the window's surface.

mod drawing;
mod edges;
mod sub;
mod text;

#[cfg(test)]
mod tests;

use wayland_client::protocol::wl_surface;

use self::edges::Edges;
use self::sub::FrameSubsurface;
use crate::channel::Memory;
use crate::pictures::HostPicture;
use crate::session::Fault;
use crate::x11::geometry::{Margins, Units};
use crate::x11::host::Host;

/// The bar's height in host units. A button is as wide.
const HEIGHT: u32 = 28;

/// Within this distance of the bar's upper edge or of a corner, the pointer gets the edge.
const BAR_EDGE: i32 = 4;
const BAR_CORNER: i32 = 16;

/// The part of a frame that is under the pointer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FramePart {
    /// The bar outside its buttons: it moves the window.
    Bar,
    /// An edge, numbered as in `xdg_toplevel.resize_edge`.
    Edge(u32),
    /// The minimize button.
    Minimize,
    /// The maximize button.
    Maximize,
    /// The close button.
    Close,
}

/// What a frame shows about its window.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FrameLook {
    /// Its title.
    pub title: String,
    /// Whether the window is active.
    pub active: bool,
    /// Whether the window wants a dark frame.
    pub dark: bool,
    /// Whether the user may resize the window.
    pub resizable: bool,
}

/// See the module.
#[derive(Debug)]
pub struct Frame {
    bar: FrameSubsurface,
    edges: Option<Edges>,
    shown: Option<HostPicture>,
    /// What the drawn bar shows: width, look, pixels per host unit.
    drawn: Option<(u32, FrameLook, u32)>,
}

impl Frame {
    /// The height that the bar takes from the window, in host units.
    pub const HEIGHT: u32 = HEIGHT;

    /// Whether the host has the globals that a frame needs.
    pub fn can_be_made(host: &Host<'_, '_>) -> bool {
        host.offers("wl_compositor") && host.offers("wl_subcompositor")
    }

    /// Makes a frame for a window's surface; nothing is drawn yet. `None` if the host has no
    /// subsurfaces.
    ///
    /// # Errors
    /// [`Fault::resources`] when there are too many objects.
    pub fn make(parent: u32, host: &mut Host<'_, '_>) -> Result<Option<Self>, Fault> {
        let Some(bar) = FrameSubsurface::make(parent, host)? else { return Ok(None) };
        bar.place((0, -HEIGHT.cast_signed()), host);
        let edges = Edges::make(parent, host)?;
        Ok(Some(Self { bar, edges, shown: None, drawn: None }))
    }

    /// The frame's surfaces, by the host's ids.
    pub fn surfaces(&self) -> impl Iterator<Item = u32> {
        let edges = self.edges.as_ref().map(Edges::surface);
        [Some(self.bar.surface), edges].into_iter().flatten()
    }

    /// The margins between surface and window with a frame, in X pixels.
    pub fn margins(units: Units) -> Margins {
        let (height, _) = units.size_in_pixels((HEIGHT, 1));
        Margins { top: -i32::try_from(height).unwrap_or_default(), ..Margins::default() }
    }

    /// Draws the frame for a window's surface of this size in host units, unless the same frame is
    /// drawn already.
    ///
    /// # Errors
    /// [`Fault::resources`] when there is no memory, or too many objects.
    pub fn draw(
        &mut self,
        (width, height): (u32, u32),
        look: &FrameLook,
        memory: Option<&dyn Memory>,
        host: &mut Host<'_, '_>,
    ) -> Result<(), Fault> {
        let side = |size: u32| size.clamp(1, 0x4000);
        if let Some(edges) = &mut self.edges {
            let around = (side(width), side(height).saturating_add(HEIGHT));
            edges.fit(look.resizable.then_some(around), memory, host)?;
        }
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "bounded")]
        let scale = host.scale().ratio().round().clamp(1.0, 4.0) as u32;
        let width = side(width);
        let is_drawn = |(old, as_it_was, by): &(u32, FrameLook, u32)| {
            (*old, *by) == (width, scale) && as_it_was == look
        };
        if self.drawn.as_ref().is_some_and(is_drawn) {
            return Ok(());
        }
        self.drawn = Some((width, look.clone(), scale));
        let Some(shown) = drawing::bar(width, look, scale).show(memory, host.context)? else {
            return Ok(());
        };
        let surface = self.bar.surface;
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
            before.destroy(host.context);
        }
        Ok(())
    }

    /// The part at a place on one of the frame's surfaces, in host units.
    pub fn part(&self, surface: u32, (x, y): (i32, i32)) -> Option<FramePart> {
        if surface != self.bar.surface {
            return self.edges.as_ref()?.part(x, y);
        }
        let (width, look, _) = self.drawn.as_ref()?;
        let button = HEIGHT.cast_signed();
        let on_edge = look.resizable && y < BAR_EDGE;
        Some(match width.cast_signed() - x {
            _ if on_edge && x < BAR_CORNER => FramePart::Edge(5),
            right if on_edge && right <= BAR_CORNER => FramePart::Edge(9),
            _ if on_edge => FramePart::Edge(1),
            right if right <= button => FramePart::Close,
            right if right <= button * 2 => FramePart::Maximize,
            right if right <= button * 3 => FramePart::Minimize,
            _ => FramePart::Bar,
        })
    }

    /// Destroys the frame.
    pub fn destroy(self, host: &mut Host<'_, '_>) {
        if let Some(edges) = self.edges {
            edges.destroy(host);
        }
        self.bar.destroy(host);
        if let Some(shown) = self.shown {
            shown.destroy(host.context);
        }
    }
}
