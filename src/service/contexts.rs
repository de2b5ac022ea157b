//! Accepting the clients of sandboxes: see [`handlers::Contexts`].
//!
//! Each context has its own thread that accepts its clients. The descriptors come from the
//! sandbox, which can make `accept` or even `poll` block. Then only this thread waits.

use std::collections::HashMap;
use std::io;
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixListener;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

use calloop::channel::Sender;
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::Errno;
use rustix::net::sockopt::{socket_acceptconn, socket_domain, socket_type};
use rustix::net::{AddressFamily, SocketFlags, SocketType, accept_with};

use super::host_socket::{HostSocket, Sandbox};
use super::limits::BREATHER;
use super::report::Report;
use crate::handlers;

/// Bound on the contexts of a process, because each has a thread.
const MAX_CONTEXTS: usize = 64;

/// The stack of a context's thread in bytes; it needs little.
const STACK: usize = 128 * 1024;

/// A context, which is either still being set up or serves clients.
struct SandboxContext {
    clients: UnixListener,
    close: OwnedFd,
    sandbox: Arc<Sandbox>,
    _count: Count,
}

/// Counts one of [`MAX_CONTEXTS`].
struct Count(Arc<AtomicUsize>);

impl Count {
    fn new(all: &Arc<AtomicUsize>) -> io::Result<Self> {
        if all.fetch_add(1, Ordering::Relaxed) >= MAX_CONTEXTS {
            all.fetch_sub(1, Ordering::Relaxed);
            return Err(io::Error::other("there are too many already"));
        }
        Ok(Self(Arc::clone(all)))
    }
}

impl Drop for Count {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

/// The contexts of one session.
pub struct OpenContexts {
    reports: Sender<Report>,
    all: Arc<AtomicUsize>,
    /// Those that are still being set up, by the client's ids.
    open: HashMap<u32, SandboxContext>,
}

impl OpenContexts {
    /// Makes an empty set. `all` counts the contexts of the process.
    pub fn new(reports: Sender<Report>, all: Arc<AtomicUsize>) -> Self {
        Self { reports, all, open: HashMap::new() }
    }
}

impl handlers::Contexts for OpenContexts {
    fn open(&mut self, id: u32, clients: OwnedFd, close: OwnedFd) -> io::Result<OwnedFd> {
        let is_unix = socket_domain(&clients) == Ok(AddressFamily::UNIX)
            && socket_type(&clients) == Ok(SocketType::STREAM)
            && socket_acceptconn(&clients) == Ok(true);
        if !is_unix {
            return Err(io::ErrorKind::InvalidInput.into());
        }
        let count = Count::new(&self.all)?;
        let (host, listener) = HostSocket::new()?;
        let sandbox = Arc::new(Sandbox { host, app_id: None });
        let clients = UnixListener::from(clients);
        self.open.insert(id, SandboxContext { clients, close, sandbox, _count: count });
        Ok(listener)
    }

    fn set_app_id(&mut self, id: u32, app_id: String) {
        let context = self.open.get_mut(&id);
        if let Some(sandbox) = context.and_then(|context| Arc::get_mut(&mut context.sandbox)) {
            sandbox.app_id = Some(app_id);
        }
    }

    fn commit(&mut self, id: u32) {
        let Some(context) = self.open.remove(&id) else { return };
        let reports = self.reports.clone();
        let builder = thread::Builder::new().name("context".into()).stack_size(STACK);
        if let Err(e) = builder.spawn(move || context.serve(&reports)) {
            tracing::error!("the clients of a security context are not served: {e}");
        }
    }

    fn forget(&mut self, id: u32) {
        self.open.remove(&id);
    }
}

impl SandboxContext {
    /// Accepts clients until the context is closed.
    fn serve(&self, reports: &Sender<Report>) {
        while !self.is_closed(&[PollFd::new(&self.clients, PollFlags::IN)], None) {
            match accept_with(&self.clients, SocketFlags::CLOEXEC) {
                // `accept` may have waited for a long time, so check again.
                Ok(_) if self.is_closed(&[], Some(Duration::ZERO)) => return,
                Ok(client) => {
                    let client = Report::Client(client.into(), Arc::clone(&self.sandbox));
                    if reports.send(client).is_err() {
                        return;
                    }
                }
                Err(Errno::INTR | Errno::AGAIN | Errno::CONNABORTED) => {}
                Err(Errno::MFILE | Errno::NFILE | Errno::NOBUFS | Errno::NOMEM) => {
                    if self.is_closed(&[], Some(BREATHER)) {
                        return;
                    }
                }
                Err(_) => return,
            }
        }
    }

    /// Waits for one of `others`, or until the context is closed; returns whether it is closed.
    fn is_closed(&self, others: &[PollFd<'_>], timeout: Option<Duration>) -> bool {
        // poll reports a hang-up without being asked.
        let mut all = vec![PollFd::new(&self.close, PollFlags::empty())];
        all.extend_from_slice(others);
        let timeout = timeout.and_then(|timeout| Timespec::try_from(timeout).ok());
        match poll(&mut all, timeout.as_ref()) {
            Err(Errno::INTR) => false,
            Err(_) => true,
            Ok(_) => all.first().is_none_or(|close| !close.revents().is_empty()),
        }
    }
}
