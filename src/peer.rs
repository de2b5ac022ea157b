//! Who is at the other end of a socket.

use std::fs;
use std::mem::size_of;
use std::os::fd::AsRawFd;
use std::os::unix::net::UnixStream;

use crate::observe::log::escaped;

/// Name and process of who connected, for people. A program chooses its name itself.
pub fn describe(socket: &UnixStream) -> String {
    match process(socket) {
        Some(pid) => format!("{} {pid}", name(pid).unwrap_or_default()),
        None => "unknown client".into(),
    }
}

/// What a process calls itself, if it is there.
pub fn name(pid: i32) -> Option<String> {
    // It need not be text.
    let name = fs::read(format!("/proc/{pid}/comm")).ok()?;
    Some(escaped(String::from_utf8_lossy(&name).trim_end()))
}

/// The process that connected (`SO_PEERCRED`, `unix(7)`). `None`: it has no number here, as
/// one of another pid namespace. (`rustix` takes that 0 for a number that is none.)
#[expect(unsafe_code, reason = "rustix' call expects a process id that is not 0")]
pub fn process(socket: &UnixStream) -> Option<i32> {
    let mut peer = libc::ucred { pid: 0, uid: 0, gid: 0 };
    let mut len = libc::socklen_t::try_from(size_of::<libc::ucred>()).ok()?;
    // SAFETY: both pointers are to live variables; `len` is the size of `peer`, so the kernel
    // writes no further, and any bytes make a `ucred`.
    let failed = unsafe {
        libc::getsockopt(
            socket.as_raw_fd(),
            libc::SOL_SOCKET,
            libc::SO_PEERCRED,
            (&raw mut peer).cast(),
            &raw mut len,
        )
    };
    Some(peer.pid).filter(|pid| failed == 0 && *pid > 0)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

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
