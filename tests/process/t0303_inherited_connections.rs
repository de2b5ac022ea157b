//! `--client-fd=N` and `WAYLAND_SOCKET`.
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixStream;
use std::process::Stdio;

use carafe_fixture::process::{Process, RuntimeDir, command};
use carafe_fixture::wire::{FakeHost, Message, Peer};

/// A shell that passes its standard input on as descriptor 3, and its output as 4.
const SHELL: &str = "exec \"$0\" \"$@\" 3<&0 4<&1 0</dev/null 1>&2";

#[test]
fn one_client_and_one_host_connection() {
    let runtime = RuntimeDir::new();
    let (client, carafes_client) = UnixStream::pair().expect("sockets");
    let (host, carafes_host) = UnixStream::pair().expect("sockets");
    let mut command = command("sh", &runtime);
    command.args(["-c", SHELL, env!("CARGO_BIN_EXE_carafe"), "--client-fd=3"]);
    command.env("WAYLAND_SOCKET", "4");
    command.stdin(Stdio::from(OwnedFd::from(carafes_client)));
    command.stdout(Stdio::from(OwnedFd::from(carafes_host)));
    let mut carafe = Process::start(&mut command);
    drop(command);
    let (mut client, mut host) = (Peer::from(client), Peer::from(host));
    client.send(&Message::new(1, 0).uint(2));
    assert_eq!(host.next(), Message::new(1, 0).uint(2));
    host.send(&Message::new(2, 0).uint(5));
    assert_eq!(client.next(), Message::new(2, 0).uint(5));
    drop(client);
    assert_eq!(host.receive(), None);
    assert_eq!(carafe.wait().code(), Some(0));
}

#[test]
fn a_broken_session_is_a_failure() {
    let runtime = RuntimeDir::new();
    let listener = FakeHost::listen(&runtime.join("host"));
    let (client, carafes_client) = UnixStream::pair().expect("sockets");
    let mut command = command("sh", &runtime);
    command.args(["-c", SHELL, env!("CARGO_BIN_EXE_carafe"), "--client-fd=3", "--display=host"]);
    command.stdin(Stdio::from(OwnedFd::from(carafes_client)));
    let mut carafe = Process::start(&mut command);
    drop(command);
    let mut client = Peer::from(client);
    drop(listener.accept());
    let _host = listener.accept();
    client.send(&Message::new(99, 0));
    assert_eq!(client.next().text(2), "invalid object 99");
    assert_eq!(carafe.wait().code(), Some(1));
}

#[test]
fn a_connection_serves_one_client() {
    let runtime = RuntimeDir::new();
    let (host, carafes_host) = UnixStream::pair().expect("sockets");
    let mut command = command("sh", &runtime);
    command.args(["-c", SHELL, env!("CARGO_BIN_EXE_carafe"), "--parent", "--socket=c"]);
    command.env("WAYLAND_SOCKET", "4").stdout(Stdio::from(OwnedFd::from(carafes_host)));
    let _carafe = Process::start(&mut command);
    drop(command);
    let mut host = Peer::from(host);
    let mut first = Peer::connect(&runtime.join("c"));
    first.send(&Message::new(1, 0).uint(2));
    assert_eq!(host.next(), Message::new(1, 0).uint(2));
    let mut second = Peer::connect(&runtime.join("c"));
    let error = second.next();
    assert_eq!((error.object, error.opcode, error.word(1)), (1, 0, 3));
    assert!(error.text(2).contains("WAYLAND_SOCKET is only one connection"), "{}", error.text(2));
    host.send(&Message::new(2, 0).uint(5));
    assert_eq!(first.next(), Message::new(2, 0).uint(5));
}

#[test]
fn numbers_that_are_no_sockets_are_refused() {
    let runtime = RuntimeDir::new();
    for (variable, option, text) in [
        ("9999", "--parent", "WAYLAND_SOCKET=9999 is not an open descriptor"),
        ("x", "--parent", "WAYLAND_SOCKET=x is not an open descriptor"),
        ("", "--client-fd=9999", "--client-fd=9999 is not an open descriptor"),
    ] {
        let mut command = command(env!("CARGO_BIN_EXE_carafe"), &runtime);
        command.arg(option).env("WAYLAND_SOCKET", variable);
        let output = command.output().expect("it runs");
        assert_eq!(output.status.code(), Some(1));
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(said.contains(text), "{said}");
    }
}
