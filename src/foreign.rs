//! Descriptors that others have open too, touched without ever waiting for them.
//!
//! A client, or the program behind it, decides what a descriptor is: a file in a FUSE file
//! system may answer no call at all, not even `fstat`, `poll` or `close`; `O_NONBLOCK` is a
//! flag of the open file, which its other holders clear when they like; a pipe is locked
//! while somebody writes into it from memory that is not there. So a thread that others need
//! makes none of these calls: it asks only what the kernel answers by itself ([`kind()`]), and
//! a pipe goes through a thread of its own ([`Relays`]).

mod kind;
mod relay;

#[cfg(test)]
mod tests;

pub use kind::{Kind, NotReadable, can_close, can_poll, close, kind, readable};
pub use relay::Relays;
