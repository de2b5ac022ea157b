//! The process at the other end of a socket.

mod facts;

use std::mem::size_of;
use std::os::fd::{AsRawFd, FromRawFd, OwnedFd, RawFd};
use std::os::unix::net::UnixStream;
use std::{fs, io};

use crate::observe::log::escaped;

pub use facts::{of_process, of_socket};

/// Name and process id of the program that connected, for the log. Programs choose their names
/// themselves.
pub fn describe(socket: &UnixStream) -> String {
    match process(socket) {
        Some(pid) => format!("{} {pid}", name(pid).unwrap_or_default()),
        None => "unknown client".into(),
    }
}

/// The program's name in such a description.
pub fn program(described: &str) -> Option<&str> {
    let (name, pid) = described.rsplit_once(' ')?;
    let is_number = !pid.is_empty() && pid.bytes().all(|byte| byte.is_ascii_digit());
    Some(name).filter(|name| is_number && !name.is_empty())
}

/// The name of a process, if it exists.
pub fn name(pid: i32) -> Option<String> {
    // A program can set any bytes as its name (`PR_SET_NAME`).
    let name = fs::read(format!("/proc/{pid}/comm")).ok()?;
    Some(escaped(String::from_utf8_lossy(&name).trim_end()))
}

/// The id of the process that connected (`SO_PEERCRED`, `unix(7)`). `None` if it has no id here,
/// because it is in another pid namespace.
pub fn process(socket: &UnixStream) -> Option<i32> {
    credentials(socket).map(|peer| peer.pid).filter(|pid| *pid > 0)
}

/// The user of the process that connected.
pub fn user(socket: &UnixStream) -> Option<u32> {
    credentials(socket).map(|peer| peer.uid)
}

/// The credentials of the process that connected. This does not use `rustix`, which treats the
/// number 0 of a process in another namespace as no credentials at all.
fn credentials(socket: &UnixStream) -> Option<libc::ucred> {
    option(socket, libc::SO_PEERCRED).ok()
}

/// The value of a socket option, which the kernel writes. Any bytes must be a valid value.
trait SocketValue: Copy {
    const EMPTY: Self;
}

impl SocketValue for libc::ucred {
    const EMPTY: Self = Self { pid: 0, uid: 0, gid: 0 };
}

impl SocketValue for RawFd {
    const EMPTY: Self = -1;
}

#[expect(unsafe_code, reason = "options that rustix does not have")]
fn option<T: SocketValue>(socket: &UnixStream, name: i32) -> io::Result<T> {
    let mut value = T::EMPTY;
    let mut len = libc::socklen_t::try_from(size_of::<T>()).map_err(io::Error::other)?;
    // SAFETY: both pointers are to live variables; `len` is the size of `value`, so the kernel
    // writes no further, and any bytes make a `T`.
    let failed = unsafe {
        libc::getsockopt(
            socket.as_raw_fd(),
            libc::SOL_SOCKET,
            name,
            (&raw mut value).cast(),
            &raw mut len,
        )
    };
    if failed == 0 { Ok(value) } else { Err(io::Error::last_os_error()) }
}

/// A descriptor of the process that connected (Linux 6.5).
fn pidfd(socket: &UnixStream) -> io::Result<OwnedFd> {
    option::<RawFd>(socket, libc::SO_PEERPIDFD).map(owned)
}

#[expect(unsafe_code, reason = "the kernel gives a number")]
fn owned(fd: RawFd) -> OwnedFd {
    // SAFETY: the kernel has just opened it for this call of `getsockopt`.
    unsafe { OwnedFd::from_raw_fd(fd) }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn a_description_begins_with_the_programs_name() {
        assert_eq!(program("Web Content 12"), Some("Web Content"));
        assert_eq!(program("unknown client"), None);
        assert_eq!(program(" 12"), None);
        assert_eq!(program("Xwayland"), None);
    }

    #[test]
    fn programs_choose_their_names_but_not_the_logs_lines() {
        let (one, _other) = UnixStream::pair().unwrap();
        let pid = std::process::id();
        assert_eq!(process(&one), Some(pid.cast_signed()));
        let before = std::fs::read("/proc/self/comm").unwrap();
        std::fs::write("/proc/self/comm", b"x\n ERROR \x1b[2J").unwrap();
        let described = describe(&one);
        std::fs::write("/proc/self/comm", before.trim_ascii_end()).unwrap();
        assert_eq!(described, format!("x\\n ERROR \\u{{1b}}[2J {pid}"));
    }
}
