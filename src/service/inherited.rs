//! Descriptors that the process was started with.

use std::os::fd::{FromRawFd, OwnedFd, RawFd};

use rustix::io::{FdFlags, fcntl_getfd, fcntl_setfd};

/// Takes over an inherited descriptor, so that children do not inherit it too. `None` if the number
/// is not open, or is that of standard input, output or error.
#[expect(unsafe_code, reason = "descriptors arrive as numbers")]
pub fn take(fd: RawFd) -> Option<OwnedFd> {
    if fd <= 2 {
        return None;
    }
    // SAFETY: the number is only borrowed for the one question whether it is
    // open; a closed one gives EBADF.
    let borrowed = unsafe { std::os::fd::BorrowedFd::borrow_raw(fd) };
    fcntl_getfd(borrowed).ok()?;
    fcntl_setfd(borrowed, FdFlags::CLOEXEC).ok()?;
    // SAFETY: it is open, and it was named to this process to be its own:
    // the service takes each such number once, before it opens any itself.
    Some(unsafe { OwnedFd::from_raw_fd(fd) })
}
