//! The memory layouts of pixel formats.

use drm_fourcc::DrmFourcc as F;

/// A format's layout in memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PixelLayout {
    /// Bytes per pixel in the first plane.
    pub bytes: u32,
    /// Whether a second plane follows, with one sample of two bytes for each
    /// square of four pixels (NV12).
    pub half_plane: bool,
}

impl PixelLayout {
    /// Bytes of the longest row of a plane, without padding.
    pub fn row(&self, width: u32) -> Option<u32> {
        // Samples of the second plane are whole pairs.
        let width = if self.half_plane { width.checked_next_multiple_of(2)? } else { width };
        width.checked_mul(self.bytes)
    }

    /// The number of rows in all planes together; all rows have the same length.
    pub fn rows(&self, height: u32) -> u32 {
        height + if self.half_plane { height.div_ceil(2) } else { 0 }
    }
}

/// The fourcc of a `wl_shm` format: the same number, except for the two oldest formats.
pub fn fourcc_of_shm(format: u32) -> u32 {
    match format {
        0 => F::Argb8888 as u32,
        1 => F::Xrgb8888 as u32,
        other => other,
    }
}

/// The layout of a fourcc; `None` for those that cannot be copied row by row.
pub fn layout(fourcc: u32) -> Option<PixelLayout> {
    let (bytes, half_plane) = match F::try_from(fourcc).ok()? {
        F::C8 | F::R8 | F::Rgb332 | F::Bgr233 => (1, false),
        F::Nv12 | F::Nv21 => (1, true),
        F::R16
        | F::Gr88
        | F::Rg88
        | F::Rgb565
        | F::Bgr565
        | F::Xrgb4444
        | F::Xbgr4444
        | F::Rgbx4444
        | F::Bgrx4444
        | F::Argb4444
        | F::Abgr4444
        | F::Rgba4444
        | F::Bgra4444
        | F::Xrgb1555
        | F::Xbgr1555
        | F::Rgbx5551
        | F::Bgrx5551
        | F::Argb1555
        | F::Abgr1555
        | F::Rgba5551
        | F::Bgra5551 => (2, false),
        F::Rgb888 | F::Bgr888 => (3, false),
        F::Xrgb8888
        | F::Xbgr8888
        | F::Rgbx8888
        | F::Bgrx8888
        | F::Argb8888
        | F::Abgr8888
        | F::Rgba8888
        | F::Bgra8888
        | F::Xrgb2101010
        | F::Xbgr2101010
        | F::Rgbx1010102
        | F::Bgrx1010102
        | F::Argb2101010
        | F::Abgr2101010
        | F::Rgba1010102
        | F::Bgra1010102
        | F::Rg1616
        | F::Gr1616
        | F::Ayuv
        | F::Xyuv8888 => (4, false),
        F::Xrgb16161616f
        | F::Xbgr16161616f
        | F::Argb16161616f
        | F::Abgr16161616f
        | F::Axbxgxrx106106106106 => (8, false),
        _ => return None,
    };
    Some(PixelLayout { bytes, half_plane })
}
