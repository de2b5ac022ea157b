//! A host for a test, and programs on it.

use std::fs::File;
use std::path::PathBuf;

use carafe_fixture::process::{Process, RuntimeDir, command};
use carafe_host::{Control, StandIn};

use crate::client::Client;

/// A host in a directory of its own.
pub struct Rig {
    pub host: StandIn,
    pub runtime: RuntimeDir,
}

impl Rig {
    /// Starts a host.
    pub fn new(arguments: &[&str]) -> Self {
        let runtime = RuntimeDir::new();
        Self { host: StandIn::start(&runtime, arguments), runtime }
    }

    /// The host's control interface.
    pub fn control(&mut self) -> &mut Control {
        self.host.control()
    }

    /// Makes a request that the host must not refuse.
    #[track_caller]
    pub fn ask(&mut self, request: &str) -> serde_json::Value {
        self.control().ask(request).expect("an answer")
    }

    /// A client of ours.
    pub fn client(&self) -> Client {
        Client::connect(self.host.socket())
    }

    /// Starts a program.
    pub fn run(&self, program: &str, arguments: &[&str]) -> Process {
        let mut command = command(program, &self.runtime);
        command.args(arguments).env("WAYLAND_DISPLAY", StandIn::DISPLAY);
        command.env("HOME", self.runtime.path()).env("LANG", "C.UTF-8");
        let log = File::create(self.runtime.join("log")).expect("a file");
        command.stdin(std::process::Stdio::null());
        command.stdout(log.try_clone().expect("the same file")).stderr(log);
        Process::start(&mut command)
    }

    /// Saves a picture of the screen under `target/tmp/host` for people.
    pub fn keep(&mut self, name: &str) -> PathBuf {
        let dir = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("host");
        std::fs::create_dir_all(&dir).expect("a directory");
        let path = dir.join(format!("{name}.png"));
        self.control().screenshot(&path).expect("a picture");
        path
    }
}
