//! Nobody reads standard error: carafe still serves.
use std::io::Read;
use std::process::Stdio;
use std::time::{Duration, Instant};

use carafe_fixture::process::{Process, RuntimeDir, command};
use carafe_fixture::wire::{FakeHost, Message, Peer};
use rustix::process::Signal;

/// A carafe whose standard error is a pipe.
fn start(runtime: &RuntimeDir, host: &FakeHost, options: &[&str]) -> Process {
    let mut command = command(env!("CARGO_BIN_EXE_carafe"), runtime);
    command.args(["--parent", "--socket=client", "--display=host"]).args(options);
    let carafe = Process::start(command.stderr(Stdio::piped()));
    drop(host.accept());
    runtime.wait_for_socket("client");
    carafe
}

/// Makes a number of round trips of a client.
fn round_trips(runtime: &RuntimeDir, host: &FakeHost, count: u32) {
    let mut client = Peer::connect(&runtime.join("client"));
    let mut host = host.accept();
    for n in 0..count {
        client.send(&Message::new(1, 0).uint(2));
        let callback = host.next().word(0);
        host.send(&Message::new(callback, 0).uint(n));
        host.send(&Message::new(1, 1).uint(callback));
        assert_eq!(client.next(), Message::new(2, 0).uint(n));
        client.next();
    }
}

#[test]
fn nobody_waits_for_a_reader_that_sleeps() {
    let runtime = RuntimeDir::new();
    let host = FakeHost::listen(&runtime.join("host"));
    let mut carafe = start(&runtime, &host, &["--log-messages=client,host"]);
    // More than the pipe takes, and more than is kept for it: 1 MiB.
    round_trips(&runtime, &host, 6000);
    // Clients that make mistakes come and go.
    for _ in 0..20 {
        let mut client = Peer::connect(&runtime.join("client"));
        let _host = host.accept();
        client.send(&Message::new(1, 99));
        assert_eq!(client.next().opcode, 0);
        assert_eq!(client.receive(), None);
    }
    round_trips(&runtime, &host, 1);
    carafe.wait_for_sessions(0);
    let start = Instant::now();
    carafe.signal(Signal::TERM);
    assert_eq!(carafe.wait().code(), Some(0));
    assert!(start.elapsed() < Duration::from_secs(5), "{:?}", start.elapsed());
}

#[test]
fn a_reader_that_wakes_up_is_told_what_it_missed() {
    let runtime = RuntimeDir::new();
    let host = FakeHost::listen(&runtime.join("host"));
    let mut carafe = start(&runtime, &host, &["--log-messages=client,host"]);
    let mut stderr = carafe.child().stderr.take().expect("a pipe");
    round_trips(&runtime, &host, 6000);
    let reader = std::thread::spawn(move || {
        let mut text = String::new();
        stderr.read_to_string(&mut text).expect("text");
        text
    });
    carafe.signal(Signal::TERM);
    assert_eq!(carafe.wait().code(), Some(0));
    let text = reader.join().expect("it ends");
    assert!(text.contains("lines were lost: nobody read standard error"), "{}", text.len());
    assert!(text.lines().all(|line| !line.is_empty()));
}

#[test]
fn at_the_end_nothing_is_lost() {
    let runtime = RuntimeDir::new();
    let host = FakeHost::listen(&runtime.join("host"));
    let mut carafe = start(&runtime, &host, &["--log-messages=client"]);
    round_trips(&runtime, &host, 500);
    let stderr = carafe.child().stderr.take().expect("a pipe");
    carafe.signal(Signal::TERM);
    // carafe waits for a late reader, as long as it reads.
    let text = std::io::read_to_string(stderr).expect("text");
    assert_eq!(carafe.wait().code(), Some(0));
    assert_eq!(text.matches("client-> wl_display#1.sync(").count(), 500, "{}", text.len());
    assert_eq!(text.matches("->client wl_display#1.delete_id(2)").count(), 500);
}
