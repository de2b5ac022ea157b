//! Tests of the stand-in host: its pictures are exact, it counts requests, and it misbehaves on
//! request.

#![allow(clippy::expect_used, clippy::indexing_slicing, clippy::unwrap_used)]

mod chromeos;
mod client;
mod rig;

mod t0501_real_apps;
mod t0502_formats;
mod t0503_damage;
mod t0504_dmabuf;
mod t0505_input;
mod t0506_misbehaviour;
mod t0507_screen;
mod t0508_selections;
mod t0509_frames;
mod t0510_explicit_sync;
mod t0511_transforms;
mod t0512_popups;
mod t0513_screens;
mod t0920_exo_globals;
mod t0921_exo_keys;
mod t0922_exo_windows;
