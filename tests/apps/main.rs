//! Real programs on real compositors, each directly on the host and through
//! carafe: what a user sees and does must be the same.
//!
//! `packages.txt` names the Debian packages with the programs. If a program is missing, its
//! test fails.

#![allow(clippy::expect_used, clippy::indexing_slicing, clippy::unwrap_used)]

mod client;
mod data_device;
mod window;

use carafe_desktop::{clipboard, hosts, input, programs, proxy, raw, screenshot, ways};

mod t0201_foot_same_pixels;
mod t0202_weston_terminal_same_pixels;
mod t0203_gtk3_same_pixels;
mod t0204_gtk4_same_pixels;
mod t0205_qt6_same_pixels;
mod t0206_simple_shm;
mod t0207_simple_egl;
mod t0208_same_globals;
mod t0209_clipboard_tools;
mod t0210_clipboard_focus;
mod t0211_drag_and_drop;
mod t0212_typed_text;
mod t0213_output_hotplug;
mod t0214_host_dies;
mod t0215_host_errors;
mod t0216_run_a_program;
mod t0217_clipboard_policy;
mod t0235_exo_list;
mod t0923_exo_keys;
mod t0930_old_versions;
mod t0931_each_bridge;
mod t0941_exo_apps;
mod t0944_exo_without_globals;
mod t0945_exo_settings;
