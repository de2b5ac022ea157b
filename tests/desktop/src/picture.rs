//! Pictures of screens, pixel by pixel.

use std::path::Path;

/// A picture.
pub struct Picture {
    pub width: i64,
    pub height: i64,
    /// Red, green, blue, and perhaps alpha.
    bytes: Vec<u8>,
    channels: i64,
}

impl Picture {
    /// Reads a PNG file of 8 bits a channel, with alpha or without.
    pub fn read(path: &Path) -> Self {
        Self::decode(&std::fs::read(path).expect("a picture"))
    }

    /// Decodes the bytes of a PNG file.
    pub fn decode(bytes: &[u8]) -> Self {
        let mut reader = png::Decoder::new(std::io::Cursor::new(bytes)).read_info().expect("PNG");
        let mut bytes = vec![0; reader.output_buffer_size().expect("a size")];
        let info = reader.next_frame(&mut bytes).expect("PNG");
        let channels = info.color_type.samples() as i64;
        Self { width: i64::from(info.width), height: i64::from(info.height), bytes, channels }
    }

    /// A pixel as `0xrrggbb`, if it is on the screen.
    pub fn at(&self, x: i64, y: i64) -> Option<u32> {
        if x < 0 || y < 0 || x >= self.width || y >= self.height {
            return None;
        }
        let start = ((y * self.width + x) * self.channels) as usize;
        let [red, green, blue] = [self.bytes[start], self.bytes[start + 1], self.bytes[start + 2]];
        Some(u32::from_be_bytes([0, red, green, blue]))
    }
}
