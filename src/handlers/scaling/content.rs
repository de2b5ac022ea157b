//! What a surface shows: from its buffer to its size, and to the part of the buffer and
//! the size that the host is told.

#[cfg(test)]
mod tests;

use crate::pixels::View;
use crate::surfaces::State;

/// Unset, as `wp_viewport` says it.
const UNSET: i32 = -1;

/// What the size of a surface comes from, all in the client's coordinates.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Content {
    /// Width and height of the buffer in pixels.
    pub buffer: (i32, i32),
    /// `wl_surface.set_buffer_scale`.
    pub scale: i32,
    /// `wl_surface.set_buffer_transform` swaps width and height.
    pub swapped: bool,
    /// `wp_viewport.set_source`: x, y, width, height in 256ths of a unit.
    pub source: Option<[i32; 4]>,
    /// `wp_viewport.set_destination`.
    pub destination: Option<(i32, i32)>,
}

/// What the host's `wp_viewport` of a surface says; the same units.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Shown {
    /// The part of the buffer in 256ths of pixels, `None`: all of it.
    pub source: Option<[i32; 4]>,
    /// The surface's size at the host, `None`: the source's.
    pub destination: Option<(i32, i32)>,
}

impl Shown {
    /// The arguments of `set_source`.
    pub fn source_words(&self) -> [u32; 4] {
        self.source.unwrap_or([UNSET * 256; 4]).map(i32::cast_unsigned)
    }

    /// The arguments of `set_destination`.
    pub fn destination_words(&self) -> [u32; 2] {
        let (width, height) = self.destination.unwrap_or((UNSET, UNSET));
        [width, height].map(i32::cast_unsigned)
    }
}

/// Why there is no such content: the errors of `wp_viewport`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BadContent {
    /// `bad_size`: without a destination the source's size must be whole.
    Size,
    /// `out_of_buffer`.
    OutOfBuffer,
}

/// Where a surface is at the host, and how its pixels fall there.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Place {
    /// Size in the host's coordinates.
    pub size: (i32, i32),
    /// Its place in the window that it belongs to.
    pub at: (i32, i32),
    /// Client units per unit of the host.
    pub ratio: f64,
    /// Pixels per unit of the host; `None`: not known.
    pub density: Option<f64>,
}

impl Content {
    /// What a surface has; `None`: nothing, or nothing whose size is known.
    pub fn of(state: &State) -> Option<Self> {
        let View { scale, transform, source, destination } = state.view;
        let buffer = state.buffer.as_ref()?.size?;
        Some(Self { buffer, scale, swapped: transform.swaps_sides(), source, destination })
    }

    /// The buffer's width and height as they are shown.
    fn pixels(&self) -> (i32, i32) {
        let (width, height) = self.buffer;
        if self.swapped { (height, width) } else { (width, height) }
    }

    /// The part that shows, in 256ths of a pixel.
    fn part(&self) -> [i64; 4] {
        let (width, height) = self.pixels();
        match self.source {
            Some(part) => part.map(|n| i64::from(n) * i64::from(self.scale.max(1))),
            None => [0, 0, i64::from(width) * 256, i64::from(height) * 256],
        }
    }

    /// The surface's size in the client's coordinates.
    ///
    /// # Errors
    /// [`BadContent`], for which the client's connection ends.
    pub fn size(&self) -> Result<(i32, i32), BadContent> {
        let (width, height) = self.pixels();
        if let Some([_, _, w, h]) = self.source {
            let [x, y, part_width, part_height] = self.part();
            if x + part_width > i64::from(width) * 256 || y + part_height > i64::from(height) * 256
            {
                return Err(BadContent::OutOfBuffer);
            }
            if self.destination.is_none() {
                let whole = w % 256 == 0 && h % 256 == 0;
                return if whole { Ok((w / 256, h / 256)) } else { Err(BadContent::Size) };
            }
        }
        let units = |side: i32| (side / self.scale.max(1)).max(1);
        Ok(self.destination.unwrap_or((units(width), units(height))))
    }

    /// The same where all of it is shown, at whatever size the place has.
    pub fn enlarged(&self, place: &Place) -> Shown {
        let scaled = |n: i64| i32::try_from(n).unwrap_or(i32::MAX);
        Shown {
            source: self.source.map(|_| self.part().map(scaled)),
            destination: Some(place.size),
        }
    }

    /// What the host is to show of it. A pixel that is one of the host's stays one: where
    /// the host has room for less than the whole buffer, pixels at the right and lower
    /// edges are left out, and none are squeezed.
    ///
    /// The buffer's scale is one at the host, because a source says pixels exactly only
    /// then (a third of a unit is no 256th).
    pub fn shown(&self, place: &Place) -> Shown {
        let Ok(size) = self.size() else { return Shown::default() };
        let [x, y, w, h] = self.part();
        let width = place.crop(w, size.0, place.size.0, place.at.0);
        let height = place.crop(h, size.1, place.size.1, place.at.1);
        let (all_width, all_height) = self.pixels();
        let all = [0, 0, i64::from(all_width) * 256, i64::from(all_height) * 256];
        let part = [x, y, width, height];
        let source = (part != all).then_some(part.map(|n| i32::try_from(n).unwrap_or(i32::MAX)));
        Shown { source, destination: Some(place.size) }
    }
}

impl Place {
    /// As much of one side of a source, in 256ths of pixels, as `host` units from `at` show.
    fn crop(&self, source: i64, size: i32, host: i32, at: i32) -> i64 {
        #[expect(clippy::cast_precision_loss, reason = "far below 2^52")]
        let pixels = source as f64 / 256.0;
        let visible = pixels * (f64::from(host) * self.ratio / f64::from(size)).min(1.0);
        // Halves go up, as wp_fractional_scale_v1 rounds a buffer's size.
        let round = |n: f64| (n + 0.5 + 1e-6).floor();
        let on_host = self.density.map(|density| {
            round(f64::from(at.saturating_add(host)) * density) - round(f64::from(at) * density)
        });
        let shown = match on_host {
            Some(on_host) if (on_host - visible).abs() < 1.0 + 1e-6 => on_host.min(pixels),
            _ if visible < pixels => round(visible).min(pixels),
            _ => pixels,
        };
        #[expect(clippy::cast_possible_truncation, reason = "not above the source")]
        let cropped = (shown * 256.0) as i64;
        cropped.clamp(1.min(source), source)
    }
}
