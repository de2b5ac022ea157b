//! A host, and a carafe with an X11 display that uses it.

use std::path::PathBuf;
use std::process::Command;

use carafe_fixture::process::{Process, RuntimeDir, command, wait_for};
use carafe_host::{Control, StandIn};
use rustix::process::Signal;

use crate::client::Client;
use crate::hosts::Host;
use crate::ways::{self, VIRTWL, Way};

/// The binary.
const PROGRAM: &str = env!("CARGO_BIN_EXE_carafe");

/// A `carafe -X --parent`.
pub struct Carafe {
    process: Process,
    log: PathBuf,
    /// The value of clients' `DISPLAY`.
    pub display: String,
}

impl Carafe {
    /// Starts one for the host at a socket.
    pub fn start(runtime: &RuntimeDir, host: &str, args: &[&str]) -> Self {
        let mut carafe = command(PROGRAM, runtime);
        carafe.arg(format!("--display={host}")).args(args);
        Self::run(carafe, runtime)
    }

    /// Starts a command, to which this adds the mode.
    pub fn run(mut carafe: Command, runtime: &RuntimeDir) -> Self {
        let log = runtime.join("carafe.log");
        carafe.args(["-X", "--parent", "--socket=carafe", "--log-level=debug"]);
        carafe.stderr(std::fs::File::create(&log).expect("a file"));
        let process = Process::start(&mut carafe);
        let display = wait_for("carafe's X11 display", || {
            let text = std::fs::read_to_string(&log).ok()?;
            text.contains("listening").then_some(())?;
            let number = text.split_once("X11 display ")?.1.lines().next()?;
            Some(number.to_owned())
        });
        Self { process, log, display }
    }

    /// Its log so far.
    pub fn log(&self) -> String {
        std::fs::read_to_string(&self.log).expect("its log")
    }

    /// Its private memory in use, in KiB.
    pub fn memory(&self) -> usize {
        self.process.memory()
    }

    /// Number of its open descriptors.
    pub fn open_fds(&self) -> usize {
        self.process.open_fds()
    }

    /// The process id of its Xwayland.
    pub fn xwayland(&self) -> Option<i32> {
        let pid = self.process.pid();
        let children = std::fs::read_to_string(format!("/proc/{pid}/task/{pid}/children")).ok()?;
        let mut children = children.split_whitespace().filter_map(|pid| pid.parse::<i32>().ok());
        children.find(|pid| {
            // One that is newer than the system's runs under its own loader.
            let words = std::fs::read_to_string(format!("/proc/{pid}/cmdline"));
            words.is_ok_and(|words| words.split('\0').any(|word| word.ends_with("Xwayland")))
        })
    }

    /// A client of it.
    pub fn client(&self) -> Client {
        Client::connect(&self.display)
    }

    /// A program with its `DISPLAY`.
    pub fn program(&self, name: &str, runtime: &RuntimeDir) -> Command {
        let mut command = command(name, runtime);
        command.env("DISPLAY", &self.display);
        command
    }

    /// Ends it.
    ///
    /// # Panics
    /// When it has logged a warning or an error.
    #[track_caller]
    pub fn stop(&mut self) {
        self.process.signal(Signal::TERM);
        let status = self.process.wait();
        let log = self.log();
        assert!(status.success(), "carafe ended with {status}:\n{log}");
        assert!(!log.contains("WARN") && !log.contains("ERROR"), "carafe complains:\n{log}");
    }
}

/// The stand-in host with a carafe.
pub struct Stage {
    pub carafe: Carafe,
    pub host: StandIn,
    pub runtime: RuntimeDir,
}

impl Stage {
    /// Starts both.
    pub fn new() -> Self {
        Self::with(&[], &[])
    }

    /// As [`new`](Self::new), with more arguments for the host and for carafe.
    pub fn with(host: &[&str], carafe: &[&str]) -> Self {
        let runtime = RuntimeDir::new();
        let host = StandIn::start(&runtime, host);
        if let Some(way) = ways::only() {
            return Self::through(way, host, runtime, carafe);
        }
        let carafe = Carafe::start(&runtime, StandIn::DISPLAY, carafe);
        Self { carafe, host, runtime }
    }

    /// As [`new`](Self::new), behind a virtual device.
    pub fn behind(way: Way) -> Self {
        Self::behind_with(way, &[])
    }

    /// As [`behind`](Self::behind), with more arguments for carafe.
    pub fn behind_with(way: Way, carafe: &[&str]) -> Self {
        let runtime = RuntimeDir::new();
        let host = StandIn::start(&runtime, &[]);
        Self::through(way, host, runtime, carafe)
    }

    /// As [`new`](Self::new), with `ChromeOS`'s compositor as the host, behind virtio-wl.
    pub fn exo(carafe: &[&str]) -> Self {
        let runtime = RuntimeDir::new();
        let host = StandIn::start(&runtime, &["--as=exo"]);
        Self::through(VIRTWL, host, runtime, carafe)
    }

    fn through(way: Way, host: StandIn, runtime: RuntimeDir, carafe: &[&str]) -> Self {
        let mut command = way.carafe(host.socket(), &runtime, &[]);
        command.args(carafe);
        let carafe = Carafe::run(command, &runtime);
        Self { carafe, host, runtime }
    }

    /// The host's control interface.
    pub fn host(&mut self) -> &mut Control {
        self.host.control()
    }

    /// A client.
    pub fn client(&self) -> Client {
        self.carafe.client()
    }

    /// Ends all.
    #[track_caller]
    pub fn end(mut self) {
        self.carafe.stop();
    }
}

impl Drop for Stage {
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("--- carafe's log\n{}", self.carafe.log());
        }
    }
}

/// A carafe for one of the real hosts.
pub fn on(host: &Host) -> Carafe {
    Carafe::start(host.runtime(), host.display(), &[])
}
