//! Reading and writing the memory of a program.

#![expect(unsafe_code, reason = "process_vm_readv and process_vm_writev")]

use rustix::io::{Errno, Result};

/// The memory of the process that a thread belongs to.
#[derive(Clone, Copy, Debug)]
pub struct Memory {
    thread: u32,
}

impl Memory {
    /// Of the process with this thread.
    pub fn of(thread: u32) -> Self {
        Self { thread }
    }

    /// Fills `bytes` from `address` on.
    ///
    /// # Errors
    /// `EFAULT` when not all of it can be read.
    pub fn read(self, address: u64, bytes: &mut [u8]) -> Result<()> {
        if bytes.is_empty() {
            return Ok(());
        }
        let local = libc::iovec { iov_base: bytes.as_mut_ptr().cast(), iov_len: bytes.len() };
        let remote = remote(address, bytes.len())?;
        // SAFETY: `local` is the exclusive borrow `bytes`; a bad remote address is an error.
        let done = unsafe {
            libc::process_vm_readv(self.pid(), &raw const local, 1, &raw const remote, 1, 0)
        };
        whole(done, bytes.len())
    }

    /// Writes `bytes` from `address` on.
    ///
    /// # Errors
    /// `EFAULT` when not all of it can be written.
    pub fn write(self, address: u64, bytes: &[u8]) -> Result<()> {
        if bytes.is_empty() {
            return Ok(());
        }
        let local =
            libc::iovec { iov_base: bytes.as_ptr().cast_mut().cast(), iov_len: bytes.len() };
        let remote = remote(address, bytes.len())?;
        // SAFETY: `local` is only read from; a bad remote address is an error.
        let done = unsafe {
            libc::process_vm_writev(self.pid(), &raw const local, 1, &raw const remote, 1, 0)
        };
        whole(done, bytes.len())
    }

    /// Reads `N` 32-bit words.
    ///
    /// # Errors
    /// As of [`read`](Self::read).
    pub fn read_words<const N: usize>(self, address: u64) -> Result<[u32; N]> {
        let mut bytes = vec![0; N * 4];
        self.read(address, &mut bytes)?;
        let mut words = [0; N];
        for (word, chunk) in words.iter_mut().zip(bytes.chunks_exact(4)) {
            *word = chunk.try_into().map_or(0, u32::from_ne_bytes);
        }
        Ok(words)
    }

    /// Writes 32-bit words.
    ///
    /// # Errors
    /// As of [`write`](Self::write).
    pub fn write_words(self, address: u64, words: &[u32]) -> Result<()> {
        let bytes: Vec<u8> = words.iter().flat_map(|w| w.to_ne_bytes()).collect();
        self.write(address, &bytes)
    }

    fn pid(self) -> libc::pid_t {
        self.thread.cast_signed()
    }
}

fn remote(address: u64, len: usize) -> Result<libc::iovec> {
    let address = usize::try_from(address).map_err(|_| Errno::FAULT)?;
    Ok(libc::iovec { iov_base: std::ptr::without_provenance_mut(address), iov_len: len })
}

fn whole(done: isize, len: usize) -> Result<()> {
    if usize::try_from(done) == Ok(len) { Ok(()) } else { Err(Errno::FAULT) }
}
