//! The stand-in host, a carafe behind an emulated device, and clients of either.

use std::path::PathBuf;

use carafe_fixture::process::{Process, RuntimeDir, wait_for};
use carafe_host::{Control, Pixels, StandIn};
use carafe_rigs::report::Report;
use rustix::process::{Pid, Signal, kill_process};

use crate::client::Client;
use crate::proxy::{Carafe, Crossed};
use crate::ways::{Way, counts};

/// A host and, unless clients are to meet it without, a carafe.
pub struct Rig {
    pub carafe: Option<Carafe>,
    pub host: StandIn,
    pub runtime: RuntimeDir,
}

impl Rig {
    /// No carafe.
    pub fn direct(host_options: &[&str]) -> Self {
        let runtime = RuntimeDir::new();
        Self { carafe: None, host: StandIn::start(&runtime, host_options), runtime }
    }

    /// A carafe behind a device.
    pub fn new(way: Way) -> Self {
        Self::with(way, &[], &[])
    }

    /// The same with options of the stand-in host and faults of the device.
    pub fn with(way: Way, host_options: &[&str], faults: &[&str]) -> Self {
        let mut rig = Self::direct(host_options);
        let mut command = way.carafe(rig.host.socket(), &rig.runtime, faults);
        rig.carafe = Some(Carafe::start(&mut command, &rig.runtime));
        rig
    }

    /// The host's control interface.
    pub fn control(&mut self) -> &mut Control {
        self.host.control()
    }

    /// Asks the host for something that it does not refuse.
    #[track_caller]
    pub fn ask(&mut self, request: &str) -> serde_json::Value {
        self.control().ask(request).expect("an answer")
    }

    /// All that the screen shows.
    pub fn screen(&mut self) -> Pixels {
        self.control().pixels(0, 0, 1024, 768).expect("pixels")
    }

    /// Where clients connect.
    pub fn socket(&self) -> PathBuf {
        self.runtime.join(if self.carafe.is_some() { Carafe::DISPLAY } else { StandIn::DISPLAY })
    }

    /// A client of ours.
    pub fn client(&self) -> Client {
        Client::connect(&self.socket())
    }

    /// The process of the device with carafe in it.
    pub fn process(&mut self) -> &mut Process {
        self.carafe.as_mut().expect("a carafe").process()
    }

    /// What the device has counted and holds now.
    pub fn report(&mut self) -> Report {
        let path = counts(&self.runtime);
        let _ = std::fs::remove_file(&path);
        self.process().signal(Signal::USR1);
        wait_for("counts", || Report::read(&path).ok())
    }

    /// carafe's own process.
    pub fn carafe_pid(&mut self) -> Pid {
        let pid = i32::try_from(self.report().pid()).expect("a process id");
        Pid::from_raw(pid).expect("a process id")
    }

    /// Number of descriptors that carafe has open.
    pub fn carafe_fds(&mut self) -> usize {
        let pid = self.carafe_pid().as_raw_nonzero();
        std::fs::read_dir(format!("/proc/{pid}/fd")).expect("it runs").count()
    }

    /// Sends carafe itself a signal.
    pub fn signal_carafe(&mut self, signal: Signal) {
        let pid = self.carafe_pid();
        kill_process(pid, signal).expect("it runs");
    }

    /// Ends carafe, which must not have complained about anything.
    #[track_caller]
    pub fn stop(mut self) -> Crossed {
        self.carafe.take().expect("a carafe").stop()
    }
}
