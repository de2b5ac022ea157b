//! The service's loop. The files in `run/` have its sources of events and what it does for them.

mod clients;
mod policy;
mod program;
mod sandbox_clients;
mod sessions;
mod stats;
mod xwayland;

use std::ffi::OsString;
use std::fs::OpenOptions;
use std::io::{self, Read, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::os::unix::net::UnixStream;
use std::process::ExitStatus;
use std::sync::Arc;
use std::time::Duration;

use calloop::RegistrationToken;
use calloop::generic::Generic;
use calloop::timer::{TimeoutAction, Timer};
use calloop::{EventLoop, Interest, LoopHandle, LoopSignal, Mode as Trigger, PostAction};
use rustix::process::Signal;

use super::broker::Broker;
use super::child::{Child, exit_like};
use super::host::{HostAddress, in_runtime_dir, runtime_dir};
use super::report::SessionCommand;
use super::session::{self, CommonSettings, Observe};
use super::session_sandbox::SessionSandbox;
use super::sessions::Sessions;
use super::signals::Signals;
use super::socket::Socket;
use super::systemd_sockets::SystemdSockets;
use super::watching::StatsSinks;
use super::x11::Xwayland;
use super::{Config, Mode, ServiceError, inherited, limits, memory, systemd};
use crate::fork::Process;
use crate::observe::{Counters, log};

/// How long sessions and the program may take to end after a signal.
const GRACE: Duration = Duration::from_secs(3);

struct Service {
    sessions: Sessions,
    broker: Broker,
    /// How many security contexts are served.
    contexts: usize,
    watching: StatsSinks,
    totals: Counters,
    /// Registered listeners; dropping them removes the sockets.
    listeners: Vec<RegistrationToken>,
    child: Option<Child>,
    x11: Option<Xwayland>,
    /// The sources that wait for the first X11 client.
    x11_listeners: Vec<RegistrationToken>,
    notify: Option<String>,
    /// Whether carafe ends when the program ends.
    exit_with_child: bool,
    /// The program's `XCURSOR_SIZE`, if it gets one.
    cursor_size: Option<u32>,
    /// Whether carafe serves one inherited connection, and ends with it.
    one_client: bool,
    stopping: bool,
    exit_status: u8,
    /// The program's exit status, if carafe ends with the program.
    program_status: Option<ExitStatus>,
    handle: LoopHandle<'static, Self>,
    signal: LoopSignal,
}

/// Serves as `config` says until there is nothing left to serve. Returns the exit status.
///
/// # Errors
/// [`ServiceError`] when it cannot start.
pub fn run(config: Config) -> Result<u8, ServiceError> {
    let activated = SystemdSockets::take()?;
    let client = match config.mode {
        Mode::Client { fd } => Some(inherited::take(fd).ok_or_else(|| {
            ServiceError::NotInherited { name: "--client-fd", value: fd.to_string() }
        })?),
        _ => None,
    };
    let host = HostAddress::find(&config.host)?;
    activated.refuse_host(&host)?;
    let tells = config.sd_notify.is_some() || matches!(config.mode, Mode::Parent { .. });
    if tells && systemd::is_waiting() {
        // When a service manager starts other units after this one, windows must work.
        host.wait_for_answer()?;
    }
    memory::set_up();
    // Take the signals before the sockets exist: a script that sees a socket may send one.
    let signals =
        Signals::new(config.rules.file().is_some()).map_err(ServiceError::system("signals"))?;
    let sockets = sockets(&config.mode, activated.wayland, &host)?;

    let mut events = EventLoop::try_new().map_err(ServiceError::of_loop("event loop"))?;
    let watching = StatsSinks::new(config.stats);
    let observe = Observe {
        log: config.log_messages,
        wanted: watching.wanted(),
        is_watched: false,
        table: watching.table,
    };
    let x11 = config.x11.as_ref().map(|x11| x11.settings.clone()).unwrap_or_default();
    let sandbox = SessionSandbox::new(config.sandbox, host.crossing().device.is_some());
    let (shortcuts, shell) = (Arc::new(config.shortcuts), Arc::new(config.shell));
    let scaling = config.scaling;
    let shared = CommonSettings { host, x11, shortcuts, shell, scaling, sandbox };
    if let Err(e) = session::prepare(&shared, &config.rules) {
        tracing::warn!("sessions take more memory than they need to: {e}");
    }
    let mut service = Service {
        sessions: Sessions::new(shared, config.rules, observe),
        broker: Broker::default(),
        contexts: 0,
        watching,
        totals: Counters::default(),
        listeners: Vec::new(),
        child: None,
        x11: config.x11.map(|options| Xwayland::new(options, &activated.displays)).transpose()?,
        x11_listeners: Vec::new(),
        notify: config.sd_notify,
        exit_with_child: config.exit_with_child,
        cursor_size: config.cursor_size,
        one_client: client.is_some(),
        stopping: false,
        exit_status: 0,
        program_status: None,
        handle: events.handle(),
        signal: events.get_signal(),
    };
    let display = sockets.first().and_then(Socket::display);
    service.watch_signals(signals)?;
    for socket in sockets {
        if let Some(path) = socket.path() {
            service.listen_for_watchers(&path);
        }
        service.watch_socket(socket)?;
    }
    service.watch_display()?;
    service.write_periods()?;
    service.prepare_spare();
    service.start(config.mode, display)?;
    limits::raise_open_files();
    if let Some(client) = client {
        service.serve(UnixStream::from(client));
    }
    events.run(None, &mut service, |_| {}).map_err(ServiceError::of_loop("event loop"))?;

    // Dropping the loop removes the sockets. Do it before the process may end by the program's
    // signal.
    drop(events);
    let Service { totals, mut sessions, mut watching, x11, exit_status, program_status, .. } =
        service;
    drop(x11);
    sessions.kill_all();
    watching.end();
    let total = format!("{} clients; {totals}", sessions.count);
    if watching.table {
        log::write(format!("{total}\n"));
    } else {
        tracing::info!("{total}");
    }
    // `exit_like` may end the process, so write the log first.
    log::finish();
    Ok(program_status.map_or(exit_status, exit_like))
}

/// Makes the sockets to listen on, or takes the service manager's.
fn sockets(
    mode: &Mode,
    activated: Vec<Socket>,
    host: &HostAddress,
) -> Result<Vec<Socket>, ServiceError> {
    let name = match mode {
        Mode::Client { .. } => return Ok(Vec::new()),
        Mode::Parent { .. } if !activated.is_empty() => return Ok(activated),
        Mode::Parent { socket, .. } => socket.clone(),
        Mode::Program { .. } => OsString::from(format!("carafe-{}", std::process::id())),
    };
    let path = in_runtime_dir(&name)?;
    if host.path() == Some(&path) {
        return Err(ServiceError::OwnSocket(path));
    }
    Ok(vec![Socket::bind(path)?])
}

impl Service {
    fn watch_signals(&mut self, signals: Signals) -> Result<(), ServiceError> {
        let stop = Generic::new(signals.stop, Interest::READ, Trigger::Level);
        self.insert(stop, |_, socket, service: &mut Self| {
            forget(socket);
            service.stop();
            Ok(PostAction::Continue)
        })?;
        if let Some(reload) = signals.reload {
            let reload = Generic::new(reload, Interest::READ, Trigger::Level);
            self.insert(reload, |_, socket, service: &mut Self| {
                forget(socket);
                service.read_rules();
                Ok(PostAction::Continue)
            })?;
        }
        let dump = Generic::new(signals.dump, Interest::READ, Trigger::Level);
        self.insert(dump, |_, socket, service: &mut Self| {
            forget(socket);
            service.sessions.ask(&SessionCommand::Messages);
            service.write_traces();
            Ok(PostAction::Continue)
        })
    }

    /// Takes the exit status of a process when it ends, and does this.
    fn reap(&mut self, process: Process, then: impl Fn(&mut Self) + 'static) -> io::Result<()> {
        let source = Generic::new(process, Interest::READ, Trigger::Level);
        let inserted = self.insert(source, move |_, process, service: &mut Self| {
            process.ended();
            then(service);
            Ok(PostAction::Remove)
        });
        inserted.map_err(io::Error::other)
    }

    /// Ends the loop if nothing runs any more.
    fn stop_if_done(&mut self) {
        if self.sessions.live() == 0 && self.child.is_none() && !self.has_xwayland() {
            self.signal.stop();
        }
    }

    /// Handles SIGTERM or SIGINT: accepts no new clients, and ends sessions and the program. A
    /// second signal ends carafe at once.
    fn stop(&mut self) {
        if self.stopping {
            return self.signal.stop();
        }
        self.stop_after(GRACE);
    }

    /// Ends sessions and the program, and waits for them for a limited time.
    fn stop_after(&mut self, grace: Duration) {
        self.stopping = true;
        self.end_sessions();
        if let Some(child) = &self.child {
            child.signal(Signal::TERM);
        }
        self.stop_if_done();
        let give_up = |_, (): &mut (), service: &mut Self| {
            service.signal.stop();
            TimeoutAction::Drop
        };
        if self.handle.insert_source(Timer::from_duration(grace), give_up).is_err() {
            self.signal.stop();
        }
    }

    fn end_sessions(&mut self) {
        self.stop_xwayland();
        for token in self.listeners.drain(..) {
            self.handle.remove(token);
        }
        self.sessions.ask(&SessionCommand::Stop);
    }

    fn insert<F: std::os::fd::AsFd + 'static>(
        &self,
        source: Generic<F>,
        callback: impl FnMut(
            calloop::Readiness,
            &mut calloop::generic::NoIoDrop<F>,
            &mut Self,
        ) -> io::Result<PostAction>
        + 'static,
    ) -> Result<(), ServiceError> {
        let inserted = self.handle.insert_source(source, callback);
        inserted.map(drop).map_err(|e| ServiceError::of_loop("event loop")(e.error))
    }
}

/// Empties a signal's socket: several signals of one kind are handled once.
fn forget(mut socket: &UnixStream) {
    let mut bytes = [0; 64];
    while matches!(socket.read(&mut bytes), Ok(1..)) {}
}

/// Appends sessions' recent messages to a file. Without `XDG_RUNTIME_DIR` they go to standard
/// error.
fn write_messages(text: &str) {
    let name = format!("carafe-messages-{}.log", std::process::id());
    let Some(path) = runtime_dir().map(|dir| dir.join(name)) else {
        return log::write(format!("{text}\n"));
    };
    let mut options = OpenOptions::new();
    let options = options.append(true).create(true).mode(0o600);
    match options.open(&path).and_then(|mut file| file.write_all(text.as_bytes())) {
        Ok(()) => tracing::info!("recent messages are in {}", path.display()),
        Err(e) => tracing::error!("cannot write {}: {e}", path.display()),
    }
}
