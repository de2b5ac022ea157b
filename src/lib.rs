//! carafe, a Wayland proxy compositor.
//!
//! It stands between applications and the real compositor (the *host*) and
//! forwards their messages, rewriting object ids in place. `ARCHITECTURE.md`
//! shows the way of a message; the modules are its stations.

pub mod channel;
pub mod cli;
pub mod doctor;
pub mod foreign;
pub mod handlers;
pub mod headroom;
mod mappings;
pub mod observe;
pub mod pixels;
pub mod protocol;
pub mod service;
pub mod session;
pub mod surfaces;
pub mod viewer;
pub mod wire;
pub mod x11;
