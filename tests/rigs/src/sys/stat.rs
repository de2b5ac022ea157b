//! The results of fstat(2) and statx(2) for an anonymous file, which are the same for all of them.

#![expect(unsafe_code, reason = "structures of the kernel, as bytes")]

use std::os::fd::AsRawFd;

use rustix::event::{EventfdFlags, eventfd};
use rustix::io::{Errno, Result};

/// A `struct stat`.
///
/// # Errors
/// `EMFILE`.
pub fn of_anonymous_file() -> Result<Vec<u8>> {
    let file = eventfd(0, EventfdFlags::CLOEXEC)?;
    bytes_of(|into: *mut libc::stat| {
        // SAFETY: it is ours, and of the size that the kernel writes.
        unsafe { libc::fstat(file.as_raw_fd(), into) }
    })
}

/// A `struct statx`.
///
/// # Errors
/// `EMFILE`.
pub fn of_anonymous_file_extended() -> Result<Vec<u8>> {
    let file = eventfd(0, EventfdFlags::CLOEXEC)?;
    bytes_of(|into: *mut libc::statx| {
        let (flags, mask) = (libc::AT_EMPTY_PATH, libc::STATX_BASIC_STATS);
        // SAFETY: as above.
        unsafe { libc::statx(file.as_raw_fd(), c"".as_ptr(), flags, mask, into) }
    })
}

fn bytes_of<T>(fill: impl FnOnce(*mut T) -> libc::c_int) -> Result<Vec<u8>> {
    let mut bytes = vec![0_u64; size_of::<T>().div_ceil(8)];
    if fill(bytes.as_mut_ptr().cast()) != 0 {
        return Err(Errno::IO);
    }
    let mut bytes: Vec<u8> = bytes.iter().flat_map(|word| word.to_ne_bytes()).collect();
    bytes.truncate(size_of::<T>());
    Ok(bytes)
}
