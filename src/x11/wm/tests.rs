//! The window manager without an X server: the tests record its requests to the server, and decode
//! its requests to the host.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

mod facts;
pub mod fake;
mod floods;
mod flow;
mod hidden;
mod mapping;
mod opacity;
mod resizes;
pub mod rig;
mod shapes;
mod shelf;
