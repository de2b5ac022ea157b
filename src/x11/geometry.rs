//! Places and sizes: rectangles in X pixels, host units, and what lies between a window and its
//! surface.

#[cfg(test)]
mod tests;

use crate::session::Scale;

/// The largest width and height of windows: the protocol's numbers have 16 bits.
pub const MAX_SIZE: u32 = 0x7fff;

/// A rectangle of the screen, in X pixels; its size does not include a border.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Rect {
    /// From the left.
    pub x: i32,
    /// From the top.
    pub y: i32,
    /// In pixels.
    pub width: u32,
    /// In pixels.
    pub height: u32,
}

impl Rect {
    /// Width and height.
    pub fn size(&self) -> (u32, u32) {
        (self.width, self.height)
    }

    /// Moved to a position.
    #[must_use]
    pub fn at(self, x: i32, y: i32) -> Self {
        Self { x, y, ..self }
    }

    /// With another size, at the same place.
    #[must_use]
    pub fn sized(self, (width, height): (u32, u32)) -> Self {
        Self { width, height, ..self }
    }

    /// Whether a point is in it.
    pub fn contains(&self, x: i32, y: i32) -> bool {
        let (right, bottom) = self.end();
        i64::from(x) >= i64::from(self.x)
            && i64::from(y) >= i64::from(self.y)
            && i64::from(x) < right
            && i64::from(y) < bottom
    }

    /// Whether two rectangles have a point in common.
    pub fn meets(&self, other: &Self) -> bool {
        let ((right, bottom), (other_right, other_bottom)) = (self.end(), other.end());
        i64::from(self.x) < other_right
            && i64::from(other.x) < right
            && i64::from(self.y) < other_bottom
            && i64::from(other.y) < bottom
    }

    /// Whether it contains all of another rectangle.
    pub fn covers(&self, other: &Self) -> bool {
        let ((right, bottom), (other_right, other_bottom)) = (self.end(), other.end());
        self.x <= other.x && self.y <= other.y && other_right <= right && other_bottom <= bottom
    }

    fn end(&self) -> (i64, i64) {
        (i64::from(self.x) + i64::from(self.width), i64::from(self.y) + i64::from(self.height))
    }

    /// Moved into another rectangle, by as little as possible; to its corner if it is too large.
    #[must_use]
    pub fn within(self, area: Self) -> Self {
        let along = |at: i32, size: u32, start: i32, length: u32| {
            let most = i64::from(start) + i64::from(length) - i64::from(size);
            let at = i64::from(at).min(most).max(i64::from(start));
            i32::try_from(at).unwrap_or(start)
        };
        Self {
            x: along(self.x, self.width, area.x, area.width),
            y: along(self.y, self.height, area.y, area.height),
            ..self
        }
    }

    /// The area that it has in common with another rectangle, in pixels.
    pub fn shared(&self, other: &Self) -> i64 {
        let ((right, bottom), (other_right, other_bottom)) = (self.end(), other.end());
        let width = right.min(other_right) - i64::from(self.x.max(other.x));
        let height = bottom.min(other_bottom) - i64::from(self.y.max(other.y));
        width.max(0).saturating_mul(height.max(0))
    }

    /// The distance of its corner from another rectangle's.
    pub fn from(&self, other: Self) -> (i32, i32) {
        (self.x.saturating_sub(other.x), self.y.saturating_sub(other.y))
    }

    /// Moved by a distance.
    #[must_use]
    pub fn shifted(self, (dx, dy): (i32, i32)) -> Self {
        self.at(self.x.saturating_add(dx), self.y.saturating_add(dy))
    }

    /// A rectangle of a size, in the middle of this one.
    #[must_use]
    pub fn center(&self, (width, height): (u32, u32)) -> Self {
        let middle = |at: i32, all: u32, size: u32| {
            let free = (i64::from(all) - i64::from(size)) / 2;
            i32::try_from((i64::from(at) + free).max(i64::from(at))).unwrap_or(at)
        };
        Self {
            x: middle(self.x, self.width, width),
            y: middle(self.y, self.height, height),
            width,
            height,
        }
    }
}

/// The number of X pixels per host unit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Units(pub Scale);

impl Units {
    /// Converts a size from X pixels to host units.
    pub fn size(self, (width, height): (u32, u32)) -> (u32, u32) {
        let scaled = |size: u32| {
            let size = i32::try_from(size).unwrap_or(i32::MAX);
            self.0.size_to_host(size).unsigned_abs()
        };
        (scaled(width), scaled(height))
    }

    /// Converts a size from host units to X pixels.
    pub fn size_in_pixels(self, (width, height): (u32, u32)) -> (u32, u32) {
        let scaled = |size: u32| {
            let size = i32::try_from(size).unwrap_or(i32::MAX);
            self.0.size_to_client(size).unsigned_abs()
        };
        (scaled(width), scaled(height))
    }

    /// Converts a place from X pixels to host units.
    pub fn place(self, (x, y): (i32, i32)) -> (i32, i32) {
        (self.0.at_to_host(x), self.0.at_to_host(y))
    }

    /// Converts a place from host units to X pixels.
    pub fn place_in_pixels(self, (x, y): (i32, i32)) -> (i32, i32) {
        (self.0.at_to_client(x), self.0.at_to_client(y))
    }
}

/// The difference between a surface and the window that it shows: the distances in pixels from the
/// surface's edges inwards to the window's edges; negative ones
/// point outwards. A shadow that the client draws belongs to the surface, but not to the window; a
/// frame that carafe draws belongs to the window, but not to the surface.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[expect(missing_docs, reason = "the four edges")]
pub struct Margins {
    pub left: i32,
    pub right: i32,
    pub top: i32,
    pub bottom: i32,
}

impl Margins {
    /// The margins of a client that draws shadows (`_GTK_FRAME_EXTENTS`).
    pub fn of_shadow([left, right, top, bottom]: [u32; 4]) -> Self {
        let edge = |width: u32| i32::try_from(width.min(1024)).unwrap_or_default();
        Self { left: edge(left), right: edge(right), top: edge(top), bottom: edge(bottom) }
    }

    /// The surface's size, given the window's.
    pub fn surface(self, (width, height): (u32, u32)) -> (u32, u32) {
        let grow = |size: u32, by: i32| size.saturating_add_signed(by).max(1);
        (grow(width, self.left + self.right), grow(height, self.top + self.bottom))
    }

    /// The window's size, given the surface's.
    pub fn window(self, (width, height): (u32, u32)) -> (u32, u32) {
        let shrink = |size: u32, by: i32| size.saturating_add_signed(-by).max(1);
        (shrink(width, self.left + self.right), shrink(height, self.top + self.bottom))
    }
}

/// How a window is shown at another size than its own: scaled to the size that the host gives it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WindowFit {
    /// The size that the host wants the surface to have, in its units; never 0.
    pub room: (u32, u32),
    /// Whether the picture must fill the whole room, even if that distorts it.
    pub fill: bool,
}

impl WindowFit {
    /// The size in host units for a surface of this size in pixels.
    pub fn size(self, pixels: (u32, u32)) -> (u32, u32) {
        let (width, height) = self.room;
        if self.fill || pixels.0 == 0 || pixels.1 == 0 {
            return self.room;
        }
        let [wide, high] = [pixels.0, pixels.1].map(u64::from);
        // The other side of a rectangle with the same proportions; at least 1.
        let side = |known: u32, of: u64, other: u64| {
            let side = (u64::from(known) * other + of / 2) / of;
            u32::try_from(side).unwrap_or(u32::MAX).max(1)
        };
        // Host sizes are whole numbers. So a gap below one percent comes from rounding, and is
        // filled.
        let snap = |side: u32, room: u32| {
            if u64::from(room - side) * 100 <= u64::from(room) { room } else { side }
        };
        if u64::from(width) * high <= u64::from(height) * wide {
            (width, snap(side(width, wide, high).min(height), height))
        } else {
            (snap(side(height, high, wide).min(width), width), height)
        }
    }
}

/// How X pixels of a scaled window map to host units. This also holds for popups on the window.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Zoom {
    /// The size of the window's surface in X pixels; never 0.
    pub pixels: (u32, u32),
    /// The same size in host units; never 0.
    pub host: (u32, u32),
}

impl Zoom {
    /// Converts a place relative to the surface's corner from X pixels to host units.
    pub fn place(self, (x, y): (i32, i32)) -> (i32, i32) {
        (scaled(x, self.host.0, self.pixels.0), scaled(y, self.host.1, self.pixels.1))
    }

    /// Converts a place from host units to X pixels.
    pub fn place_in_pixels(self, (x, y): (i32, i32)) -> (i32, i32) {
        (scaled(x, self.pixels.0, self.host.0), scaled(y, self.pixels.1, self.host.1))
    }

    /// Converts a size from X pixels to host units; at least one unit.
    pub fn size(self, (width, height): (u32, u32)) -> (u32, u32) {
        let side = |size: u32, times: u32, by: u32| {
            let size = i32::try_from(size).unwrap_or(i32::MAX);
            scaled(size, times, by).unsigned_abs().max(1)
        };
        (side(width, self.host.0, self.pixels.0), side(height, self.host.1, self.pixels.1))
    }
}

/// Scales a value, rounded to the nearest integer.
fn scaled(value: i32, times: u32, by: u32) -> i32 {
    let (times, by) = (i64::from(times), i64::from(by.max(1)));
    let doubled = i64::from(value).saturating_mul(times).saturating_mul(2).saturating_add(by);
    let scaled = doubled.div_euclid(by.saturating_mul(2));
    i32::try_from(scaled).unwrap_or(if scaled < 0 { i32::MIN } else { i32::MAX })
}
