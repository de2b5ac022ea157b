//! `carafe doctor` on machines made for it: each in a mount namespace of its own, where
//! one thing is broken. Needs root, as CI has it.
#![allow(missing_docs, clippy::pedantic, clippy::expect_used, clippy::unwrap_used)]
#![allow(clippy::indexing_slicing)]

mod machine;

mod t1001_healthy;
mod t1002_runtime_dir;
mod t1003_devices;
mod t1004_hosts;
mod t1005_sockets;
mod t1006_xwayland;
mod t1007_systemd;
mod t1008_garcon;
