//! The process: sockets, sessions' threads, the program, signals, systemd.

mod activated;
mod broker;
mod child;
mod contexts;
mod host;
mod host_socket;
mod inherited;
mod limits;
mod memory;
mod report;
mod run;
mod sessions;
mod signals;
mod socket;
mod stats_files;
mod stats_socket;
mod systemd;
mod trace_files;
mod watchers;
mod watching;
mod x11;

#[cfg(test)]
mod tests;

use std::ffi::OsString;
use std::fs::Metadata;
use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use crate::handlers::Scaling;
use crate::observe::LogMessages;
use crate::sharing::Policy;

pub use host::{Host, HostOptions, how_to_get_runtime_dir, runtime_dir};
pub use run::run;
pub use stats_socket::path_for as stats_path;
pub use watchers::END as END_OF_STATS;
pub use x11::{X11Options, display_holder, find_xwayland};

/// How the process serves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Mode {
    /// Run one program against a socket of its own.
    Program {
        /// The program and its arguments.
        command: Vec<OsString>,
    },
    /// Listen for clients until stopped.
    Parent {
        /// Name in `XDG_RUNTIME_DIR`, or a path.
        socket: OsString,
        /// A program to run first, or empty.
        init: Vec<OsString>,
    },
    /// Serve one client that is already connected.
    Client {
        /// Its descriptor.
        fd: i32,
    },
}

/// What the service needs to know.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Config {
    /// How to serve.
    pub mode: Mode,
    /// Where the host is.
    pub host: HostOptions,
    /// Messages to write out.
    pub log_messages: LogMessages,
    /// What else to observe.
    pub stats: Stats,
    /// What to tell the service manager when ready.
    pub sd_notify: Option<String>,
    /// Whether the program's end is the end of carafe.
    pub exit_with_child: bool,
    /// How X11 clients are served; `None`: they are not.
    pub x11: Option<X11Options>,
    /// How clients' coordinates are scaled.
    pub scaling: Scaling,
    /// What is kept from clients, and from the host.
    pub policy: Arc<Policy>,
    /// The program's `XCURSOR_SIZE`, if it gets one.
    pub cursor_size: Option<u32>,
}

/// What is observed from the start, and where it goes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Stats {
    /// Whether each session prints a table when it ends.
    pub table: bool,
    /// sommelier's summary of frames.
    pub summary: Option<PathBuf>,
    /// sommelier's log of frames.
    pub log: Option<PathBuf>,
    /// How often both are written.
    pub timer: Duration,
    /// sommelier's timing of buffers; a number is added to the name.
    pub timing: Option<PathBuf>,
    /// The trace.
    pub trace: Option<PathBuf>,
}

/// Why the service cannot start.
#[derive(Debug, thiserror::Error)]
pub enum ServiceError {
    /// `XDG_RUNTIME_DIR` is needed.
    #[error(
        "XDG_RUNTIME_DIR is not set, so there is no place for {0}; {next}",
        next = host::how_to_get_runtime_dir()
    )]
    NoRuntimeDir(String),
    /// The host's compositor cannot be reached.
    #[error(
        "cannot reach the host's compositor at {path}: {source}; name its socket with \
         --display=PATH or WAYLAND_DISPLAY{devices}"
    )]
    NoHost {
        /// Its socket.
        path: PathBuf,
        /// What the kernel said.
        source: io::Error,
        /// Why virtual devices lead nowhere either, if they were looked at.
        devices: String,
    },
    /// The host's socket is another user's.
    #[error(
        "may not connect to the host's compositor at {path}: {blocker} is user {owner}'s (mode \
         {mode:03o}), and carafe runs as user {uid}; run it as user {owner}, or let user {uid} in"
    )]
    NoPermission {
        /// Its socket.
        path: PathBuf,
        /// The socket, or the first directory on the way that may not be entered.
        blocker: PathBuf,
        /// Whose that is.
        owner: u32,
        /// Its permissions.
        mode: u32,
        /// Who carafe is.
        uid: u32,
    },
    /// The host's compositor takes connections and is silent.
    #[error(
        "the host's compositor at {0} takes connections but does not answer; is it stopped, or \
         hanging? Restart it, or name another one with --display=PATH"
    )]
    NoAnswer(PathBuf),
    /// No virtual device leads to a compositor.
    #[error("no way to the host's compositor: {0}")]
    NoDevice(String),
    /// A descriptor that was to be inherited is not usable.
    #[error("{name}={value} names no open socket")]
    NotInherited {
        /// The variable or option.
        name: &'static str,
        /// Its value.
        value: String,
    },
    /// Somebody else listens on the socket.
    #[error(
        "{0} is in use by another compositor (it holds {0}.lock); choose another name with \
         --socket=NAME"
    )]
    SocketInUse(PathBuf),
    /// The host would be carafe itself.
    #[error(
        "{0} is carafe's own socket, and the host is looked for there; name the host's with \
         --display=PATH or SOMMELIER_DISPLAY"
    )]
    OwnSocket(PathBuf),
    /// The socket cannot be made.
    #[error("cannot listen on {path}: {source}")]
    Listen {
        /// Its path.
        path: PathBuf,
        /// What the kernel said.
        source: io::Error,
    },
    /// There is no display for X11 clients.
    #[error("cannot claim X11 display :{number}: {source}; choose another one with --x-display=N")]
    Display {
        /// The number that was tried last.
        number: u32,
        /// What the kernel said.
        source: io::Error,
    },
    /// The program cannot be started.
    #[error("cannot run {program}: {source}")]
    Spawn {
        /// The program.
        program: String,
        /// What the kernel said.
        source: io::Error,
    },
    /// Anything else of the system.
    #[error("{what}: {source}")]
    System {
        /// What was tried.
        what: &'static str,
        /// What the kernel said.
        source: io::Error,
    },
}

impl ServiceError {
    /// The exit status: 127 for a program that cannot be started, as in shells.
    pub fn exit_status(&self) -> u8 {
        if matches!(self, Self::Spawn { .. }) { 127 } else { 1 }
    }

    /// The host's socket cannot be connected to.
    fn no_host(path: PathBuf, source: io::Error, devices: String) -> Self {
        if source.kind() == io::ErrorKind::PermissionDenied
            && let Some((blocker, found)) = blocker(&path)
        {
            let (owner, mode) = (found.uid(), found.mode() & 0o7777);
            let uid = rustix::process::geteuid().as_raw();
            return Self::NoPermission { path, blocker, owner, mode, uid };
        }
        Self::NoHost { path, source, devices }
    }

    fn system<E: Into<io::Error>>(what: &'static str) -> impl FnOnce(E) -> Self {
        move |source| Self::System { what, source: source.into() }
    }

    /// The same, of what calloop says.
    fn of_loop(what: &'static str) -> impl FnOnce(calloop::Error) -> Self {
        move |error| {
            let source = match error {
                calloop::Error::IoError(e) => e,
                other => io::Error::other(other.to_string()),
            };
            Self::System { what, source }
        }
    }
}

/// What keeps us from a path: the thing itself, if it can be seen, else the directory that
/// may not be entered.
fn blocker(path: &Path) -> Option<(PathBuf, Metadata)> {
    path.ancestors().find_map(|path| Some((path.to_owned(), path.metadata().ok()?)))
}
