//! The host as a process of a test.

use std::path::PathBuf;

use carafe_fixture::process::{Process, RuntimeDir, built, command, wait_for};

use crate::Control;

/// A running stand-in host, which ends with the test.
pub struct StandIn {
    process: Process,
    control: Control,
    socket: PathBuf,
}

impl StandIn {
    /// Its name for `WAYLAND_DISPLAY` in the runtime directory.
    pub const DISPLAY: &str = "host";

    /// The variable that makes all stand-in hosts of a run another kind of host: `exo`.
    pub const AS: &str = "CARAFE_HOST_AS";

    /// Starts one with more arguments, and waits until it serves.
    ///
    /// # Panics
    /// When it does not start.
    pub fn start(runtime: &RuntimeDir, arguments: &[&str]) -> Self {
        let kind = std::env::var(Self::AS).map(|kind| format!("--as={kind}"));
        let kind: Vec<&str> = kind.iter().map(String::as_str).collect();
        Self::current(runtime, &[arguments, &kind].concat())
    }

    /// As [`start`](Self::start), but whatever [`AS`](Self::AS) says, one with current globals: what
    /// clients show there without carafe is what they must show through it.
    ///
    /// # Panics
    /// When it does not start.
    pub fn current(runtime: &RuntimeDir, arguments: &[&str]) -> Self {
        let (socket, path) = (runtime.join(Self::DISPLAY), runtime.join("host.control"));
        let mut host = command(program(), runtime);
        host.arg(format!("--socket={}", socket.display()));
        host.arg(format!("--control={}", path.display())).args(arguments);
        let process = Process::start(&mut host);
        // It listens for clients before it listens for tests.
        let control = wait_for("the stand-in host", || Control::connect(&path).ok());
        Self { process, control, socket }
    }

    /// The connection to its control interface.
    pub fn control(&mut self) -> &mut Control {
        &mut self.control
    }

    /// Its process.
    pub fn process(&mut self) -> &mut Process {
        &mut self.process
    }

    /// Where clients connect.
    pub fn socket(&self) -> &std::path::Path {
        &self.socket
    }
}

/// The program: `CARAFE_HOST`, or what cargo built beside the running test.
fn program() -> PathBuf {
    if let Some(program) = std::env::var_os("CARAFE_HOST") {
        return program.into();
    }
    built("carafe-host")
}
