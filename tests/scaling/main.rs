//! Pixels and positions at every scale: a client draws a board whose pixels encode their
//! positions, on hosts of all scales, directly and through carafe.
//!
//! `S` is carafe's `--scale`, units of the client for one unit of the host; `H` is the scale
//! of the host's screen, its pixels for one unit of the host.

#![allow(missing_docs, clippy::pedantic, clippy::expect_used, clippy::unwrap_used)]
#![allow(clippy::indexing_slicing)]

mod app;
mod board;
#[path = "../host/tests/host/client.rs"]
#[allow(dead_code, reason = "the host's own tests use the rest")]
mod client; // no crate: tests implement `Dispatch` for its state
mod hands;
mod outputs;
mod rig;
mod scales;

use carafe_desktop::{hosts, picture, proxy, screenshot, ways};

mod t0901_sharp;
mod t0902_sharp_on_sway;
mod t0903_popups;
mod t0904_subsurfaces;
mod t0905_positions;
mod t0906_cursor_and_drag_icon;
mod t0907_outputs;
mod t0908_changes;
mod t0909_sizes;
mod t0910_damage;
mod t0911_hosts_that_lack_globals;
mod t0912_cursor_size;
mod t0913_own_viewports;
mod t0914_layers;
mod t0915_captures;
