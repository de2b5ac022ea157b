//! The security contexts of a session's client (see [`handlers::ContextServer`]) while they are being
//! set up. The service serves those that are complete.

use std::collections::HashMap;
use std::io;
use std::os::fd::{AsFd, OwnedFd};
use std::rc::Rc;

use rustix::net::sockopt::{socket_acceptconn, socket_domain, socket_type};
use rustix::net::{AddressFamily, SocketType};

use super::host_socket::HostSocket;
use super::line::Line;
use super::report::SessionReport;
use super::sandbox_process::MAX_CONTEXTS;
use crate::handlers;

/// A context that is not complete.
struct OpenContext {
    clients: OwnedFd,
    close: OwnedFd,
    host: HostSocket,
    app_id: Option<String>,
}

/// The contexts of one session that are not complete, by the client's ids.
pub struct OpenContexts {
    line: Rc<Line>,
    open: HashMap<u32, OpenContext>,
}

impl OpenContexts {
    /// Makes an empty set.
    pub fn new(line: Rc<Line>) -> Self {
        Self { line, open: HashMap::new() }
    }
}

impl handlers::ContextServer for OpenContexts {
    fn open(&mut self, id: u32, clients: OwnedFd, close: OwnedFd) -> io::Result<OwnedFd> {
        let is_unix = socket_domain(&clients) == Ok(AddressFamily::UNIX)
            && socket_type(&clients) == Ok(SocketType::STREAM)
            && socket_acceptconn(&clients) == Ok(true);
        if !is_unix {
            return Err(io::ErrorKind::InvalidInput.into());
        }
        if self.open.len() >= MAX_CONTEXTS {
            return Err(io::Error::other("there are too many already"));
        }
        let (host, listener) = self.line.host_socket()?;
        self.open.insert(id, OpenContext { clients, close, host, app_id: None });
        Ok(listener)
    }

    fn set_app_id(&mut self, id: u32, app_id: String) {
        if let Some(context) = self.open.get_mut(&id) {
            context.app_id = Some(app_id);
        }
    }

    fn commit(&mut self, id: u32) {
        let Some(context) = self.open.remove(&id) else { return };
        let OpenContext { clients, close, host, app_id } = context;
        let fds = [clients.as_fd(), close.as_fd(), host.as_fd()];
        self.line.report(&SessionReport::Context(app_id), &fds);
    }

    fn forget(&mut self, id: u32) {
        self.open.remove(&id);
    }
}
