//! A client's shared memory and the buffers in it.

use std::io;
use std::os::fd::{AsRawFd, OwnedFd};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use memmap2::{MmapOptions, MmapRaw};
use rustix::fs::{SealFlags, fcntl_get_seals};

use super::format::Layout;
use super::guard::guarded;
use super::region::Rect;

/// The client has made the file behind its pool shorter than it said.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("error accessing SHM buffer")]
pub struct Shrunk;

struct Backing {
    /// The file, while it may still be mapped anew.
    fd: Option<OwnedFd>,
    map: Arc<MmapRaw>,
}

/// A `wl_shm_pool`: lives as long as it or a buffer of it does.
pub struct Pool {
    /// Only ever one thread's; the lock is for changes behind a shared pointer.
    backing: Mutex<Backing>,
    /// The file is sealed against shrinking: it needs no guard.
    sealed: bool,
}

impl Pool {
    /// Maps a pool of a client; `size` is not 0.
    ///
    /// # Errors
    /// When the kernel does not map it.
    pub fn new(fd: OwnedFd, size: usize) -> io::Result<Self> {
        let map = Arc::new(map(&fd, size)?);
        let shrinks = |seals: SealFlags| !seals.contains(SealFlags::SHRINK);
        let unsealed = fcntl_get_seals(&fd).map_or(true, shrinks);
        // A seal keeps the length that the file has now, which may be too short.
        let long_enough = rustix::fs::fstat(&fd)
            .is_ok_and(|stat| u64::try_from(stat.st_size).is_ok_and(|len| len >= size as u64));
        let backing = Mutex::new(Backing { fd: Some(fd), map });
        Ok(Self { backing, sealed: !unsealed && long_enough })
    }

    /// The pool's size in bytes.
    pub fn size(&self) -> usize {
        self.mapping().len()
    }

    /// Maps more of the file.
    ///
    /// # Errors
    /// When the kernel does not map it, or the pool is [closed](Self::close).
    pub fn grow(&self, size: usize) -> io::Result<()> {
        let mut backing = self.backing();
        let fd = backing.fd.as_ref().ok_or(io::ErrorKind::NotFound)?;
        backing.map = Arc::new(map(fd, size)?);
        Ok(())
    }

    /// It never grows again: only its buffers are left.
    pub fn close(&self) {
        self.backing().fd = None;
    }

    fn backing(&self) -> MutexGuard<'_, Backing> {
        self.backing.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn mapping(&self) -> Arc<MmapRaw> {
        Arc::clone(&self.backing().map)
    }
}

fn map(fd: &OwnedFd, size: usize) -> io::Result<MmapRaw> {
    MmapOptions::new().len(size).map_raw_read_only(fd.as_raw_fd())
}

/// A `wl_buffer` in a pool; that it fits into it was checked when it was made.
pub struct ShmBuffer {
    /// Its pool.
    pub pool: Arc<Pool>,
    /// Where it starts, in bytes.
    pub offset: usize,
    /// In pixels, above 0.
    pub width: u32,
    /// In pixels, above 0.
    pub height: u32,
    /// From one row to the next, in bytes.
    pub stride: u32,
    /// Its format as a fourcc.
    pub fourcc: u32,
    /// Its format's layout.
    pub layout: Layout,
}

impl ShmBuffer {
    /// All of it.
    pub fn bounds(&self) -> Rect {
        let side = |n: u32| i32::try_from(n).unwrap_or(i32::MAX);
        Rect { x1: 0, y1: 0, x2: side(self.width), y2: side(self.height) }
    }

    /// Calls `read` with the start of the buffer in memory; gives whether all that
    /// it read was there.
    ///
    /// # Errors
    /// [`Shrunk`]; what was read behind the file's end was zeroes.
    pub(super) fn read(&self, read: impl FnOnce(*const u8)) -> Result<(), Shrunk> {
        let map = self.pool.mapping();
        let start = map.as_ptr().wrapping_add(self.offset);
        if self.pool.sealed {
            read(start);
            return Ok(());
        }
        if guarded(map.as_ptr(), map.len(), || read(start)) { Ok(()) } else { Err(Shrunk) }
    }
}
