//! The sessions' threads.

use std::io;
use std::os::unix::net::UnixStream;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::AtomicUsize;
use std::thread;

use super::broker::Broker;
use super::confined::Confined;
use super::contexts::OpenContexts;
use super::host::{HostAddress, HostConnection};
use super::host_socket::Sandbox;
use super::report::{Outcome, Records, Report};
use crate::channel::{Channel, Crossing, UnixChannel};
use crate::handlers::{self, Scaling, Setup, X11};
use crate::headroom;
use crate::observe::table::{Over, Table, table};
use crate::observe::{LogMessages, Observer, PeriodStats, Snapshot, WatchOptions, log};
use crate::peer;
use crate::session::{
    AnyHandler, Ask, Control, End, Engine, Fault, Handlers, RecentMessages, Session,
};
use crate::sharing::{Client, LocalSources, Policy, Rules};
use crate::shortcuts::Shortcuts;
use crate::wire::{FdQueue, Outbox};
use crate::x11::Selections;
use crate::x11::settings::Settings;
use calloop::channel::Sender;

/// A session's stack in bytes; the kernel provides only the pages that are used. glibc keeps
/// 40 MiB of stacks of ended threads, with their used pages, so large stacks mean that it keeps
/// few.
const STACK: usize = 1024 * 1024;

/// What all sessions share.
pub struct Shared {
    /// How to reach the host.
    pub host: HostAddress,
    /// Stops the sessions, and asks them for reports.
    pub control: Arc<Control>,
    /// The settings of X11 windows.
    pub x11: Settings,
    /// The sources of their selections.
    pub broker: Arc<Broker>,
    /// How many security contexts there are.
    pub contexts: Arc<AtomicUsize>,
    /// The keys that the host keeps.
    pub shortcuts: Arc<Shortcuts>,
    /// How to scale clients' coordinates.
    pub scaling: Scaling,
    /// The security context of confined clients at the host.
    pub confined: Confined,
}

/// Starts sessions.
pub struct Sessions {
    /// What all sessions share.
    pub shared: Arc<Shared>,
    /// The rules for new clients.
    pub rules: Arc<Rules>,
    /// How to observe them.
    pub observe: Observe,
    /// Where they send their reports.
    pub reports: Sender<Report>,
    /// How many were started.
    pub count: u64,
}

/// How to observe sessions from their start.
#[derive(Clone, Copy)]
pub struct Observe {
    /// Which messages they log.
    pub log: LogMessages,
    /// What to watch even while no `carafe stats` runs.
    pub wanted: WatchOptions,
    /// Whether they print their statistics when they end.
    pub table: bool,
}

/// The client of a session.
struct Peer {
    client: UnixStream,
    /// The window manager's X connection, if the client is an Xwayland.
    wm: Option<UnixStream>,
    /// Its sandbox, if it is in one.
    sandbox: Option<Arc<Sandbox>>,
}

impl Sessions {
    /// Serves a client in a new thread, which reports when it ends. If the client is an
    /// Xwayland, `wm` is its window manager's connection. Returns whether the thread started.
    pub fn start(&mut self, client: UnixStream, wm: Option<UnixStream>) -> bool {
        self.serve(Peer { client, wm, sandbox: None })
    }

    /// As [`start`](Self::start), for a sandbox's client, which the host expects at a socket.
    pub fn start_in_sandbox(&mut self, client: UnixStream, sandbox: Arc<Sandbox>) -> bool {
        self.serve(Peer { client, wm: None, sandbox: Some(sandbox) })
    }

    fn serve(&mut self, peer: Peer) -> bool {
        if !headroom::is_there() {
            tracing::error!(
                "cannot serve a client: too little memory is left; raise the limit (ulimit -v, \
                 LimitAS=)"
            );
            return false;
        }
        self.count += 1;
        let number = self.count;
        let client =
            if peer.wm.is_some() { "Xwayland".into() } else { peer::describe(&peer.client) };
        let name = format!("session {number} ({client})");
        let (shared, rules) = (Arc::clone(&self.shared), Arc::clone(&self.rules));
        let (observe, reports) = (self.observe, self.reports.clone());
        let serve = move || {
            let served = catch_unwind(AssertUnwindSafe(|| {
                serve(peer, &shared, &rules, number, &name, observe, &reports)
            }));
            // A panic is a bug in carafe; the panic hook has logged it.
            let failed = |_| Outcome { failed: true, ..Outcome::default() };
            let mut outcome = served.unwrap_or_else(failed);
            outcome.records.session = number;
            // The service is gone only if the process is ending.
            let _ = reports.send(Report::End(outcome));
        };
        let builder = thread::Builder::new().name("session".into()).stack_size(STACK);
        match builder.spawn(serve) {
            Ok(_) => true,
            Err(e) => {
                tracing::error!("cannot serve a client: {e}");
                false
            }
        }
    }
}

fn serve(
    peer: Peer,
    shared: &Shared,
    rules: &Rules,
    number: u64,
    name: &str,
    observe: Observe,
    reports: &Sender<Report>,
) -> Outcome {
    tracing::debug!("{name}: connected");
    let connected = connect(&peer, shared, rules);
    let Peer { client, wm, .. } = peer;
    let (HostConnection { channel, crossing }, policy) = match connected {
        Ok(connected) => connected,
        Err(e) => {
            tracing::warn!("{name}: cannot reach the host's compositor: {e}");
            refuse(client, format!("cannot reach the host's compositor: {e}"));
            return Outcome { failed: true, ..Outcome::default() };
        }
    };
    let mut scaling = shared.scaling.clone();
    // X11 has only one density, so its pixels are those of the host.
    scaling.direct |= wm.is_some();
    let tables = scaling.tables();
    let all = match all_handlers(wm, shared, &policy, &crossing, &scaling, reports) {
        Ok(all) => all,
        Err(e) => {
            tracing::error!("{name}: cannot serve: {e}");
            return Outcome { failed: true, ..Outcome::default() };
        }
    };
    let handlers = match Handlers::new(tables, all) {
        Ok(handlers) => handlers,
        Err(e) => {
            tracing::error!("{name}: cannot serve: a bug in carafe: {e}");
            refuse(client, format!("a bug in carafe: {e}"));
            return Outcome { failed: true, ..Outcome::default() };
        }
    };
    let mut engine = Engine::new(tables, handlers, Observer::new(name.to_owned(), observe.log));
    engine.watch(observe.wanted);
    let client = Box::new(UnixChannel::from(client));
    let mut session = match Session::new(engine, client, channel, Arc::clone(&shared.control)) {
        Ok(session) => session,
        Err(e) => {
            tracing::error!("{name}: cannot serve: {e}");
            return Outcome { failed: true, ..Outcome::default() };
        }
    };
    let end = session.run(|ask, engine| {
        let report = match ask {
            Ask::Watch(on) => {
                let stats = on || observe.wanted.stats;
                return engine.watch(WatchOptions { stats, ..observe.wanted });
            }
            Ask::Messages => Report::Messages(messages(engine), records(number, &engine.observer)),
            Ask::Stats => {
                // If a side does not read, nothing was sent for a while, so update the queues.
                engine.sent();
                Report::Stats(Snapshot::recent(number, &mut engine.observer))
            }
            Ask::Period => Report::Period(number, period(&mut engine.observer)),
        };
        let _ = reports.send(report);
    });
    let observer = &mut session.engine().observer;
    if observe.table {
        let all = Snapshot::all(number, observer);
        let title = format!("{name}: in all, times in ms");
        let text = table(&title, &[Table { now: &all, over: Over::All }]);
        log::write(text);
    }
    let counters = observer.counters;
    let failure = match (&end, &observer.host_error) {
        (End::Fault(fault), _) => Some(fault.to_string()),
        (_, Some(error)) => Some(format!("the host's error: {error}")),
        _ => None,
    };
    if let Some(reason) = &failure {
        let lines = RecentMessages(session.engine());
        tracing::warn!(%lines, "{name}: ended by {reason}; its last messages:");
    } else if matches!(end, End::HostIsGone) {
        tracing::warn!("{name}: {end}; {counters}");
    } else {
        tracing::debug!("{name}: {end}; {counters}");
    }
    let observer = &mut session.engine().observer;
    Outcome {
        failed: failure.is_some(),
        counters,
        records: records(number, observer),
        period: period(observer),
    }
}

/// The connection to the host, and the policy of the client.
fn connect(
    peer: &Peer,
    shared: &Shared,
    rules: &Rules,
) -> io::Result<(HostConnection, Arc<Policy>)> {
    let direct = |socket| HostConnection {
        channel: Box::new(UnixChannel::from(socket)),
        crossing: Crossing::DIRECT,
    };
    let client = || if rules.depend_on_client() { who(peer) } else { Client::default() };
    let policy = |behind_device| Arc::new(rules.policy(&client(), behind_device));
    if let Some(sandbox) = &peer.sandbox {
        return Ok((direct(sandbox.host.connect()?), policy(false)));
    }
    if shared.host.path().is_none() {
        let connection = shared.host.connect()?;
        let policy = policy(connection.crossing.device.is_some());
        return Ok((connection, policy));
    }
    let policy = policy(false);
    if policy.globals.keeps_all_privileged() {
        // The host does not know the exceptions.
        match shared.confined.connect(&shared.host) {
            Ok(Some(socket)) => return Ok((direct(socket), policy)),
            Ok(None) => {}
            Err(e) => tracing::warn!("no security context: {e}; carafe alone confines clients"),
        }
    }
    Ok((shared.host.connect()?, policy))
}

/// The client's properties; none for an Xwayland, which serves many X11 programs.
fn who(peer: &Peer) -> Client {
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
fn all_handlers(
    wm: Option<UnixStream>,
    shared: &Shared,
    policy: &Arc<Policy>,
    crossing: &Crossing,
    scaling: &Scaling,
    reports: &Sender<Report>,
) -> io::Result<Vec<Box<dyn AnyHandler>>> {
    let local = || -> Box<dyn LocalSources> { Box::new(Arc::clone(&shared.broker).join()) };
    let sources = (wm.is_none() && crossing.device.is_some()).then(local);
    let contexts = OpenContexts::new(reports.clone(), Arc::clone(&shared.contexts));
    let has_shapes = wm.is_some();
    let x11 = |wm| {
        let settings = Settings { policy: Arc::clone(policy), ..shared.x11.clone() };
        let selections = Selections::new(&settings, local())?;
        X11::new(wm, selections, crossing, scaling, settings)
    };
    Ok(handlers::chain(Setup {
        shortcuts: Arc::clone(&shared.shortcuts),
        sources,
        contexts: Some(Box::new(contexts)),
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

fn records(session: u64, observer: &Observer) -> Records {
    let (timing, spans) = match &observer.watch {
        Some(watch) => (watch.timing(), watch.spans()),
        None => (Vec::new(), Vec::new()),
    };
    Records { session, name: observer.name.clone(), timing, spans }
}

fn period(observer: &mut Observer) -> Vec<PeriodStats> {
    observer.watch.as_mut().map(|watch| watch.end_period()).unwrap_or_default()
}

/// Tells a client why it cannot be served.
fn refuse(client: UnixStream, text: String) {
    let mut out = Outbox::default();
    Fault::service(text).tell(&mut out);
    let mut channel = UnixChannel::from(client);
    // The socket is new, so it has room, unless the client is gone.
    let _: io::Result<()> = out.send(&[], |bytes, fds: &mut FdQueue| channel.send(bytes, fds));
}
