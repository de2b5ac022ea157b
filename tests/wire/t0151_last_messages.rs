//! Whatever kills a session, the log says what it did last. Its memory for that is its own.
use carafe_fixture::process::{sessions, spares, wait_for, wait_until_idle};
use rustix::process::{Pid, Signal, kill_process};

use super::rig::*;

fn send(pid: u32, signal: Signal) {
    let pid = Pid::from_raw(i32::try_from(pid).expect("a pid")).expect("a pid");
    kill_process(pid, signal).expect("it runs");
}

/// A client presses a key, and then something kills its session. Returns the log.
fn killed_by(signal: Signal, options: &[&str], has_spare: bool) -> String {
    let rig = Rig::with(options);
    if has_spare {
        wait_for("a spare session", || (spares(rig.carafe.pid()).len() == 1).then_some(()));
    }
    let (_other, _its_host) = rig.client();
    let known = sessions(rig.carafe.pid());
    let (mut client, mut host) = rig.client();
    client.send(&bind(SEAT, 3));
    client.send(&Message::new(3, 1).uint(4));
    host.next();
    host.next();
    host.send(&Message::new(4, 3).uint(1).uint(2).uint(30).uint(1));
    client.next();
    sync(&mut client, &mut host, 5);
    let new = sessions(rig.carafe.pid()).into_iter().find(|pid| !known.contains(pid));
    let session = new.expect("a session");
    wait_until_idle(session);
    send(session, signal);
    if signal == Signal::SEGV {
        // The handler of Rust's runtime wants to see it twice.
        wait_until_idle(session);
        send(session, signal);
    }
    assert_eq!(client.receive(), None);
    let log = rig.log_with("->client wl_callback");
    rig.still_serves();
    log
}

#[test]
fn one_that_is_killed_leaves_its_messages() {
    for (signal, name) in
        [(Signal::KILL, "SIGKILL"), (Signal::SEGV, "SIGSEGV"), (Signal::ABORT, "SIGABRT")]
    {
        let log = killed_by(signal, &[], true);
        let me = std::process::id();
        let (before, last) = log.split_once("its last messages").expect("the messages");
        assert!(before.contains(&format!("{me}): ended by {name}")), "{log}");
        for message in [
            "client-> wl_registry#2.bind(3, \"wl_seat\", ",
            "client-> wl_seat#3.get_keyboard(new id wl_keyboard#4)",
            "->client wl_keyboard#4.key(1, 2, ***, 1)",
            "client-> wl_display#1.sync(",
        ] {
            assert!(last.contains(message), "{message}: {log}");
        }
    }
}

#[test]
fn what_is_typed_is_shown_only_on_request() {
    let log = killed_by(Signal::KILL, &["--log-messages=secrets"], false);
    assert!(log.contains("->client wl_keyboard#4.key(1, 2, 30, 1)"), "{log}");
}

/// The shared mappings of a process.
fn shared(pid: u32) -> usize {
    let maps = std::fs::read_to_string(format!("/proc/{pid}/maps")).expect("it runs");
    maps.lines().filter(|line| line.contains("rw-s") && line.contains("/dev/zero")).count()
}

#[test]
fn no_session_has_the_memory_of_another() {
    let rig = Rig::new();
    let _clients = [(); 4].map(|()| rig.client());
    let all = sessions(rig.carafe.pid());
    assert_eq!(all.iter().map(|pid| shared(*pid)).collect::<Vec<_>>(), [1; 4]);
    let all =
        wait_for("a spare session", || Some(spares(rig.carafe.pid())).filter(|s| s.len() == 1));
    assert_eq!(shared(all[0]), 1);
    assert_eq!(shared(rig.carafe.pid()), 5);
}
