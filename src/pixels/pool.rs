//! A client's shared memory and the buffers in it.

use std::io;
use std::ops::Range;
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, OwnedFd};
use std::sync::Arc;

use memmap2::{MmapOptions, MmapRaw};
use rustix::io::Errno;

use super::format::PixelLayout;
use super::guard::guarded;
use super::region::PixelRect;
use crate::foreign::{self, FileKind, readable};
use crate::mappings::MappingCount;

/// The file behind a client's pool is shorter than it said, or cannot be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("error accessing SHM buffer")]
pub struct Shrunk;

/// How a pool's bytes are read. They are there as long as the pool or a buffer in it.
#[derive(Clone)]
pub enum PoolBytes {
    /// Memory is mapped, while there are not too many mappings. Reading it needs the SIGBUS
    /// guard even if the file is sealed: a page may be missing before the file's end too,
    /// when the machine has no memory for it.
    Map(Arc<(MmapRaw, MappingCount)>),
    /// A file is read by system calls. A page fault on a file would stop all threads that map
    /// or allocate memory until the disk answers.
    File(Arc<OwnedFd>),
}

/// The memory of a `wl_shm_pool`.
pub struct Pool {
    /// The file. It stays open while the pool may still grow.
    fd: Arc<OwnedFd>,
    bytes: PoolBytes,
    size: usize,
}

impl Pool {
    /// Takes a pool of a client; `size` is not 0.
    ///
    /// # Errors
    /// When it is of a [kind](foreign::kind) that cannot be read without waiting, not open
    /// for reading, or the kernel does not map it.
    pub fn new(fd: OwnedFd, size: usize) -> io::Result<Self> {
        let kind = match readable(fd.as_fd()) {
            Ok(kind) => kind,
            Err(e) => {
                foreign::close(fd);
                return Err(e.into());
            }
        };
        let fd = Arc::new(fd);
        let bytes = PoolBytes::new(&fd, size, kind == FileKind::Memory)?;
        Ok(Self { fd, bytes, size })
    }

    /// The pool's size in bytes.
    pub fn size(&self) -> usize {
        self.size
    }

    /// Extends the pool to `size` bytes of the file. Buffers that are in it already read what
    /// they have read before.
    ///
    /// # Errors
    /// When the kernel does not map it.
    pub fn grow(&mut self, size: usize) -> io::Result<()> {
        self.bytes = PoolBytes::new(&self.fd, size, matches!(self.bytes, PoolBytes::Map(_)))?;
        self.size = size;
        Ok(())
    }

    /// Its bytes, for a buffer in it.
    pub fn bytes(&self) -> PoolBytes {
        self.bytes.clone()
    }
}

impl PoolBytes {
    fn new(fd: &Arc<OwnedFd>, size: usize, may_map: bool) -> io::Result<Self> {
        Ok(match may_map.then(MappingCount::of_pool).flatten() {
            Some(counted) => Self::Map(map(fd.as_fd(), size, counted)?),
            None => Self::File(Arc::clone(fd)),
        })
    }
}

fn map(
    fd: BorrowedFd<'_>,
    size: usize,
    counted: MappingCount,
) -> io::Result<Arc<(MmapRaw, MappingCount)>> {
    let map = MmapOptions::new().len(size).map_raw_read_only(fd.as_raw_fd())?;
    Ok(Arc::new((map, counted)))
}

/// Reads bytes of a file from `start` on.
fn read_file(fd: &OwnedFd, start: usize, len: usize) -> Result<Vec<u8>, Shrunk> {
    let mut bytes = Vec::new();
    bytes.try_reserve_exact(len).map_err(|_| Shrunk)?;
    bytes.resize(len, 0);
    let mut filled = 0;
    while let Some(room) = bytes.get_mut(filled..).filter(|room| !room.is_empty()) {
        match rustix::io::pread(fd, room, (start + filled) as u64) {
            Ok(0) => return Err(Shrunk),
            Ok(read) => filled += read,
            Err(Errno::INTR) => {}
            Err(_) => return Err(Shrunk),
        }
    }
    Ok(bytes)
}

/// A `wl_buffer` in a pool. When it was made it was checked that it fits into the pool.
pub struct ShmBuffer {
    /// The bytes of its pool.
    pub bytes: PoolBytes,
    /// Where it starts, in bytes.
    pub offset: usize,
    /// Its width in pixels, never 0.
    pub width: u32,
    /// Its height in pixels, never 0.
    pub height: u32,
    /// The distance from one row to the next, in bytes.
    pub stride: u32,
    /// Its format as a fourcc.
    pub fourcc: u32,
    /// Its format's layout.
    pub layout: PixelLayout,
}

impl ShmBuffer {
    /// The rectangle of the whole buffer.
    pub fn bounds(&self) -> PixelRect {
        let side = |n: u32| i32::try_from(n).unwrap_or(i32::MAX);
        PixelRect { x1: 0, y1: 0, x2: side(self.width), y2: side(self.height) }
    }

    /// The range of bytes, from the buffer's start, that holds the rows of a rectangle.
    fn range(&self, rect: &PixelRect) -> Range<usize> {
        let rect = rect.intersection(&self.bounds());
        if rect.is_empty() {
            return 0..0;
        }
        let [x2, y1, y2] = [rect.x2, rect.y1, rect.y2].map(i32::unsigned_abs);
        let stride = self.stride as usize;
        let end = |rows: u32, x: u32| rows.saturating_sub(1) as usize * stride + x as usize;
        let last = if self.layout.half_plane {
            let x2 = x2.next_multiple_of(2).min(self.width.next_multiple_of(2));
            self.height as usize * stride + end(y2.div_ceil(2), x2)
        } else {
            end(y2, x2 * self.layout.bytes)
        };
        y1 as usize * stride..last
    }

    /// Calls `read` with the start of the buffer in memory; it may read only the rows of
    /// `rect`.
    ///
    /// # Errors
    /// [`Shrunk`] if some of that was not there; then `read` got zeroes, or was not called.
    pub(super) fn read(
        &self,
        rect: &PixelRect,
        read: impl FnOnce(*const u8),
    ) -> Result<(), Shrunk> {
        match &self.bytes {
            PoolBytes::Map(map) => {
                let map = &map.0;
                let start = map.as_ptr().wrapping_add(self.offset);
                let all_there = guarded(map.as_ptr(), map.len(), || read(start));
                if all_there { Ok(()) } else { Err(Shrunk) }
            }
            PoolBytes::File(fd) => {
                let Range { start, end } = self.range(rect);
                let rows = read_file(fd, self.offset + start, end.saturating_sub(start))?;
                read(rows.as_ptr().wrapping_sub(start));
                Ok(())
            }
        }
    }
}
