//! Memory shared with the host, for a channel that cannot pass the client's own memory.

use std::io;
use std::os::fd::{AsRawFd, BorrowedFd, OwnedFd};

use memmap2::{MmapOptions, MmapRaw};

use crate::mappings::MappingCount;

/// A mapping of memory that others may write too.
pub struct Mapping {
    map: MmapRaw,
    _counted: MappingCount,
    /// A value that lives as long as the mapping.
    _kept: Option<Box<dyn Send + Sync>>,
}

impl Mapping {
    /// Maps `len` bytes of `fd` from `offset`, with all pages present: page faults while a
    /// frame is copied would cost ten times the copy.
    ///
    /// # Errors
    /// When the kernel does not map it, or there are too many mappings or bytes.
    pub fn new(fd: BorrowedFd<'_>, offset: u64, len: usize) -> io::Result<Self> {
        let counted = count(len)?;
        let map = MmapOptions::new().offset(offset).len(len).populate().map_raw(fd.as_raw_fd())?;
        Ok(Self { map, _counted: counted, _kept: None })
    }

    /// Maps memory for reading only: a host's file can often not be mapped in another way.
    ///
    /// # Errors
    /// When the kernel does not map it.
    pub fn read_only(fd: BorrowedFd<'_>, offset: u64, len: usize) -> io::Result<Self> {
        let counted = count(0)?;
        let mut options = MmapOptions::new();
        let map = options.offset(offset).len(len).map_raw_read_only(fd.as_raw_fd())?;
        Ok(Self { map, _counted: counted, _kept: None })
    }

    /// Keeps a value for as long as the mapping lives.
    #[must_use]
    pub fn keeping(self, kept: impl Send + Sync + 'static) -> Self {
        Self { _kept: Some(Box::new(kept)), ..self }
    }

    /// The mapping's address. For as long as this lives it is valid for reads of
    /// [`len`](Self::len) bytes, and for writes unless it was mapped read-only.
    pub fn as_mut_ptr(&self) -> *mut u8 {
        self.map.as_mut_ptr()
    }

    /// Its length in bytes, never 0.
    #[expect(clippy::len_without_is_empty, reason = "it never is")]
    pub fn len(&self) -> usize {
        self.map.len()
    }

    /// Copies `bytes` to its start, as far as they fit.
    #[expect(unsafe_code, reason = "memory that the host may write too has no references")]
    pub fn write(&self, bytes: &[u8]) {
        let len = bytes.len().min(self.len());
        // SAFETY: both are valid for `len` bytes; `bytes` is borrowed and not in the mapping.
        unsafe { std::ptr::copy_nonoverlapping(bytes.as_ptr(), self.map.as_mut_ptr(), len) };
    }

    /// Copies its start into `into`, as far as it fits.
    #[expect(unsafe_code, reason = "memory that the host may write too has no references")]
    pub fn read(&self, into: &mut [u8]) {
        let len = into.len().min(self.len());
        // SAFETY: both are valid for `len` bytes, and do not overlap: `into` is borrowed alone.
        unsafe { std::ptr::copy_nonoverlapping(self.map.as_ptr(), into.as_mut_ptr(), len) };
    }
}

/// `len`: how much memory the host holds for it.
fn count(len: usize) -> io::Result<MappingCount> {
    MappingCount::of_shared(len as u64).map_err(io::Error::other)
}

/// A piece of host-visible memory.
pub struct Area {
    /// The descriptor that messages to the host use for it.
    pub fd: OwnedFd,
    /// Its bytes.
    pub map: Mapping,
}

/// Where a plane of an image lies, in bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Plane {
    /// Its start in the image's memory.
    pub offset: u32,
    /// The distance from one row to the next.
    pub stride: u32,
}

/// A dma-buf that the host's compositor can use as a buffer.
pub struct Image {
    /// Its memory.
    pub area: Area,
    /// Its planes; zero for those that the format does not have.
    pub planes: [Plane; 3],
    /// Its format modifier (`drm_fourcc.h`).
    pub modifier: u64,
}

/// Makes host-visible memory.
pub trait Memory: Send + Sync {
    /// Whether it can make images.
    fn has_images(&self) -> bool;

    /// How many bytes of an image must change with each frame before an image is better than
    /// plain memory: each access to an image costs something.
    fn least_change(&self) -> u64 {
        0
    }

    /// Allocates plain memory, for `wl_shm`; `len` is not 0.
    ///
    /// # Errors
    /// When the device gives none.
    fn allocate(&self, len: usize) -> io::Result<Area>;

    /// Allocates an image of a format (a fourcc).
    ///
    /// # Errors
    /// When the device gives none.
    fn image(&self, width: u32, height: u32, fourcc: u32) -> io::Result<Image>;

    /// Whether a client's dma-buf can cross, as far as is known before it is sent.
    fn takes(&self, _: BorrowedFd<'_>) -> bool {
        true
    }

    /// The stride and modifier of a client's dma-buf at the host, for its first plane. They may
    /// differ from what the client's driver says. `None` if the device does not know them.
    fn first_plane(&self, _: BorrowedFd<'_>) -> Option<(u32, u64)> {
        None
    }

    /// Called before (`start`) and after each copy into an image.
    fn sync(&self, _: &Image, _start: bool) {}
}
