//! The sessions' threads.

use std::io;
use std::os::unix::net::UnixStream;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::AtomicUsize;
use std::thread;

use super::broker::Broker;
use super::contexts::Contexts;
use super::host::{Connection, Host};
use super::host_socket::HostSocket;
use super::report::{Outcome, Records, Report};
use crate::channel::{Channel, Crossing, UnixChannel};
use crate::handlers::{self, Scaling, Setup, X11};
use crate::headroom;
use crate::observe::table::{Over, Table, table};
use crate::observe::{LogMessages, Observer, PeriodStats, Snapshot, Wanted, log};
use crate::peer;
use crate::session::{Ask, Control, End, Engine, Fault, Handlers, RecentMessages, Session};
use crate::sharing::{LocalSources, Policy};
use crate::wire::{FdQueue, Outbox};
use crate::x11::Selections;
use crate::x11::settings::Settings;
use calloop::channel::Sender;

/// A session's stack in bytes; the kernel gives only what is touched. glibc keeps
/// 40 MiB of the stacks of threads that ended, touched pages and all: of large
/// ones that is few.
const STACK: usize = 1024 * 1024;

/// What sessions have in common.
pub struct Shared {
    /// Where the host is.
    pub host: Host,
    /// Stops them.
    pub control: Arc<Control>,
    /// What X11 windows are to do.
    pub x11: Settings,
    /// What they know of each other.
    pub broker: Arc<Broker>,
    /// How many security contexts there are.
    pub contexts: Arc<AtomicUsize>,
    /// How their clients' coordinates are scaled.
    pub scaling: Scaling,
    /// What is kept from them, and from the host.
    pub policy: Arc<Policy>,
}

/// What all sessions of a process are made from.
pub struct Sessions {
    /// What they have in common.
    pub shared: Arc<Shared>,
    /// How they are observed.
    pub observe: Observe,
    /// Where they report to.
    pub reports: Sender<Report>,
    /// How many there were.
    pub count: u64,
}

/// How sessions are observed from their start.
#[derive(Clone, Copy)]
pub struct Observe {
    /// Which messages they write out.
    pub log: LogMessages,
    /// What of them is watched, whether or not somebody watches.
    pub wanted: Wanted,
    /// Whether they print their statistics when they end.
    pub table: bool,
}

/// Who is served.
struct Peer {
    client: UnixStream,
    /// It is an Xwayland, and this its window manager's connection.
    wm: Option<UnixStream>,
    /// It is a sandbox's, and this is where the host expects it.
    host: Option<Arc<HostSocket>>,
}

impl Sessions {
    /// Serves a client in a thread of its own, which reports when it ends. With `wm`,
    /// it is an Xwayland, and that its window manager's connection. Gives whether there
    /// is a thread.
    pub fn start(&mut self, client: UnixStream, wm: Option<UnixStream>) -> bool {
        self.serve(Peer { client, wm, host: None })
    }

    /// The same for a sandbox's client, whom the host expects there.
    pub fn start_in_sandbox(&mut self, client: UnixStream, host: Arc<HostSocket>) -> bool {
        self.serve(Peer { client, wm: None, host: Some(host) })
    }

    fn serve(&mut self, peer: Peer) -> bool {
        if !headroom::is_there() {
            tracing::error!("cannot serve a client: no memory is left (ulimit -v, LimitAS=)");
            return false;
        }
        self.count += 1;
        let number = self.count;
        let client =
            if peer.wm.is_some() { "Xwayland".into() } else { peer::describe(&peer.client) };
        let name = format!("session {number} ({client})");
        let shared = Arc::clone(&self.shared);
        let (observe, reports) = (self.observe, self.reports.clone());
        let serve = move || {
            let served = catch_unwind(AssertUnwindSafe(|| {
                serve(peer, &shared, number, &name, observe, &reports)
            }));
            // A panic is our own bug; it has been logged by the panic hook.
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
    Peer { client, wm, host }: Peer,
    shared: &Shared,
    number: u64,
    name: &str,
    observe: Observe,
    reports: &Sender<Report>,
) -> Outcome {
    tracing::debug!("{name}: connected");
    let connected = match host {
        Some(host) => host.connect().map(|socket| Connection {
            channel: Box::new(UnixChannel::from(socket)),
            crossing: Crossing::DIRECT,
        }),
        None => shared.host.connect(),
    };
    let Connection { channel, crossing } = match connected {
        Ok(connection) => connection,
        Err(e) => {
            tracing::warn!("{name}: cannot reach the host's compositor: {e}");
            refuse(client, format!("cannot reach the host's compositor: {e}"));
            return Outcome { failed: true, ..Outcome::default() };
        }
    };
    let local = || -> Box<dyn LocalSources> { Box::new(Arc::clone(&shared.broker).join()) };
    let sources = (wm.is_none() && crossing.device.is_some()).then(local);
    let mut scaling = shared.scaling.clone();
    // X11 has one density for all of its screen: its pixels are the host's.
    scaling.direct |= wm.is_some();
    let tables = scaling.tables();
    let has_shapes = wm.is_some();
    let policy = &shared.policy;
    let contexts = Box::new(Contexts::new(reports.clone(), Arc::clone(&shared.contexts)));
    let x11 = |wm| {
        let selections = Selections::new(&shared.x11, local())?;
        X11::new(wm, selections, &crossing, &scaling, shared.x11.clone())
    };
    let x11 = match wm.map(x11).transpose() {
        Ok(x11) => x11,
        Err(e) => {
            tracing::error!("{name}: cannot serve: {e}");
            return Outcome { failed: true, ..Outcome::default() };
        }
    };
    let setup = Setup {
        sources,
        contexts: Some(contexts),
        x11,
        has_shapes,
        ..Setup::new(&crossing, &scaling, policy)
    };
    let handlers = match Handlers::new(tables, handlers::chain(setup)) {
        Ok(handlers) => handlers,
        Err(e) => {
            tracing::error!("{name}: cannot serve: this is a bug in carafe: {e}");
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
                return engine.watch(Wanted { stats, ..observe.wanted });
            }
            Ask::Messages => Report::Messages(messages(engine), records(number, &engine.observer)),
            Ask::Stats => {
                // Where a side sleeps, nothing was sent for a while.
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

/// What a signal asks for.
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

/// Tells a client that cannot be served why.
fn refuse(client: UnixStream, text: String) {
    let mut out = Outbox::default();
    Fault::service(text).tell(&mut out);
    let mut channel = UnixChannel::from(client);
    // Its socket is fresh and takes that much, unless the client is gone.
    let _: io::Result<()> = out.send(&[], |bytes, fds: &mut FdQueue| channel.send(bytes, fds));
}
