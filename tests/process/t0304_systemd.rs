//! Readiness and socket activation.
use std::os::fd::OwnedFd;
use std::os::unix::net::{UnixDatagram, UnixListener};
use std::process::Stdio;
use std::time::Duration;

use carafe_fixture::process::{PATIENCE, Process, RuntimeDir, command};
use carafe_fixture::wire::{FakeHost, Message, Peer};

fn notify_socket(runtime: &RuntimeDir) -> UnixDatagram {
    let socket = UnixDatagram::bind(runtime.join("notify")).expect("a socket");
    socket.set_read_timeout(Some(PATIENCE)).expect("a timeout");
    socket
}

fn told(socket: &UnixDatagram) -> String {
    let mut bytes = [0; 256];
    let len = socket.recv(&mut bytes).expect("a message");
    String::from_utf8_lossy(&bytes[..len]).trim_end().to_owned()
}

/// Answers carafe's first question, which it asks when a service manager waits.
fn answer(host: &FakeHost) {
    // With the first connection carafe only checks that a program listens.
    drop(host.accept());
    let mut asked = host.accept();
    assert_eq!(asked.next(), Message::new(1, 0).uint(2));
    asked.send(&Message::new(2, 0).uint(0));
}

#[test]
fn ready_when_the_host_has_answered_and_the_socket_is_there() {
    let runtime = RuntimeDir::new();
    let host = FakeHost::listen(&runtime.join("host"));
    let notify = notify_socket(&runtime);
    let mut command = command(env!("CARGO_BIN_EXE_carafe"), &runtime);
    command.args(["--parent", "--display=host"]).env("NOTIFY_SOCKET", runtime.join("notify"));
    let _carafe = Process::start(&mut command);
    notify.set_read_timeout(Some(Duration::from_millis(200))).expect("a timeout");
    assert!(notify.recv(&mut [0; 10]).is_err(), "too early");
    assert!(!runtime.join("wayland-0").exists(), "clients would wait");
    notify.set_read_timeout(Some(PATIENCE)).expect("a timeout");
    answer(&host);
    assert_eq!(told(&notify), "READY=1");
    std::os::unix::net::UnixStream::connect(runtime.join("wayland-0")).expect("it listens");
}

#[test]
fn a_host_that_does_not_answer_is_a_failure_to_start() {
    let runtime = RuntimeDir::new();
    let _host = FakeHost::listen(&runtime.join("host"));
    let _notify = notify_socket(&runtime);
    let mut command = command(env!("CARGO_BIN_EXE_carafe"), &runtime);
    command.args(["--parent", "--display=host"]).env("NOTIFY_SOCKET", runtime.join("notify"));
    let output = command.output().expect("it runs");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(said.contains("/host takes connections but does not answer"), "{said}");
    assert_eq!(output.status.code(), Some(1));
}

#[test]
fn the_given_state_once_the_init_program_has_ended() {
    let runtime = RuntimeDir::new();
    let host = FakeHost::listen(&runtime.join("host"));
    let notify = notify_socket(&runtime);
    let mut command = command(env!("CARGO_BIN_EXE_carafe"), &runtime);
    command.args(["--parent", "--display=host", "--sd-notify=STATUS=fine"]);
    command.args(["sh", "-c", "while ! [ -e $XDG_RUNTIME_DIR/go ]; do sleep 0.02; done"]);
    let _carafe = Process::start(command.env("NOTIFY_SOCKET", runtime.join("notify")));
    answer(&host);
    runtime.wait_for_socket("wayland-0");
    notify.set_read_timeout(Some(Duration::from_millis(100))).expect("a timeout");
    assert!(notify.recv(&mut [0; 10]).is_err(), "too early");
    notify.set_read_timeout(Some(PATIENCE)).expect("a timeout");
    std::fs::write(runtime.join("go"), "").expect("written");
    assert_eq!(told(&notify), "STATUS=fine");
}

#[test]
fn a_socket_of_the_service_managers() {
    let runtime = RuntimeDir::new();
    let host = FakeHost::listen(&runtime.join("host"));
    let path = runtime.join("activated");
    let listener = UnixListener::bind(&path).expect("a socket");
    let mut command = command("sh", &runtime);
    let shell = "export LISTEN_PID=$$ LISTEN_FDS=1; exec \"$0\" \"$@\" 3<&0 0</dev/null";
    command.args(["-c", shell, env!("CARGO_BIN_EXE_carafe"), "--parent", "--display=host"]);
    let mut carafe = Process::start(command.stdin(Stdio::from(OwnedFd::from(listener))));
    drop(command);
    let mut client = Peer::connect(&path);
    client.send(&Message::new(1, 0).uint(2));
    drop(host.accept());
    assert_eq!(host.accept().next(), Message::new(1, 0).uint(2));
    carafe.signal(rustix::process::Signal::TERM);
    assert_eq!(carafe.wait().code(), Some(0));
    assert!(path.exists(), "it is the service manager's to remove");
    assert!(!runtime.join("wayland-0").exists(), "no other socket is made");
}

#[test]
fn its_own_socket_is_no_host() {
    let runtime = RuntimeDir::new();
    // As if the manager had set WAYLAND_DISPLAY to carafe's socket for all units.
    let listener = UnixListener::bind(runtime.join("wayland-0")).expect("a socket");
    let mut command = command("sh", &runtime);
    let shell = "export LISTEN_PID=$$ LISTEN_FDS=1; exec \"$0\" \"$@\" 3<&0 0</dev/null";
    command.args(["-c", shell, env!("CARGO_BIN_EXE_carafe"), "--parent"]);
    command.env("WAYLAND_DISPLAY", "wayland-0").stdin(Stdio::from(OwnedFd::from(listener)));
    let output = command.output().expect("it runs");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(said.contains("wayland-0 is carafe's own socket"), "{said}");
    assert!(said.contains("SOMMELIER_DISPLAY"), "{said}");
    assert_eq!(output.status.code(), Some(1));
}
