//! Raw ioctls, for the programs that test a device from the outside.

#![expect(unsafe_code, reason = "ioctl")]

use std::os::fd::{AsFd, AsRawFd, FromRawFd, OwnedFd};

use rustix::io::{Errno, Result};

/// Calls ioctl `request` with a buffer of 32-bit words, which the kernel may
/// read and write.
///
/// # Errors
/// The kernel's; `EINVAL` when the buffer is shorter than the request says.
pub fn words(fd: impl AsFd, request: u32, words: &mut [u32]) -> Result<i32> {
    let size = (request >> 16 & 0x3fff) as usize;
    if words.len() * 4 < size {
        return Err(Errno::INVAL);
    }
    // SAFETY: the buffer is exclusively ours and at least as long as the request says. What
    // the structures of these devices say of their own length is checked by the callers
    // (`txn_len` below it) or points nowhere.
    unsafe { raw(fd, request, words.as_mut_ptr().cast()) }
}

/// Calls an ioctl with an invalid address.
///
/// # Errors
/// The kernel's: `EFAULT` is expected.
pub fn nowhere(fd: impl AsFd, request: u32) -> Result<i32> {
    // SAFETY: the kernel answers EFAULT when it meets an address that is not mapped.
    unsafe { raw(fd, request, std::ptr::without_provenance_mut(8)) }
}

/// Takes a descriptor that an ioctl has made.
pub fn take_fd(number: u32) -> Option<OwnedFd> {
    let number = number.cast_signed();
    // SAFETY: the callers pass what a device has just put there, for them alone.
    (number >= 0).then(|| unsafe { OwnedFd::from_raw_fd(number) })
}

/// # Safety
/// `argument` is valid for what `request` reads and writes.
unsafe fn raw(fd: impl AsFd, request: u32, argument: *mut libc::c_void) -> Result<i32> {
    // SAFETY: as promised by the caller.
    let result = unsafe { libc::ioctl(fd.as_fd().as_raw_fd(), request.into(), argument) };
    if result == -1 {
        let error = std::io::Error::last_os_error();
        return Err(Errno::from_io_error(&error).unwrap_or(Errno::IO));
    }
    Ok(result)
}
