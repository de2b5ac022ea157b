//! Using descriptors that other programs have open too, without ever waiting for those
//! programs.
//!
//! A client, or the program behind it, decides what a descriptor is. A file in a FUSE file
//! system may never answer any call, not even `fstat`, `poll` or `close`. `O_NONBLOCK` is a
//! flag of the open file, which its other owners can clear at any time. A pipe stays locked
//! while somebody writes into it from memory that is not there. So a thread that others depend
//! on makes none of these calls: it asks only what the kernel answers by itself ([`kind()`]),
//! and each pipe has its own thread ([`Relays`]).

mod kind;
mod relay;

#[cfg(test)]
mod tests;

pub use kind::{FileKind, NotReadable, can_close, can_poll, close, kind, readable};
#[cfg(test)]
pub(crate) use relay::MAX_RELAYS;
pub use relay::Relays;
