//! The proxies to compare, each in its own process group.

use std::os::unix::fs::FileTypeExt;
use std::os::unix::process::CommandExt;
use std::process::{Command, Stdio};
use std::time::Duration;

use carafe_fixture::process::{Process, RuntimeDir, command, number, wait_for, waits};
use carafe_fixture::wire::{FakeHost, Message, Peer};
use rustix::process::{Pid, Signal, kill_process_group};

use crate::processes::processor_time;

/// A proxy to compare: its name, and how to start it.
#[derive(Clone, Debug)]
pub struct Candidate {
    /// Shown in the table.
    pub name: String,
    /// A shell command with `{listen}` and `{host}`; `None`: no proxy at all.
    pub command: Option<String>,
}

/// A running candidate, with the fake host.
pub struct Running {
    /// What it is.
    pub name: String,
    process: Option<Process>,
    host: FakeHost,
    runtime: RuntimeDir,
}

impl Candidate {
    /// Starts it.
    pub fn run(&self) -> Running {
        let runtime = RuntimeDir::new();
        let host_path = runtime.join("host");
        let host = FakeHost::listen(&host_path);
        let process = self.command.as_ref().map(|text| {
            let listen = runtime.join("listen");
            let text = text
                .replace("{listen}", &listen.display().to_string())
                .replace("{host}", &host_path.display().to_string());
            let mut shell: Command = command("sh", &runtime);
            shell.args(["-c", &format!("exec {text}")]).process_group(0);
            let process = Process::start(shell.stdout(Stdio::null()).stderr(Stdio::inherit()));
            wait_for(&text, || {
                listen.metadata().is_ok_and(|m| m.file_type().is_socket()).then_some(())
            });
            process
        });
        Running { name: self.name.clone(), process, host, runtime }
    }
}

impl Running {
    /// A new client and its connection at the host. Silent connections (by which a proxy checks
    /// the host) are skipped.
    pub fn connect(&self) -> (Peer, Peer) {
        let path = self.runtime.join(if self.process.is_some() { "listen" } else { "host" });
        let mut client = Peer::connect(&path);
        client.send(&Message::new(1, 1).uint(2));
        loop {
            let mut host = self.host.accept();
            if let Some(request) = host.receive() {
                assert_eq!((request.object, request.opcode), (1, 1), "not a get_registry");
                return (client, host);
            }
        }
    }

    /// The proxy's processes.
    fn pids(&self) -> Vec<u32> {
        let Some(process) = &self.process else { return Vec::new() };
        let group = process.pid().to_string();
        let mut pids = Vec::new();
        for entry in std::fs::read_dir("/proc").expect("proc").flatten() {
            let Ok(pid) = entry.file_name().to_string_lossy().parse() else { continue };
            let Ok(stat) = std::fs::read_to_string(format!("/proc/{pid}/stat")) else { continue };
            let fields = stat.rsplit(") ").next().unwrap_or_default();
            if fields.split(' ').nth(2) == Some(&group) {
                pids.push(pid);
            }
        }
        pids
    }

    /// Processor time of the proxy so far.
    pub fn cpu(&self) -> Duration {
        self.clock().now()
    }

    /// A clock for frequent readings, which measures the current processes.
    pub fn clock(&self) -> Clock {
        Clock(self.pids())
    }

    /// Voluntary context switches of all its threads so far.
    pub fn switches(&self) -> u64 {
        self.pids().into_iter().map(waits).sum()
    }

    /// Memory in KiB: (all, anonymous). A page that several processes share counts once.
    pub fn memory(&self) -> (u64, u64) {
        let rollup = |pid| std::fs::read_to_string(format!("/proc/{pid}/smaps_rollup"));
        let all: Vec<String> = self.pids().into_iter().filter_map(|p| rollup(p).ok()).collect();
        let sum = |name| all.iter().filter_map(|text| number(text, name)).sum();
        (sum("Pss"), sum("Pss_Anon"))
    }

    /// Whether the proxy (if it is one) still runs.
    pub fn is_alive(&mut self) -> bool {
        self.process.as_mut().is_none_or(Process::is_running)
    }
}

/// Processor time of some processes.
pub struct Clock(Vec<u32>);

impl Clock {
    /// So far.
    pub fn now(&self) -> Duration {
        self.0.iter().copied().map(processor_time).sum()
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let pid = self.process.as_ref().and_then(|p| Pid::from_raw(p.pid().cast_signed()));
        if let Some(pid) = pid {
            // Signal the whole group, because a candidate may have several processes.
            let _ = kill_process_group(pid, Signal::TERM);
        }
    }
}
