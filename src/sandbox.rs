//! What a session can no longer do once it serves.
//!
//! A session reads what strangers send. Should one of them take it over, it gets nothing from
//! that: the session can use the descriptors that it holds, and ask the kernel for nothing more.
//! A session of root has none of root's rights, and can get none (`PR_SET_NO_NEW_PRIVS`).
//! Landlock closes all files but a few (`files`). A seccomp filter lets only those system
//! calls through that sessions make (`calls`).
//!
//! It applies to the calling thread, and to the threads and processes that it starts later.

mod calls;
mod files;
mod filter;

#[cfg(test)]
mod tests;

use std::fmt;
use std::os::fd::OwnedFd;
use std::path::PathBuf;

use rustix::io::Errno;
use rustix::thread::{CapabilitySet, CapabilitySets, set_capabilities};

/// What a kind of session needs besides the rest.
#[derive(Clone, Debug, Default)]
pub struct Needs {
    /// It reaches the host through a virtual device, by ioctls.
    pub device: bool,
    /// It is Xwayland's: it reads cursor themes, and programs' names.
    pub x11: bool,
    /// Folders with files that it reads.
    pub readable: Vec<PathBuf>,
    /// The folder for temporary files without a name. It must be empty.
    pub temporary: Option<PathBuf>,
}

/// Which layers are in force.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Layers {
    /// Files are closed.
    pub landlock: bool,
    /// System calls are filtered.
    pub seccomp: bool,
}

impl Layers {
    /// Whether all of them are.
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
pub struct Sandboxed {
    /// What is in force.
    pub layers: Layers,
    /// Landlock knows the files of `/proc` only as long as they stay open.
    _held: Vec<OwnedFd>,
}

/// Shuts the calling thread in, for good. What the kernel does not have is left out;
/// [`Sandboxed::layers`] says so.
///
/// # Errors
/// [`SandboxError`] when a layer that the kernel has cannot be set up.
pub fn enter(needs: &Needs) -> Result<Sandboxed, SandboxError> {
    let none = CapabilitySet::empty();
    let none = CapabilitySets { effective: none, permitted: none, inheritable: none };
    set_capabilities(None, none).map_err(SandboxError::Rights)?;
    let closed = files::close(needs)?;
    let landlock = closed.is_some();
    let seccomp = filter::install(needs, landlock)?;
    let layers = Layers { landlock, seccomp };
    Ok(Sandboxed { layers, _held: closed.unwrap_or_default() })
}

/// Works out beforehand what [`enter`] needs for such sessions, for this process and those that are
/// forked from it.
pub fn prepare(needs: &Needs) {
    filter::prepare(needs);
}

/// Which layers this machine has. It starts a thread, which tries.
pub fn available() -> Layers {
    let tried = std::thread::Builder::new().spawn(|| enter(&Needs::default()));
    let entered = tried.ok().and_then(|thread| thread.join().ok()).and_then(Result::ok);
    entered.map(|entered| entered.layers).unwrap_or_default()
}

/// Why there is no sandbox.
#[derive(Debug, thiserror::Error)]
pub enum SandboxError {
    /// Root's rights stay.
    #[error("capabilities: {0}")]
    Rights(#[source] Errno),
    /// Landlock does not take the rules.
    #[error("landlock: {0}")]
    Landlock(#[from] landlock::RulesetError),
    /// The filter cannot be made.
    #[error("seccomp: {0}")]
    Filter(#[from] seccompiler::BackendError),
    /// The kernel does not take the filter.
    #[error("seccomp: {0}")]
    Install(#[source] std::io::Error),
}
