//! X11: a display that clients can connect to, and an Xwayland, started by the first client.

mod display;
mod output;
mod program;
mod spawn;

use std::ffi::OsString;
use std::os::fd::OwnedFd;
use std::path::PathBuf;
use std::process::ExitStatus;
use std::time::{Duration, Instant};

use rustix::process::Signal;

use super::ServiceError;
use super::child::Child;
use super::socket::Socket;
use crate::x11::settings::Settings;
use display::XDisplay;

pub use display::{SOCKETS as X11_SOCKETS, holder as display_holder};
pub use output::XwaylandOutput;
pub use program::find as find_xwayland;
pub use spawn::NewXwayland;

/// If Xwayland fails earlier than this after its start, carafe does not start it again at once.
const TOO_SOON: Duration = Duration::from_secs(2);

/// The options of X11.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct X11Options {
    /// The display's number; `None` for the first free one.
    pub display: Option<u32>,
    /// The Xwayland to run; `None` for the one in `PATH`.
    pub xwayland: Option<PathBuf>,
    /// A command that runs Xwayland.
    pub prefix: Vec<OsString>,
    /// Where Xwayland's Mesa finds drivers.
    pub gl_drivers: Option<PathBuf>,
    /// Whether Xwayland draws on the GPU; `None` if it decides itself.
    pub glamor: Option<bool>,
    /// Xwayland's `-auth`.
    pub auth: Option<PathBuf>,
    /// Xwayland's `-fp`.
    pub font_path: Option<OsString>,
    /// After this many seconds without clients Xwayland ends; the next client starts it again.
    pub idle: Option<u32>,
    /// The settings of windows.
    pub settings: Settings,
}

/// A display and, while there are clients, the Xwayland behind it.
pub struct Xwayland {
    options: X11Options,
    display: XDisplay,
    running: Option<XwaylandProcess>,
}

struct XwaylandProcess {
    process: Child,
    /// The session of its Wayland connection.
    session: Option<u64>,
    since: Instant,
}

impl Xwayland {
    /// Claims a display: that of a service manager's socket, if there is one. Nothing runs yet.
    ///
    /// # Errors
    /// [`ServiceError::Display`] when no display can be claimed.
    pub fn new(options: X11Options, activated: &[Socket]) -> Result<Self, ServiceError> {
        let inherited = activated.iter().find_map(|socket| Some((display_of(socket)?, socket)));
        let display = match inherited {
            Some((number, socket)) => XDisplay::inherit(number, socket.listener())?,
            None => XDisplay::take(options.display)?,
        };
        let number = display.number;
        tracing::info!("X11 display :{number}");
        Ok(Self { options, display, running: None })
    }

    /// The value of clients' `DISPLAY`.
    pub fn name(&self) -> OsString {
        format!(":{}", self.display.number).into()
    }

    /// The sockets that become readable when the first client comes.
    ///
    /// # Errors
    /// When there are no descriptors left.
    pub fn listeners(&self) -> Result<Vec<OwnedFd>, ServiceError> {
        let listeners = self.display.listeners().map(OwnedFd::try_clone);
        listeners.collect::<Result<_, _>>().map_err(ServiceError::system("X11 socket"))
    }

    /// Starts Xwayland.
    ///
    /// # Errors
    /// When it cannot be started.
    pub fn start(&mut self) -> Result<NewXwayland, ServiceError> {
        let (process, spawned) = spawn::spawn(&self.options, &self.display)?;
        self.running = Some(XwaylandProcess { process, session: None, since: Instant::now() });
        Ok(spawned)
    }

    /// Notes which session serves Xwayland's Wayland connection.
    pub fn served_by(&mut self, session: u64) {
        if let Some(running) = &mut self.running {
            running.session = Some(session);
        }
    }

    /// Whether a session serves Xwayland.
    pub fn is_served_by(&self, session: u64) -> bool {
        self.running.as_ref().is_some_and(|running| running.session == Some(session))
    }

    /// Whether Xwayland runs.
    pub fn is_running(&self) -> bool {
        self.running.is_some()
    }

    /// Tells Xwayland to end.
    pub fn end(&self) {
        if let Some(running) = &self.running {
            running.process.signal(Signal::TERM);
        }
    }

    /// Notes that Xwayland has ended. Returns its exit status, and whether it failed too soon to
    /// be started again at once.
    pub fn ended(&mut self) -> Option<(ExitStatus, bool)> {
        let XwaylandProcess { mut process, since, .. } = self.running.take()?;
        let status = process.ended()?;
        Some((status, !status.success() && since.elapsed() < TOO_SOON))
    }

    /// Closes the connections of waiting clients.
    pub fn refuse_all(&self) {
        self.display.refuse_all();
    }
}

/// The display's number of a socket, if it is an X11 socket.
pub fn display_of(socket: &Socket) -> Option<u32> {
    display::number_of(&socket.path()?)
}
