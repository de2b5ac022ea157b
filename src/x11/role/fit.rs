//! A window that is shown at another size than its own: scaled to the size that the host gives it.

#[cfg(test)]
mod tests;

/// See the module.
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
