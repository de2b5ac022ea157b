//! The content of a surface: computes the surface's size from its buffer, and the part of the
//! buffer and the size for the host.

#[cfg(test)]
mod tests;

use crate::pixels::View;
use crate::surfaces::SurfaceState;

/// Unset, as `wp_viewport` says it.
const UNSET: i32 = -1;

/// Everything that determines the size of a surface, in client coordinates.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct BufferView {
    /// Width and height of the buffer in pixels.
    pub buffer: (i32, i32),
    /// `wl_surface.set_buffer_scale`.
    pub scale: i32,
    /// Whether `wl_surface.set_buffer_transform` swaps width and height.
    pub swapped: bool,
    /// `wp_viewport.set_source`: x, y, width, height in 256ths of a unit.
    pub source: Option<[i32; 4]>,
    /// `wp_viewport.set_destination`.
    pub destination: Option<(i32, i32)>,
}

/// What the host's `wp_viewport` of a surface gets, in the same units.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ViewportState {
    /// The part of the buffer in 256ths of pixels; `None` for all of it.
    pub source: Option<[i32; 4]>,
    /// The surface's size at the host; `None` for the size of the source.
    pub destination: Option<(i32, i32)>,
}

impl ViewportState {
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

/// Why content is invalid: the errors of `wp_viewport`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ViewportError {
    /// `bad_size`: without a destination, the size of the source must be whole.
    Size,
    /// `out_of_buffer`.
    OutOfBuffer,
}

/// The place of a surface at the host, and its scale there.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct HostPlace {
    /// Size in host coordinates.
    pub size: (i32, i32),
    /// Its place in its window.
    pub at: (i32, i32),
    /// Client units per host unit.
    pub ratio: f64,
    /// Pixels per host unit; `None` if not known.
    pub density: Option<f64>,
}

impl BufferView {
    /// The content of a state; `None` if there is none, or its size is not known.
    pub fn of(state: &SurfaceState) -> Option<Self> {
        let View { scale, transform, source, destination } = state.view;
        let buffer = state.buffer.as_ref()?.size?;
        Some(Self { buffer, scale, swapped: transform.swaps_sides(), source, destination })
    }

    /// The buffer's width and height after the transform.
    fn pixels(&self) -> (i32, i32) {
        let (width, height) = self.buffer;
        if self.swapped { (height, width) } else { (width, height) }
    }

    /// The visible part, in 256ths of a pixel.
    fn part(&self) -> [i64; 4] {
        let (width, height) = self.pixels();
        match self.source {
            Some(part) => part.map(|n| i64::from(n) * i64::from(self.scale.max(1))),
            None => [0, 0, i64::from(width) * 256, i64::from(height) * 256],
        }
    }

    /// The surface's size in client coordinates.
    ///
    /// # Errors
    /// [`ViewportError`], for which the client's connection ends.
    pub fn size(&self) -> Result<(i32, i32), ViewportError> {
        let (width, height) = self.pixels();
        if let Some([_, _, w, h]) = self.source {
            let [x, y, part_width, part_height] = self.part();
            if x + part_width > i64::from(width) * 256 || y + part_height > i64::from(height) * 256
            {
                return Err(ViewportError::OutOfBuffer);
            }
            if self.destination.is_none() {
                let whole = w % 256 == 0 && h % 256 == 0;
                return if whole { Ok((w / 256, h / 256)) } else { Err(ViewportError::Size) };
            }
        }
        let units = |side: i32| (side / self.scale.max(1)).max(1);
        Ok(self.destination.unwrap_or((units(width), units(height))))
    }

    /// The same, for a surface whose whole content is shown at the size of the place.
    pub fn enlarged(&self, place: &HostPlace) -> ViewportState {
        let scaled = |n: i64| i32::try_from(n).unwrap_or(i32::MAX);
        ViewportState {
            source: self.source.map(|_| self.part().map(scaled)),
            destination: Some(place.size),
        }
    }

    /// What the host must show. A buffer pixel that matches one pixel of the host keeps its size:
    /// if the host has less room than the buffer needs, pixels at the right and lower edges are cut
    /// off, but none are squeezed.
    ///
    /// The buffer scale is one at the host, because only then can a source name exact pixels (a
    /// third of a unit is not a whole number of 256ths).
    pub fn shown(&self, place: &HostPlace) -> ViewportState {
        let Ok(size) = self.size() else { return ViewportState::default() };
        let [x, y, w, h] = self.part();
        let width = place.crop(w, size.0, place.size.0, place.at.0);
        let height = place.crop(h, size.1, place.size.1, place.at.1);
        let (all_width, all_height) = self.pixels();
        let all = [0, 0, i64::from(all_width) * 256, i64::from(all_height) * 256];
        let part = [x, y, width, height];
        let source = (part != all).then_some(part.map(|n| i32::try_from(n).unwrap_or(i32::MAX)));
        ViewportState { source, destination: Some(place.size) }
    }
}

impl HostPlace {
    /// The part of one side of a source, in 256ths of pixels, that `host` units from `at` show.
    fn crop(&self, source: i64, size: i32, host: i32, at: i32) -> i64 {
        #[expect(clippy::cast_precision_loss, reason = "far below 2^52")]
        let pixels = source as f64 / 256.0;
        let visible = pixels * (f64::from(host) * self.ratio / f64::from(size)).min(1.0);
        // Halves are rounded up, as wp_fractional_scale_v1 does for a buffer's size.
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
