//! `carafe PROGRAM`: the program has its own display, and carafe ends with it.
use std::os::unix::process::ExitStatusExt;
use std::process::{Command, Output};

use carafe_fixture::process::{Process, RuntimeDir, command, wait_for};
use carafe_fixture::wire::{FakeHost, Message, Peer};
use rustix::process::Signal;

/// carafe in front of a host that never answers.
fn carafe(runtime: &RuntimeDir) -> Command {
    let mut command = command(env!("CARGO_BIN_EXE_carafe"), runtime);
    command.arg("--display=host");
    command
}

fn run(args: &[&str]) -> Output {
    let runtime = RuntimeDir::new();
    let _host = FakeHost::listen(&runtime.join("host"));
    let output = carafe(&runtime).args(args).output().expect("it runs");
    let left: Vec<_> = std::fs::read_dir(runtime.path()).expect("readable").flatten().collect();
    assert_eq!(left.len(), 1, "only the host's socket is left: {left:?}");
    output
}

#[test]
fn its_exit_status_is_carafes() {
    for status in [0, 1, 7, 126, 255] {
        let output = run(&["sh", "-c", &format!("exit {status}")]);
        assert_eq!(output.status.code(), Some(status));
        assert_eq!(String::from_utf8_lossy(&output.stderr), "");
    }
}

#[test]
fn its_signal_is_carafes() {
    for signal in [2, 6, 9, 11, 15] {
        let output = run(&["sh", "-c", &format!("kill -{signal} $$")]);
        assert_eq!(output.status.signal(), Some(signal));
        assert!(!output.status.core_dumped());
    }
}

#[test]
fn one_that_cannot_be_started_is_127_with_the_reason() {
    for (program, reason) in [("no-such-program", "No such file"), ("/etc", "Permission denied")] {
        let output = run(&[program]);
        assert_eq!(output.status.code(), Some(127));
        let text = String::from_utf8_lossy(&output.stderr);
        assert!(text.contains(&format!("cannot run {program}: {reason}")), "{text}");
    }
}

#[test]
fn its_environment_leads_to_carafe() {
    let runtime = RuntimeDir::new();
    let _host = FakeHost::listen(&runtime.join("host"));
    let mut command = carafe(&runtime);
    command.env("DISPLAY", ":7").env("NOTIFY_SOCKET", "/x").env("LISTEN_PID", "1");
    let output = command.arg("env").output().expect("it runs");
    let text = String::from_utf8_lossy(&output.stdout);
    let names: Vec<&str> = text.lines().filter_map(|l| l.split('=').next()).collect();
    assert!(text.contains("WAYLAND_DISPLAY=carafe-"), "{text}");
    assert!(names.contains(&"SOMMELIER_VERSION"));
    for name in ["DISPLAY", "NOTIFY_SOCKET", "LISTEN_PID", "WAYLAND_SOCKET"] {
        assert!(!names.contains(&name), "{name}");
    }
}

/// Starts a program that tells its display, and lives until it is told to end.
fn waiting(runtime: &RuntimeDir, options: &[&str]) -> (Process, std::path::PathBuf) {
    let script = "echo $$ $WAYLAND_DISPLAY > $XDG_RUNTIME_DIR/said.new; \
        mv $XDG_RUNTIME_DIR/said.new $XDG_RUNTIME_DIR/said; \
        while ! [ -e $XDG_RUNTIME_DIR/go ]; do sleep 0.02; done; exit 3";
    let carafe = Process::start(carafe(runtime).args(options).args(["sh", "-c", script]));
    let said = wait_for("the program", || std::fs::read_to_string(runtime.join("said")).ok());
    let name = said.split_whitespace().nth(1).expect("a display");
    (carafe, runtime.join(name))
}

#[test]
fn it_may_connect_as_often_as_it_likes() {
    let runtime = RuntimeDir::new();
    let host = FakeHost::listen(&runtime.join("host"));
    let (mut carafe, display) = waiting(&runtime, &[]);
    drop(host.accept());
    for _ in 0..3 {
        let mut client = Peer::connect(&display);
        client.send(&Message::new(1, 0).uint(2));
        assert_eq!(host.accept().next(), Message::new(1, 0).uint(2));
    }
    std::fs::write(runtime.join("go"), "").expect("written");
    assert_eq!(carafe.wait().code(), Some(3));
}

#[test]
fn its_last_words_are_counted() {
    for round in 1..=10 {
        let runtime = RuntimeDir::new();
        let host = FakeHost::listen(&runtime.join("host"));
        let log = std::fs::File::create(runtime.join("log")).expect("a file");
        let script = "echo $WAYLAND_DISPLAY > $XDG_RUNTIME_DIR/new; \
            mv $XDG_RUNTIME_DIR/new $XDG_RUNTIME_DIR/said; \
            while ! [ -e $XDG_RUNTIME_DIR/go ]; do sleep 0.02; done";
        let mut command = carafe(&runtime);
        command.args(["--log-level=info", "sh", "-c", script]).stderr(log);
        let mut carafe = Process::start(&mut command);
        drop(host.accept());
        let said = wait_for("it", || std::fs::read_to_string(runtime.join("said")).ok());
        let mut client = Peer::connect(&runtime.join(said.trim()));
        let mut host = host.accept();
        for _ in 0..round {
            client.send(&Message::new(1, 0).uint(2));
            host.next();
            host.send(&Message::new(1, 1).uint(2));
            client.next();
        }
        std::fs::write(runtime.join("go"), "").expect("written");
        assert_eq!(carafe.wait().code(), Some(0));
        let log = std::fs::read_to_string(runtime.join("log")).expect("a log");
        assert!(log.contains(&format!("1 clients; {round} requests, {round} events")), "{log}");
    }
}

#[test]
fn its_end_kills_nothing_else() {
    let runtime = RuntimeDir::new();
    let _host = FakeHost::listen(&runtime.join("host"));
    let script = "sleep 1000 >&- 2>&- & echo $!";
    let output = carafe(&runtime).args(["sh", "-c", script]).output().expect("it runs");
    let pid = String::from_utf8_lossy(&output.stdout).trim().to_owned();
    let comm = std::fs::read_to_string(format!("/proc/{pid}/comm")).expect("it lives");
    assert_eq!(comm.trim(), "sleep");
    let pid = rustix::process::Pid::from_raw(pid.parse().expect("a number")).expect("a pid");
    rustix::process::kill_process(pid, Signal::KILL).expect("ours");
}

#[test]
fn no_exit_with_child_goes_on_serving() {
    let runtime = RuntimeDir::new();
    let host = FakeHost::listen(&runtime.join("host"));
    let (mut carafe, display) = waiting(&runtime, &["--no-exit-with-child"]);
    drop(host.accept());
    std::fs::write(runtime.join("go"), "").expect("written");
    std::thread::sleep(std::time::Duration::from_millis(100));
    assert!(carafe.is_running());
    drop(Peer::connect(&display));
    carafe.signal(Signal::TERM);
    assert_eq!(carafe.wait().code(), Some(0));
    assert!(!display.exists());
}

#[test]
fn a_stop_is_passed_on_to_it() {
    let runtime = RuntimeDir::new();
    let _host = FakeHost::listen(&runtime.join("host"));
    let (mut carafe, display) = waiting(&runtime, &[]);
    carafe.signal(Signal::TERM);
    assert_eq!(carafe.wait().signal(), Some(15));
    assert!(!display.exists());
    let said = std::fs::read_to_string(runtime.join("said")).expect("said");
    let pid = said.split_whitespace().next().expect("a pid");
    assert!(!std::fs::exists(format!("/proc/{pid}")).expect("readable"));
}

#[test]
fn called_as_sommelier_it_is_the_same_program() {
    let runtime = RuntimeDir::new();
    let _host = FakeHost::listen(&runtime.join("host"));
    let link = runtime.join("sommelier");
    std::os::unix::fs::symlink(env!("CARGO_BIN_EXE_carafe"), &link).expect("a link");
    let output = command(&link, &runtime)
        .args(["--display=host", "--noop-driver", "sh", "-c", "exit 5"])
        .output()
        .expect("it runs");
    assert_eq!(output.status.code(), Some(5));
}
