//! What the process of a session does.

use std::io;
use std::ops::ControlFlow;
use std::os::fd::{AsFd, OwnedFd};
use std::os::unix::net::UnixStream;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::rc::Rc;
use std::sync::Arc;

use super::confined::{self, ConfinedConnection};
use super::host::{HostAddress, HostConnection};
use super::host_socket::Sandbox;
use super::line::{Line, SessionSources};
use super::open_contexts::OpenContexts;
use super::report::{Outcome, Records, SessionCommand, SessionReport};
use super::session_sandbox::{Enclosure, SessionSandbox};
use crate::aura::ShellSettings;
use crate::channel::{Channel, Crossing, UnixChannel};
use crate::handlers::{self, Scaling, Setup, X11};
use crate::mappings::limit_host_memory;
use crate::observe::table::{Table, TableSpan, table};
use crate::observe::{
    LogMessages, Observer, PeriodStats, RecorderMemory, Snapshot, WatchOptions, log,
};
use crate::packets::Packets;
use crate::peer;
use crate::policy::{Client, LocalSources, Policy, Rules};
use crate::session::{AnyHandler, End, Engine, Fault, Handlers, RecentMessages, Session};
use crate::shared::SharedMemory;
use crate::shortcuts::Shortcuts;
use crate::wire::{FdQueue, Outbox};
use crate::x11::Selections;
use crate::x11::settings::Settings;

/// The client of a session.
pub struct NewClient {
    /// Its connection.
    pub client: UnixStream,
    /// The window manager's X connection, if the client is an Xwayland.
    pub wm: Option<UnixStream>,
    /// Its sandbox, if it is in one.
    pub sandbox: Option<Rc<Sandbox>>,
}

impl From<UnixStream> for NewClient {
    /// A client that is no Xwayland and in no sandbox.
    fn from(client: UnixStream) -> Self {
        Self { client, wm: None, sandbox: None }
    }
}

/// What all sessions share.
pub struct CommonSettings {
    /// How to reach the host.
    pub host: HostAddress,
    /// The settings of X11 windows.
    pub x11: Settings,
    /// The keys that the host keeps.
    pub shortcuts: Arc<Shortcuts>,
    /// What the host's shell is told about windows.
    pub shell: Arc<ShellSettings>,
    /// How to scale clients' coordinates.
    pub scaling: Scaling,
    /// What they may still do.
    pub sandbox: SessionSandbox,
}

/// How to observe sessions from their start.
#[derive(Clone, Copy)]
pub struct Observe {
    /// Which messages they log.
    pub log: LogMessages,
    /// What to watch even while no `carafe stats` runs.
    pub wanted: WatchOptions,
    /// Whether a `carafe stats` runs.
    pub is_watched: bool,
    /// Whether they print their statistics when they end.
    pub table: bool,
}

impl Observe {
    fn options(self) -> WatchOptions {
        WatchOptions { stats: self.is_watched || self.wanted.stats, ..self.wanted }
    }
}

/// What a session is started with.
pub struct SessionStart<'a> {
    /// What all sessions share.
    pub shared: &'a CommonSettings,
    /// The rules for its client.
    pub rules: &'a Rules,
    /// How to observe it.
    pub observe: Observe,
    /// Its number.
    pub number: u64,
    /// Its client, as [`peer::describe`] has it.
    pub client: &'a str,
    /// Its name in logs.
    pub name: &'a str,
    /// For its recent messages.
    pub recorder: Option<&'a SharedMemory<RecorderMemory>>,
}

/// Works out what sessions have in common, so that they share the memory that holds it.
///
/// # Errors
/// When there are no descriptors left.
pub fn prepare(shared: &CommonSettings, rules: &Rules) -> io::Result<()> {
    let crossing = shared.host.crossing();
    let policy = rules.policy(&Client::default(), crossing.device.is_some());
    let (line, _service) = Packets::pair()?;
    let line = Line::new(line);
    let policy = Arc::new(policy);
    let all = all_handlers(None, None, shared, &policy, &crossing, &shared.scaling, &line)?;
    // A list that cannot be is every session's to tell.
    if let Ok(handlers) = Handlers::new(shared.scaling.tables(), all) {
        handlers.watched_plans();
    }
    Ok(())
}

impl SessionStart<'_> {
    /// Serves the client to its end, and reports that. `prepared`: if this process is, and the
    /// host's socket, if it has one.
    pub fn run(
        &self,
        peer: NewClient,
        prepared: Option<(Enclosure, Option<OwnedFd>)>,
        line: &Rc<Line>,
    ) {
        log::set_session(self.name);
        // A panic is a bug in carafe; the panic hook has logged it.
        let served = catch_unwind(AssertUnwindSafe(|| self.serve(peer, prepared, line)));
        let failed = |_| Outcome { failed: true, ..Outcome::default() };
        line.report(&SessionReport::End(served.unwrap_or_else(failed)), &[]);
    }

    fn serve(
        &self,
        peer: NewClient,
        prepared: Option<(Enclosure, Option<OwnedFd>)>,
        line: &Rc<Line>,
    ) -> Outcome {
        let Self { observe, name, .. } = *self;
        let (enclosure, host) = prepared.map_or((None, None), |(own, host)| (Some(own), host));
        let failed = || Outcome { failed: true, ..Outcome::default() };
        tracing::debug!("{name}: connected");
        let (connection, policy, _confined) = match self.connect(&peer, host) {
            Ok(connected) => connected,
            Err(e) => {
                let text = format!("cannot reach the host's compositor: {e}");
                tracing::warn!("{name}: {text}");
                refuse(peer.client, text);
                return failed();
            }
        };
        let x11 = peer.wm.is_some();
        limit_host_memory(policy.quotas.host_mib.saturating_mul(1 << 20));
        let mut session = match self.session(peer, connection, &policy, line) {
            Ok(session) => session,
            Err(e) => {
                tracing::error!("{name}: cannot serve: {e}");
                return failed();
            }
        };
        let enclosure =
            enclosure.unwrap_or_else(|| Enclosure::new(&self.shared.sandbox, self.number, x11));
        if enclosure.is_missing && policy.globals.keeps_all_privileged() {
            session.refuse(&Fault::service("a confined client is not served without a sandbox"));
            return failed();
        }
        let run = || {
            session.run(|engine| {
                while let Some(ask) = line.asks() {
                    if matches!(ask, SessionCommand::Stop) {
                        return ControlFlow::Break(());
                    }
                    self.answer(&ask, engine, line);
                }
                ControlFlow::Continue(())
            })
        };
        let end = catch_unwind(AssertUnwindSafe(run)).ok();
        let engine = session.engine();
        if observe.table {
            let all = Snapshot::all(self.number, &mut engine.observer);
            let title = format!("{name}: in all, times in ms");
            log::write(table(&title, &[Table { now: &all, over: TableSpan::All }]));
        }
        let failure = match (&end, &engine.observer.host_error) {
            (None, _) => Some("a bug in carafe".into()),
            (Some(End::Fault(fault)), _) => Some(fault.to_string()),
            (_, Some(error)) => Some(format!("the host's error: {error}")),
            _ => None,
        };
        let counters = engine.observer.counters;
        if let Some(reason) = &failure {
            let lines = RecentMessages(engine);
            tracing::warn!(%lines, "{name}: ended by {reason}; its last messages:");
        } else if let Some(end) = end {
            if matches!(end, End::HostIsGone) {
                tracing::warn!("{name}: {end}; {counters}");
            } else {
                tracing::debug!("{name}: {end}; {counters}");
            }
        }
        Outcome {
            failed: failure.is_some(),
            counters,
            records: self.records(&engine.observer),
            period: period(&mut engine.observer),
        }
    }

    /// Makes the session.
    fn session(
        &self,
        NewClient { client, wm, sandbox }: NewClient,
        HostConnection { channel, crossing }: HostConnection,
        policy: &Arc<Policy>,
        line: &Rc<Line>,
    ) -> io::Result<Session> {
        let Self { shared, observe, name, .. } = *self;
        let mut scaling = shared.scaling.clone();
        // X11 has only one density, so its pixels are those of the host.
        scaling.direct |= wm.is_some();
        let tables = scaling.tables();
        let sandboxed = sandbox.and_then(|sandbox| sandbox.app_id.clone());
        let program = sandboxed.or_else(|| peer::program(self.client).map(str::to_owned));
        let all = all_handlers(wm, program, shared, policy, &crossing, &scaling, line)?;
        let handlers = match Handlers::new(tables, all) {
            Ok(handlers) => handlers,
            Err(e) => {
                let text = format!("a bug in carafe: {e}");
                refuse(client, text.clone());
                return Err(io::Error::other(text));
            }
        };
        let mut engine = Engine::new(tables, handlers, Observer::new(name.to_owned(), observe.log));
        if let Some(recorder) = self.recorder.and_then(SharedMemory::take) {
            engine.record_in(recorder);
        }
        engine.watch(observe.options());
        let client = Box::new(UnixChannel::from(client));
        Session::new(engine, client, channel, line.as_fd())
    }

    fn answer(&self, ask: &SessionCommand, engine: &mut Engine, line: &Line) {
        let report = match ask {
            SessionCommand::Watch(on) => {
                return engine.watch(Observe { is_watched: *on, ..self.observe }.options());
            }
            SessionCommand::Messages => {
                SessionReport::Messages(messages(engine), self.records(&engine.observer))
            }
            SessionCommand::Stats => {
                // If a side does not read, nothing was sent for a while, so update the queues.
                engine.sent();
                SessionReport::Stats(Snapshot::recent(self.number, &mut engine.observer))
            }
            SessionCommand::Period => SessionReport::Period(period(&mut engine.observer)),
            SessionCommand::Stop | SessionCommand::Transfer(..) | SessionCommand::Primary(_) => {
                return;
            }
        };
        line.report(&report, &[]);
    }

    /// The connection to the host, the policy of the client, and what holds its context at the host
    /// open, if it has one. `host`: the host's socket, if there is a connection already.
    fn connect(
        &self,
        peer: &NewClient,
        host: Option<OwnedFd>,
    ) -> io::Result<(HostConnection, Arc<Policy>, Option<OwnedFd>)> {
        let Self { shared, rules, .. } = *self;
        let direct = |socket: UnixStream| HostConnection {
            channel: Box::new(UnixChannel::from(socket)),
            crossing: Crossing::DIRECT,
        };
        let client = || if rules.depend_on_client() { who(peer) } else { Client::default() };
        let policy = |behind_device| Arc::new(rules.policy(&client(), behind_device));
        if let Some(host) = host {
            return Ok((direct(host.into()), policy(false), None));
        }
        if let Some(sandbox) = &peer.sandbox {
            return Ok((direct(sandbox.host.connect()?), policy(false), None));
        }
        if shared.host.path().is_none() {
            let connection = shared.host.connect()?;
            let policy = policy(connection.crossing.device.is_some());
            return Ok((connection, policy, None));
        }
        let policy = policy(false);
        if policy.globals.keeps_all_privileged() {
            // The host does not know the exceptions.
            match confined::connect(&shared.host) {
                Ok(Some(ConfinedConnection { socket, open })) => {
                    return Ok((direct(socket), policy, Some(open)));
                }
                Ok(None) => {}
                Err(e) => tracing::warn!("no security context: {e}; carafe alone confines clients"),
            }
        }
        Ok((shared.host.connect()?, policy, None))
    }

    fn records(&self, observer: &Observer) -> Records {
        let (timing, spans) = match &observer.watch {
            Some(watch) => (watch.timing(), watch.spans()),
            None => (Vec::new(), Vec::new()),
        };
        Records { session: self.number, name: observer.name.clone(), timing, spans }
    }
}

/// The client's properties; none for an Xwayland, which serves many X11 programs.
fn who(peer: &NewClient) -> Client {
    if peer.wm.is_some() {
        return Client::default();
    }
    let mut client = peer::of_socket(&peer.client);
    if let Some(sandbox) = &peer.sandbox {
        client.app_id.clone_from(&sandbox.app_id);
    }
    client
}

/// The handlers of a new session. `wm`: of an Xwayland's, its window manager's connection.
/// `program`: the name of the client's program.
fn all_handlers(
    wm: Option<UnixStream>,
    program: Option<String>,
    shared: &CommonSettings,
    policy: &Arc<Policy>,
    crossing: &Crossing,
    scaling: &Scaling,
    line: &Rc<Line>,
) -> io::Result<Vec<Box<dyn AnyHandler>>> {
    let local = || -> Box<dyn LocalSources> { Box::new(SessionSources::new(Rc::clone(line))) };
    // An Xwayland's window manager has its own.
    let primary = wm.is_none().then(local);
    let sources = (wm.is_none() && crossing.device.is_some()).then(local);
    let has_shapes = wm.is_some();
    let x11 = |wm| {
        let (policy, shell) = (Arc::clone(policy), Arc::clone(&shared.shell));
        let settings = Settings { policy, shell, ..shared.x11.clone() };
        let selections = Selections::new(&settings, local())?;
        X11::new(wm, selections, crossing, scaling, settings)
    };
    Ok(handlers::chain(Setup {
        shortcuts: Arc::clone(&shared.shortcuts),
        shell: Arc::clone(&shared.shell),
        program,
        sources,
        primary,
        contexts: Some(Box::new(OpenContexts::new(Rc::clone(line)))),
        x11: wm.map(x11).transpose()?,
        has_shapes,
        ..Setup::new(crossing, scaling, policy)
    }))
}

/// The text that SIGUSR1 asks for.
fn messages(engine: &Engine) -> String {
    let Observer { name, counters, .. } = &engine.observer;
    let (mine, hosts) = engine.objects().count();
    format!(
        "{name}: {counters}; objects: {mine} of the client, {hosts} at the host\n{}",
        RecentMessages(engine)
    )
}

fn period(observer: &mut Observer) -> Vec<PeriodStats> {
    observer.watch.as_mut().map(|watch| watch.end_period()).unwrap_or_default()
}

/// Tells a client why it cannot be served.
pub fn refuse(client: UnixStream, text: String) {
    let mut out = Outbox::default();
    Fault::service(text).tell(&mut out);
    let mut channel = UnixChannel::from(client);
    // The socket is new, so it has room, unless the client is gone.
    let _: io::Result<()> = out.send(&[], |bytes, fds: &mut FdQueue| channel.send(bytes, fds));
}
