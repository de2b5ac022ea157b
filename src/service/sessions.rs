//! The sessions' threads.

use std::io;
use std::os::unix::net::UnixStream;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::thread;

use calloop::channel::Sender;
use rustix::net::sockopt::socket_peercred;

use super::host::{Connection, Host};
use crate::channel::{Channel, UnixChannel};
use crate::handlers;
use crate::observe::{Counters, LogMessages, Observer};
use crate::protocol::Tables;
use crate::session::{Control, End, Engine, Fault, Handlers, Session};
use crate::wire::{FdQueue, Outbox};

/// A session's stack in bytes; the kernel gives only what is touched. glibc keeps
/// 40 MiB of the stacks of threads that ended, touched pages and all: of large
/// ones that is few.
const STACK: usize = 1024 * 1024;

/// What a session's thread tells the service.
pub enum Report {
    /// Its recent messages, asked for by a signal.
    Messages(String),
    /// It ended, by whose fault if any, and this is what crossed.
    Ended(Result<Counters, Counters>),
}

/// What all sessions of a process are made from.
pub struct Sessions {
    /// Where the host is.
    pub host: Arc<Host>,
    /// Stops them.
    pub control: Arc<Control>,
    /// Which messages they write out.
    pub log: LogMessages,
    /// Where they report to.
    pub reports: Sender<Report>,
    /// How many there were.
    pub count: u64,
}

impl Sessions {
    /// Serves a client in a thread of its own, which reports when it ends.
    /// Gives whether there is one.
    pub fn start(&mut self, client: UnixStream) -> bool {
        self.count += 1;
        let name = format!("session {} ({})", self.count, describe_peer(&client));
        let (host, control) = (Arc::clone(&self.host), Arc::clone(&self.control));
        let (log, reports) = (self.log, self.reports.clone());
        let serve = move || {
            let served = catch_unwind(AssertUnwindSafe(|| {
                serve(client, &host, control, &name, log, &reports)
            }));
            // A panic is our own bug; it has been logged by the panic hook.
            let report = Report::Ended(served.unwrap_or(Err(Counters::default())));
            // The service is gone only if the process is ending.
            let _ = reports.send(report);
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

/// Who is at the other end, for people.
fn describe_peer(client: &UnixStream) -> String {
    let Ok(peer) = socket_peercred(client) else { return "unknown client".into() };
    let pid = peer.pid.as_raw_nonzero();
    let name = std::fs::read_to_string(format!("/proc/{pid}/comm")).unwrap_or_default();
    format!("{} {pid}", name.trim_end())
}

fn serve(
    client: UnixStream,
    host: &Host,
    control: Arc<Control>,
    name: &str,
    log: LogMessages,
    reports: &Sender<Report>,
) -> Result<Counters, Counters> {
    tracing::debug!("{name}: connected");
    let Connection { channel, crossing } = match host.connect() {
        Ok(connection) => connection,
        Err(e) => {
            tracing::warn!("{name}: cannot reach the host's compositor: {e}");
            refuse(client, format!("cannot reach the host's compositor: {e}"));
            return Err(Counters::default());
        }
    };
    let tables = Tables::get();
    let handlers = Handlers::new(tables, handlers::all(tables, &crossing));
    let engine = Engine::new(tables, handlers, Observer::new(name.to_owned(), log));
    let client = Box::new(UnixChannel::from(client));
    let mut session = match Session::new(engine, client, channel, control) {
        Ok(session) => session,
        Err(e) => {
            tracing::error!("{name}: cannot serve: {e}");
            return Err(Counters::default());
        }
    };
    let end = session.run(|engine| {
        let observer = &engine.observer;
        let (mine, hosts) = engine.objects().count();
        let text = format!(
            "{name}: {}; objects: {mine} of the client, {hosts} at the host\n{}",
            observer.counters, observer.ring
        );
        let _ = reports.send(Report::Messages(text));
    });
    let observer = &session.engine().observer;
    let counters = observer.counters;
    let failed = match (&end, &observer.host_error) {
        (End::Fault(fault), _) => Some(fault.to_string()),
        (_, Some(error)) => Some(format!("the host's error: {error}")),
        _ => None,
    };
    if let Some(reason) = failed {
        tracing::warn!("{name}: ended by {reason}; its last messages:\n{}", observer.ring);
        Err(counters)
    } else {
        tracing::debug!("{name}: {end}; {counters}");
        Ok(counters)
    }
}

/// Tells a client that cannot be served why.
fn refuse(client: UnixStream, text: String) {
    let mut out = Outbox::default();
    Fault::Service(text).tell(&mut out);
    let mut channel = UnixChannel::from(client);
    // Its socket is fresh and takes that much, unless the client is gone.
    let _: io::Result<()> = out.send(&[], |bytes, fds: &mut FdQueue| channel.send(bytes, fds));
}
