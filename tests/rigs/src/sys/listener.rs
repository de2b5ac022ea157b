//! The supervisor's end of a seccomp filter: system calls that wait for an
//! answer.

#![expect(unsafe_code, reason = "the listener's ioctls")]

use std::os::fd::{AsFd, AsRawFd, BorrowedFd, OwnedFd, RawFd};

use rustix::io::{Errno, Result};

/// A system call that waits.
#[derive(Clone, Copy, Debug)]
pub struct Notification {
    /// Identifies it in the answer.
    pub id: u64,
    /// The thread that made it, as seen from here.
    pub thread: u32,
    /// The system call's number.
    pub number: i64,
    /// Its arguments.
    pub arguments: [u64; 6],
}

/// The descriptor where the system calls of a filter arrive. It is readable when there is one.
#[derive(Debug)]
pub struct Listener(OwnedFd);

/// Wakes the supervisor on the caller's processor, because they take turns (Linux 6.6; not in the
/// crate `libc`).
const SYNC_WAKE_UP: u64 = 1;

impl From<OwnedFd> for Listener {
    fn from(fd: OwnedFd) -> Self {
        let this = Self(fd);
        // SAFETY: it takes a number in the place of an address. An older kernel refuses it.
        let _ = unsafe {
            libc::ioctl(this.0.as_raw_fd(), libc::SECCOMP_IOCTL_NOTIF_SET_FLAGS, SYNC_WAKE_UP)
        };
        this
    }
}

impl AsFd for Listener {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.0.as_fd()
    }
}

impl Listener {
    /// Takes the next waiting system call; blocks when there is none.
    ///
    /// # Errors
    /// `ENOENT` when its thread has died in between.
    pub fn receive(&self) -> Result<Notification> {
        // SAFETY: it is plain numbers, for which zero is a value; the kernel asks for zeroes.
        let mut raw: libc::seccomp_notif = unsafe { std::mem::zeroed() };
        self.call(libc::SECCOMP_IOCTL_NOTIF_RECV, &mut raw)?;
        Ok(Notification {
            id: raw.id,
            thread: raw.pid,
            number: raw.data.nr.into(),
            arguments: raw.data.args,
        })
    }

    /// Whether the system call still waits; its thread may have died.
    pub fn is_waiting(&self, id: u64) -> bool {
        let mut id = id;
        self.call(libc::SECCOMP_IOCTL_NOTIF_ID_VALID, &mut id).is_ok()
    }

    /// Answers a system call.
    ///
    /// # Errors
    /// `ENOENT` when its thread has died.
    pub fn answer(&self, id: u64, result: Result<i64>) -> Result<()> {
        let (val, error) = match result {
            Ok(value) => (value, 0),
            Err(errno) => (0, -errno.raw_os_error()),
        };
        let mut raw = libc::seccomp_notif_resp { id, val, error, flags: 0 };
        self.call(libc::SECCOMP_IOCTL_NOTIF_SEND, &mut raw).map(drop)
    }

    /// Lets the kernel do the system call as if there were no filter.
    ///
    /// # Errors
    /// `ENOENT` when its thread has died.
    pub fn let_through(&self, id: u64) -> Result<()> {
        let flags = u32::try_from(libc::SECCOMP_USER_NOTIF_FLAG_CONTINUE).unwrap_or(1);
        let mut raw = libc::seccomp_notif_resp { id, val: 0, error: 0, flags };
        self.call(libc::SECCOMP_IOCTL_NOTIF_SEND, &mut raw).map(drop)
    }

    /// Adds a descriptor to the program. Returns its number there.
    ///
    /// # Errors
    /// `EMFILE` when the program has no number left, and `ENOENT`.
    pub fn install(&self, id: u64, fd: BorrowedFd<'_>) -> Result<RawFd> {
        self.add(id, fd, 0, 0)
    }

    /// Replaces the program's descriptor `number`.
    ///
    /// # Errors
    /// `ENOENT` when its thread has died.
    pub fn replace(&self, id: u64, number: u32, fd: BorrowedFd<'_>) -> Result<()> {
        self.add(id, fd, libc::SECCOMP_ADDFD_FLAG_SETFD, number).map(drop)
    }

    fn add(&self, id: u64, fd: BorrowedFd<'_>, flags: u64, number: u32) -> Result<RawFd> {
        let mut raw = libc::seccomp_notif_addfd {
            id,
            flags: u32::try_from(flags).map_err(|_| Errno::INVAL)?,
            srcfd: fd.as_raw_fd().cast_unsigned(),
            newfd: number,
            newfd_flags: libc::O_CLOEXEC.cast_unsigned(),
        };
        self.call(libc::SECCOMP_IOCTL_NOTIF_ADDFD, &mut raw)
    }

    fn call<T>(&self, request: libc::Ioctl, argument: &mut T) -> Result<i32> {
        loop {
            // SAFETY: each request is called above with the structure it is defined for.
            let result = unsafe { libc::ioctl(self.0.as_raw_fd(), request, &raw mut *argument) };
            match result {
                -1 => match last_error() {
                    Errno::INTR => {}
                    error => return Err(error),
                },
                value => return Ok(value),
            }
        }
    }
}

fn last_error() -> Errno {
    Errno::from_io_error(&std::io::Error::last_os_error()).unwrap_or(Errno::IO)
}
