//! The program under test.

use std::path::PathBuf;
use std::process::Command;

use carafe_fixture::process::{Process, RuntimeDir, built, command, wait_for};
use rustix::process::Signal;

use crate::hosts::Host;
use crate::ways;

/// The binary.
pub fn program() -> PathBuf {
    built("carafe")
}

/// A `carafe --parent` between a host and its clients.
pub struct Carafe {
    process: Process,
    log: PathBuf,
}

impl Carafe {
    /// The display of its clients.
    pub const DISPLAY: &str = "carafe";

    /// Starts one.
    pub fn parent(host: &Host) -> Self {
        Self::start(&mut to(host), host.runtime())
    }

    /// Starts one from a command without a mode.
    pub fn start(command: &mut Command, runtime: &RuntimeDir) -> Self {
        let log = runtime.join("carafe.log");
        command.args(["--parent", "--socket=carafe"]);
        command.stderr(std::fs::File::create(&log).expect("a file"));
        let process = Process::start(command);
        let carafe = Self { process, log };
        // After that, all its descriptors are open and can be counted.
        wait_for("carafe", || carafe.log().contains("listening").then_some(()));
        carafe
    }

    /// The process.
    pub fn process(&mut self) -> &mut Process {
        &mut self.process
    }

    /// Its log so far.
    pub fn log(&self) -> String {
        std::fs::read_to_string(&self.log).expect("its log")
    }

    /// Ends it; returns the counts of its last log line.
    ///
    /// # Panics
    /// When it has logged a warning or an error.
    #[track_caller]
    pub fn stop(mut self) -> Crossed {
        self.process.signal(Signal::TERM);
        let status = self.process.wait();
        let log = self.log();
        assert!(status.success(), "carafe ended with {status}:\n{log}");
        assert!(!log.contains("WARN") && !log.contains("ERROR"), "carafe complains:\n{log}");
        Crossed::read(&log)
    }

    /// Ends it, even if it has logged warnings; returns its log.
    #[track_caller]
    pub fn stop_complaining(mut self) -> String {
        self.process.signal(Signal::TERM);
        let status = self.process.wait();
        let log = self.log();
        assert!(status.success(), "carafe ended with {status}:\n{log}");
        log
    }
}

/// The counts of a log's last line.
pub struct Crossed {
    pub clients: usize,
    pub frames: usize,
    /// Bytes of pixels that were copied, and bytes that the host's buffers lacked.
    pub copied: u64,
    pub lacked: u64,
}

impl Crossed {
    /// Reads a log at level `info`.
    #[track_caller]
    pub fn read(log: &str) -> Self {
        let last = log.lines().last().unwrap_or_default();
        let count = |what: &str| {
            let front = last.split_once(&format!(" {what}"))?.0;
            front.rsplit(' ').next()?.parse::<usize>().ok()
        };
        let counts = (count("clients;"), count("frames,"));
        let (Some(clients), Some(frames)) = counts else { panic!("no counts in the log:\n{log}") };
        let [copied, lacked] = ["bytes copied of", "that changed"].map(count);
        let (copied, lacked) = (copied.unwrap_or(0) as u64, lacked.unwrap_or(0) as u64);
        Self { clients, frames, copied, lacked }
    }
}

/// A command, without a mode, that starts carafe for a host, behind the device that this run has
/// chosen.
pub fn to(host: &Host) -> Command {
    if let Some(way) = ways::only() {
        return way.carafe(&host.runtime().join(host.display()), host.runtime(), &[]);
    }
    let mut carafe = command(program(), host.runtime());
    carafe.arg(format!("--display={}", host.display())).arg("--log-level=info");
    carafe
}
