//! Converts damage between a surface's coordinates and its buffer's: clients give either, copying
//! needs the latter, and old hosts only take the former.

use super::region::PixelRect;

/// A buffer's `wl_output.transform`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Transform(u32);

impl Transform {
    /// Takes the protocol's number. The host refuses unknown numbers, so they need no check.
    pub fn new(number: u32) -> Self {
        Self(number & 7)
    }

    /// Whether the buffer's width is along the surface's height.
    pub fn swaps_sides(self) -> bool {
        self.0 & 1 == 1
    }
}

/// Which part of a buffer a surface shows, and how large: what its coordinates depend on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct View {
    /// `wl_surface.set_buffer_scale`.
    pub scale: i32,
    /// `wl_surface.set_buffer_transform`.
    pub transform: Transform,
    /// `wp_viewport.set_source`: x, y, width and height in 256ths of a unit of the surface,
    /// before the destination.
    pub source: Option<[i32; 4]>,
    /// `wp_viewport.set_destination`.
    pub destination: Option<(i32, i32)>,
}

impl Default for View {
    fn default() -> Self {
        Self { scale: 1, transform: Transform::default(), source: None, destination: None }
    }
}

impl View {
    /// The pixels of a buffer of a size that a rectangle of the surface shows, rounded
    /// outwards. With a viewport there is one more pixel around, because the host may filter.
    pub fn to_buffer(&self, rect: PixelRect, width: u32, height: u32) -> PixelRect {
        let (buffer_width, buffer_height) = (f64::from(width), f64::from(height));
        let VisiblePart { width, height, scale, source, to } =
            self.of_buffer(buffer_width, buffer_height);
        let [left, top, source_width, source_height] = source;
        let (to_width, to_height) = to;
        let margin = self.margin();
        let x = |x: i32| (left + f64::from(x) * source_width / to_width) * scale;
        let y = |y: i32| (top + f64::from(y) * source_height / to_height) * scale;
        let (x1, x2) = (x(rect.x1) - margin, x(rect.x2) + margin);
        let (y1, y2) = (y(rect.y1) - margin, y(rect.y2) + margin);
        let (x1, x2, y1, y2) = match self.transform.0 {
            0 => (x1, x2, y1, y2),
            1 => (y1, y2, width - x2, width - x1),
            2 => (width - x2, width - x1, height - y2, height - y1),
            3 => (height - y2, height - y1, x1, x2),
            4 => (width - x2, width - x1, y1, y2),
            5 => (y1, y2, x1, x2),
            6 => (x1, x2, height - y2, height - y1),
            _ => (height - y2, height - y1, width - x2, width - x1),
        };
        #[expect(clippy::cast_possible_truncation, reason = "`as` saturates, which is meant")]
        let bounds = |n: f64, side: f64| n.clamp(0.0, side) as i32;
        PixelRect {
            x1: bounds(x1.floor(), buffer_width),
            y1: bounds(y1.floor(), buffer_height),
            x2: bounds(x2.ceil(), buffer_width),
            y2: bounds(y2.ceil(), buffer_height),
        }
    }

    /// The part of a surface that shows a rectangle of a buffer of this size, rounded outwards.
    /// With a viewport there is one more unit around, because the host may filter.
    pub fn to_surface(&self, rect: PixelRect, width: u32, height: u32) -> PixelRect {
        let VisiblePart { width, height, scale, source, to } =
            self.of_buffer(f64::from(width), f64::from(height));
        let [left, top, source_width, source_height] = source;
        let [x1, x2, y1, y2] = [rect.x1, rect.x2, rect.y1, rect.y2].map(f64::from);
        let (x1, x2, y1, y2) = match self.transform.0 {
            0 => (x1, x2, y1, y2),
            1 => (width - y2, width - y1, x1, x2),
            2 => (width - x2, width - x1, height - y2, height - y1),
            3 => (y1, y2, height - x2, height - x1),
            4 => (width - x2, width - x1, y1, y2),
            5 => (y1, y2, x1, x2),
            6 => (x1, x2, height - y2, height - y1),
            _ => (width - y2, width - y1, height - x2, height - x1),
        };
        let margin = self.margin();
        let x = |x: f64| (x / scale - left) * to.0 / source_width.max(1.0 / 256.0);
        let y = |y: f64| (y / scale - top) * to.1 / source_height.max(1.0 / 256.0);
        #[expect(clippy::cast_possible_truncation, reason = "`as` saturates, which is meant")]
        let [down, up] = [|n: f64| n.floor() as i32, |n: f64| n.ceil() as i32];
        PixelRect {
            x1: down(x(x1) - margin),
            y1: down(y(y1) - margin),
            x2: up(x(x2) + margin),
            y2: up(y(y2) + margin),
        }
    }

    /// The part that it shows of a buffer of this size.
    fn of_buffer(&self, buffer_width: f64, buffer_height: f64) -> VisiblePart {
        let scale = f64::from(self.scale.max(1));
        let (width, height) = if self.transform.swaps_sides() {
            (buffer_height, buffer_width)
        } else {
            (buffer_width, buffer_height)
        };
        let source = match self.source {
            Some(source) => source.map(|n| f64::from(n) / 256.0),
            None => [0.0, 0.0, width / scale, height / scale],
        };
        let to = match self.destination {
            Some((width, height)) => (f64::from(width.max(1)), f64::from(height.max(1))),
            None => (source[2], source[3]),
        };
        VisiblePart { width, height, scale, source, to }
    }

    fn margin(&self) -> f64 {
        if self.source.is_some() || self.destination.is_some() { 1.0 } else { 0.0 }
    }
}

/// The part of a buffer that a view shows.
struct VisiblePart {
    /// The sides of the buffer after the transform.
    width: f64,
    height: f64,
    /// Pixels per unit.
    scale: f64,
    /// Left, top, width and height of the visible part, in units.
    source: [f64; 4],
    /// The surface's size.
    to: (f64, f64),
}
