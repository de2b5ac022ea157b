//! Shared memory, mapped here.

#![expect(unsafe_code, reason = "memory that others change")]

use std::os::fd::AsFd;

use rustix::io::Result;
use rustix::mm::{MapFlags, ProtFlags, mmap};

/// Shared memory of a device, mapped.
#[derive(Debug)]
pub struct Mapping {
    start: *mut u8,
    len: usize,
}

impl Mapping {
    /// Maps `len` bytes from `offset` on.
    ///
    /// # Errors
    /// The kernel's.
    pub fn new(fd: impl AsFd, offset: u64, len: usize) -> Result<Self> {
        let access = ProtFlags::READ | ProtFlags::WRITE;
        // SAFETY: the kernel chooses the place.
        let start =
            unsafe { mmap(std::ptr::null_mut(), len, access, MapFlags::SHARED, fd, offset) }?;
        Ok(Self { start: start.cast(), len })
    }

    /// Its start, for writing to it in this process.
    pub fn start(&self) -> *mut u8 {
        self.start
    }

    /// How long it is.
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether there is nothing in it.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Copies bytes out.
    ///
    /// # Panics
    /// When they are not in it.
    pub fn read(&self, at: usize, len: usize) -> Vec<u8> {
        assert!(at <= self.len && len <= self.len - at, "outside");
        // SAFETY: it is within the mapping. Another process may write meanwhile: a copy of
        // bytes, nothing is relied on.
        (at..at + len).map(|at| unsafe { self.start.add(at).read_volatile() }).collect()
    }

    /// Copies bytes in.
    ///
    /// # Panics
    /// When they are not in it.
    pub fn write(&self, at: usize, bytes: &[u8]) {
        assert!(at <= self.len && bytes.len() <= self.len - at, "outside");
        for (at, byte) in (at..).zip(bytes) {
            // SAFETY: as for `read`.
            unsafe { self.start.add(at).write_volatile(*byte) };
        }
    }
}

// SAFETY: it is an address that stays valid; all access is by volatile copies of bytes.
unsafe impl Send for Mapping {}
// SAFETY: as above.
unsafe impl Sync for Mapping {}

impl Drop for Mapping {
    fn drop(&mut self) {
        // SAFETY: nothing that borrows from it is ever given out.
        let _ = unsafe { rustix::mm::munmap(self.start.cast(), self.len) };
    }
}
