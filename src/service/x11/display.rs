//! Claiming an X11 display: its number, with an X server's lock file, and its two sockets.

use std::fs::{self, OpenOptions, Permissions};
use std::io::{self, Read, Write};
use std::os::fd::OwnedFd;
use std::os::linux::net::SocketAddrExt;
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::os::unix::net::{SocketAddr, UnixListener};
use std::path::{Path, PathBuf};

use rustix::fs::OFlags;
use rustix::process::{Pid, test_kill_process};

use crate::service::ServiceError;

/// The directory of X servers' sockets.
pub const SOCKETS: &str = "/tmp/.X11-unix";

/// The numbers to try. X11's TCP ports start at 6000, so these are all that can exist; other
/// users may hold many of them.
const NUMBERS: std::ops::Range<u32> = 0..59_536;

/// After this many failures for another reason than a held lock, carafe gives up.
const MAX_FAILURES: usize = 64;

/// A display; dropping it frees its number.
pub struct XDisplay {
    /// Its number.
    pub number: u32,
    lock: Option<FileGuard>,
    listeners: Vec<OwnedFd>,
    /// `None` if the service manager made the socket.
    socket: Option<FileGuard>,
}

/// A file; dropping this removes it.
struct FileGuard(PathBuf);

impl Drop for FileGuard {
    fn drop(&mut self) {
        // It does not matter if it is gone already.
        let _ = fs::remove_file(&self.0);
    }
}

impl XDisplay {
    /// Claims a number, or the first free one.
    ///
    /// # Errors
    /// [`ServiceError::Display`].
    pub fn take(number: Option<u32>) -> Result<Self, ServiceError> {
        if let Some(number) = number {
            return Self::try_take(number)
                .map_err(|source| ServiceError::Display { number, source });
        }
        let mut failures = 0;
        let mut last = (0, io::Error::from(io::ErrorKind::AddrInUse));
        for number in NUMBERS {
            match Self::try_take(number) {
                Ok(display) => return Ok(display),
                Err(source) => {
                    failures += usize::from(source.kind() != io::ErrorKind::AddrInUse);
                    last = (number, source);
                }
            }
            if failures >= MAX_FAILURES {
                break;
            }
        }
        let (number, source) = last;
        Err(ServiceError::Display { number, source })
    }

    /// Takes over the socket that a service manager listens on for this number.
    ///
    /// # Errors
    /// [`ServiceError::Display`] when an X server has the number.
    pub fn inherit(number: u32, socket: &UnixListener) -> Result<Self, ServiceError> {
        let failed = |source| ServiceError::Display { number, source };
        let lock = lock(number).map_err(failed)?;
        let listeners = vec![socket.try_clone().map_err(failed)?.into()];
        Ok(Self { number, lock: Some(lock), listeners, socket: None })
    }

    fn try_take(number: u32) -> io::Result<Self> {
        let lock = lock(number)?;
        // X servers make the directory in the same way, and any of them may have made it.
        match fs::create_dir(SOCKETS) {
            // It must be open to all users, whatever the umask is.
            Ok(()) => fs::set_permissions(SOCKETS, Permissions::from_mode(0o1777))?,
            Err(e) if e.kind() == io::ErrorKind::AlreadyExists => {}
            Err(e) => return Err(e),
        }
        let path = Path::new(SOCKETS).join(format!("X{number}"));
        let name = path.as_os_str().as_encoded_bytes();
        let hidden = UnixListener::bind_addr(&SocketAddr::from_abstract_name(name)?)?;
        match fs::remove_file(&path) {
            Err(e) if e.kind() != io::ErrorKind::NotFound => return Err(e),
            _ => {}
        }
        let open = UnixListener::bind(&path)
            .map_err(|e| io::Error::new(e.kind(), format!("{}: {e}", path.display())))?;
        let mut listeners = Vec::new();
        for listener in [hidden, open] {
            listener.set_nonblocking(true)?;
            listeners.push(listener.into());
        }
        Ok(Self { number, lock: Some(lock), listeners, socket: Some(FileGuard(path)) })
    }

    /// The listening sockets.
    pub fn listeners(&self) -> impl Iterator<Item = &OwnedFd> {
        self.listeners.iter()
    }

    /// Closes the connections of all waiting clients.
    pub fn refuse_all(&self) {
        for listener in &self.listeners {
            while rustix::net::accept(listener).is_ok() {}
        }
    }
}

impl Drop for XDisplay {
    fn drop(&mut self) {
        // Remove the socket's name first and the lock last. Another server takes the number as
        // soon as it can, and some look only at the sockets; carafe must not remove the new
        // server's socket.
        self.socket.take();
        self.listeners.clear();
        self.lock.take();
    }
}

/// The display's number of a socket's path.
pub fn number_of(socket: &Path) -> Option<u32> {
    let name = socket.strip_prefix(SOCKETS).ok()?.to_str()?;
    name.strip_prefix('X')?.parse().ok()
}

/// Makes the lock file, which holds the owner's process id in eleven characters. A file whose
/// owner is gone is replaced.
fn lock(number: u32) -> io::Result<FileGuard> {
    let path = PathBuf::from(format!("/tmp/.X{number}-lock"));
    for _ in 0..2 {
        match OpenOptions::new().write(true).create_new(true).mode(0o444).open(&path) {
            Ok(mut file) => {
                let removed = FileGuard(path);
                writeln!(file, "{:10}", std::process::id())?;
                return Ok(removed);
            }
            Err(e) if e.kind() == io::ErrorKind::AlreadyExists => {
                // A file that cannot be removed belongs to another user.
                if is_held(&path) || fs::remove_file(&path).is_err() {
                    break;
                }
            }
            Err(e) => return Err(e),
        }
    }
    Err(io::Error::new(io::ErrorKind::AddrInUse, format!("{} is held", path.display())))
}

fn is_held(path: &Path) -> bool {
    match holder(path) {
        Some(pid) => test_kill_process(pid) != Err(rustix::io::Errno::SRCH),
        // It holds no process id, so it may belong to a program with other rules.
        None => true,
    }
}

/// The process that a lock file names. In `/tmp` any user can put something else in its place,
/// such as a FIFO or a link: opening that must neither wait nor follow.
pub fn holder(lock: &Path) -> Option<Pid> {
    let flags = OFlags::NONBLOCK | OFlags::NOFOLLOW | OFlags::NOCTTY;
    let mut options = OpenOptions::new();
    let file = options.read(true).custom_flags(flags.bits().cast_signed()).open(lock).ok()?;
    if !file.metadata().ok()?.is_file() {
        return None;
    }
    let mut text = String::new();
    file.take(64).read_to_string(&mut text).ok()?;
    text.trim().parse().ok().and_then(Pid::from_raw)
}

#[cfg(test)]
mod tests;
