//! `carafe doctor`: examines the machine to find out why no window shows, and says for each
//! finding what to do next.
//!
//! There is one file for each thing that it examines. None of them changes anything.

mod chromeos;
mod command;
mod devices;
mod environment;
mod garcon;
mod host;
mod report;
mod runtime_dir;
mod sandbox;
mod sockets;
mod systemd;
mod vfds;
mod xwayland;

#[cfg(test)]
mod tests;

use crate::cli::DoctorOptions;

pub use report::{Finding, Report, Severity};

/// Examines everything.
pub fn examine(options: &DoctorOptions) -> Report {
    let mut report = Report::default();
    runtime_dir::examine(&mut report);
    let reached = host::examine(&options.host, &options.rules, &mut report);
    sandbox::examine(&mut report);
    devices::examine(&options.host, reached, &mut report);
    sockets::examine(&mut report);
    xwayland::examine(options.xwayland.as_deref(), &mut report);
    let manager = systemd::examine(&mut report);
    environment::examine(manager.as_deref(), &mut report);
    garcon::examine(&mut report);
    report
}
