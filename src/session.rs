//! One client and its host connection.
//!
//! [`Engine`] holds the state and moves messages; [`Session`] runs it between
//! two channels.

mod engine;
mod fault;
mod globals;
mod handler;
mod handlers;
mod held;
mod objects;
mod port;
mod recent;
mod routes;
mod run;
mod scale;
mod translate;
mod versions;

#[cfg(test)]
pub(crate) mod testing;
#[cfg(test)]
mod tests;

pub use engine::{Engine, Flow};
pub use fault::{ArgFault, DisplayError, Fault, FaultKind};
pub use globals::{Global, GlobalRule, Globals, Objection, Privileged};
pub use handler::{Context, Handler, Incoming, Refusal, Replay, Verdict, Wait};
pub use handlers::{AnyHandler, Handlers};
#[cfg(test)]
pub(crate) use held::LIMIT as MAX_HELD;
pub use objects::{IdFault, MAX_OBJECTS, Object, Objects};
pub use recent::RecentMessages;
pub use routes::{MAX_HANDLERS, Plans, RouteError, Want, Wanted};
pub use run::{End, Session};
pub use scale::Scale;
pub use versions::Versions;
