//! Pixel formats, and their conversion to the one that is composed.

use smithay::backend::allocator::Fourcc;

/// Where a channel lies in a pixel's little-endian number.
#[derive(Clone, Copy)]
struct Channel {
    shift: u32,
    bits: u32,
}

impl Channel {
    /// Its value, scaled to 0 to 255.
    fn of(self, pixel: u64) -> u32 {
        if self.bits == 0 {
            return 255;
        }
        let max = (1u64 << self.bits) - 1;
        let value = (pixel >> self.shift) & max;
        if self.bits == 8 { value as u32 } else { ((value * 255 + max / 2) / max) as u32 }
    }
}

/// A format whose pixels follow each other, with all channels together.
#[derive(Clone, Copy)]
pub struct Packed {
    /// Bytes a pixel.
    pub bytes: usize,
    red: Channel,
    green: Channel,
    blue: Channel,
    /// Formats without alpha have 0 bits, and are opaque.
    alpha: Channel,
}

type Row = (Fourcc, usize, [(u32, u32); 4]);

/// All packed formats, as offered by `wl_shm`: code, bytes, then shift and bits of red,
/// green, blue and alpha.
#[rustfmt::skip]
const PACKED: &[Row] = &[
    (Fourcc::Argb8888,    4, [(16, 8), (8, 8), (0, 8), (24, 8)]),
    (Fourcc::Xrgb8888,    4, [(16, 8), (8, 8), (0, 8), (0, 0)]),
    (Fourcc::Abgr8888,    4, [(0, 8), (8, 8), (16, 8), (24, 8)]),
    (Fourcc::Xbgr8888,    4, [(0, 8), (8, 8), (16, 8), (0, 0)]),
    (Fourcc::Rgba8888,    4, [(24, 8), (16, 8), (8, 8), (0, 8)]),
    (Fourcc::Rgbx8888,    4, [(24, 8), (16, 8), (8, 8), (0, 0)]),
    (Fourcc::Bgra8888,    4, [(8, 8), (16, 8), (24, 8), (0, 8)]),
    (Fourcc::Bgrx8888,    4, [(8, 8), (16, 8), (24, 8), (0, 0)]),
    (Fourcc::Argb2101010, 4, [(20, 10), (10, 10), (0, 10), (30, 2)]),
    (Fourcc::Xrgb2101010, 4, [(20, 10), (10, 10), (0, 10), (0, 0)]),
    (Fourcc::Abgr2101010, 4, [(0, 10), (10, 10), (20, 10), (30, 2)]),
    (Fourcc::Xbgr2101010, 4, [(0, 10), (10, 10), (20, 10), (0, 0)]),
    (Fourcc::Rgb888,      3, [(16, 8), (8, 8), (0, 8), (0, 0)]),
    (Fourcc::Bgr888,      3, [(0, 8), (8, 8), (16, 8), (0, 0)]),
    (Fourcc::Rgb565,      2, [(11, 5), (5, 6), (0, 5), (0, 0)]),
    (Fourcc::Bgr565,      2, [(0, 5), (5, 6), (11, 5), (0, 0)]),
    (Fourcc::Argb1555,    2, [(10, 5), (5, 5), (0, 5), (15, 1)]),
    (Fourcc::Xrgb1555,    2, [(10, 5), (5, 5), (0, 5), (0, 0)]),
    (Fourcc::Argb4444,    2, [(8, 4), (4, 4), (0, 4), (12, 4)]),
    (Fourcc::Xrgb4444,    2, [(8, 4), (4, 4), (0, 4), (0, 0)]),
];

/// Formats of dma-bufs.
pub const DMABUF: &[Fourcc] = &[
    Fourcc::Argb8888,
    Fourcc::Xrgb8888,
    Fourcc::Abgr8888,
    Fourcc::Xbgr8888,
    Fourcc::Argb2101010,
    Fourcc::Xrgb2101010,
    Fourcc::Rgb565,
    Fourcc::Nv12,
];

/// The formats of `wl_shm`.
pub fn shm() -> impl Iterator<Item = Fourcc> {
    PACKED.iter().map(|(code, ..)| *code)
}

impl Packed {
    /// The format with a code, if it is one of ours.
    pub fn new(code: Fourcc) -> Option<Self> {
        let (_, bytes, channels) = PACKED.iter().find(|(known, ..)| *known == code)?;
        let [red, green, blue, alpha] = channels.map(|(shift, bits)| Channel { shift, bits });
        Some(Self { bytes: *bytes, red, green, blue, alpha })
    }

    /// Converts pixels one by one; colours are premultiplied in both.
    pub fn convert(self, from: &[u8], to: &mut [u32]) {
        for (bytes, pixel) in from.chunks_exact(self.bytes).zip(to) {
            let number = bytes.iter().rev().fold(0u64, |sum, byte| (sum << 8) | u64::from(*byte));
            *pixel = (self.alpha.of(number) << 24)
                | (self.red.of(number) << 16)
                | (self.green.of(number) << 8)
                | self.blue.of(number);
        }
    }
}

/// Converts a row of NV12 (`chroma` holds a pair for two columns), with the matrix
/// of BT.601 in its limited range.
pub fn convert_nv12(luma: &[u8], chroma: &[u8], to: &mut [u32]) {
    let pairs = chroma.chunks_exact(2).flat_map(|pair| [pair, pair]);
    for ((luma, pair), pixel) in luma.iter().zip(pairs).zip(to) {
        let &[u, v] = pair else { continue };
        let (y, u, v) = (i32::from(*luma) - 16, i32::from(u) - 128, i32::from(v) - 128);
        let channel = |sum: i32| ((sum + 128) >> 8).clamp(0, 255) as u32;
        let red = channel(298 * y + 409 * v);
        let green = channel(298 * y - 100 * u - 208 * v);
        let blue = channel(298 * y + 516 * u);
        *pixel = 0xff00_0000 | (red << 16) | (green << 8) | blue;
    }
}
