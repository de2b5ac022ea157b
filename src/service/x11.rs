//! X11: a display that clients can connect to, and an Xwayland, started by the first client.

mod display;
mod program;
mod server;
mod words;

use std::ffi::OsString;
use std::os::fd::OwnedFd;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use calloop::generic::Generic;
use calloop::timer::{TimeoutAction, Timer};
use calloop::{Interest, Mode as Trigger, PostAction, RegistrationToken};
use rustix::process::Signal;

use super::ServiceError;
use super::child::Child;
use super::run::{Service, calloop_error};
use super::socket::Socket;

use crate::x11::settings::Settings;
use display::Display;
use words::Words;

pub use display::holder as display_holder;
pub use program::find as find_xwayland;

/// If Xwayland fails earlier than this after its start, carafe does not start it again at once.
const TOO_SOON: Duration = Duration::from_secs(2);

/// How long carafe waits then.
const BREATHER: Duration = Duration::from_secs(1);

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
pub struct X11 {
    options: X11Options,
    display: Display,
    /// The loop's sources that wait for the first client.
    waiting: Vec<RegistrationToken>,
    running: Option<Running>,
}

struct Running {
    process: Child,
    /// The session of its Wayland connection.
    session: Option<u64>,
    since: Instant,
}

impl X11 {
    /// Claims a display: that of a service manager's socket, if there is one. Nothing runs yet.
    ///
    /// # Errors
    /// [`ServiceError::Display`] when no display can be claimed.
    pub fn new(options: X11Options, activated: &[Socket]) -> Result<Self, ServiceError> {
        let inherited = activated.iter().find_map(|socket| Some((display_of(socket)?, socket)));
        let display = match inherited {
            Some((number, socket)) => Display::inherit(number, socket.listener())?,
            None => Display::take(options.display)?,
        };
        let number = display.number;
        tracing::info!("X11 display :{number}");
        Ok(Self { options, display, waiting: Vec::new(), running: None })
    }

    /// The value of clients' `DISPLAY`.
    pub fn name(&self) -> OsString {
        format!(":{}", self.display.number).into()
    }
}

/// The display's number of a socket, if it is an X11 socket.
pub fn display_of(socket: &Socket) -> Option<u32> {
    display::number_of(&socket.path()?)
}

impl Service {
    /// Waits for the first X11 client.
    pub(super) fn watch_display(&mut self) -> Result<(), ServiceError> {
        let Some(x11) = &self.x11 else { return Ok(()) };
        let clone = |listener: &OwnedFd| listener.try_clone();
        let listeners: Result<Vec<OwnedFd>, _> = x11.display.listeners().map(clone).collect();
        let mut tokens = Vec::new();
        for listener in listeners.map_err(ServiceError::system("X11 socket"))? {
            let source = Generic::new(listener, Interest::READ, Trigger::Level);
            let token = self.handle.insert_source(source, |_, _, service: &mut Self| {
                service.start_xwayland();
                Ok(PostAction::Continue)
            });
            tokens.push(token.map_err(|e| calloop_error("X11 socket")(e.error))?);
        }
        if let Some(x11) = &mut self.x11 {
            x11.waiting = tokens;
        }
        Ok(())
    }

    fn stop_watching_display(&mut self) {
        for token in self.x11.iter_mut().flat_map(|x11| x11.waiting.drain(..)) {
            self.handle.remove(token);
        }
    }

    /// Starts Xwayland, when the first client connects.
    fn start_xwayland(&mut self) {
        self.stop_watching_display();
        let Some(x11) = &mut self.x11 else { return };
        match server::spawn(&x11.options, &x11.display) {
            Ok(server::Spawned { process, client, wm, words }) => {
                let ended = process.watch();
                x11.running = Some(Running { process, session: None, since: Instant::now() });
                if let Err(e) = self.hear(words) {
                    tracing::warn!("the log will not show Xwayland's messages: {e}");
                }
                let watched = ended.map_err(ServiceError::system("pidfd")).and_then(|ended| {
                    let source = Generic::new(ended, Interest::READ, Trigger::Level);
                    self.insert(source, |_, _, service: &mut Self| {
                        service.xwayland_ended();
                        Ok(PostAction::Remove)
                    })
                });
                if let Err(e) = watched {
                    tracing::error!("{e}");
                }
                if self.sessions.start(client, Some(wm)) {
                    self.live += 1;
                    if let Some(running) = self.x11.as_mut().and_then(|x11| x11.running.as_mut()) {
                        running.session = Some(self.sessions.count);
                    }
                } else {
                    self.end_xwayland();
                }
            }
            Err(e) => {
                tracing::error!("{e}");
                self.try_xwayland_again();
            }
        }
    }

    /// Logs what Xwayland prints.
    fn hear(&self, mut words: Words) -> Result<(), ServiceError> {
        let watched = words.watched().map_err(ServiceError::system("Xwayland's messages"))?;
        let source = Generic::new(watched, Interest::READ, Trigger::Level);
        self.insert(source, move |_, _, _| {
            Ok(if words.read() { PostAction::Continue } else { PostAction::Remove })
        })
    }

    fn xwayland_ended(&mut self) {
        let running = self.x11.as_mut().and_then(|x11| x11.running.take());
        let Some(Running { mut process, since, .. }) = running else { return };
        let Some(status) = process.ended() else { return };
        if self.stopping {
            return self.stop_if_done();
        }
        let good = status.success();
        if !good && since.elapsed() < TOO_SOON {
            self.try_xwayland_again();
        } else if let Err(e) = self.watch_display() {
            return tracing::error!("X11 clients can no longer connect: {e}");
        }
        // A client that connects after this line is not refused.
        if good {
            tracing::info!("Xwayland ended; the next X11 client starts it again");
        } else {
            tracing::error!("Xwayland ended with {status}; the next X11 client starts it again");
        }
    }

    /// Refuses the waiting clients, and waits for new ones after a pause.
    fn try_xwayland_again(&mut self) {
        if let Some(x11) = &self.x11 {
            x11.display.refuse_all();
        }
        let again = |_, (): &mut (), service: &mut Self| {
            if let Err(e) = service.watch_display() {
                tracing::error!("X11 clients can no longer connect: {e}");
            }
            TimeoutAction::Drop
        };
        if let Err(e) = self.handle.insert_source(Timer::from_duration(BREATHER), again) {
            tracing::error!("X11 clients can no longer connect: {e}");
        }
    }

    /// Whether an Xwayland runs.
    pub(super) fn has_xwayland(&self) -> bool {
        self.x11.as_ref().is_some_and(|x11| x11.running.is_some())
    }

    /// Ends Xwayland when its session has ended. Without the session it has no window manager
    /// and no host, but may not notice while it has no client.
    pub(super) fn xwayland_session_ended(&mut self, session: u64) {
        let running = self.x11.as_ref().and_then(|x11| x11.running.as_ref());
        if running.is_some_and(|running| running.session == Some(session)) {
            self.end_xwayland();
        }
    }

    /// Accepts no new X11 clients, and ends Xwayland.
    pub(super) fn stop_xwayland(&mut self) {
        self.stop_watching_display();
        self.end_xwayland();
    }

    fn end_xwayland(&self) {
        if let Some(running) = self.x11.as_ref().and_then(|x11| x11.running.as_ref()) {
            running.process.signal(Signal::TERM);
        }
    }
}
