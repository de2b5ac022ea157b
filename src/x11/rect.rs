//! Rectangles in the X server's coordinates.

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
