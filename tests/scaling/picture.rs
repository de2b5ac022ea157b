//! Pictures of screens, pixel by pixel.

use std::path::Path;

/// A picture.
pub struct Picture {
    pub width: i64,
    pub height: i64,
    pixels: Vec<u32>,
}

impl Picture {
    /// Reads a PNG file of 8 bits a channel, with alpha or without.
    pub fn read(path: &Path) -> Self {
        Self::decode(&std::fs::read(path).expect("a picture"))
    }

    /// The same of its bytes.
    pub fn decode(bytes: &[u8]) -> Self {
        let mut reader = png::Decoder::new(std::io::Cursor::new(bytes)).read_info().expect("PNG");
        let mut bytes = vec![0; reader.output_buffer_size().expect("a size")];
        let info = reader.next_frame(&mut bytes).expect("PNG");
        let channels = info.color_type.samples();
        let colour = |pixel: &[u8]| u32::from_be_bytes([0, pixel[0], pixel[1], pixel[2]]);
        let pixels = bytes.chunks_exact(channels).map(colour).collect();
        Self { width: i64::from(info.width), height: i64::from(info.height), pixels }
    }

    /// A pixel as `0xrrggbb`, if it is on the screen.
    pub fn at(&self, x: i64, y: i64) -> Option<u32> {
        let inside = (0..self.width).contains(&x) && (0..self.height).contains(&y);
        inside.then(|| self.pixels[(y * self.width + x) as usize])
    }
}
