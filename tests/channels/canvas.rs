//! Pixels that a client draws in shared memory, only where it reports damage.

use std::fs::File;
use std::os::unix::fs::FileExt;

use wayland_client::protocol::wl_buffer::WlBuffer;
use wayland_client::protocol::wl_shm::Format;

use crate::client::{Client, Place, memory};
use crate::stage::Rect;

/// A picture in a file, rows with some padding.
pub struct Canvas {
    pub file: File,
    pub place: Place,
    /// Bytes a pixel.
    pub bytes: u32,
    seed: u32,
}

impl Canvas {
    /// Makes a canvas of 32-bit pixels.
    pub fn new(width: u32, height: u32) -> Self {
        Self::of(width, height, 4)
    }

    /// Makes a canvas of pixels of a number of bytes.
    pub fn of(width: u32, height: u32, bytes: u32) -> Self {
        let stride = (width * bytes).next_multiple_of(4) + 16;
        let place = Place { offset: 4096, width, height, stride };
        let mut canvas =
            Self { file: memory((4096 + stride * height) as usize, &[0]), place, bytes, seed: 0 };
        canvas.paint(canvas.whole());
        canvas
    }

    /// All of it.
    pub fn whole(&self) -> Rect {
        [0, 0, self.place.width, self.place.height]
    }

    /// Its size and bytes a pixel.
    pub fn content(&self) -> [u32; 3] {
        [self.place.width, self.place.height, self.bytes]
    }

    /// Fills a rectangle with pixels that are all different, and different each time.
    pub fn paint(&mut self, [x, y, width, height]: Rect) {
        self.seed += 1;
        let len = (width * self.bytes) as usize;
        for row in y..y + height {
            let word = |n: u32| {
                let n = (row << 16 | n).wrapping_add(self.seed << 8);
                // Opaque, whatever the format.
                (n.wrapping_mul(2_654_435_761) | 0xff00_0003).to_le_bytes()
            };
            let mut bytes: Vec<u8> = (0..width * self.bytes.div_ceil(4)).flat_map(word).collect();
            bytes.truncate(len);
            let Place { offset, stride, .. } = self.place;
            let at = offset + row * stride + x * self.bytes;
            self.file.write_all_at(&bytes, u64::from(at)).expect("written");
        }
    }

    /// Overwrites all of it.
    pub fn erase(&self) {
        let len = (self.place.stride * self.place.height) as usize;
        self.file.write_all_at(&vec![0; len], u64::from(self.place.offset)).expect("written");
    }

    /// A buffer of it.
    pub fn buffer(&self, client: &mut Client) -> WlBuffer {
        client.shm(&self.file, self.place, Format::Xrgb8888)
    }
}
