//! carafe behind emulations (`tests/rigs`) of the two devices of virtual machines, in front of
//! the stand-in host (`tests/host`) and of sway: what they show, what carafe copies and refuses,
//! and that nothing is left behind.
//!
//! `cargo test --workspace` builds all programs that these tests start. Run alone, the tests
//! use the programs that were built last.

#![allow(missing_docs, clippy::pedantic, clippy::expect_used, clippy::unwrap_used)]
#![allow(clippy::indexing_slicing)]

mod canvas;
#[path = "../host/tests/host/client.rs"]
#[allow(dead_code, reason = "the host's own tests use the rest")]
mod client; // no crate: tests implement `Dispatch` for its state
mod client_more;
mod fake;
mod rig;
mod selection;
mod stage;
mod typist;

use carafe_desktop::{clipboard, hosts, programs, proxy, raw, screenshot, ways};

mod t0701_foot_same_pixels;
mod t0702_terminals_and_toolkits;
mod t0703_animations;
mod t0704_video_same_pixels;
mod t0710_damage;
mod t0711_scale_and_transform;
mod t0712_viewport;
mod t0713_buffers;
mod t0714_pools;
mod t0715_subsurfaces;
mod t0716_formats;
mod t0717_cursor_and_drag_icon;
mod t0718_release;
mod t0719_frames;
mod t0720_a_host_that_does_not_read;
mod t0730_bad_pools;
mod t0731_shrunk_pools;
mod t0732_icons_and_shadows;
mod t0740_no_host;
mod t0741_hosts_that_break_off;
mod t0742_clients_that_go_while_they_wait;
mod t0750_clipboard_tools;
mod t0751_transfers;
mod t0755_typed_text;
mod t0760_ioctls;
mod t0761_long_messages;
mod t0762_many_descriptors;
mod t0763_floods;
mod t0764_clocks;
mod t0765_registries;
mod t0770_nobody_waits;
mod t0771_a_host_that_is_gone;
mod t0772_which_memory;
mod t0773_random_kills;
mod t0774_all_objects;
mod t0775_confined;
mod t0776_idle_sessions;
mod t0777_greedy_clients;
mod t0990_text_input;
