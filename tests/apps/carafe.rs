//! The program under test.

use std::path::PathBuf;
use std::process::Command;

use carafe_fixture::process::{Process, command};
use rustix::process::Signal;

use crate::hosts::Host;

/// The binary.
pub const PROGRAM: &str = env!("CARGO_BIN_EXE_carafe");

/// A `carafe --parent` between a host and its clients.
pub struct Carafe {
    process: Process,
    log: PathBuf,
}

impl Carafe {
    /// Where its clients connect.
    pub const DISPLAY: &str = "carafe";

    /// Starts one.
    pub fn parent(host: &Host) -> Self {
        let log = host.runtime().join("carafe.log");
        let mut carafe = to(host);
        carafe.args(["--parent", "--socket=carafe", "--log-level=info"]);
        carafe.stderr(std::fs::File::create(&log).expect("a file"));
        let process = Process::start(&mut carafe);
        host.runtime().wait_for_socket(Self::DISPLAY);
        Self { process, log }
    }

    /// The process.
    pub fn process(&mut self) -> &mut Process {
        &mut self.process
    }

    /// What it said so far.
    pub fn log(&self) -> String {
        std::fs::read_to_string(&self.log).expect("its log")
    }

    /// Ends it. Gives how many clients it had.
    ///
    /// # Panics
    /// When it complained about anything.
    #[track_caller]
    pub fn stop(mut self) -> usize {
        self.process.signal(Signal::TERM);
        let status = self.process.wait();
        let log = self.log();
        assert!(status.success(), "carafe ended with {status}:\n{log}");
        assert!(!log.contains("WARN") && !log.contains("ERROR"), "carafe complains:\n{log}");
        clients(&log)
    }
}

/// A carafe for that host, still without a mode.
pub fn to(host: &Host) -> Command {
    let mut carafe = command(PROGRAM, host.runtime());
    carafe.arg(format!("--display={}", host.display()));
    carafe
}

/// The number of clients that the last line of a log tells.
#[track_caller]
pub fn clients(log: &str) -> usize {
    let count = log.rsplit_once(" clients; ").and_then(|(front, _)| front.split(' ').next_back());
    count.and_then(|n| n.parse().ok()).unwrap_or_else(|| panic!("no summary in the log:\n{log}"))
}
