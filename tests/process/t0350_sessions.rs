//! What becomes of carafe when a session, which is a process, dies.
use carafe_fixture::process::{Process, RuntimeDir, command, sessions, wait_for};
use carafe_fixture::wire::{FakeHost, Message, Peer};
use rustix::process::{Pid, Signal, kill_process};

fn kill(pid: u32) {
    let pid = Pid::from_raw(i32::try_from(pid).expect("a pid")).expect("a pid");
    kill_process(pid, Signal::KILL).expect("it runs");
}

#[test]
fn the_only_client_takes_carafe_along() {
    use std::os::fd::AsRawFd;
    let runtime = RuntimeDir::new();
    let host = FakeHost::listen(&runtime.join("host"));
    let (client, theirs) = std::os::unix::net::UnixStream::pair().expect("sockets");
    rustix::io::fcntl_setfd(&theirs, rustix::io::FdFlags::empty()).expect("a flag");
    let mut carafe = command(env!("CARGO_BIN_EXE_carafe"), &runtime);
    carafe.arg(format!("--client-fd={}", theirs.as_raw_fd())).arg("--display=host");
    let mut carafe = Process::start(&mut carafe);
    drop(theirs);
    drop(host.accept());
    let mut client = Peer::from(client);
    client.send(&Message::new(1, 0).uint(2));
    assert_eq!(host.accept().next(), Message::new(1, 0).uint(2));
    let session = wait_for("the session", || sessions(carafe.pid()).pop());
    kill(session);
    assert_eq!(client.receive(), None);
    assert_eq!(carafe.wait().code(), Some(1));
}

/// What is known of a session is not lost with another one.
#[test]
fn one_that_was_killed_is_not_in_the_summary_and_others_are() {
    let runtime = RuntimeDir::new();
    let host = FakeHost::listen(&runtime.join("host"));
    let mut carafe = command(env!("CARGO_BIN_EXE_carafe"), &runtime);
    carafe.args(["--parent", "--socket=c", "--display=host", "--log-level=info"]);
    let log = std::fs::File::create(runtime.join("log")).expect("a file");
    let mut carafe = Process::start(carafe.stderr(log));
    drop(host.accept());
    let path = runtime.wait_for_socket("c");
    let round = || {
        let mut client = Peer::connect(&path);
        client.send(&Message::new(1, 0).uint(2));
        // If the host hung up, the session would end by itself.
        let mut at_host = host.accept();
        assert_eq!(at_host.next(), Message::new(1, 0).uint(2));
        (client, at_host)
    };
    let (mut victim, _at_host) = round();
    kill(sessions(carafe.pid())[0]);
    assert_eq!(victim.receive(), None);
    carafe.wait_for_sessions(0);
    let _others = [round(), round()];
    carafe.signal(Signal::TERM);
    assert_eq!(carafe.wait().code(), Some(0));
    let log = std::fs::read_to_string(runtime.join("log")).expect("a log");
    assert!(log.contains("3 clients; 2 requests, 0 events"), "{log}");
    assert!(log.contains("ended by SIGKILL"), "{log}");
}
