//! One client and its host connection.
//!
//! [`Engine`] holds the state and moves messages; [`Session`] runs it between
//! two channels.

mod any_handler;
mod engine;
mod fault;
mod globals;
mod handler;
mod handlers;
mod held;
mod objects;
mod plans;
mod port;
mod recent;
mod replay;
mod routes;
mod run;
mod scale;
mod translate;
mod want;

#[cfg(test)]
pub(crate) mod testing;
#[cfg(test)]
mod tests;

pub use any_handler::AnyHandler;
pub use engine::{Engine, Flow};
pub use fault::{ArgFault, DisplayError, Fault, FaultKind};
pub use globals::{Global, GlobalRule, Globals, Objection, Privileged};
pub use handler::{Context, Handler, Incoming, Refusal, Verdict, Wait};
pub use handlers::Handlers;
pub use objects::{IdFault, MAX_OBJECTS, Object, Objects};
pub use plans::Plans;
pub use recent::RecentMessages;
pub use replay::Replay;
pub use routes::{MAX_HANDLERS, RouteError};
pub use run::{End, Session};
pub use scale::Scale;
pub use want::{Want, Wanted};
