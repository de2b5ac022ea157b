//! The program under test.

use std::path::PathBuf;
use std::process::Command;

use carafe_fixture::process::{Process, command, wait_for};
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
        carafe.args(["--parent", "--socket=carafe"]);
        carafe.stderr(std::fs::File::create(&log).expect("a file"));
        let process = Process::start(&mut carafe);
        let carafe = Self { process, log };
        // By then it has all that it needs open, and its descriptors can be counted.
        wait_for("carafe", || carafe.log().contains("listening").then_some(()));
        carafe
    }

    /// The process.
    pub fn process(&mut self) -> &mut Process {
        &mut self.process
    }

    /// What it said so far.
    pub fn log(&self) -> String {
        std::fs::read_to_string(&self.log).expect("its log")
    }

    /// Ends it. Gives what crossed.
    ///
    /// # Panics
    /// When it complained about anything.
    #[track_caller]
    pub fn stop(mut self) -> Crossed {
        self.process.signal(Signal::TERM);
        let status = self.process.wait();
        let log = self.log();
        assert!(status.success(), "carafe ended with {status}:\n{log}");
        assert!(!log.contains("WARN") && !log.contains("ERROR"), "carafe complains:\n{log}");
        Crossed::read(&log)
    }
}

/// What the last line of a log counts.
pub struct Crossed {
    pub clients: usize,
    pub frames: usize,
}

impl Crossed {
    /// Reads a log at level `info`.
    #[track_caller]
    pub fn read(log: &str) -> Self {
        let last = log.lines().last().unwrap_or_default();
        let count = |what: &str| {
            let front = last.split_once(&format!(" {what}"))?.0;
            front.rsplit(' ').next()?.parse().ok()
        };
        let counts = (count("clients;"), count("frames,"));
        let (Some(clients), Some(frames)) = counts else { panic!("no counts in the log:\n{log}") };
        Self { clients, frames }
    }
}

/// A carafe for that host, still without a mode.
pub fn to(host: &Host) -> Command {
    let mut carafe = command(PROGRAM, host.runtime());
    carafe.arg(format!("--display={}", host.display())).arg("--log-level=info");
    carafe
}
