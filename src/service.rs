//! The service: its sockets, its sessions' processes, the program it runs, signals, systemd. It has
//! one thread, because it forks.

mod admission;
mod broker;
mod child;
mod confined;
mod host;
mod host_socket;
mod inherited;
mod last_messages;
mod limits;
pub mod line;
mod memory;
mod open_contexts;
pub mod report;
mod run;
mod sandbox_process;
mod session;
mod session_sandbox;
mod sessions;
mod signals;
mod socket;
mod spare;
mod stats_files;
mod stats_socket;
mod systemd;
mod systemd_sockets;
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

use crate::aura::ShellSettings;
use crate::handlers::Scaling;
use crate::observe::LogMessages;
use crate::policy::Rules;
use crate::shortcuts::Shortcuts;

pub use host::{HostAddress, HostOptions, how_to_get_runtime_dir, runtime_dir};
pub use run::run;
pub use stats_socket::path_for as stats_path;
pub use watchers::END as END_OF_STATS;
pub use x11::{X11_SOCKETS, X11Options, display_holder, find_xwayland};

/// How the process serves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Mode {
    /// Run one program, which gets its own socket.
    Program {
        /// The program and its arguments.
        command: Vec<OsString>,
    },
    /// Listen for clients until stopped.
    Parent {
        /// A name in `XDG_RUNTIME_DIR`, or a path.
        socket: OsString,
        /// A program to run first; empty if there is none.
        init: Vec<OsString>,
    },
    /// Serve one client that is already connected.
    Client {
        /// Its descriptor.
        fd: i32,
    },
}

/// The service's configuration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Config {
    /// How to serve.
    pub mode: Mode,
    /// How to reach the host.
    pub host: HostOptions,
    /// Whether sessions are shut in.
    pub sandbox: bool,
    /// Which messages to log.
    pub log_messages: LogMessages,
    /// What to observe.
    pub stats: Stats,
    /// What to tell the service manager when ready.
    pub sd_notify: Option<String>,
    /// Whether carafe ends when the program ends.
    pub exit_with_child: bool,
    /// How to serve X11 clients; `None` if they are not served.
    pub x11: Option<X11Options>,
    /// The keys that the host keeps.
    pub shortcuts: Shortcuts,
    /// What the host's shell is told about windows.
    pub shell: ShellSettings,
    /// How to scale clients' coordinates.
    pub scaling: Scaling,
    /// What clients may do, and which of them.
    pub rules: Arc<Rules>,
    /// The program's `XCURSOR_SIZE`, if it gets one.
    pub cursor_size: Option<u32>,
}

/// What is observed from the start, and where the results go.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Stats {
    /// Whether each session prints a table when it ends.
    pub table: bool,
    /// The file for sommelier's summary of frames.
    pub summary: Option<PathBuf>,
    /// The file for sommelier's log of frames.
    pub log: Option<PathBuf>,
    /// How often to write both.
    pub timer: Duration,
    /// The file for sommelier's timing of buffers; a number is added to the name.
    pub timing: Option<PathBuf>,
    /// The file for the trace.
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
        /// Why virtual devices do not work either, if they were tried.
        devices: String,
    },
    /// The host's socket belongs to another user.
    #[error(
        "may not connect to the host's compositor at {path}: {blocker} belongs to user {owner} \
         (mode {mode:03o}), but carafe runs as user {uid}; run it as user {owner}, or give user \
         {uid} access"
    )]
    NoPermission {
        /// Its socket.
        path: PathBuf,
        /// The socket, or the first directory on the way that carafe may not enter.
        blocker: PathBuf,
        /// The user who owns that.
        owner: u32,
        /// Its permissions.
        mode: u32,
        /// The user who runs carafe.
        uid: u32,
    },
    /// The host's compositor takes connections but does not answer.
    #[error(
        "the host's compositor at {0} takes connections but does not answer; restart it if it \
         is stopped or hangs, or name another one with --display=PATH"
    )]
    NoAnswer(PathBuf),
    /// No virtual device leads to a compositor.
    #[error("cannot reach the host's compositor: {0}")]
    NoDevice(String),
    /// A descriptor that should be inherited is not usable.
    #[error("{name}={value} is not an open descriptor; it must be inherited, and 3 or more")]
    NotInherited {
        /// The variable or option.
        name: &'static str,
        /// Its value.
        value: String,
    },
    /// Another program listens on the socket.
    #[error(
        "{0} is in use by another compositor (it holds {0}.lock); choose another name with \
         --socket=NAME"
    )]
    SocketInUse(PathBuf),
    /// The host would be carafe itself.
    #[error(
        "{0} is carafe's own socket, so it cannot be the host's; name the host's socket with \
         --display=PATH or SOMMELIER_DISPLAY"
    )]
    OwnSocket(PathBuf),
    /// The socket cannot be made.
    #[error("cannot listen on {path}: {source}; check its directory, or use --socket=PATH")]
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
    #[error("cannot run {program}: {source}; check that it is installed and in PATH")]
    Spawn {
        /// The program.
        program: String,
        /// What the kernel said.
        source: io::Error,
    },
    /// Another error of the system.
    #[error("{what}: {source}")]
    System {
        /// What carafe tried.
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

    /// The error when carafe cannot connect to the host's socket.
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

    /// Makes an error from calloop's.
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

/// What keeps carafe from a path: the last part of it that can be inspected, which is the file
/// itself or the directory that may not be entered.
fn blocker(path: &Path) -> Option<(PathBuf, Metadata)> {
    path.ancestors().find_map(|path| Some((path.to_owned(), path.metadata().ok()?)))
}
