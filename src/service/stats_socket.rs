//! The socket that `carafe stats` connects to: `NAME.stats` beside the socket `NAME` of
//! clients. Only its owner can connect.

use std::ffi::OsString;
use std::fs;
use std::io;
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::{Path, PathBuf};

use rustix::fs::{Mode, fchmod};
use rustix::net::{
    AddressFamily, SocketAddrUnix, SocketFlags, SocketType, bind, listen, socket_with,
};

use super::socket::remove_stale;

/// A listening socket; dropping it removes its file.
pub struct StatsSocket {
    listener: UnixListener,
    path: PathBuf,
}

/// The path of the stats socket that belongs to a clients' socket.
pub fn path_for(socket: &Path) -> PathBuf {
    let mut path = OsString::from(socket);
    path.push(".stats");
    path.into()
}

impl StatsSocket {
    /// Makes the stats socket of a clients' socket.
    ///
    /// # Errors
    /// When another program listens there, or the socket cannot be made.
    pub fn bind(socket: &Path) -> io::Result<Self> {
        let path = path_for(socket);
        if UnixStream::connect(&path).is_ok() {
            return Err(io::ErrorKind::AddrInUse.into());
        }
        remove_stale(&path)?;
        let flags = SocketFlags::CLOEXEC | SocketFlags::NONBLOCK;
        let fd = socket_with(AddressFamily::UNIX, SocketType::STREAM, flags, None)?;
        // Linux gives the socket's file the mode of the socket, so it is never open to others.
        fchmod(&fd, Mode::RUSR | Mode::WUSR)?;
        bind(&fd, &SocketAddrUnix::new(&path)?)?;
        listen(&fd, 16)?;
        Ok(Self { listener: fd.into(), path })
    }

    /// The listener, which does not block.
    pub fn listener(&self) -> &UnixListener {
        &self.listener
    }
}

impl Drop for StatsSocket {
    fn drop(&mut self) {
        // It does not matter if it is gone already.
        let _ = fs::remove_file(&self.path);
    }
}
