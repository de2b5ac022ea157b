//! A buffer at the host into which a client's pixels are copied.

use super::mask::Mask;
use super::masked;
use super::pool::{ShmBuffer, Shrunk};
use super::region::{PixelRect, Region};
use crate::channel::{Area, Image, Memory, Plane};

/// The memory of a target.
pub enum Storage {
    /// A `wl_shm` pool at the host; rows are padded to four bytes at most.
    Shm(Area),
    /// A dma-buf.
    Image(Image),
}

/// A buffer at the host, and the part of the surface's content that it lacks.
pub struct Target {
    /// Its `wl_buffer` at the host.
    pub id: u32,
    /// Its memory.
    pub storage: Storage,
    /// Its planes.
    pub planes: [Plane; 2],
    /// The host uses it: it was committed and not released.
    pub busy: bool,
    /// Pixels that changed since they were last copied into it.
    pub lacks: Region,
}

impl Target {
    /// Copies what it lacks. Returns the number of copied bytes.
    ///
    /// `buffer` must have the size and format that the target was made for. With a mask, the
    /// buffer's format must be one that [can be masked](super::can_mask), and the target must
    /// have been made for [`MASKED`](super::MASKED) and always filled with a mask.
    ///
    /// # Errors
    /// [`Shrunk`]; then the target has zeroes where the client took memory away, or is
    /// unchanged.
    pub fn fill(
        &mut self,
        buffer: &ShmBuffer,
        mask: Option<&Mask>,
        memory: &dyn Memory,
    ) -> Result<u64, Shrunk> {
        if self.lacks.is_empty() {
            return Ok(0);
        }
        let area = match &self.storage {
            Storage::Shm(area) => area,
            Storage::Image(image) => {
                memory.sync(image, true);
                &image.area
            }
        };
        let (to, len) = (area.map.as_mut_ptr(), area.map.len());
        let mut copied = 0;
        let (rects, planes) = (self.lacks.rects(), &self.planes);
        let lacked = rects.iter().copied().reduce(|all, one| all.around(&one)).unwrap_or_default();
        let all_there = buffer.read(&lacked, |from| {
            for rect in rects {
                copied += match mask {
                    None => copy(buffer, from, planes, to, len, rect),
                    Some(mask) => masked::copy(buffer, from, mask, planes[0], (to, len), rect),
                };
            }
        });
        if let Storage::Image(image) = &self.storage {
            memory.sync(image, false);
        }
        self.lacks.clear();
        all_there.map(|()| copied)
    }
}

/// Most bytes of one `memcpy`: libc's bypasses the cache for larger ones, and the host is about
/// to read what was written.
const BLOCK: usize = 128 * 1024;

/// Copies one rectangle of all planes.
fn copy(
    buffer: &ShmBuffer,
    from: *const u8,
    planes: &[Plane; 2],
    to: *mut u8,
    len: usize,
    rect: &PixelRect,
) -> u64 {
    let rect = rect.intersection(&buffer.bounds());
    if rect.is_empty() {
        return 0;
    }
    let [x1, y1, x2, y2] = [rect.x1, rect.y1, rect.x2, rect.y2].map(i32::unsigned_abs);
    let [first, second] = *planes;
    let bytes = buffer.layout.bytes;
    let stride = buffer.stride as usize;
    let span = ByteSpan { at: x1 * bytes, len: (x2 - x1) * bytes, y1, y2 };
    let mut copied = span.copy(from, stride, to, len, first);
    if buffer.layout.half_plane {
        let from = from.wrapping_add(stride * buffer.height as usize);
        let (x1, x2) = (x1 & !1, x2.next_multiple_of(2).min(buffer.width.next_multiple_of(2)));
        let span = ByteSpan { at: x1, len: x2 - x1, y1: y1 / 2, y2: y2.div_ceil(2) };
        copied += span.copy(from, stride, to, len, second);
    }
    copied
}

/// A range of bytes in some rows of a plane.
struct ByteSpan {
    at: u32,
    len: u32,
    y1: u32,
    y2: u32,
}

impl ByteSpan {
    #[expect(unsafe_code, reason = "memory that others write too has no references")]
    fn copy(
        &self,
        from: *const u8,
        from_stride: usize,
        to: *mut u8,
        to_len: usize,
        plane: Plane,
    ) -> u64 {
        let (to_offset, to_stride) = (plane.offset as usize, plane.stride as usize);
        let (at, mut len) = (self.at as usize, self.len as usize);
        let (mut first, last) = (self.y1 as usize, self.y2 as usize);
        if first >= last || to_offset + (last - 1) * to_stride + at + len > to_len {
            return 0;
        }
        let copied = (len * (last - first)) as u64;
        // Without padding on both sides, one call copies several rows.
        let mut step = 1;
        if len == to_stride && len == from_stride {
            step = (BLOCK / len.max(1)).max(1);
        }
        let row = len;
        while first < last {
            let rows = step.min(last - first);
            len = row * rows;
            // SAFETY: the source lies in the buffer, whose place in its pool was checked
            // when it was made, and is read under `ShmBuffer::read`'s guard; the
            // target's end was checked above. The two never overlap: they are
            // different mappings. The client may write at the same time, which
            // garbles its own picture: bytes have no invalid values.
            unsafe {
                let from = from.wrapping_add(first * from_stride + at);
                let to = to.add(to_offset + first * to_stride + at);
                std::ptr::copy_nonoverlapping(from, to, len);
            }
            first += rows;
        }
        copied
    }
}
