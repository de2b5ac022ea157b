//! The socket that clients connect to, with a lock file like libwayland's
//! (`wl_display_add_socket`): the program that listens on `NAME` holds `NAME.lock` by `flock`.
//! If nobody holds the lock, the socket is stale and may be replaced.

use std::ffi::OsString;
use std::fs::{self, File, OpenOptions};
use std::io;
use std::os::fd::OwnedFd;
use std::os::unix::fs::{FileTypeExt, OpenOptionsExt};
use std::os::unix::net::UnixListener;
use std::path::{Path, PathBuf};

use rustix::fs::{FlockOperation, flock};

use super::ServiceError;

/// A listening socket; dropping it removes its files, if it made them.
pub struct Socket {
    listener: UnixListener,
    /// `None` if a service manager made the socket (socket activation).
    made: Option<SocketFiles>,
}

struct SocketFiles {
    path: PathBuf,
    lock_path: PathBuf,
    /// Held while the socket exists.
    _lock: File,
}

impl Socket {
    /// Makes a socket at `path`.
    ///
    /// # Errors
    /// [`ServiceError::SocketInUse`] or [`ServiceError::Listen`].
    pub fn bind(path: PathBuf) -> Result<Self, ServiceError> {
        let listen = |source| ServiceError::Listen { path: path.clone(), source };
        let mut lock_path = OsString::from(&path);
        lock_path.push(".lock");
        let lock_path = PathBuf::from(lock_path);
        let mut options = OpenOptions::new();
        let options = options.read(true).write(true).create(true).truncate(false).mode(0o660);
        let lock = options.open(&lock_path).map_err(listen)?;
        flock(&lock, FlockOperation::NonBlockingLockExclusive)
            .map_err(|_| ServiceError::SocketInUse(path.clone()))?;
        remove_stale(&path).map_err(listen)?;
        let listener = UnixListener::bind(&path).map_err(listen)?;
        listener.set_nonblocking(true).map_err(listen)?;
        Ok(Self { listener, made: Some(SocketFiles { path, lock_path, _lock: lock }) })
    }

    /// Takes over a socket that already listens.
    ///
    /// # Errors
    /// When it cannot be made non-blocking.
    pub fn inherit(fd: OwnedFd) -> io::Result<Self> {
        let listener = UnixListener::from(fd);
        listener.set_nonblocking(true)?;
        Ok(Self { listener, made: None })
    }

    /// The listener.
    pub fn listener(&self) -> &UnixListener {
        &self.listener
    }

    /// Its path, if it has one.
    pub fn path(&self) -> Option<PathBuf> {
        if let Some(made) = &self.made {
            return Some(made.path.clone());
        }
        Some(self.listener.local_addr().ok()?.as_pathname()?.to_owned())
    }

    /// The value of `WAYLAND_DISPLAY` for children.
    pub fn display(&self) -> Option<OsString> {
        if let Some(made) = &self.made {
            let in_runtime_dir = super::host::runtime_dir()
                .is_some_and(|dir| made.path.parent() == Some(dir.as_path()));
            let name = made.path.file_name().filter(|_| in_runtime_dir);
            Some(name.unwrap_or(made.path.as_os_str()).to_owned())
        } else {
            let address = self.listener.local_addr().ok()?;
            Some(address.as_pathname()?.as_os_str().to_owned())
        }
    }
}

/// Removes a socket that nobody listens on; anything else is an error.
pub fn remove_stale(path: &Path) -> io::Result<()> {
    match fs::symlink_metadata(path) {
        Err(e) if e.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(e) => Err(e),
        Ok(found) if found.file_type().is_socket() => fs::remove_file(path),
        Ok(_) => Err(io::Error::new(io::ErrorKind::AlreadyExists, "a file is there")),
    }
}

impl Drop for Socket {
    fn drop(&mut self) {
        if let Some(made) = &self.made {
            // It does not matter if they are gone already.
            let _ = fs::remove_file(&made.path);
            let _ = fs::remove_file(&made.lock_path);
        }
    }
}
