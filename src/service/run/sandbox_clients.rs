//! The security contexts of sessions' clients: the processes that accept their clients.

use std::io;
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixStream;
use std::rc::Rc;

use calloop::generic::Generic;
use calloop::{Interest, Mode as Trigger, PostAction};

use super::Service;
use crate::foreign;
use crate::packets::WaitMode;
use crate::service::host_socket::{HostSocket, Sandbox};
use crate::service::sandbox_process::{self, MAX_CONTEXTS};
use crate::service::session::NewClient;

impl Service {
    /// Serves the clients of a context from now on.
    pub(super) fn open_context(
        &mut self,
        app_id: Option<String>,
        [clients, close, host]: [OwnedFd; 3],
    ) {
        let sandbox = Rc::new(Sandbox { host: HostSocket::from(host), app_id });
        let started = if self.contexts < MAX_CONTEXTS {
            sandbox_process::start(&clients, &close)
        } else {
            Err(io::Error::other("there are too many already"))
        };
        [clients, close].into_iter().for_each(foreign::close);
        let watched = started.and_then(|(process, line)| {
            self.contexts += 1;
            self.reap(process, |service| service.contexts -= 1)?;
            let line = Generic::new(line, Interest::READ, Trigger::Level);
            let inserted = self.insert(line, move |_, line, service| {
                Ok(match line.receive::<()>(WaitMode::No) {
                    Ok(Some(mut packet)) => {
                        if let Some([client]) = packet.fds.take() {
                            service.serve_in_sandbox(client.into(), &sandbox);
                        }
                        PostAction::Continue
                    }
                    Err(e) if e.kind() == io::ErrorKind::WouldBlock => PostAction::Continue,
                    Ok(None) | Err(_) => PostAction::Remove,
                })
            });
            inserted.map_err(io::Error::other)
        });
        if let Err(e) = watched {
            tracing::error!("the clients of a security context are not served: {e}");
        }
    }

    fn serve_in_sandbox(&mut self, client: UnixStream, sandbox: &Rc<Sandbox>) {
        if !self.stopping {
            let sandbox = Some(Rc::clone(sandbox));
            self.start_session(NewClient { client, wm: None, sandbox });
        }
    }
}
