//! A bar above a window, where the host draws none: with its title, to move the window
//! by, with buttons to minimize, maximize and close it; and edges around both. They are
//! subsurfaces of the window's.

mod drawing;
mod edges;
mod sub;
mod text;

#[cfg(test)]
mod tests;

use wayland_client::protocol::wl_surface;

use self::edges::Edges;
use self::sub::FrameSubsurface;
use super::Margins;
use crate::channel::Memory;
use crate::session::Fault;
use crate::x11::host::Host;
use crate::x11::picture::HostPicture;
use crate::x11::units::Units;

/// The bar's height in the host's units, which is the width of a button too.
const HEIGHT: u32 = 28;

/// So near to the bar's upper edge, and to a corner, the pointer takes the edge.
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

/// What a frame tells of its window.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FrameLook {
    /// Its title.
    pub title: String,
    /// It is in front.
    pub active: bool,
    /// It wants to be dark.
    pub dark: bool,
    /// The user may change its size.
    pub resizable: bool,
}

/// See the module.
#[derive(Debug)]
pub struct Frame {
    bar: FrameSubsurface,
    edges: Option<Edges>,
    shown: Option<HostPicture>,
    /// What is drawn: width, look, pixels per unit.
    drawn: Option<(u32, FrameLook, u32)>,
}

impl Frame {
    /// What it takes of the window's height, in the host's units.
    pub const HEIGHT: u32 = HEIGHT;

    /// Whether the host has what a frame is made of.
    pub fn can_be_made(host: &Host<'_, '_>) -> bool {
        host.offers("wl_compositor") && host.offers("wl_subcompositor")
    }

    /// Makes one for a window's surface; nothing is drawn yet. `None`: the host has no
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

    /// Its surfaces, by the host's ids.
    pub fn surfaces(&self) -> impl Iterator<Item = u32> {
        let edges = self.edges.as_ref().map(Edges::surface);
        [Some(self.bar.surface), edges].into_iter().flatten()
    }

    /// How it changes the window's place in the surface, in X pixels.
    pub fn margins(units: Units) -> Margins {
        let (height, _) = units.size_in_pixels((HEIGHT, 1));
        Margins { top: -i32::try_from(height).unwrap_or_default(), ..Margins::default() }
    }

    /// Draws it for a window's surface of that size in the host's units, if that is news.
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
        let Some(shown) = drawing::bar(width, look, scale).show(memory, host)? else {
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
            before.destroy(host);
        }
        Ok(())
    }

    /// What of it is at a place of one of its surfaces, in the host's units.
    pub fn part(&self, surface: u32, (x, y): (i32, i32)) -> Option<Part> {
        if surface != self.bar.surface {
            return self.edges.as_ref()?.part(x, y);
        }
        let (width, look, _) = self.drawn.as_ref()?;
        let button = HEIGHT.cast_signed();
        let on_edge = look.resizable && y < EDGE;
        Some(match width.cast_signed() - x {
            _ if on_edge && x < CORNER => Part::Edge(5),
            right if on_edge && right <= CORNER => Part::Edge(9),
            _ if on_edge => Part::Edge(1),
            right if right <= button => Part::Close,
            right if right <= button * 2 => Part::Maximize,
            right if right <= button * 3 => Part::Minimize,
            _ => Part::Bar,
        })
    }

    /// Destroys it.
    pub fn destroy(self, host: &mut Host<'_, '_>) {
        if let Some(edges) = self.edges {
            edges.destroy(host);
        }
        self.bar.destroy(host);
        if let Some(shown) = self.shown {
            shown.destroy(host);
        }
    }
}
