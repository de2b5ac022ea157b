//! `wp_security_context_manager_v1`: clients in sandboxes, to which the host shows less than to
//! others.
//!
//! A client gives the host a listening socket. Programs that connect there would bypass carafe,
//! with its policy, its scale and its prefixes. So the host gets a socket of carafe's instead, and
//! carafe accepts the connections to the client's socket. Each of these clients gets a usual
//! session, except that its host connection goes to carafe's socket. So the host still recognises
//! the sandbox, and restricts it.

use std::os::fd::{AsFd, OwnedFd};

use wayland_protocols::wp::security_context::v1::client::wp_security_context_manager_v1::Error;

use crate::session::{ArgFault, Context, Fault, Handler, Incoming, Refusal, Verdict, Want};

/// Serves the clients of one session's security contexts. No method waits.
pub trait ContextServer {
    /// Opens a client's context: with the socket where its clients connect, and the descriptor
    /// whose hang-up ends the context. Returns the socket for the host.
    ///
    /// # Errors
    /// `InvalidInput` when that is no listening socket of the unix family; or the kernel's
    /// when it has no socket to give.
    fn open(&mut self, id: u32, clients: OwnedFd, close: OwnedFd) -> std::io::Result<OwnedFd>;

    /// Sets the application id of its clients.
    fn set_app_id(&mut self, id: u32, app_id: String);

    /// Notes that it is complete: its clients are served from now on, even after the end of this
    /// session.
    fn commit(&mut self, id: u32);

    /// Notes that it is gone. If it was not complete, its clients are never served.
    fn forget(&mut self, id: u32);
}

/// The handler.
pub struct SecurityContexts(pub Box<dyn ContextServer>);

impl SecurityContexts {
    fn create(
        &mut self,
        incoming: &mut Incoming<'_>,
        context: &mut Context<'_>,
    ) -> Result<Verdict, Refusal> {
        let manager = incoming.header.object;
        let id = incoming.args().uint()?;
        let close = context.fds.get(1).ok_or(ArgFault::MissingFd)?;
        let copied = close.as_fd().try_clone_to_owned();
        let opened = copied.and_then(|close| {
            // The client's descriptor is replaced only when carafe has one for the host.
            let clients = context.fds.get(0).map(|fd| fd.try_clone_to_owned());
            self.0.open(id, clients.ok_or(std::io::ErrorKind::InvalidInput)??, close)
        });
        match opened {
            Ok(listener) => drop(context.fds.replace(0, listener)),
            Err(e) if e.kind() == std::io::ErrorKind::InvalidInput => {
                let text = "listen_fd is not a listening unix socket";
                return Err(Fault::client(manager, Error::InvalidListenFd as u32, text).into());
            }
            Err(e) => {
                return Err(Fault::resources(format!("no security context: {e}")).into());
            }
        }
        Ok(Verdict::Forward)
    }
}

#[derive(Clone, Copy)]
pub enum Token {
    Create,
    SetAppId,
    Commit,
    Destroy,
}

static WANTS: &[Want<Token>] = &[
    Want::request("wp_security_context_manager_v1", "create_listener", Token::Create),
    Want::request("wp_security_context_v1", "set_app_id", Token::SetAppId),
    Want::request("wp_security_context_v1", "commit", Token::Commit),
    Want::request("wp_security_context_v1", "destroy", Token::Destroy),
];

impl Handler for SecurityContexts {
    type Token = Token;

    fn wants(&self) -> &'static [Want<Token>] {
        WANTS
    }

    fn handle(
        &mut self,
        token: Token,
        incoming: &mut Incoming<'_>,
        context: &mut Context<'_>,
    ) -> Result<Verdict, Refusal> {
        let id = incoming.header.object;
        match token {
            Token::Create => return self.create(incoming, context),
            Token::SetAppId => {
                let mut args = incoming.args();
                // Text that is not UTF-8 is refused when it is forwarded.
                let app_id = args.string()?.and_then(|text| str::from_utf8(text).ok());
                self.0.set_app_id(id, app_id.unwrap_or_default().to_owned());
            }
            Token::Commit => self.0.commit(id),
            Token::Destroy => self.0.forget(id),
        }
        Ok(Verdict::Forward)
    }
}
