//! Finding out what a descriptor of the host is. All descriptors of the device look alike:
//! they have no size, no kind and no position. Only mapping them tells.

use std::io;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};

use rustix::io::Errno;

use crate::channel::virtgpu::copy_to_memfd;
use crate::channel::{MAX_FILE, Mapping};

const PAGE_BYTES: u64 = 4096;

/// Copies a file of the host into a memfd; `None` if the descriptor is a pipe. Programs use
/// keymaps, tables and profiles in ways that the device's memory does not support, and the
/// copy frees the device's object.
///
/// # Errors
/// When it cannot be mapped or copied, or is longer than [`MAX_FILE`].
pub fn copy(fd: &OwnedFd) -> io::Result<Option<OwnedFd>> {
    if !can_map(fd.as_fd(), PAGE_BYTES)? {
        return Ok(None);
    }
    let pages = most(MAX_FILE / PAGE_BYTES, |pages| {
        // The driver refuses to map past the end, so the greatest length that can be mapped
        // is the file's.
        can_map(fd.as_fd(), pages * PAGE_BYTES).unwrap_or(false)
    });
    let too_long = || io::Error::other("the host sent a file that has no end");
    let len = pages.checked_mul(PAGE_BYTES).filter(|len| *len < MAX_FILE).ok_or_else(too_long)?;
    let len = usize::try_from(len).map_err(|_| too_long())?;
    let map = Mapping::read_only(fd.as_fd(), 0, len)?;
    copy_to_memfd(&map, len).map(Some)
}

/// Whether `len` bytes can be mapped.
fn can_map(fd: BorrowedFd<'_>, len: u64) -> io::Result<bool> {
    let len = usize::try_from(len).map_err(|_| io::ErrorKind::OutOfMemory)?;
    match Mapping::read_only(fd, 0, len) {
        Ok(_) => Ok(true),
        Err(e) => match Errno::from_io_error(&e) {
            Some(Errno::ACCESS | Errno::NODEV | Errno::INVAL) => Ok(false),
            _ => Err(e),
        },
    }
}

/// The greatest number up to `limit` for which `holds` is true. It must be true for 1, and
/// for all numbers below one for which it is true.
fn most(limit: u64, holds: impl Fn(u64) -> bool) -> u64 {
    let mut low = 1;
    while low < limit && holds((low * 2).min(limit)) {
        low = (low * 2).min(limit);
    }
    let mut high = (low * 2).min(limit + 1);
    while low + 1 < high {
        let middle = low + (high - low) / 2;
        if holds(middle) {
            low = middle;
        } else {
            high = middle;
        }
    }
    low
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_end_is_found() {
        for end in 1..300 {
            assert_eq!(most(256, |n| n <= end), end.min(256));
        }
    }
}
