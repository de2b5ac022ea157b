//! What these tests share. A test's program is an ignored test of the same file, which the rig
//! runs with the device's path in `RIG_DEVICE`.

#![allow(dead_code, reason = "each test uses some of it")]
#![allow(clippy::expect_used, reason = "helpers of tests")]

use std::fs::{File, OpenOptions};
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use carafe_fixture::process::{Process, RuntimeDir, command, wait_for};
use carafe_rigs::report::Report;

pub const VIRTWL: &str = env!("CARGO_BIN_EXE_rig-virtwl");
pub const VIRTGPU: &str = env!("CARGO_BIN_EXE_rig-virtgpu");

/// A rig before it runs.
pub struct Rig {
    command: Command,
}

impl Rig {
    pub fn new(rig: &str, runtime: &RuntimeDir, options: &[&str]) -> Self {
        let mut command = command(rig, runtime);
        command.args(options).arg(format!("--counts={}", counts(runtime).display()));
        Self { command }
    }

    /// Runs a program behind `host`.
    pub fn start(mut self, host: &Path, program: &[&str]) -> Process {
        self.command.arg(host).arg("--").args(program);
        self.command.stdin(Stdio::piped()).stdout(Stdio::piped());
        Process::start(&mut self.command)
    }

    /// Runs a test of this file with an open stdin.
    pub fn start_test(self, host: &Path, name: &str) -> Process {
        let this = std::env::current_exe().expect("this program");
        let this = this.to_str().expect("a plain path");
        let test = ["--exact", name, "--ignored", "--nocapture"];
        self.start(host, &[&["env", "RIG_DEVICE={device}", this], &test[..]].concat())
    }

    /// Runs a test of this file to its end; it must succeed.
    #[track_caller]
    pub fn run_test(self, host: &Path, name: &str) {
        let status = self.start_test(host, name).wait();
        assert!(status.success(), "{name}: {status}");
    }
}

/// The device, in a test that is run under the rig.
pub fn device() -> File {
    let path = std::env::var("RIG_DEVICE").expect("run by a rig");
    OpenOptions::new().read(true).write(true).open(path).expect("the device opens")
}

fn counts(runtime: &RuntimeDir) -> PathBuf {
    runtime.join("counts.json")
}

/// A rig's counts at its end.
pub fn report(runtime: &RuntimeDir) -> Report {
    Report::read(&counts(runtime)).expect("counts")
}

/// A running rig's counts.
pub fn report_now(rig: &Process, runtime: &RuntimeDir) -> Report {
    let _ = std::fs::remove_file(counts(runtime));
    rig.signal(rustix::process::Signal::USR1);
    wait_for("counts", || Report::read(&counts(runtime)).ok())
}

/// A program's output until its end.
pub fn output(rig: &mut Process) -> String {
    let mut text = String::new();
    let mut stdout = rig.child().stdout.take().expect("a pipe");
    stdout.read_to_string(&mut text).expect("text");
    text
}

/// Waits until a program has printed that line.
pub fn wait_for_line(rig: &mut Process, line: &str) {
    let stdout = rig.child().stdout.as_mut().expect("a pipe");
    let mut seen = Vec::new();
    while !String::from_utf8_lossy(&seen).contains(line) {
        let mut byte = [0];
        stdout.read_exact(&mut byte).expect("it prints more");
        seen.extend(byte);
    }
}

/// A compositor; gives its socket.
pub fn weston(runtime: &RuntimeDir) -> (Process, PathBuf) {
    let mut weston = command("weston", runtime);
    let options = ["--use-pixman", "--idle-time=0", "--socket=host", "--log=/dev/null"];
    weston.arg("--backend=headless-backend.so").args(options);
    let weston = Process::start(weston.stdout(Stdio::null()).stderr(Stdio::null()));
    (weston, runtime.wait_for_socket("host"))
}

/// sway, which has a seat and so a clipboard, as an ordinary user; gives its socket.
pub fn sway(runtime: &RuntimeDir) -> (Process, PathBuf) {
    std::fs::write(runtime.join("sway.config"), "xwayland disable\n").expect("a file");
    // It refuses to run as root.
    let mut sway = command("setpriv", runtime);
    if rustix::process::geteuid().is_root() {
        sway.args(["--reuid=65534", "--regid=65534", "--clear-groups"]);
    }
    sway.arg("sway").arg("--config").arg(runtime.join("sway.config"));
    sway.env("WLR_BACKENDS", "headless").env("WLR_LIBINPUT_NO_DEVICES", "1");
    sway.env("WLR_RENDERER", "pixman").env("HOME", runtime.path());
    let sway = Process::start(sway.stdout(Stdio::null()).stderr(Stdio::null()));
    (sway, runtime.wait_for_socket("wayland-1"))
}
