//! `carafe --parent`: the socket, its lock, the init program, the end.
use std::os::unix::net::UnixListener;
use std::process::{Command, Stdio};

use carafe_fixture::process::{Process, RuntimeDir, command, sessions, wait_for};
use carafe_fixture::wire::{FakeHost, Message, Peer};
use rustix::process::Signal;

fn parent(runtime: &RuntimeDir, args: &[&str]) -> Command {
    let mut command = command(env!("CARGO_BIN_EXE_carafe"), runtime);
    command.args(["--parent", "--display=host"]).args(args);
    command
}

#[test]
fn the_default_name_is_sommeliers() {
    let runtime = RuntimeDir::new();
    let _host = FakeHost::listen(&runtime.join("host"));
    let _carafe = Process::start(&mut parent(&runtime, &[]));
    runtime.wait_for_socket("wayland-0");
    assert!(runtime.join("wayland-0.lock").exists());
}

#[test]
fn a_signal_removes_the_socket_and_tells_the_clients() {
    for signal in [Signal::TERM, Signal::INT, Signal::HUP] {
        let runtime = RuntimeDir::new();
        let host = FakeHost::listen(&runtime.join("host"));
        let mut carafe = Process::start(&mut parent(&runtime, &["--master"]));
        let path = runtime.wait_for_socket("wayland-0");
        drop(host.accept());
        let mut clients: Vec<Peer> = (0..5).map(|_| Peer::connect(&path)).collect();
        let mut hosts: Vec<Peer> = (0..5).map(|_| host.accept()).collect();
        carafe.signal(signal);
        assert_eq!(carafe.wait().code(), Some(0));
        assert!(!path.exists());
        assert!(!runtime.join("wayland-0.lock").exists());
        assert!(clients.iter_mut().all(|c| c.receive().is_none()));
        assert!(hosts.iter_mut().all(|c| c.receive().is_none()));
    }
}

#[test]
fn a_name_that_is_in_use_is_refused() {
    let runtime = RuntimeDir::new();
    let _host = FakeHost::listen(&runtime.join("host"));
    let _first = Process::start(&mut parent(&runtime, &["--socket=one"]));
    let path = runtime.wait_for_socket("one");
    let second = parent(&runtime, &["--socket=one"]).output().expect("it runs");
    assert_eq!(second.status.code(), Some(1));
    let text = String::from_utf8_lossy(&second.stderr);
    assert!(text.contains("one is in use by another compositor"), "{text}");
    assert!(text.contains("--socket=NAME"), "{text}");
    drop(Peer::connect(&path));
}

#[test]
fn the_hosts_own_name_is_refused() {
    let runtime = RuntimeDir::new();
    let _host = FakeHost::listen(&runtime.join("host"));
    let output = parent(&runtime, &["--socket=host"]).output().expect("it runs");
    assert_eq!(output.status.code(), Some(1));
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(said.contains("host is carafe's own socket, so it cannot be the host's"), "{said}");
    assert!(runtime.join("host").exists());
}

#[test]
fn a_stale_socket_is_replaced() {
    let runtime = RuntimeDir::new();
    let _host = FakeHost::listen(&runtime.join("host"));
    drop(UnixListener::bind(runtime.join("wayland-0")).expect("a socket"));
    let _carafe = Process::start(&mut parent(&runtime, &[]));
    drop(Peer::connect(&runtime.join("wayland-0")));
}

#[test]
fn the_init_program_runs_first_and_its_end_is_not_carafes() {
    let runtime = RuntimeDir::new();
    let _host = FakeHost::listen(&runtime.join("host"));
    let script = "echo $WAYLAND_DISPLAY > $XDG_RUNTIME_DIR/said; exit 4";
    let log = std::fs::File::create(runtime.join("log")).expect("a file");
    let mut command = parent(&runtime, &["--socket=wayland-9", "sh", "-c", script]);
    let mut carafe = Process::start(command.stderr(Stdio::from(log)));
    let said = wait_for("the init program", || {
        std::fs::read_to_string(runtime.join("said")).ok().filter(|text| text.ends_with('\n'))
    });
    assert_eq!(said, "wayland-9\n");
    wait_for("the log", || {
        let log = std::fs::read_to_string(runtime.join("log")).expect("a log");
        log.contains("sh ended with exit status: 4").then_some(())
    });
    assert!(carafe.is_running());
    drop(Peer::connect(&runtime.join("wayland-9")));
}

#[test]
fn any_number_of_clients_at_one_socket() {
    let runtime = RuntimeDir::new();
    let host = FakeHost::listen(&runtime.join("host"));
    let carafe = Process::start(&mut parent(&runtime, &[]));
    let path = runtime.wait_for_socket("wayland-0");
    drop(host.accept());
    let mut pairs: Vec<(Peer, Peer)> =
        (0..50).map(|_| (Peer::connect(&path), host.accept())).collect();
    for (client, host) in &mut pairs {
        client.send(&Message::new(1, 0).uint(2));
        assert_eq!(host.next(), Message::new(1, 0).uint(2));
    }
    // Each is served by a process of its own, and the service has one thread.
    assert_eq!(sessions(carafe.pid()).len(), 50);
    assert_eq!(carafe.status("Threads"), 1);
}
