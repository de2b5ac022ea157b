//! X11: a display for clients to connect to, and an Xwayland for it once one does.

mod display;
mod program;
mod server;
mod words;

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
use display::Display;

pub use display::holder as display_holder;
pub use program::find as find_xwayland;
pub use server::Spawned;
pub use words::Words;

/// An Xwayland that ends sooner has not served anybody.
const TOO_SOON: Duration = Duration::from_secs(2);

/// What the command line says of X11.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct X11Options {
    /// The display's number; else the first that is free.
    pub display: Option<u32>,
    /// Xwayland; else the one on the path.
    pub xwayland: Option<PathBuf>,
    /// Words in front of it.
    pub prefix: Vec<OsString>,
    /// Where its Mesa finds drivers.
    pub gl_drivers: Option<PathBuf>,
    /// Whether it draws with the graphics processor; else it decides itself.
    pub glamor: Option<bool>,
    /// Its `-auth`.
    pub auth: Option<PathBuf>,
    /// Its `-fp`.
    pub font_path: Option<OsString>,
    /// After so many seconds without a client it ends, until the next one comes.
    pub idle: Option<u32>,
    /// What windows are to do.
    pub settings: Settings,
}

/// A display and, while there are clients, the Xwayland behind it.
pub struct X11 {
    options: X11Options,
    display: Display,
    running: Option<Running>,
}

struct Running {
    process: Child,
    /// The session of its Wayland connection.
    session: Option<u64>,
    since: Instant,
}

impl X11 {
    /// Takes a display, that of a service manager's socket if there is one; nothing runs yet.
    ///
    /// # Errors
    /// [`ServiceError::Display`] when there is none to be had.
    pub fn new(options: X11Options, activated: &[Socket]) -> Result<Self, ServiceError> {
        let inherited = activated.iter().find_map(|socket| Some((display_of(socket)?, socket)));
        let display = match inherited {
            Some((number, socket)) => Display::inherit(number, socket.listener())?,
            None => Display::take(options.display)?,
        };
        let number = display.number;
        tracing::info!("X11 display :{number}");
        Ok(Self { options, display, running: None })
    }

    /// For clients' `DISPLAY`.
    pub fn name(&self) -> OsString {
        format!(":{}", self.display.number).into()
    }

    /// The sockets that become readable when the first client comes.
    ///
    /// # Errors
    /// When there are no descriptors left.
    pub fn listeners(&self) -> Result<Vec<OwnedFd>, ServiceError> {
        let listeners = self.display.listeners().map(|listener| listener.try_clone());
        listeners.collect::<Result<_, _>>().map_err(ServiceError::system("X11 socket"))
    }

    /// Starts Xwayland.
    ///
    /// # Errors
    /// When it cannot be started.
    pub fn start(&mut self) -> Result<Spawned, ServiceError> {
        let (process, spawned) = server::spawn(&self.options, &self.display)?;
        self.running = Some(Running { process, session: None, since: Instant::now() });
        Ok(spawned)
    }

    /// Its Wayland connection is served by that session.
    pub fn served_by(&mut self, session: u64) {
        if let Some(running) = &mut self.running {
            running.session = Some(session);
        }
    }

    /// Whether that session serves it.
    pub fn is_served_by(&self, session: u64) -> bool {
        self.running.as_ref().is_some_and(|running| running.session == Some(session))
    }

    /// Whether it runs.
    pub fn is_running(&self) -> bool {
        self.running.is_some()
    }

    /// Has it end.
    pub fn end(&self) {
        if let Some(running) = &self.running {
            running.process.signal(Signal::TERM);
        }
    }

    /// It has ended: how, and whether that was too soon for it to be started again at once.
    pub fn ended(&mut self) -> Option<(ExitStatus, bool)> {
        let Running { mut process, since, .. } = self.running.take()?;
        let status = process.ended()?;
        Some((status, !status.success() && since.elapsed() < TOO_SOON))
    }

    /// Closes the connections of clients that wait.
    pub fn refuse_all(&self) {
        self.display.refuse_all();
    }
}

/// The number of the display that a socket is for, if it is one of X11's.
pub fn display_of(socket: &Socket) -> Option<u32> {
    display::number_of(&socket.path()?)
}
