//! X11 clients through `carafe -X`, on the stand-in host and on real hosts: windows, menus, the
//! keyboard, and Xwayland's start and end.
//!
//! `packages.txt` names the Debian packages with the programs. A test fails if its program is
//! missing.

#![allow(missing_docs, clippy::pedantic, clippy::expect_used, clippy::unwrap_used)]
#![allow(clippy::indexing_slicing)]

mod client;
mod menus;
mod owner;
mod peer;
mod reader;
mod stage;
mod toolkit;
mod tools;
mod xdnd;

use carafe_desktop::{hosts, input, picture, screenshot, ways};

mod t0801_toplevels;
mod t0802_sizes;
mod t0803_popups;
mod t0804_keyboard;
mod t0805_states;
mod t0806_density;
mod t0807_frames;
mod t0810_life;
mod t0811_newer_xwayland;
mod t0812_behind_a_device;
mod t0813_hosts_that_lack_globals;
mod t0814_shapes;
mod t0817_sync_requests;
mod t0818_places;
mod t0819_hints;
mod t0820_games;
mod t0821_late_activation;
mod t0824_viewport_resize;
mod t0825_games;
mod t0826_placed_by_clients;
mod t0827_settings;
mod t0830_selections;
mod t0831_large;
mod t0832_transfers;
mod t0833_clipboard_manager;
mod t0834_texts;
mod t0835_what_is_kept;
mod t0836_selections_behind_a_device;
mod t0837_primary_of_the_guest;
mod t0838_policy;
mod t0840_drags_onto_x;
mod t0841_drags_from_x;
mod t0842_drags_of_qt;
mod t0843_drag_icons;
mod t0844_drag_actions;
mod t0845_drags_by_touch;
mod t0846_drags_that_end;
mod t0847_windows_that_cover_each_other_in_x;
mod t0848_drags_on_sway;
mod t0850_popups_without_their_window;
mod t0851_window_manager;
mod t0852_hostile_clients;
mod t0853_storms;
mod t0854_native_pixels;
mod t0855_toolkits;
mod t0856_applications;
mod t0857_more_toolkits;
mod t0858_random_sequences;
mod t0859_starts;
mod t0865_screens;
mod t0866_what_is_acknowledged;
mod t0870_settled_first;
mod t0871_hidden_and_shown;
mod t0872_settings_of_others;
mod t0880_what_windows_become;
mod t0881_parents;
mod t0882_drags_within_a_window;
mod t0883_pointers;
mod t0884_first_clients;
mod t0940_shelf;
