//! The socket at which the host accepts the clients of one security context.

use std::io;
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, OwnedFd};
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

/// The socket at which the host accepts the clients of one context. Its file is removed at
/// once, so that nobody else can connect.
pub struct HostSocket(OwnedFd);

/// What the sessions of one sandbox's clients have in common.
pub struct Sandbox {
    /// Where the host expects them.
    pub host: HostSocket,
    /// Which application they are, if that was said.
    pub app_id: Option<String>,
}

/// One that another process has made.
impl From<OwnedFd> for HostSocket {
    fn from(socket: OwnedFd) -> Self {
        Self(socket)
    }
}

impl AsFd for HostSocket {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.0.as_fd()
    }
}

impl HostSocket {
    /// Makes a socket and its listener.
    ///
    /// # Errors
    /// The kernel's error.
    pub fn new() -> io::Result<(Self, OwnedFd)> {
        static COUNT: AtomicUsize = AtomicUsize::new(0);
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let dir = runtime_dir().unwrap_or_else(std::env::temp_dir);
        let name = format!("carafe-{}-context-{number}", std::process::id());
        let path: PathBuf = dir.join(name);
        let flags = SocketFlags::CLOEXEC;
        let listener = socket_with(AddressFamily::UNIX, SocketType::STREAM, flags, None)?;
        // Linux gives the socket's file the mode of the socket, so it is never open to others.
        rustix::fs::fchmod(&listener, Mode::RUSR | Mode::WUSR)?;
        bind(&listener, &SocketAddrUnix::new(&path)?)?;
        let opened = rustix::fs::open(&path, OFlags::PATH | OFlags::CLOEXEC, Mode::empty());
        rustix::fs::unlink(&path)?;
        listen(&listener, BACKLOG)?;
        Ok((Self(opened?), listener))
    }

    /// Connects to the host.
    ///
    /// # Errors
    /// When the host has closed the socket.
    pub fn connect(&self) -> io::Result<UnixStream> {
        UnixStream::connect(format!("/proc/self/fd/{}", self.0.as_raw_fd()))
    }
}
