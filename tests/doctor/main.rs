//! `carafe doctor` on machines with one problem each, in their own mount namespaces. Needs root,
//! as in CI.
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
mod t1009_chromeos;
