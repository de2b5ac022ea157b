//! carafe, a Wayland proxy compositor.
//!
//! It runs between applications and the real compositor (the *host*) and
//! forwards their messages, rewriting object ids in place. `ARCHITECTURE.md`
//! shows the way of a message through the modules.

pub mod aura;
pub mod channel;
pub mod cli;
pub mod cursors;
pub mod doctor;
pub mod foreign;
mod fork;
pub mod handlers;
pub mod headroom;
mod mappings;
pub mod observe;
pub mod packets;
mod peer;
pub mod pictures;
pub mod pixels;
pub mod policy;
pub mod policy_command;
mod probe;
pub mod protocol;
pub mod sandbox;
pub mod service;
pub mod session;
pub mod shared;
pub mod shortcuts;
pub mod surfaces;
#[cfg(test)]
mod tests;
pub mod text_input;
pub mod viewer;
pub mod wire;
pub mod x11;
