//! A client whose process carafe cannot see, because it is in another PID namespace. (Its user must
//! be root to make one.)
use std::fs::File;
use std::process::Stdio;

use carafe_fixture::process::{Process, RuntimeDir, command, wait_for};

use super::rig::*;

#[test]
fn it_is_served_and_has_no_name() {
    let runtime = RuntimeDir::new();
    let host = FakeHost::listen(&runtime.join("host"));
    let mut command = command("unshare", &runtime);
    command.args(["--pid", "--mount", "--fork", "--mount-proc", "--kill-child"]);
    command.arg(env!("CARGO_BIN_EXE_carafe"));
    command.args(["--parent", "--socket=client", "--display=host"]);
    let log = File::create(runtime.join("log")).expect("a file");
    let _carafe = Process::start(command.stderr(Stdio::from(log)));
    drop(host.accept());
    runtime.wait_for_socket("client");
    let mut client = Peer::connect(&runtime.join("client"));
    let mut at_host = host.accept();
    sync(&mut client, &mut at_host, 2);
    client.send(&Message::new(DISPLAY, 99));
    let (object, code, text) = error(&mut client);
    assert_eq!((object, code), (DISPLAY, 1), "{text}");
    wait_for("a line of the log", || {
        let log = std::fs::read_to_string(runtime.join("log")).expect("a log");
        log.contains("session 1 (unknown client): ended by client's error").then_some(())
    });
}
