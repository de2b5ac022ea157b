//! A socket without a name, on which the host accepts the clients of one security context.

use std::io;
use std::os::fd::{AsRawFd, OwnedFd};
use std::os::unix::net::UnixStream;
use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};

use rustix::fs::{Mode, OFlags};
use rustix::net::{
    AddressFamily, SocketAddrUnix, SocketFlags, SocketType, bind, listen, socket_with,
};

use super::host::runtime_dir;

/// Most connections that wait for the host to accept them.
const BACKLOG: i32 = 64;

/// Where the host accepts the clients of one context. It has no name any more: nobody else
/// can connect there.
pub struct HostSocket(OwnedFd);

impl HostSocket {
    /// A new one and its listener.
    ///
    /// # Errors
    /// What the kernel says.
    pub fn new() -> io::Result<(Self, OwnedFd)> {
        static COUNT: AtomicUsize = AtomicUsize::new(0);
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let dir = runtime_dir().unwrap_or_else(std::env::temp_dir);
        let name = format!("carafe-{}-context-{number}", std::process::id());
        let path: PathBuf = dir.join(name);
        let flags = SocketFlags::CLOEXEC;
        let listener = socket_with(AddressFamily::UNIX, SocketType::STREAM, flags, None)?;
        // The socket file gets this mode when it is made.
        rustix::fs::fchmod(&listener, Mode::RUSR | Mode::WUSR)?;
        bind(&listener, &SocketAddrUnix::new(&path)?)?;
        let opened = rustix::fs::open(&path, OFlags::PATH | OFlags::CLOEXEC, Mode::empty());
        rustix::fs::unlink(&path)?;
        listen(&listener, BACKLOG)?;
        Ok((Self(opened?), listener))
    }

    /// A connection to the host.
    ///
    /// # Errors
    /// When the host has closed it.
    pub fn connect(&self) -> io::Result<UnixStream> {
        UnixStream::connect(format!("/proc/self/fd/{}", self.0.as_raw_fd()))
    }
}
