//! The clients: their sockets, and the sessions that serve them.

use std::io;
use std::os::unix::net::UnixStream;
use std::rc::Rc;

use calloop::generic::Generic;
use calloop::timer::{TimeoutAction, Timer};
use calloop::{Interest, Mode as Trigger, PostAction};

use super::Service;
use crate::service::ServiceError;
use crate::service::limits::{self, BREATHER};
use crate::service::session::NewClient;
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
        if !limits::has_room() {
            tracing::error!("cannot accept a client: no descriptors are left");
            return self.pause_listening();
        }
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
        if self.start_session(client.into()).is_none() && self.one_client {
            self.exit_status = 1;
            self.signal.stop();
        }
    }

    /// Starts a session. Returns its number; `None` if the client cannot be served.
    pub(super) fn start_session(&mut self, peer: NewClient) -> Option<u64> {
        let started = self.sessions.start(peer).and_then(|number| {
            self.watch_session(number).map(|()| number).map_err(io::Error::other)
        });
        self.handle.insert_idle(Self::prepare_spare);
        match started {
            Ok(number) => Some(number),
            Err(e) => {
                tracing::error!("cannot serve a client: {e}");
                None
            }
        }
    }

    /// Starts a session for the next client ahead of need.
    pub(super) fn prepare_spare(&mut self) {
        if !self.stopping && !self.one_client {
            self.sessions.prepare_spare();
        }
        for process in std::mem::take(&mut self.sessions.retired) {
            if let Err(e) = self.reap(process, |_| {}) {
                tracing::debug!("the end of a spare session is not seen: {e}");
            }
        }
    }

    fn watch_session(&mut self, number: u64) -> Result<(), ServiceError> {
        let Some(running) = self.sessions.get(number) else { return Ok(()) };
        let (line, process) = (Rc::clone(&running.line), Rc::clone(&running.process));
        let line = Generic::new(line, Interest::READ, Trigger::Level);
        let hear = move |_, _: &mut _, service: &mut Self| Ok(service.hear_some(number));
        let source = (self.handle.insert_source(line, hear))
            .map_err(|e| ServiceError::of_loop("session")(e.error));
        let process = Generic::new(process, Interest::READ, Trigger::Level);
        let watched = source.and_then(|source| {
            if let Some(running) = self.sessions.get(number) {
                running.source = Some(source);
            }
            self.insert(process, move |_, _, service| {
                service.session_ended(number);
                Ok(PostAction::Remove)
            })
        });
        if watched.is_err()
            && let Some(running) = self.sessions.remove(number)
        {
            running.process.kill();
        }
        watched
    }
}
