//! The pixels of clients' buffers, converted when they are committed.

use smithay::backend::allocator::dmabuf::{Dmabuf, DmabufSyncFlags};
use smithay::backend::allocator::{Buffer, Fourcc};
use smithay::reexports::wayland_server::protocol::wl_buffer::WlBuffer;
use smithay::wayland::dmabuf::get_dmabuf;
use smithay::wayland::shm::{shm_format_to_fourcc, with_buffer_contents};
use smithay::wayland::single_pixel_buffer::get_single_pixel_buffer;

use crate::formats::{Packed, convert_nv12};
use crate::memory::{Bytes, Mapping};
use crate::picture::{Part, Picture};

/// The kind of a buffer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// `wl_shm`.
    Shm,
    /// `zwp_linux_dmabuf_v1`.
    Dmabuf,
    /// `wp_single_pixel_buffer_manager_v1`.
    SinglePixel,
}

/// The description of a buffer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Description {
    /// Its kind.
    pub kind: Kind,
    /// Its width and height in pixels.
    pub size: (usize, usize),
    /// The format of its pixels.
    pub format: Fourcc,
}

/// Describes a buffer; `None` if it cannot be read.
pub fn describe(buffer: &WlBuffer) -> Option<Description> {
    if let Ok(dmabuf) = get_dmabuf(buffer) {
        let size = (dmabuf.width() as usize, dmabuf.height() as usize);
        return Some(Description { kind: Kind::Dmabuf, size, format: dmabuf.format().code });
    }
    if get_single_pixel_buffer(buffer).is_ok() {
        let format = Fourcc::Argb8888;
        return Some(Description { kind: Kind::SinglePixel, size: (1, 1), format });
    }
    let data = with_buffer_contents(buffer, |_, _, data| data).ok()?;
    let size = (data.width as usize, data.height as usize);
    Some(Description { kind: Kind::Shm, size, format: shm_format_to_fourcc(data.format)? })
}

/// Updates parts of a picture that has the buffer's size. Returns `None` if the buffer cannot be
/// read.
pub fn load(buffer: &WlBuffer, picture: &mut Picture, parts: &[Part]) -> Option<()> {
    if let Ok(dmabuf) = get_dmabuf(buffer) {
        return load_dmabuf(dmabuf, picture, parts);
    }
    if let Ok(pixel) = get_single_pixel_buffer(buffer) {
        // Big-endian bytes in the order of the request's arguments, highest first.
        let byte = |channel: u32| channel >> 24;
        let colour =
            (byte(pixel.a) << 24) | (byte(pixel.r) << 16) | (byte(pixel.g) << 8) | byte(pixel.b);
        picture.row_mut(0).fill(colour);
        return Some(());
    }
    load_shm(buffer, picture, parts)
}

#[expect(unsafe_code, reason = "smithay gives the pool as a pointer")]
fn load_shm(buffer: &WlBuffer, picture: &mut Picture, parts: &[Part]) -> Option<()> {
    with_buffer_contents(buffer, |start, len, data| {
        let format = Packed::new(shm_format_to_fourcc(data.format)?)?;
        // SAFETY: smithay has the pool mapped while this closure runs, and
        // catches SIGBUS if the file is shorter than the pool.
        let bytes = unsafe { Bytes::new(start, len) };
        load_packed(bytes, data.offset as usize, data.stride as usize, format, picture, parts);
        Some(())
    })
    .ok()?
}

fn load_dmabuf(dmabuf: &Dmabuf, picture: &mut Picture, parts: &[Part]) -> Option<()> {
    let planes: Vec<_> = dmabuf.handles().zip(dmabuf.offsets()).zip(dmabuf.strides()).collect();
    // Map it anew each time, to read as much as there is of a shortened file.
    let sync = |flags| {
        for plane in 0..planes.len() {
            // Clients often pass a memfd instead of a dma-buf, which does not have this call.
            let _ = dmabuf.sync_plane(plane, flags | DmabufSyncFlags::READ);
        }
    };
    let maps: Vec<_> =
        planes.iter().map(|((fd, _), _)| Mapping::new(fd).ok()).collect::<Option<_>>()?;
    sync(DmabufSyncFlags::START);
    let place = |n: usize| {
        let ((_, offset), stride) = planes.get(n)?;
        Some((maps.get(n)?.bytes(), *offset as usize, *stride as usize))
    };
    let (bytes, offset, stride) = place(0)?;
    match (dmabuf.format().code, place(1)) {
        (Fourcc::Nv12, Some(chroma)) => load_nv12((bytes, offset, stride), chroma, picture),
        (Fourcc::Nv12, None) => return None,
        (code, _) => load_packed(bytes, offset, stride, Packed::new(code)?, picture, parts),
    }
    sync(DmabufSyncFlags::END);
    Some(())
}

fn load_packed(
    bytes: Bytes<'_>,
    offset: usize,
    stride: usize,
    format: Packed,
    picture: &mut Picture,
    parts: &[Part],
) {
    for part in parts {
        let mut row = vec![0; part.width * format.bytes];
        for y in part.y..part.y + part.height {
            bytes.read(offset + y * stride + part.x * format.bytes, &mut row);
            let to = picture.row_mut(y).get_mut(part.x..part.x + part.width);
            format.convert(&row, to.unwrap_or_default());
        }
    }
}

type Plane<'a> = (Bytes<'a>, usize, usize);

/// Always loads everything: it is not worth it to load parts of subsampled planes.
fn load_nv12(luma: Plane<'_>, chroma: Plane<'_>, picture: &mut Picture) {
    let width = picture.width();
    let (mut luma_row, mut chroma_row) = (vec![0; width], vec![0; width.next_multiple_of(2)]);
    for y in 0..picture.height() {
        luma.0.read(luma.1 + y * luma.2, &mut luma_row);
        chroma.0.read(chroma.1 + y / 2 * chroma.2, &mut chroma_row);
        convert_nv12(&luma_row, &chroma_row, picture.row_mut(y));
    }
}
