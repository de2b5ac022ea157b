//! Sets of pixels as rectangles that do not overlap.

/// Bound on a region's rectangles: one with more becomes its bounding box.
const MAX_DAMAGE_RECTS: usize = 64;

/// A rectangle of pixels: from (`x1`, `y1`) to (`x2`, `y2`), which is not included.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PixelRect {
    /// Left edge.
    pub x1: i32,
    /// Upper edge.
    pub y1: i32,
    /// Right edge.
    pub x2: i32,
    /// Lower edge.
    pub y2: i32,
}

impl PixelRect {
    /// Makes a rectangle of a corner and a size, as messages give them. Any size is allowed;
    /// clients use `i32::MAX` for "all".
    pub fn new(x: i32, y: i32, width: i32, height: i32) -> Self {
        Self { x1: x, y1: y, x2: x.saturating_add(width), y2: y.saturating_add(height) }
    }

    /// Whether it has no pixel.
    pub fn is_empty(&self) -> bool {
        self.x1 >= self.x2 || self.y1 >= self.y2
    }

    /// The pixels that are in both; may be empty.
    #[must_use]
    pub fn intersection(&self, other: &Self) -> Self {
        Self {
            x1: self.x1.max(other.x1),
            y1: self.y1.max(other.y1),
            x2: self.x2.min(other.x2),
            y2: self.y2.min(other.y2),
        }
    }

    /// The smallest rectangle around both.
    #[must_use]
    pub fn around(&self, other: &Self) -> Self {
        Self {
            x1: self.x1.min(other.x1),
            y1: self.y1.min(other.y1),
            x2: self.x2.max(other.x2),
            y2: self.y2.max(other.y2),
        }
    }

    /// How many pixels it has.
    pub fn area(&self) -> u64 {
        if self.is_empty() {
            return 0;
        }
        u64::from(self.x2.abs_diff(self.x1)) * u64::from(self.y2.abs_diff(self.y1))
    }

    /// What is left without another rectangle that overlaps it: the parts above, below, left
    /// and right, which may be empty.
    fn without(&self, hole: &Self) -> [Self; 4] {
        let middle = Self { y1: self.y1.max(hole.y1), y2: self.y2.min(hole.y2), ..*self };
        [
            Self { y2: hole.y1, ..*self },
            Self { y1: hole.y2, ..*self },
            Self { x2: hole.x1, ..middle },
            Self { x1: hole.x2, ..middle },
        ]
    }
}

/// A set of pixels. Its rectangles do not overlap, so no pixel is copied twice.
#[derive(Clone, Debug, Default)]
pub struct Region(Vec<PixelRect>);

impl Region {
    /// Adds a rectangle's pixels.
    pub fn add(&mut self, rect: PixelRect) {
        if rect.is_empty() {
            return;
        }
        self.0.retain(|have| have.intersection(&rect) != *have);
        self.add_behind(0, rect);
        if self.0.len() > MAX_DAMAGE_RECTS {
            let bounds = self.0.iter().fold(rect, |bounds, have| bounds.around(have));
            self.0.clear();
            self.0.push(bounds);
        }
    }

    /// Adds the pixels that the rectangles from the `start`th on do not have.
    fn add_behind(&mut self, start: usize, rect: PixelRect) {
        for n in start.. {
            let Some(have) = self.0.get(n) else { break };
            if have.intersection(&rect).is_empty() {
                continue;
            }
            for part in rect.without(have) {
                if !part.is_empty() {
                    self.add_behind(n + 1, part);
                }
            }
            return;
        }
        self.0.push(rect);
    }

    /// Adds another region's pixels.
    pub fn add_all(&mut self, other: &Self) {
        for rect in &other.0 {
            self.add(*rect);
        }
    }

    /// Its rectangles.
    pub fn rects(&self) -> &[PixelRect] {
        &self.0
    }

    /// How many pixels it has.
    pub fn area(&self) -> u64 {
        self.0.iter().map(PixelRect::area).sum()
    }

    /// Whether it has no pixel.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Removes all pixels.
    pub fn clear(&mut self) {
        self.0.clear();
    }
}
