//! The invisible edges around a framed window, with which the user resizes it. They are one
//! subsurface below the window's surface that takes input only outside of the window.

use wayland_client::protocol::{wl_region, wl_subsurface, wl_surface};
use wayland_protocols::wp::viewporter::client::{wp_viewport, wp_viewporter};

use super::sub::FrameSubsurface;
use super::{FramePart, HEIGHT};
use crate::channel::Memory;
use crate::pictures::{HostPicture, Picture};
use crate::session::Fault;
use crate::x11::host::Host;

/// The width of the edges in host units.
const EDGE_WIDTH: u32 = 8;

/// Within this distance of a corner, along an edge, the pointer gets both edges.
const CORNER: u32 = 24;

/// See the module.
#[derive(Debug)]
pub struct Edges {
    sub: FrameSubsurface,
    viewport: u32,
    shown: Option<HostPicture>,
    /// The size of the window with its bar; `None` if it cannot be resized and so has no edges.
    around: Option<(u32, u32)>,
}

impl Edges {
    /// Makes the edges of a window's surface, without content. `None` if the host cannot enlarge a
    /// picture (it has no viewports).
    ///
    /// # Errors
    /// [`Fault::resources`] when there are too many objects.
    pub fn make(parent: u32, host: &mut Host<'_, '_>) -> Result<Option<Self>, Fault> {
        let Some((viewporter, _)) = host.bind("wp_viewporter", 1)? else { return Ok(None) };
        let Some(sub) = FrameSubsurface::make(parent, host)? else { return Ok(None) };
        let viewport = host.make("wp_viewport", 1)?;
        host.request(viewporter, wp_viewporter::REQ_GET_VIEWPORT_OPCODE, |request| {
            request.uint(viewport).uint(sub.surface)
        });
        let opcode = wl_subsurface::REQ_PLACE_BELOW_OPCODE;
        host.request(sub.subsurface, opcode, |request| request.uint(parent));
        let outside = |inside: u32| -i32::try_from(inside).unwrap_or_default();
        sub.place((outside(EDGE_WIDTH), outside(EDGE_WIDTH + HEIGHT)), host);
        Ok(Some(Self { sub, viewport, shown: None, around: None }))
    }

    /// The edges' `wl_surface`, by the host's id.
    pub fn surface(&self) -> u32 {
        self.sub.surface
    }

    /// Fits the edges to a window that has this size with its bar, if it has changed.
    ///
    /// # Errors
    /// [`Fault::resources`] when there is no memory, or too many objects.
    pub fn fit(
        &mut self,
        around: Option<(u32, u32)>,
        memory: Option<&dyn Memory>,
        host: &mut Host<'_, '_>,
    ) -> Result<(), Fault> {
        if self.around == around {
            return Ok(());
        }
        self.around = around;
        let surface = self.sub.surface;
        let Some((width, height)) = around else {
            host.request(surface, wl_surface::REQ_ATTACH_OPCODE, |r| r.uint(0).uint(0).uint(0));
            host.request(surface, wl_surface::REQ_COMMIT_OPCODE, |request| request);
            return Ok(());
        };
        if self.shown.is_none() {
            let nothing = Picture { size: (1, 1), pixels: vec![0] };
            self.shown = nothing.show(memory, host.context)?;
        }
        let Some(shown) = &self.shown else { return Ok(()) };
        host.request(surface, wl_surface::REQ_ATTACH_OPCODE, |request| {
            request.uint(shown.buffer).uint(0).uint(0)
        });
        let all = i32::MAX.cast_unsigned();
        host.request(surface, wl_surface::REQ_DAMAGE_OPCODE, |request| {
            request.uint(0).uint(0).uint(all).uint(all)
        });
        let (whole_width, whole_height) = (width + 2 * EDGE_WIDTH, height + 2 * EDGE_WIDTH);
        host.request(self.viewport, wp_viewport::REQ_SET_DESTINATION_OPCODE, |request| {
            request.uint(whole_width).uint(whole_height)
        });
        // The region has a hole for the window: clicks on transparent parts of the window must not
        // hit the edges.
        if let Some(region) = host.region()? {
            for (opcode, at, width, height) in [
                (wl_region::REQ_ADD_OPCODE, 0, whole_width, whole_height),
                (wl_region::REQ_SUBTRACT_OPCODE, EDGE_WIDTH, width, height),
            ] {
                host.request(region, opcode, |request| {
                    request.uint(at).uint(at).uint(width).uint(height)
                });
            }
            let opcode = wl_surface::REQ_SET_INPUT_REGION_OPCODE;
            host.request(surface, opcode, |request| request.uint(region));
            host.request(region, wl_region::REQ_DESTROY_OPCODE, |request| request);
        }
        host.request(surface, wl_surface::REQ_COMMIT_OPCODE, |request| request);
        Ok(())
    }

    /// The edge at a place, in host units.
    pub fn part(&self, x: i32, y: i32) -> Option<FramePart> {
        let (width, height) = self.around?;
        let side = |at: i32, size: u32, edge: u32| {
            let end = i64::from(2 * EDGE_WIDTH + size) - i64::from(edge);
            (i64::from(at) < i64::from(edge), i64::from(at) >= end)
        };
        let (left, right) = side(x, width, EDGE_WIDTH);
        let (top, bottom) = side(y, height, EDGE_WIDTH);
        let (near_left, near_right) = side(x, width, CORNER);
        let (near_top, near_bottom) = side(y, height, CORNER);
        let (on_side, on_end) = (left || right, top || bottom);
        let edge = |first, last, low: u32, high: u32| match (first, last) {
            (true, _) => low,
            (_, true) => high,
            _ => 0,
        };
        // `xdg_toplevel.resize_edge` adds flags: 1 is top, 2 bottom, 4 left, 8 right.
        let vertical = edge(top || near_top && on_side, bottom || near_bottom && on_side, 1, 2);
        let horizontal = edge(left || near_left && on_end, right || near_right && on_end, 4, 8);
        Some(FramePart::Edge(vertical | horizontal))
    }

    /// Destroys the edges.
    pub fn destroy(self, host: &mut Host<'_, '_>) {
        host.request(self.viewport, wp_viewport::REQ_DESTROY_OPCODE, |request| request);
        self.sub.destroy(host);
        if let Some(shown) = self.shown {
            shown.destroy(host.context);
        }
    }
}
