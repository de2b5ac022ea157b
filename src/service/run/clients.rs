//! The clients: their sockets, and the sessions that serve them.

use std::io;
use std::os::unix::net::UnixStream;
use std::sync::Arc;

use calloop::generic::Generic;
use calloop::timer::{TimeoutAction, Timer};
use calloop::{Interest, Mode as Trigger, PostAction};

use super::Service;
use crate::service::ServiceError;
use crate::service::host_socket::Sandbox;
use crate::service::limits::BREATHER;
use crate::service::report::Outcome;
use crate::service::socket::Socket;

impl Service {
    pub(super) fn watch_socket(&mut self, socket: Socket) -> Result<(), ServiceError> {
        let listener =
            (socket.listener().try_clone()).map_err(ServiceError::system("listening socket"))?;
        let source = Generic::new(listener, Interest::READ, Trigger::Level);
        // The callback owns the socket: removing the source removes its files.
        let accept = move |_, _: &mut _, service: &mut Self| {
            service.accept(&socket);
            Ok(PostAction::Continue)
        };
        let token = (self.handle.insert_source(source, accept))
            .map_err(|e| ServiceError::of_loop("listening socket")(e.error))?;
        self.listeners.push(token);
        Ok(())
    }

    fn accept(&mut self, socket: &Socket) {
        match socket.listener().accept() {
            Ok((client, _)) => self.serve(client),
            Err(e) if e.kind() == io::ErrorKind::WouldBlock => {}
            Err(e) => {
                // Most likely EMFILE. The socket stays readable, so without a pause the loop
                // would spin until a session ends.
                tracing::error!("cannot accept a client: {e}");
                self.pause_listening();
            }
        }
    }

    pub(super) fn pause_listening(&mut self) {
        for token in &self.listeners {
            let _ = self.handle.disable(token);
        }
        let resume = |_, (): &mut (), service: &mut Self| {
            for token in &service.listeners {
                let _ = service.handle.enable(token);
            }
            TimeoutAction::Drop
        };
        if let Err(e) = self.handle.insert_source(Timer::from_duration(BREATHER), resume) {
            tracing::error!("new clients can no longer connect: {e}; restart carafe");
        }
    }

    pub(super) fn serve(&mut self, client: UnixStream) {
        if self.sessions.start(client, None) {
            self.live += 1;
            self.memory.grown(self.live);
        } else if self.one_client {
            self.exit_status = 1;
            self.signal.stop();
        }
    }

    pub(super) fn serve_sandbox(&mut self, client: UnixStream, sandbox: Arc<Sandbox>) {
        if !self.stopping && self.sessions.start_in_sandbox(client, sandbox) {
            self.live += 1;
            self.memory.grown(self.live);
        }
    }

    pub(super) fn session_ended(&mut self, outcome: Outcome) {
        self.live = self.live.saturating_sub(1);
        self.memory.shrunk(self.live);
        self.totals += outcome.counters;
        let (failed, number) = (outcome.failed, outcome.records.session);
        self.xwayland_session_ended(number);
        self.watching.session_ended(outcome);
        if self.one_client && number == 1 {
            // Sessions with other numbers belong to sandboxes of the one client.
            self.exit_status = u8::from(failed);
            self.signal.stop();
        } else if self.stopping {
            self.stop_if_done();
        }
    }
}
