//! `carafe stats` with a running carafe.
use std::io::{Read, Write};
use std::os::unix::fs::PermissionsExt;
use std::os::unix::net::UnixStream;
use std::process::{Command, Output, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use carafe_fixture::process::{PATIENCE, Process, RuntimeDir, command, wait_for};
use carafe_fixture::wire::{FakeHost, Message};
use rustix::process::Signal;
use serde_json::Value;

use crate::frames::{App, first_look};

const CARAFE: &str = env!("CARGO_BIN_EXE_carafe");

struct Rig {
    carafe: Process,
    host: FakeHost,
    runtime: RuntimeDir,
}

impl Rig {
    fn new() -> Self {
        let runtime = RuntimeDir::new();
        let host = FakeHost::listen(&runtime.join("host"));
        let mut command = command(CARAFE, &runtime);
        let carafe =
            Process::start(command.args(["--parent", "--socket=clients", "--display=host"]));
        first_look(&host);
        wait_for_listener(&runtime, "clients.stats");
        Self { carafe, host, runtime }
    }

    fn app(&self) -> App {
        App::connect(&self.runtime.join("clients"), &self.host)
    }

    fn stats(&self, args: &[&str]) -> Command {
        let mut command = command(CARAFE, &self.runtime);
        command.arg("stats").args(args);
        command
    }

    /// Runs `carafe stats` while `app` shows frames.
    fn watch(&self, app: &mut App, args: &[&str]) -> Output {
        let over = AtomicBool::new(false);
        std::thread::scope(|scope| {
            let watching = scope.spawn(|| {
                let output = self.stats(args).output().expect("it runs");
                over.store(true, Ordering::Release);
                output
            });
            while !over.load(Ordering::Acquire) {
                app.frame(Duration::from_millis(5));
            }
            watching.join().expect("no panic")
        })
    }
}

/// Waits until a program listens: the socket's file exists a moment earlier.
fn wait_for_listener(runtime: &RuntimeDir, name: &str) {
    drop(wait_for(name, || UnixStream::connect(runtime.join(name)).ok()));
}

fn json(output: &Output) -> Vec<Value> {
    let text = String::from_utf8_lossy(&output.stdout);
    text.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect()
}

#[test]
fn frames_and_latencies_each_second() {
    let rig = Rig::new();
    let mut app = rig.app();
    let _idle = rig.app();
    let output = rig.watch(&mut app, &["--json", "--seconds=2"]);
    assert!(output.status.success());
    let texts = json(&output);
    assert_eq!(texts.len(), 2);
    let sessions = texts[1]["sessions"].as_array().expect("sessions");
    assert_eq!(sessions.len(), 2);
    let busy = &sessions[0];
    assert_eq!(busy["session"], 1, "the busy one comes first: {busy}");
    let surface = &busy["surfaces"][0];
    assert_eq!(surface["id"], 4);
    let fps = surface["fps"].as_f64().expect("a rate");
    assert!(fps > 5.0 && fps < 200.0, "{fps}");
    let number = |of: &str, name: &str| surface[of][name].as_u64().expect("a number");
    assert!(number("commit_to_host", "count") > 1);
    assert!(number("commit_to_done", "p50") > 5_000_000, "{surface}");
    assert!(number("commit_to_done", "p99") >= number("commit_to_done", "p50"));
    assert!(number("commit_to_host", "p50") < number("commit_to_done", "p50"));
    assert!(busy["request_bytes"].as_u64() > Some(100));
}

#[test]
fn a_table_for_people() {
    let rig = Rig::new();
    let mut app = rig.app();
    let output = rig.watch(&mut app, &["--once"]);
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success() && output.stderr.is_empty());
    let title = format!("carafe {}, 1 client: per second, times in ms", rig.carafe.pid());
    assert!(text.starts_with(&title), "{text}");
    assert!(text.contains("→host 50%") && text.contains("\n  4  "), "{text}");
    assert!(!text.contains('\x1b'), "no terminal, no control codes");
}

#[test]
fn the_queue_for_a_stopped_host() {
    let rig = Rig::new();
    let mut app = rig.app();
    rustix::net::sockopt::set_socket_timeout(
        app.client.socket(),
        rustix::net::sockopt::Timeout::Send,
        Some(Duration::from_millis(100)),
    )
    .expect("a socket");
    let damage = Message::new(4, 2).uint(0).uint(0).uint(1).uint(1).to_bytes();
    while app.client.try_send_bytes(&damage, &[]).is_ok() {}
    let text = json(&rig.stats(&["--json", "--once"]).output().expect("it runs"));
    let to_host = &text[0]["sessions"][0]["to_host"];
    assert!(to_host["now"]["bytes"].as_u64() > Some(0), "{to_host}");
    assert_eq!(to_host["most"], to_host["now"]);
    // The other direction is not blocked.
    assert_eq!(text[0]["sessions"][0]["to_client"]["now"]["bytes"], 0);
}

#[test]
fn it_finds_the_one_or_lists_them() {
    let rig = Rig::new();
    let said = |command: &mut Command| {
        let output = command.output().expect("it runs");
        (output.status.code(), String::from_utf8_lossy(&output.stderr).into_owned())
    };
    let mut second = command(CARAFE, &rig.runtime);
    let second = second.args(["--parent", "--socket=other", "--display=host"]);
    let mut second = Process::start(second);
    wait_for_listener(&rig.runtime, "other.stats");
    let (status, text) = said(&mut rig.stats(&["--once"]));
    assert_eq!(status, Some(1));
    assert!(text.contains("--socket=clients, --socket=other"), "{text}");
    assert_eq!(said(&mut rig.stats(&["--once", "--socket=other"])), (Some(0), String::new()));
    let mut by_display = rig.stats(&["--once"]);
    assert_eq!(said(by_display.env("WAYLAND_DISPLAY", "clients")), (Some(0), String::new()));
    let (status, text) = said(&mut rig.stats(&["--socket=nobody"]));
    assert_eq!(status, Some(1));
    assert!(text.contains("nobody.stats: No such file"), "{text}");
    second.signal(Signal::TERM);
    assert_eq!(second.wait().code(), Some(0));
    assert!(!rig.runtime.join("other.stats").exists(), "it is removed");
}

#[test]
fn the_socket_is_its_owners_alone() {
    let rig = Rig::new();
    let mode = rig.runtime.join("clients.stats").metadata().expect("there").permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
}

#[test]
fn readers_and_clients_come_and_go() {
    let mut rig = Rig::new();
    std::thread::scope(|scope| {
        let rig = &rig;
        let readers: Vec<_> = (0..4)
            .map(|n| {
                let seconds = format!("--seconds={}", 1 + n % 2);
                scope.spawn(move || rig.stats(&[&seconds, "--json"]).output().expect("it runs"))
            })
            .collect();
        while !readers.iter().all(|reader| reader.is_finished()) {
            let mut app = rig.app();
            for _ in 0..5 {
                app.frame(Duration::from_millis(1));
            }
        }
        for (n, reader) in readers.into_iter().enumerate() {
            let output = reader.join().expect("no panic");
            assert_eq!(json(&output).len(), 1 + n % 2);
        }
    });
    // Nothing is left of them; only the listening sockets remain.
    let mut app = rig.app();
    app.frame(Duration::ZERO);
    drop(app);
    rig.carafe.wait_for_sessions(0);
    let before = rig.carafe.open_fds();
    drop(rig.stats(&["--once"]).output().expect("it runs"));
    wait_for("the watcher's end", || (rig.carafe.open_fds() == before).then_some(()));
    assert!(rig.carafe.is_running());
}

#[test]
fn a_watcher_that_does_not_read_delays_nobody() {
    let rig = Rig::new();
    let mut apps: Vec<App> = (0..20).map(|_| rig.app()).collect();
    let mut lazy = UnixStream::connect(rig.runtime.join("clients.stats")).expect("a socket");
    // A small buffer, so that it is full at once.
    rustix::net::sockopt::set_socket_recv_buffer_size(&lazy, 1).expect("a size");
    lazy.write_all(b"json\n").expect("it listens");
    assert!(json(&rig.watch(&mut apps[0], &["--once", "--json"])).len() == 1);
    // A connection that sends something else does not become a watcher.
    let mut odd = UnixStream::connect(rig.runtime.join("clients.stats")).expect("a socket");
    odd.write_all(b"GET / HTTP/1.1\n").expect("it listens");
    odd.set_read_timeout(Some(PATIENCE)).expect("a timeout");
    assert_eq!(odd.read(&mut [0; 16]).expect("an end, not an error"), 0);
}

#[test]
fn silent_watchers_and_a_flood_of_them_keep_nobody_from_watching() {
    let mut rig = Rig::new();
    let mut app = rig.app();
    app.frame(Duration::ZERO);
    let before = rig.carafe.open_fds();
    let path = rig.runtime.join("clients.stats");
    let connect = || UnixStream::connect(&path).expect("it listens");
    let silent: Vec<_> = (0..64).map(|_| connect()).collect();
    for _ in 0..2000 {
        drop(connect());
    }
    for n in 0..200 {
        let _ = connect().write_all(&[n; 4096]);
        app.frame(Duration::ZERO);
    }
    assert_eq!(json(&rig.watch(&mut app, &["--once", "--json"])).len(), 1);
    drop(silent);
    wait_for("their end", || (rig.carafe.open_fds() <= before).then_some(()));
    app.frame(Duration::ZERO);
    assert!(rig.carafe.is_running());
}

#[test]
fn a_reader_that_is_gone_is_no_failure() {
    let rig = Rig::new();
    let script = format!("{CARAFE} stats --socket=clients | head -n 1");
    let mut shell = command("sh", &rig.runtime);
    let output = shell.args(["-c", &script]).stderr(Stdio::piped()).output().expect("it runs");
    assert!(output.stderr.is_empty(), "{}", String::from_utf8_lossy(&output.stderr));
    assert!(output.stdout.starts_with(b"carafe "));
}

#[test]
fn a_carafe_that_runs_a_program_has_a_socket_too() {
    let runtime = RuntimeDir::new();
    let _host = FakeHost::listen(&runtime.join("host"));
    let script = format!("{CARAFE} stats --once > $XDG_RUNTIME_DIR/said");
    let output = command(CARAFE, &runtime)
        .args(["--display=host", "sh", "-c", &script])
        .output()
        .expect("it runs");
    assert!(output.status.success());
    let said = std::fs::read_to_string(runtime.join("said")).expect("said");
    assert!(said.starts_with("carafe "), "{said}");
    let left = std::fs::read_dir(runtime.path()).expect("readable").count();
    assert_eq!(left, 2, "host and said are all that is left");
}
