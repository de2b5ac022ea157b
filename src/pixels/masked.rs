//! Copying with a mask. Pixels outside the mask become transparent; the others keep their
//! alpha, or become opaque if the format has none.
#![expect(unsafe_code, reason = "memory that others write too has no references")]

use drm_fourcc::DrmFourcc;

use super::mask::Mask;
use super::pool::ShmBuffer;
use super::region::PixelRect;
use crate::channel::Plane;

/// The format of the copy.
pub const MASKED: u32 = DrmFourcc::Argb8888 as u32;

const BYTES: usize = 4;

/// Whether a format's pixels can be copied with a mask, into [`MASKED`].
pub fn can_mask(fourcc: u32) -> bool {
    fourcc == MASKED || fourcc == DrmFourcc::Xrgb8888 as u32
}

/// Copies one rectangle of a buffer that [can be masked](can_mask). Returns the number of
/// written bytes. `from` is the buffer's start and is read under `ShmBuffer::read`'s guard;
/// `to` is valid for writes of `len` bytes.
pub(super) fn copy(
    buffer: &ShmBuffer,
    from: *const u8,
    mask: &Mask,
    plane: Plane,
    (to, len): (*mut u8, usize),
    rect: &PixelRect,
) -> u64 {
    let rect = rect.intersection(&buffer.bounds());
    let [x1, y1, x2, y2] = [rect.x1, rect.y1, rect.x2, rect.y2].map(|n| n.unsigned_abs() as usize);
    let (offset, stride) = (plane.offset as usize, plane.stride as usize);
    if rect.is_empty() || offset + (y2 - 1) * stride + x2 * BYTES > len {
        return 0;
    }
    let alpha = if buffer.fourcc == MASKED { 0 } else { 0xff00_0000_u32.to_le() };
    for (y, row) in (y1..y2).zip(rect.y1..) {
        let from = from.wrapping_add(y * buffer.stride as usize).cast::<[u8; BYTES]>();
        let to = to.wrapping_add(offset + y * stride).cast::<[u8; BYTES]>();
        let mut x = x1;
        for (start, end) in mask.row(row) {
            let (start, end) = ((*start).max(rect.x1), (*end).min(rect.x2));
            if start >= end {
                continue;
            }
            let (start, end) = (start.unsigned_abs() as usize, end.unsigned_abs() as usize);
            // SAFETY: the caller vouches for both pointers; the target's end was checked
            // above, the source's when the buffer was made, and both rows are left no
            // later than at `x2`. Spans come from left to right. The two are different
            // mappings. The client may write at the same time, which garbles its own
            // picture: bytes have no invalid values.
            unsafe {
                to.add(x).cast::<u8>().write_bytes(0, (start - x) * BYTES);
                for n in start..end {
                    let pixel = u32::from_ne_bytes(from.add(n).read()) | alpha;
                    to.add(n).write(pixel.to_ne_bytes());
                }
            }
            x = end;
        }
        // SAFETY: the same.
        unsafe { to.add(x).cast::<u8>().write_bytes(0, (x2 - x) * BYTES) };
    }
    ((x2 - x1) * (y2 - y1) * BYTES) as u64
}
