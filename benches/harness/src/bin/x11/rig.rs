//! The stand-in host, and a carafe with an X11 display.

use std::fs::File;
use std::path::PathBuf;
use std::process::Command;

use carafe_fixture::process::{Process, RuntimeDir, command, wait_for};
use carafe_host::Control;

use crate::Programs;
use crate::relay::{self, Sockets, Times, WRAP};

/// All processes, which end when this is dropped.
pub struct Rig {
    /// carafe.
    pub carafe: Process,
    /// The host's control interface.
    pub control: Control,
    /// For X11 clients.
    pub display: String,
    /// Where the sockets are.
    pub runtime: RuntimeDir,
    _host: Process,
}

impl Rig {
    /// Starts it; Xwayland does not run yet.
    pub fn start(programs: &Programs) -> Self {
        Self::start_with(programs, RuntimeDir::new(), "host", &[])
    }

    /// As [`start`](Self::start), with relays on all sides of carafe. Also returns their records,
    /// and the socket for Wayland clients.
    pub fn start_relayed(programs: &Programs) -> (Self, Times, PathBuf) {
        let runtime = RuntimeDir::new();
        let [clients, wrapped, host] =
            ["clients", "wrapped", "relayed"].map(|name| runtime.join(name));
        let sockets = Sockets { clients: clients.clone(), wrapped, host };
        let times = relay::start(&sockets, runtime.join("carafe"), runtime.join("host"));
        let itself = std::env::current_exe().expect("this program's path");
        let (itself, wrapped) = (itself.display(), sockets.wrapped.display());
        let prefix = format!("--xwayland-cmd-prefix={itself} {WRAP} {wrapped}");
        (Self::start_with(programs, runtime, "relayed", &[&prefix]), times, clients)
    }

    fn start_with(
        programs: &Programs,
        runtime: RuntimeDir,
        host_socket: &str,
        more: &[&str],
    ) -> Self {
        let (host, control) = start_host(programs, &runtime);
        let mut carafe = command(&programs.carafe, &runtime);
        carafe.args(["-X", "--parent", "--socket=carafe", "--log-level=info"]);
        carafe.arg(format!("--display={host_socket}")).args(more);
        let (carafe, display) = start_with_display(carafe, &runtime);
        runtime.wait_for_socket("carafe");
        Self { carafe, control, display, runtime, _host: host }
    }

    /// Number of windows that the host shows.
    pub fn shown(&mut self) -> usize {
        let windows = self.control.windows().expect("the host answers");
        windows.iter().filter(|window| window.mapped).count()
    }
}

/// The stand-in host alone.
pub fn start_host(programs: &Programs, runtime: &RuntimeDir) -> (Process, Control) {
    let (socket, path) = (runtime.join("host"), runtime.join("control"));
    let mut host = command(&programs.host, runtime);
    host.arg(format!("--socket={}", socket.display()));
    host.arg(format!("--control={}", path.display()));
    let host = Process::start(&mut host);
    let control = wait_for("the host", || Control::connect(&path).ok());
    (host, control)
}

/// Starts a program that prints its X11 display: `:N` after other words, or only N.
pub fn start_with_display(mut program: Command, runtime: &RuntimeDir) -> (Process, String) {
    let log = runtime.join("log");
    program.stdout(File::create(&log).expect("a file"));
    program.stderr(File::options().append(true).open(&log).expect("the file"));
    let process = Process::start(&mut program);
    let display = wait_for("an X11 display", || {
        let text = std::fs::read_to_string(&log).ok()?;
        let (text, _) = text.rsplit_once('\n')?;
        let number = text.lines().find_map(|line| {
            let said = line.split_once("display :").map_or(line, |(_, number)| number);
            said.parse::<u32>().ok()
        })?;
        Some(format!(":{number}"))
    });
    (process, display)
}

/// Processor time of a process so far, in µs.
pub fn cpu(pid: u32) -> f64 {
    threads(pid).into_iter().map(|(_, time)| time).sum()
}

/// Names and processor times in µs of a process's threads, the oldest first.
pub fn threads(pid: u32) -> Vec<(String, f64)> {
    let path = format!("/proc/{pid}/task");
    let tasks = std::fs::read_dir(path).expect("it runs").flatten();
    let mut tasks: Vec<u32> =
        tasks.filter_map(|task| task.file_name().to_str()?.parse().ok()).collect();
    tasks.sort_unstable();
    let read = |task: u32| {
        let text = |name| std::fs::read_to_string(format!("/proc/{pid}/task/{task}/{name}")).ok();
        let time: f64 = text("schedstat")?.split_whitespace().next()?.parse().ok()?;
        Some((text("comm")?.trim_end().to_owned(), time / 1000.0))
    };
    tasks.into_iter().filter_map(read).collect()
}

/// The Xwayland that a process runs.
pub fn xwayland(pid: u32) -> Option<u32> {
    let children = std::fs::read_to_string(format!("/proc/{pid}/task/{pid}/children")).ok()?;
    let mut children = children.split_whitespace().filter_map(|pid| pid.parse().ok());
    children.find(|pid: &u32| {
        let name = std::fs::read_to_string(format!("/proc/{pid}/comm"));
        name.is_ok_and(|name| name.trim_end() == "Xwayland")
    })
}
