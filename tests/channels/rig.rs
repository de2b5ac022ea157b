//! The stand-in host, a carafe behind an emulated device, and clients of either.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use carafe_fixture::process::{PATIENCE, RuntimeDir, family, sessions, wait_for, wait_until_idle};
use carafe_host::{Control, Pixels, StandIn};
use carafe_rigs::report::Report;
use rustix::process::Signal;

use crate::client::Client;
use crate::proxy::{Carafe, Crossed};
use crate::ways::{Way, counts};

/// How long an undisturbed round trip may take, even on a busy machine.
pub const PROMPT: Duration = Duration::from_secs(5);

/// The times of round trips that nothing may delay. Each takes a millisecond, except for some on a
/// busy machine.
#[derive(Default)]
pub struct RoundTrips(Vec<Duration>);

impl RoundTrips {
    /// How long most of them may take.
    const MOST: Duration = Duration::from_millis(500);

    /// Measures one.
    pub fn time(&mut self, round_trip: impl FnOnce()) {
        let began = Instant::now();
        round_trip();
        self.0.push(began.elapsed());
    }

    /// Checks that most of them were fast, and that none took too long.
    #[track_caller]
    pub fn assert_prompt(mut self) {
        self.0.sort_unstable();
        let (middle, last) = (self.0[self.0.len() / 2], self.0[self.0.len() - 1]);
        let count = self.0.len();
        assert!(middle < Self::MOST && last < PROMPT, "{middle:?}, {last:?} of {count}");
    }
}

/// A host and, unless clients connect to it directly, a carafe.
pub struct Rig {
    pub carafe: Option<Carafe>,
    pub host: StandIn,
    pub runtime: RuntimeDir,
}

impl Rig {
    /// Makes a rig without carafe: a current host, on which clients need no bridges.
    pub fn direct(host_options: &[&str]) -> Self {
        let runtime = RuntimeDir::new();
        Self { carafe: None, host: StandIn::current(&runtime, host_options), runtime }
    }

    /// Makes a rig with carafe behind a device.
    pub fn new(way: Way) -> Self {
        Self::with(way, &[], &[])
    }

    /// As [`new`](Self::new), with options of the stand-in host and faults of the device.
    pub fn with(way: Way, host_options: &[&str], faults: &[&str]) -> Self {
        Self::with_options(way, host_options, faults, &[])
    }

    /// As [`new`](Self::new), with options of carafe.
    pub fn with_options(
        way: Way,
        host_options: &[&str],
        faults: &[&str],
        options: &[&str],
    ) -> Self {
        let runtime = RuntimeDir::new();
        let host = StandIn::start(&runtime, host_options);
        let mut command = way.carafe(host.socket(), &runtime, faults);
        command.args(options);
        let carafe = Some(Carafe::start(&mut command, &runtime));
        Self { carafe, host, runtime }
    }

    /// The host's control interface.
    pub fn control(&mut self) -> &mut Control {
        self.host.control()
    }

    /// Sends a request to the host's control socket, which must not fail.
    #[track_caller]
    pub fn ask(&mut self, request: &str) -> serde_json::Value {
        self.control().ask(request).expect("an answer")
    }

    /// The whole screen.
    pub fn screen(&mut self) -> Pixels {
        self.control().pixels(0, 0, 1024, 768).expect("pixels")
    }

    /// The socket for clients.
    pub fn socket(&self) -> PathBuf {
        self.runtime.join(if self.carafe.is_some() { Carafe::DISPLAY } else { StandIn::DISPLAY })
    }

    /// A client of ours.
    pub fn client(&self) -> Client {
        Client::connect(&self.socket())
    }

    /// The device's counts and the objects that it holds now.
    pub fn report(&mut self) -> Report {
        report(self.carafe.as_mut().expect("a carafe"), &self.runtime)
    }

    /// The resources that carafe holds, once it is idle.
    pub fn held(&mut self) -> Held {
        held(self.carafe.as_mut().expect("a carafe"), &self.runtime)
    }

    /// Ends carafe, which must not have logged a warning.
    #[track_caller]
    pub fn stop(mut self) -> Crossed {
        self.carafe.take().expect("a carafe").stop()
    }
}

/// A device's counts and the objects that it holds now.
pub fn report(carafe: &mut Carafe, runtime: &RuntimeDir) -> Report {
    let path = counts(runtime);
    let _ = std::fs::remove_file(&path);
    carafe.process().signal(Signal::USR1);
    wait_for("counts", || Report::read(&path).ok())
}

/// The descriptors of a carafe and its sessions, how many of these there are, and their objects of
/// the device.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Held {
    fds: usize,
    sessions: usize,
    objects: Vec<(&'static str, u64)>,
}

impl Held {
    /// The number of sessions.
    pub fn sessions(&self) -> usize {
        self.sessions
    }
}

/// Objects that a device counts.
const OBJECTS: [&str; 9] = [
    "contexts",
    "allocs",
    "dmabufs",
    "pipes",
    "host_memory",
    "host_pipes",
    "gem_handles",
    "mapped_blobs",
    "read_pipes",
];

/// The resources that a carafe holds, once it is idle.
pub fn held(carafe: &mut Carafe, runtime: &RuntimeDir) -> Held {
    let pid = u32::try_from(report(carafe, runtime).pid()).expect("a process");
    wait_for("a carafe that holds the same for a while", || {
        wait_until_idle(pid);
        let held = held_now(carafe, runtime);
        wait_until_idle(pid);
        (held_now(carafe, runtime) == held).then_some(held)
    })
}

fn held_now(carafe: &mut Carafe, runtime: &RuntimeDir) -> Held {
    let report = report(carafe, runtime);
    let pid = u32::try_from(report.pid()).expect("a process");
    // A session may have ended meanwhile.
    let fds = |pid| std::fs::read_dir(format!("/proc/{pid}/fd")).into_iter().flatten().count();
    let objects = OBJECTS.map(|name| (name, report.live(name)));
    let objects = objects.into_iter().filter(|(_, live)| *live > 0).collect();
    Held { fds: family(pid).into_iter().map(fds).sum(), sessions: sessions(pid).len(), objects }
}

/// Waits until a carafe holds the same resources as before.
#[track_caller]
pub fn wait_for_held(carafe: &mut Carafe, runtime: &RuntimeDir, before: &Held) {
    let until = Instant::now() + PATIENCE;
    loop {
        let now = held_now(carafe, runtime);
        if now == *before {
            return;
        }
        assert!(Instant::now() < until, "{now:?} is held, before it was {before:?}");
        std::thread::sleep(Duration::from_millis(20));
    }
}
