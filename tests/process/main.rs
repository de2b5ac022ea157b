//! carafe as a process: programs, sockets, signals, systemd.
#![allow(missing_docs, clippy::pedantic, clippy::expect_used, clippy::indexing_slicing)]

mod frames;

mod t0301_a_program;
mod t0302_a_listening_socket;
mod t0303_inherited_connections;
mod t0304_systemd;
mod t0305_no_host;
mod t0306_carafe_stats;
mod t0307_stats_files;
mod t0308_a_trace;
mod t0309_an_x11_socket_of_the_service_managers;
mod t0310_standard_error;
mod t0311_limits;
mod t0350_sessions;
mod t0360_sandbox;
mod t0361_too_many_clients;
