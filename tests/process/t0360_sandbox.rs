//! Sessions are shut in before they read what their clients say, and say so nowhere if all is well.
//! (`src/sandbox/tests.rs` tries what can be done in there.)
use carafe_fixture::process::{Process, RuntimeDir, command, sessions, spares, wait_for};
use carafe_fixture::wire::{FakeHost, Message, Peer};

/// A line of a process's `/proc/PID/status`.
fn status(pid: u32, field: &str) -> String {
    let text = std::fs::read_to_string(format!("/proc/{pid}/status")).expect("it runs");
    let line = text.lines().find_map(|line| line.strip_prefix(field)?.strip_prefix(':'));
    line.expect("a line").trim().to_owned()
}

fn score(pid: u32) -> i32 {
    let text = std::fs::read_to_string(format!("/proc/{pid}/oom_score_adj")).expect("it runs");
    text.trim().parse().expect("a number")
}

/// Seccomp's mode, whether it gets new rights, and its rights, of the one session of a carafe; and
/// how much sooner than carafe it is killed when the machine has no memory left.
fn of_session(options: &[&str]) -> ([String; 3], i32) {
    let runtime = RuntimeDir::new();
    let host = FakeHost::listen(&runtime.join("host"));
    let mut command = command(env!("CARGO_BIN_EXE_carafe"), &runtime);
    command.args(["--parent", "--display=host"]).args(options);
    let log = std::fs::File::create(runtime.join("log")).expect("a file");
    let carafe = Process::start(command.stderr(log));
    let path = runtime.wait_for_socket("wayland-0");
    drop(host.accept());
    let mut client = Peer::connect(&path);
    let mut at_host = host.accept();
    client.send(&Message::new(1, 0).uint(2));
    assert_eq!(at_host.next(), Message::new(1, 0).uint(2));
    let [session] = sessions(carafe.pid())[..] else { panic!("one session") };
    let found = ["Seccomp", "NoNewPrivs", "CapEff"].map(|field| status(session, field));
    assert_eq!(std::fs::read_to_string(runtime.join("log")).expect("a log"), "");
    (found, score(session) - score(carafe.pid()))
}

#[test]
fn each_session_is_shut_in() {
    let (found, score) = of_session(&[]);
    assert_eq!(found, ["2", "1", "0000000000000000"]);
    assert_eq!(score, 200);
}

#[test]
fn unless_the_user_says_otherwise() {
    let (found, _) = of_session(&["--no-sandbox"]);
    let own = ["Seccomp", "NoNewPrivs", "CapEff"].map(|field| status(std::process::id(), field));
    assert_eq!(found, own);
}

/// Waits until a process is shut in.
fn wait_for_sandbox(pid: u32) {
    wait_for("the sandbox", || (status(pid, "Seccomp") == "2").then_some(()));
    assert_eq!(status(pid, "NoNewPrivs"), "1");
}

#[test]
fn a_spare_session_is_shut_in_before_its_client_comes() {
    let runtime = RuntimeDir::new();
    let host = FakeHost::listen(&runtime.join("host"));
    let mut command = command(env!("CARGO_BIN_EXE_carafe"), &runtime);
    let carafe = Process::start(command.args(["--parent", "--display=host"]));
    drop(host.accept());
    let spare = wait_for("a spare session", || spares(carafe.pid()).pop());
    wait_for_sandbox(spare);
}

#[test]
fn so_is_that_of_inherited_connections() {
    use std::os::fd::AsRawFd;
    let runtime = RuntimeDir::new();
    let inherited = || {
        let (ours, theirs) = std::os::unix::net::UnixStream::pair().expect("sockets");
        rustix::io::fcntl_setfd(&theirs, rustix::io::FdFlags::empty()).expect("a flag");
        (Peer::from(ours), theirs)
    };
    let ((mut client, of_client), (mut host, of_host)) = (inherited(), inherited());
    let mut command = command(env!("CARGO_BIN_EXE_carafe"), &runtime);
    command.arg(format!("--client-fd={}", of_client.as_raw_fd()));
    command.env("WAYLAND_SOCKET", of_host.as_raw_fd().to_string());
    let carafe = Process::start(&mut command);
    client.send(&Message::new(1, 0).uint(2));
    assert_eq!(host.next(), Message::new(1, 0).uint(2));
    wait_for_sandbox(wait_for("the session", || sessions(carafe.pid()).pop()));
}
