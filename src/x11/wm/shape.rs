//! Windows that are not rectangles (the SHAPE extension): which of their pixels are shown, and
//! which take input.

use std::sync::Arc;

use wayland_client::protocol::{wl_region, wl_surface};
use x11rb_protocol::protocol::shape::{GetRectanglesReply, QueryExtentsReply, SK};
use x11rb_protocol::x11_utils::TryParse;

use super::window::{Life, Window};
use super::{Env, Wm};
use crate::pixels::{Mask, PixelRect};
use crate::session::Fault;
use crate::x11::host::Host;
use crate::x11::query::ShapeQuery;
use crate::x11::reply;
use crate::x11::surfaces::XwaylandSurfaces;

/// Bound on a shape's rectangles. With more, the whole bounding box is shown.
const MAX_RECTS: usize = 1 << 14;

/// Bound on the rectangles of a region at the host. With more, neighbours are joined.
const MAX_INPUT: usize = 512;

/// A window's shape.
#[derive(Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each may be so without the others")]
pub struct Shape {
    /// carafe is reading it.
    asking: bool,
    /// It has changed since carafe asked.
    stale: bool,
    /// It has been read at least once.
    pub known: bool,
    /// Whether any part of the window takes input. This is not known for managed windows.
    pub takes_input: bool,
    /// The bounding box in the window's own coordinates, and the rectangles that have come so far.
    extents: PixelRect,
    bounding: Vec<PixelRect>,
    /// The pixels that are shown; `None` for all of them.
    mask: Option<Arc<Mask>>,
    /// The parts that take input. With `None`, Xwayland sets the input region itself, but it does
    /// not know the mask.
    input: Option<Vec<PixelRect>>,
}

impl Default for Shape {
    /// A window about which nothing is known.
    fn default() -> Self {
        Self {
            asking: false,
            stale: false,
            known: false,
            takes_input: true,
            extents: PixelRect::default(),
            bounding: Vec::new(),
            mask: None,
            input: None,
        }
    }
}

impl Shape {
    /// Whether the whole window is shown and takes input, as far as known.
    pub fn is_rectangle(&self) -> bool {
        self.input.is_none()
    }
}

impl Wm {
    /// Starts to read a window's shape. The answers must belong to one state: if the shape changes
    /// meanwhile, it is read again.
    pub(super) fn ask_shape(&mut self, id: u32, env: &mut Env<'_, '_>) {
        let Some(window) = self.windows.get_mut(&id) else { return };
        if window.shape.asking {
            window.shape.stale = true;
            return;
        }
        window.shape.asking = env.x.ask_shape(id, ShapeQuery::Extents);
        window.shape.known |= !window.shape.asking;
    }

    /// Handles that a shape has changed.
    pub(super) fn shape_changed(&mut self, id: u32, kind: SK, env: &mut Env<'_, '_>) {
        let Some(window) = self.windows.get(&id) else { return };
        // For a rectangular window, Xwayland tells the host the input region.
        let matters = kind == SK::BOUNDING || kind == SK::INPUT && window.shape.input.is_some();
        if window.watched && matters {
            self.ask_shape(id, env);
        }
    }

    /// Handles a part of a shape; `None` if the window does not exist, or the answer is too long.
    ///
    /// # Errors
    /// [`Fault::resources`] when there are too many objects at the host.
    pub fn shape(
        &mut self,
        id: u32,
        query: ShapeQuery,
        answer: Option<&[u8]>,
        env: &mut Env<'_, '_>,
    ) -> Result<(), Fault> {
        let Some(window) = self.windows.get_mut(&id) else { return Ok(()) };
        let border = window.surface_border();
        let shape = &mut window.shape;
        match query {
            ShapeQuery::Extents => {
                let reply = answer.and_then(|bytes| QueryExtentsReply::try_parse(bytes).ok());
                let reply = reply.map(|(reply, _)| reply).filter(|reply| reply.bounding_shaped);
                if let Some(reply) = reply {
                    let (x, y) = (reply.bounding_shape_extents_x, reply.bounding_shape_extents_y);
                    let width = reply.bounding_shape_extents_width;
                    let height = reply.bounding_shape_extents_height;
                    shape.extents = surface_rect(x, y, width, height, border);
                    env.x.ask_shape(id, ShapeQuery::Bounding);
                    return Ok(());
                }
                shape.mask = None;
                // A window without input is not a real window, but Xwayland tells the host that
                // itself.
                if shape.input.is_some() || window.override_redirect {
                    shape.bounding.clear();
                    env.x.ask_shape(id, ShapeQuery::Input);
                    return Ok(());
                }
            }
            ShapeQuery::Bounding => {
                let rects = answer.and_then(|answer| rects(answer, border));
                let mask = rects.as_ref().and_then(|rects| Mask::new(rects.iter().copied()));
                let (mask, rects) = match (mask, rects) {
                    (Some(mask), Some(rects)) => (mask, rects),
                    _ => (Mask::new([shape.extents]).unwrap_or_default(), vec![shape.extents]),
                };
                shape.bounding = joined(rects);
                shape.mask = Some(Arc::new(mask));
                env.x.ask_shape(id, ShapeQuery::Input);
                return Ok(());
            }
            ShapeQuery::Input => {
                let input = joined(
                    answer
                        .and_then(|answer| rects(answer, border))
                        .unwrap_or_else(|| vec![window.whole()]),
                );
                let is_rectangle = input == [window.whole()];
                let shape = &mut window.shape;
                shape.takes_input = !input.is_empty();
                let bounding = std::mem::take(&mut shape.bounding);
                if shape.mask.is_none() && shape.input.is_none() {
                    return self.shape_known(id, env);
                }
                shape.input = Some(match &shape.mask {
                    None if is_rectangle => vec![PixelRect::new(0, 0, i32::MAX, i32::MAX)],
                    None => input,
                    Some(_) => joined(both(&bounding, &input)),
                });
            }
        }
        self.shape_known(id, env)
    }

    /// The whole shape is known.
    fn shape_known(&mut self, id: u32, env: &mut Env<'_, '_>) -> Result<(), Fault> {
        let Some(window) = self.windows.get_mut(&id) else { return Ok(()) };
        window.shape.known = true;
        window.shape.asking = false;
        let stale = std::mem::take(&mut window.shape.stale);
        self.apply_shape(id, env)?;
        if stale {
            self.ask_shape(id, env);
        }
        self.show_once_known(id, env)
    }

    /// Applies a window's shape, if it has or had one: at the host, and for the copies of its
    /// pixels.
    pub(super) fn apply_shape(&mut self, id: u32, env: &mut Env<'_, '_>) -> Result<(), Fault> {
        let Some(window) = self.windows.get_mut(&id) else { return Ok(()) };
        let Some(surface) = window.surface else { return Ok(()) };
        let host_surface = env.host.of_client(surface);
        let Some(input) = window.shape.input.as_ref().filter(|_| host_surface != 0) else {
            return Ok(());
        };
        set_input_region(host_surface, input, &mut env.host)?;
        XwaylandSurfaces::set_mask(surface, window.shape.mask.clone(), env.host.context);
        if window.shape.mask.is_none() {
            window.shape.input = None;
        }
        if window.is_configured() && window.life == Life::Mapped {
            env.surfaces.commit_again(surface, env.host.context);
        }
        Ok(())
    }
}

impl Window {
    /// The width of the window's border as far as it is in the surface.
    fn surface_border(&self) -> i32 {
        let border = if self.is_managed() { 0 } else { self.border };
        i32::try_from(border).unwrap_or_default()
    }

    /// The rectangle of its whole surface.
    fn whole(&self) -> PixelRect {
        let side = |n: u32| i32::try_from(n).unwrap_or(i32::MAX);
        let border = self.surface_border().saturating_mul(2);
        let (width, height) = (side(self.rect().width), side(self.rect().height));
        PixelRect::new(0, 0, width.saturating_add(border), height.saturating_add(border))
    }
}

/// Converts a rectangle of the server to one relative to the surface's corner.
fn surface_rect(x: i16, y: i16, width: u16, height: u16, border: i32) -> PixelRect {
    let at = |place: i16| i32::from(place).saturating_add(border);
    PixelRect::new(at(x), at(y), width.into(), height.into())
}

/// The rectangles of a `GetRectangles` reply; `None` if it is malformed, or has too many.
fn rects(answer: &[u8], border: i32) -> Option<Vec<PixelRect>> {
    let rects = reply::read::<GetRectanglesReply>(answer)?.rectangles;
    let rect = |r: &x11rb_protocol::protocol::xproto::Rectangle| {
        surface_rect(r.x, r.y, r.width, r.height, border)
    };
    (rects.len() <= MAX_RECTS).then(|| rects.iter().map(rect).collect())
}

/// Joins neighbouring rectangles until there are few enough for a host.
fn joined(rects: Vec<PixelRect>) -> Vec<PixelRect> {
    if rects.len() <= MAX_INPUT {
        return rects;
    }
    let around = |some: &[PixelRect]| some.iter().copied().reduce(|all, one| all.around(&one));
    rects.chunks(rects.len().div_ceil(MAX_INPUT)).filter_map(around).collect()
}

/// The intersections of two lists of rectangles.
fn both(some: &[PixelRect], others: &[PixelRect]) -> Vec<PixelRect> {
    let pairs = some.iter().flat_map(|one| others.iter().map(|other| one.intersection(other)));
    pairs.filter(|rect| !rect.is_empty()).collect()
}

/// Sets a surface's input region in X pixels, from its next commit on.
fn set_input_region(
    surface: u32,
    rects: &[PixelRect],
    host: &mut Host<'_, '_>,
) -> Result<(), Fault> {
    let Some(region) = host.region()? else { return Ok(()) };
    for rect in rects {
        // Converting corners instead of sizes keeps neighbours adjacent at any scale.
        let ((x1, y1), (x2, y2)) = (host.place((rect.x1, rect.y1)), host.place((rect.x2, rect.y2)));
        let int = i32::cast_unsigned;
        host.request(region, wl_region::REQ_ADD_OPCODE, |request| {
            let request = request.uint(int(x1)).uint(int(y1));
            request.uint(int(x2.saturating_sub(x1))).uint(int(y2.saturating_sub(y1)))
        });
    }
    host.request(surface, wl_surface::REQ_SET_INPUT_REGION_OPCODE, |r| r.uint(region));
    host.request(region, wl_region::REQ_DESTROY_OPCODE, |request| request);
    Ok(())
}
