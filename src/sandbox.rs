//! Takes rights away from a session before it serves.
//!
//! A session reads what strangers send. If one of them takes over the session, that must be worth
//! nothing: the session can only use the descriptors that it has, and cannot get more from the
//! kernel. A session that runs as root has none of root's rights, and cannot get any
//! (`PR_SET_NO_NEW_PRIVS`). Landlock closes all files except a few (`files`). A seccomp filter
//! allows only the system calls that sessions make (`calls`).
//!
//! The sandbox applies to the calling thread, and to the threads and processes that it starts
//! later.

mod calls;
mod files;
mod filter;
mod program;

#[cfg(test)]
mod tests;

use std::fmt;
use std::os::fd::OwnedFd;
use std::path::PathBuf;

use rustix::io::Errno;
use rustix::thread::{CapabilitySet, CapabilitySets, set_capabilities};

/// What a kind of session needs in addition.
#[derive(Clone, Debug, Default)]
pub struct Needs {
    /// Whether it reaches the host through a virtual device, with ioctls.
    pub device: bool,
    /// Whether it serves Xwayland: then it reads programs' names.
    pub x11: bool,
    /// Folders with files that it reads: cursor themes.
    pub readable: Vec<PathBuf>,
    /// The folder for unnamed temporary files. It must be empty.
    pub temporary: Option<PathBuf>,
}

/// The layers that are in force.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Layers {
    /// Files are closed.
    pub landlock: bool,
    /// System calls are filtered.
    pub seccomp: bool,
}

impl Layers {
    /// Whether all layers are.
    pub fn is_whole(self) -> bool {
        self.landlock && self.seccomp
    }
}

impl fmt::Display for Layers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match (self.landlock, self.seccomp) {
            (true, true) => "landlock and seccomp",
            (true, false) => "landlock only",
            (false, true) => "seccomp only",
            (false, false) => "none",
        })
    }
}

/// A session in its sandbox.
pub struct ActiveSandbox {
    /// The layers in force.
    pub layers: Layers,
    /// Landlock recognises the files of `/proc` only as long as they stay open.
    _held: Vec<OwnedFd>,
}

/// Restricts the calling thread for good. Layers that the kernel does not have are skipped;
/// [`ActiveSandbox::layers`] tells which ones are in force.
///
/// # Errors
/// [`SandboxError`] when a layer that the kernel has cannot be set up.
pub fn enter(needs: &Needs) -> Result<ActiveSandbox, SandboxError> {
    let none = CapabilitySet::empty();
    let none = CapabilitySets { effective: none, permitted: none, inheritable: none };
    set_capabilities(None, none).map_err(SandboxError::Rights)?;
    let closed = files::close(needs)?;
    let landlock = closed.is_some();
    let seccomp = filter::install(needs, landlock)?;
    let layers = Layers { landlock, seccomp };
    Ok(ActiveSandbox { layers, _held: closed.unwrap_or_default() })
}

/// The layers that this machine has. This starts a thread that tries them.
pub fn available() -> Layers {
    let tried = std::thread::Builder::new().spawn(|| enter(&Needs::default()));
    let entered = tried.ok().and_then(|thread| thread.join().ok()).and_then(Result::ok);
    entered.map(|entered| entered.layers).unwrap_or_default()
}

/// Why the sandbox cannot be set up.
#[derive(Debug, thiserror::Error)]
pub enum SandboxError {
    /// Root's rights cannot be given up.
    #[error("capabilities: {0}")]
    Rights(#[source] Errno),
    /// Landlock refuses the rules.
    #[error("landlock: {0}")]
    Landlock(#[from] landlock::RulesetError),
    /// The filter cannot be made.
    #[error("seccomp: {0}")]
    Filter(#[from] program::TooLong),
    /// The kernel refuses the filter.
    #[error("seccomp: {0}")]
    Install(#[source] std::io::Error),
}
