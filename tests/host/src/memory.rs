//! Memory that a client shares with us and may write to at any time.

use std::marker::PhantomData;

/// Shared bytes. They are only copied: there must be no Rust reference to memory that another
/// process writes to.
#[derive(Clone, Copy)]
pub struct Bytes<'a> {
    start: *const u8,
    len: usize,
    life: PhantomData<&'a ()>,
}

impl Bytes<'_> {
    /// Bytes at an address.
    ///
    /// # Safety
    ///
    /// `len` bytes must be mapped readable at `start` for the whole lifetime.
    #[expect(unsafe_code, reason = "the contract is the caller's")]
    pub unsafe fn new(start: *const u8, len: usize) -> Self {
        Self { start, len, life: PhantomData }
    }

    /// Copies from offset `at` on. Bytes after the end read as zero.
    #[expect(unsafe_code, reason = "raw memory is what this module is about")]
    pub fn read(&self, at: usize, into: &mut [u8]) {
        let there = self.len.saturating_sub(at).min(into.len());
        if let Some(rest) = into.get_mut(there..) {
            rest.fill(0);
        }
        // SAFETY: `at + there <= len`, and `new`'s caller promised that many
        // readable bytes; `into` has at least `there` and is ours alone.
        unsafe {
            std::ptr::copy_nonoverlapping(self.start.wrapping_add(at), into.as_mut_ptr(), there);
        }
    }
}

/// A client's file, mapped.
#[derive(Debug)]
pub struct Mapping(memmap2::MmapRaw);

impl Mapping {
    /// Maps all of a file: a memfd, a udmabuf, a dma-buf.
    pub fn new(file: impl std::os::fd::AsFd) -> std::io::Result<Self> {
        use std::os::fd::AsRawFd;
        let len = rustix::fs::seek(file.as_fd(), rustix::fs::SeekFrom::End(0))?;
        rustix::fs::seek(file.as_fd(), rustix::fs::SeekFrom::Start(0))?;
        let len = usize::try_from(len).map_err(std::io::Error::other)?;
        let fd = file.as_fd().as_raw_fd();
        memmap2::MmapOptions::new().len(len).map_raw_read_only(fd).map(Self)
    }

    /// Its bytes.
    #[expect(unsafe_code, reason = "raw memory is what this module is about")]
    pub fn bytes(&self) -> Bytes<'_> {
        // SAFETY: The mapping is readable, has this length, and lives as long as `self`.
        unsafe { Bytes::new(self.0.as_ptr(), self.0.len()) }
    }
}
