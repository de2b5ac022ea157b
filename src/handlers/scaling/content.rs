//! What a surface shows: from its buffer to its size, and to the part of the buffer and
//! the size that the host is told.

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
    /// `wp_viewport.set_source`: x, y, width, height in 256ths.
    pub source: Option<[i32; 4]>,
    /// `wp_viewport.set_destination`.
    pub destination: Option<(i32, i32)>,
}

/// What the host's `wp_viewport` of a surface says; the same units.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Shown {
    /// The part of the buffer, `None`: all of it.
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

impl Content {
    /// The buffer in the surface's coordinates, in 256ths: a scale may not divide it.
    fn whole(&self) -> (i64, i64) {
        let (width, height) = self.buffer;
        let (width, height) = if self.swapped { (height, width) } else { (width, height) };
        let scaled = |side: i32| i64::from(side) * 256 / i64::from(self.scale.max(1));
        (scaled(width), scaled(height))
    }

    /// The surface's size in the client's coordinates.
    ///
    /// # Errors
    /// [`BadContent`], for which the client's connection ends.
    pub fn size(&self) -> Result<(i32, i32), BadContent> {
        let (width, height) = self.whole();
        if let Some([x, y, w, h]) = self.source {
            let end = |start: i32, len: i32| i64::from(start) + i64::from(len);
            if end(x, w) > width || end(y, h) > height {
                return Err(BadContent::OutOfBuffer);
            }
            if self.destination.is_none() {
                let whole = w % 256 == 0 && h % 256 == 0;
                return if whole { Ok((w / 256, h / 256)) } else { Err(BadContent::Size) };
            }
        }
        let units = |side: i64| i32::try_from(side / 256).unwrap_or(i32::MAX).max(1);
        Ok(self.destination.unwrap_or((units(width), units(height))))
    }

    /// What the host is to show of it at `host` size, when a unit of its is `ratio` of the
    /// client's. Where that is less than all of it, as many pixels are left out at the
    /// right and lower edges, so that the others are not squeezed.
    pub fn shown(&self, host: (i32, i32), ratio: f64) -> Shown {
        let Ok(size) = self.size() else { return Shown::default() };
        let (width, height) = self.whole();
        let all = [0, 0, saturate(width), saturate(height)];
        let [x, y, w, h] = self.source.unwrap_or(all);
        let crop = |source: i32, size: i32, host: i32| self.crop(source, size, host, ratio);
        let part = [x, y, crop(w, size.0, host.0), crop(h, size.1, host.1)];
        let source = (self.source.is_some() || part != all).then_some(part);
        Shown { source, destination: Some(host) }
    }

    /// As much of one side of the source as `host` units show without squeezing it, in
    /// whole pixels of the buffer.
    fn crop(&self, source: i32, size: i32, host: i32, ratio: f64) -> i32 {
        let visible = f64::from(host) * ratio / f64::from(size);
        if visible >= 1.0 {
            return source;
        }
        let pixel = 256.0 / f64::from(self.scale.max(1));
        let pixels = f64::from(source) / pixel * visible;
        // Halves go up, as wp_fractional_scale_v1 rounds a buffer's size.
        #[expect(clippy::cast_possible_truncation, reason = "smaller than the source")]
        let cropped = ((pixels + 0.5 + 1e-6).floor() * pixel) as i32;
        cropped.clamp(1.min(source), source)
    }
}

fn saturate(value: i64) -> i32 {
    i32::try_from(value).unwrap_or(i32::MAX)
}
