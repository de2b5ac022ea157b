//! One client and its host connection.
//!
//! [`Engine`] holds the state and moves messages; [`Session`] runs it between
//! two channels.

mod engine;
mod fault;
mod global_rule;
mod globals;
mod handler;
mod handlers;
mod objects;
mod port;
mod recent;
mod routes;
mod run;
mod scale;
mod translate;
mod unread_events;
mod versions;

#[cfg(test)]
pub(crate) mod testing;
#[cfg(test)]
mod tests;

pub use engine::{Engine, Flow};
pub use fault::{ArgFault, DisplayError, Fault, FaultKind};
pub use global_rule::{GlobalRule, GlobalSet, Objection};
pub use globals::{Global, Globals};
pub use handler::{Context, Handler, Incoming, Refusal, Replay, Verdict, Wait};
pub use handlers::{AnyHandler, Handlers};
pub use objects::{IdFault, MAX_OBJECTS, Object, Objects};
pub use recent::{LastMessages, RecentMessages};
pub use routes::{MAX_HANDLERS, MessagePattern, Plans, RouteError, Want, WantLists};
pub use run::{End, Session};
pub use scale::Scale;
#[cfg(test)]
pub(crate) use unread_events::MAX_UNREAD;
pub use versions::Versions;
