//! One client and its host connection.
//!
//! [`Engine`] holds the state and moves messages; [`Session`] runs it between
//! two channels. A session shares nothing mutable with another one. Handlers may have been
//! given something that does: [`Control::wake`] is how they learn of it.

mod control;
mod engine;
mod fault;
mod fits;
mod globals;
mod handler;
mod held;
mod objects;
mod port;
mod recent;
mod replay;
mod run;
mod scale;
mod translate;

#[cfg(test)]
pub(crate) mod testing;
#[cfg(test)]
mod tests;

pub use control::{Ask, Control};
pub use engine::{Engine, Flow};
pub use fault::{ArgFault, DisplayError, Fault, FaultKind};
pub use fits::Fits;
pub use globals::{Global, GlobalRule, Globals, Objection, Privileged};
pub use handler::{Context, Handler, Handlers, Incoming, Refusal, Verdict, Wait};
pub use objects::{IdFault, MAX_OBJECTS, Object, Objects, Passed, Seen};
pub use recent::RecentMessages;
pub use replay::Replay;
pub use run::{End, Session};
pub use scale::Scale;
