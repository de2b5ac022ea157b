//! Each session is a process: whatever becomes of one, other clients go on, and the log says which
//! program it was, and why.
use carafe_fixture::process::{family, name, sessions, spares, wait_for, wait_until_idle};
use rustix::process::{Pid, Signal, kill_process};

use super::rig::*;

fn send(pid: u32, signal: Signal) {
    let pid = Pid::from_raw(i32::try_from(pid).expect("a pid")).expect("a pid");
    kill_process(pid, signal).expect("it runs");
}

/// A new client, its connection at the host, and its session.
fn client(rig: &Rig) -> (Peer, Peer, u32) {
    let before = sessions(rig.carafe.pid());
    let (client, host) = rig.client();
    let new = sessions(rig.carafe.pid()).into_iter().find(|pid| !before.contains(pid));
    (client, host, new.expect("a session"))
}

fn has_ended(pid: u32) -> bool {
    name(pid).is_none()
}

#[test]
fn one_that_is_killed_is_named_and_harms_nobody() {
    let rig = Rig::new();
    let (mut other, mut host_of_other) = rig.client();
    let fds = rig.carafe.open_fds();
    for (signal, why) in [
        (Signal::KILL, "ended by SIGKILL: somebody killed it, or the machine had no memory left"),
        (Signal::SEGV, "ended by SIGSEGV, which is a bug in carafe"),
        (Signal::ABORT, "ended by SIGABRT"),
    ] {
        let (mut victim, mut its_host, session) = client(&rig);
        send(session, signal);
        if signal == Signal::SEGV {
            // The handler of Rust's runtime wants to see it twice.
            wait_until_idle(session);
            send(session, signal);
        }
        assert_eq!(victim.receive(), None);
        assert_eq!(its_host.receive(), None);
        for _ in 0..100 {
            sync(&mut other, &mut host_of_other, 3);
        }
        let me = std::process::id();
        let log = rig.log_with(why);
        let line = log.lines().find(|line| line.contains(why)).expect("a line");
        assert!(line.contains(&format!(" {me})")), "it names the client {me}: {line}");
        wait_for("its end", || has_ended(session).then_some(()));
        rig.wait_for_fds(fds);
        rig.still_serves();
        rig.carafe.wait_for_sessions(1);
    }
    assert_eq!(rig.carafe.status("Threads"), 1);
}

#[test]
fn one_that_hangs_is_killed_at_the_end() {
    let mut rig = Rig::new();
    let (mut other, _host_of_other) = rig.client();
    let (_client, _host, session) = client(&rig);
    send(session, Signal::STOP);
    rig.carafe.signal(Signal::TERM);
    assert_eq!(other.receive(), None);
    assert_eq!(rig.carafe.wait().code(), Some(0));
    wait_for("its end", || has_ended(session).then_some(()));
    assert!(rig.log().contains("is killed, because it does not end"), "{}", rig.log());
    assert!(rig.log().matches("is killed").count() == 1, "{}", rig.log());
}

#[test]
fn signals_that_are_for_the_service_end_no_session() {
    let rig = Rig::new();
    let (mut client, mut host, session) = client(&rig);
    for signal in [Signal::TERM, Signal::INT, Signal::HUP, Signal::USR1] {
        send(session, signal);
    }
    sync(&mut client, &mut host, 3);
}

fn a_spare(rig: &Rig) -> [u32; 1] {
    wait_for("a spare session", || spares(rig.carafe.pid()).try_into().ok())
}

/// Its client gets another session, and the next one a spare session again. It is never seen: not as
/// a client, nor in the log.
#[test]
fn a_spare_session_that_dies_is_replaced() {
    let mut rig = Rig::new();
    for signal in [Signal::KILL, Signal::ABORT] {
        let [spare] = a_spare(&rig);
        send(spare, signal);
        wait_until_dead(spare);
        let (mut client, mut host, session) = client(&rig);
        assert_ne!(session, spare);
        sync(&mut client, &mut host, 3);
        assert_ne!(a_spare(&rig), [spare]);
        rig.carafe.wait_for_sessions(1);
        drop((client, host));
        rig.carafe.wait_for_sessions(0);
    }
    let [spare] = a_spare(&rig);
    let (_client, _host, session) = client(&rig);
    assert_eq!(session, spare, "one that lives is used");
    rig.carafe.signal(Signal::TERM);
    assert_eq!(rig.carafe.wait().code(), Some(0));
    assert_eq!(rig.log(), "");
}

/// Waits until a process is dead, though its parent may not have seen that yet.
fn wait_until_dead(pid: u32) {
    wait_for("its death", || {
        let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
        (stat.is_empty() || stat.contains(") Z ")).then_some(())
    });
}

#[test]
fn nobody_outlives_the_service() {
    let mut rig = Rig::new();
    let (mut client, _host) = rig.client();
    let mut all = family(rig.carafe.pid());
    assert_eq!(all.len(), 3, "the service, the log, and a session");
    all.extend(a_spare(&rig));
    rig.carafe.signal(Signal::KILL);
    rig.carafe.wait();
    assert_eq!(client.receive(), None);
    wait_for("the end of all", || all.iter().all(|pid| has_ended(*pid)).then_some(()));
}

#[test]
fn it_has_no_descriptors_but_its_own() {
    let rig = Rig::new();
    let _others: Vec<_> = (0..5).map(|_| rig.client()).collect();
    let (_client, _host, session) = client(&rig);
    let fds = std::fs::read_dir(format!("/proc/{session}/fd")).expect("it runs").flatten();
    let links = fds.filter_map(|fd| std::fs::read_link(fd.path()).ok());
    let mut links: Vec<String> =
        links.map(|link| link.to_string_lossy().split(':').next().unwrap_or("").into()).collect();
    links.sort();
    // The client, the host, the service, and the log; and what `/proc` says of these.
    let mine = |name: &str| format!("/proc/{session}/{name}");
    let own = ["/dev/null", "/dev/null", "/dev/null"].map(String::from);
    let own = [&own[..], &[mine("fdinfo"), mine("mountinfo"), "anon_inode".into()]].concat();
    assert_eq!(links[..own.len()], own, "{links:?}");
    assert_eq!(links[own.len()..], ["socket"; 4], "{links:?}");
}
