//! `wp_security_context_manager_v1`: a sandbox's clients, whom the host shows less than
//! others.
//!
//! A client gives the host a listening socket, and whoever connects there speaks to the host
//! past carafe: past the policy, the scale, and the prefixes. So the host gets a socket of
//! carafe's instead. Carafe accepts on the client's, and each client that comes is a session
//! as others are, but that its host connection leads to that socket: the host still knows
//! the sandbox and shows it what it shows such a one.

use std::os::fd::{AsFd, OwnedFd};

use wayland_protocols::wp::security_context::v1::client::wp_security_context_manager_v1::Error;

use crate::session::{ArgFault, Context, Fault, Handler, Incoming, Refusal, Verdict, Want};

/// What serves the clients of one session's security contexts. Nothing here waits.
pub trait Contexts {
    /// A client's context: where its clients connect, and the descriptor whose hang-up ends
    /// that. Gives the socket for the host to listen on.
    ///
    /// # Errors
    /// `InvalidInput` when that is no listening socket of the unix family; or the kernel's
    /// when it has no socket to give.
    fn open(&mut self, id: u32, clients: OwnedFd, close: OwnedFd) -> std::io::Result<OwnedFd>;

    /// Which application its clients are.
    fn set_app_id(&mut self, id: u32, app_id: String);

    /// It is complete: clients are served from now on, even when this session ends.
    fn commit(&mut self, id: u32);

    /// It is gone: if it was not complete, nobody is served there.
    fn forget(&mut self, id: u32);
}

/// The handler.
pub struct SecurityContexts(pub Box<dyn Contexts>);

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
            // The client's own is taken out when the host's is there to take its place.
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
                // What is no text is refused when it is forwarded.
                let app_id = args.string()?.and_then(|text| str::from_utf8(text).ok());
                self.0.set_app_id(id, app_id.unwrap_or_default().to_owned());
            }
            Token::Commit => self.0.commit(id),
            Token::Destroy => self.0.forget(id),
        }
        Ok(Verdict::Forward)
    }
}
