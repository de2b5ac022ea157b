//! Where the host's compositor is.

use std::env;
use std::ffi::{OsStr, OsString};
use std::io;
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use super::{ServiceError, inherited};
use crate::channel::{Channel, UnixChannel};

/// The way to the host.
pub enum Host {
    /// A socket to connect to, once for each client.
    Socket(PathBuf),
    /// One connection that is already there (`WAYLAND_SOCKET`), until a
    /// session has taken it.
    Connection(Mutex<Option<OwnedFd>>),
}

impl Host {
    /// As libwayland's clients find it: the named display, else
    /// `WAYLAND_SOCKET`, else `WAYLAND_DISPLAY`, else `wayland-0`.
    ///
    /// # Errors
    /// When it cannot be reached now.
    pub fn find(display: Option<&OsStr>) -> Result<Self, ServiceError> {
        if display.is_none()
            && let Some(value) = env::var_os("WAYLAND_SOCKET")
        {
            let number = value.to_str().and_then(|text| text.parse().ok());
            let fd =
                number.and_then(inherited::take).ok_or_else(|| ServiceError::NotInherited {
                    name: "WAYLAND_SOCKET",
                    value: value.to_string_lossy().into_owned(),
                })?;
            return Ok(Self::Connection(Mutex::new(Some(fd))));
        }
        let named = |name: &OsStr| (!name.is_empty()).then(|| name.to_owned());
        let name = display
            .and_then(named)
            .or_else(|| env::var_os("WAYLAND_DISPLAY").as_deref().and_then(named))
            .unwrap_or_else(|| OsString::from("wayland-0"));
        let path = in_runtime_dir(&name)?;
        match UnixStream::connect(&path) {
            Ok(_) => Ok(Self::Socket(path)),
            Err(source) => Err(ServiceError::NoHost { path, source }),
        }
    }

    /// The path of the host's socket, if it has one.
    pub fn path(&self) -> Option<&Path> {
        match self {
            Self::Socket(path) => Some(path),
            Self::Connection(_) => None,
        }
    }

    /// A new connection.
    ///
    /// # Errors
    /// When the host is gone, or its only connection is taken.
    pub fn connect(&self) -> io::Result<Box<dyn Channel>> {
        let fd = match self {
            Self::Socket(path) => UnixStream::connect(path)?.into(),
            Self::Connection(fd) => {
                let taken = fd.lock().ok().and_then(|mut fd| fd.take());
                taken.ok_or_else(|| {
                    io::Error::other("WAYLAND_SOCKET is one connection, and a client has it")
                })?
            }
        };
        Ok(Box::new(UnixChannel::from(fd)))
    }
}

/// The path of a socket: absolute, or in `XDG_RUNTIME_DIR`.
///
/// # Errors
/// [`ServiceError::NoRuntimeDir`].
pub fn in_runtime_dir(name: &OsStr) -> Result<PathBuf, ServiceError> {
    if Path::new(name).is_absolute() {
        return Ok(name.into());
    }
    let what = || format!("the socket {}", name.to_string_lossy());
    Ok(runtime_dir().ok_or_else(|| ServiceError::NoRuntimeDir(what()))?.join(name))
}

/// `XDG_RUNTIME_DIR`.
pub fn runtime_dir() -> Option<PathBuf> {
    env::var_os("XDG_RUNTIME_DIR").filter(|dir| !dir.is_empty()).map(PathBuf::from)
}
