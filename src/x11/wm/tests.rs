//! The window manager without an X server: what it asks of one is noted, what it says
//! to the host is read as text.
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
