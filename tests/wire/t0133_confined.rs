//! Confined clients do not get privileged globals, and the host knows that they are confined.
use std::os::unix::net::UnixListener;

use carafe_fixture::process::wait_for;
use rustix::event::{PollFd, PollFlags, Timespec, poll};

use super::rig::*;
use super::t0181_failing_calls::failing;

const MANAGER: (u32, &str, u32) = (9, "wp_security_context_manager_v1", 1);
const LAYERS: (u32, &str, u32) = (10, "zwlr_layer_shell_v1", 4);
const SCREENS: (u32, &str, u32) = (11, "zwlr_screencopy_manager_v1", 3);

fn global((name, interface, version): (u32, &str, u32)) -> Message {
    Message::new(REGISTRY, 0).uint(name).string(interface).uint(version)
}

/// Answers carafe's question about the host's globals.
fn offer(host: &mut Peer, globals: &[(u32, &str, u32)]) {
    assert_eq!(host.next(), Message::new(DISPLAY, 1).uint(2));
    assert_eq!(host.next(), Message::new(DISPLAY, 0).uint(3));
    globals.iter().for_each(|one| host.send(&global(*one)));
    host.send(&Message::new(3, 0).uint(0));
}

/// Receives carafe's context. Returns the socket of its clients, and the descriptor that holds it
/// open.
fn context(host: &mut Peer) -> (UnixListener, std::os::fd::OwnedFd) {
    offer(host, &[SEAT, MANAGER]);
    assert_eq!(host.next(), Message::new(2, 0).uint(9).string(MANAGER.1).uint(1).uint(4));
    assert_eq!(host.next(), Message::new(4, 1).uint(5));
    let (listener, close) = (host.fd(), host.fd());
    assert_eq!(host.next(), Message::new(5, 1).string("org.carafe"));
    let app_id = host.next();
    assert_eq!((app_id.opcode, app_id.text(0).is_empty()), (2, false));
    let instance = host.next();
    assert_eq!(instance.opcode, 3);
    assert_eq!(host.next(), Message::new(5, 4));
    assert_eq!(host.next(), Message::new(DISPLAY, 0).uint(6));
    host.send(&Message::new(6, 0).uint(0));
    (listener.into(), close)
}

/// Offers three globals of the host to a client. Returns those that the client gets.
fn offered(client: &mut Peer, host: &mut Peer) -> Vec<String> {
    client.send(&Message::new(DISPLAY, 1).uint(REGISTRY));
    assert_eq!(host.next(), Message::new(DISPLAY, 1).uint(REGISTRY));
    [LAYERS, SCREENS, SEAT].iter().for_each(|one| host.send(&global(*one)));
    let mut all = Vec::new();
    while all.last().is_none_or(|last| last != SEAT.1) {
        all.push(client.next().text(1));
    }
    all
}

#[test]
fn the_host_knows_that_they_are() {
    let rig = Rig::start(&["--confine", "--log-level=info"]);
    let path = rig.runtime.join("client");
    let mut client = Peer::connect(&path);
    let (listener, close) = context(&mut rig.host.accept());
    let mut host = Peer::from(listener.accept().expect("carafe comes").0);
    assert_eq!(offered(&mut client, &mut host), [SEAT.1]);
    client.send(&bind(SCREENS, 3));
    assert_eq!(error(&mut client).2, format!("invalid global {} (11)", SCREENS.1));
    rig.log_with("zwlr_screencopy_manager_v1 (version 3) is not offered: it is pr");
    // Each confined client has a context of its own, which ends with it.
    let mut other = Peer::connect(&path);
    let (listener, others_close) = context(&mut rig.host.accept());
    let mut host = Peer::from(listener.accept().expect("carafe comes").0);
    assert_eq!(offered(&mut other, &mut host), [SEAT.1]);
    let is_open = |close: &std::os::fd::OwnedFd| {
        let mut polled = [PollFd::new(close, PollFlags::empty())];
        let now = Timespec { tv_sec: 0, tv_nsec: 0 };
        poll(&mut polled, Some(&now)).expect("it works") == 0
    };
    wait_for("the first context's end", || (!is_open(&close)).then_some(()));
    assert!(is_open(&others_close));
    drop(other);
    wait_for("the other one's end", || (!is_open(&others_close)).then_some(()));
}

#[test]
fn where_the_host_has_no_contexts_carafe_confines_them() {
    let rig = Rig::start(&["--confine"]);
    let path = rig.runtime.join("client");
    let mut client = Peer::connect(&path);
    offer(&mut rig.host.accept(), &[SEAT]);
    assert_eq!(offered(&mut client, &mut rig.host.accept()), [SEAT.1]);
}

#[test]
fn a_host_that_refuses_is_served_all_the_same() {
    let rig = Rig::start(&["--confine"]);
    let mut client = Peer::connect(&rig.runtime.join("client"));
    let mut host = rig.host.accept();
    offer(&mut host, &[MANAGER]);
    for _ in ["bind", "create_listener", "engine", "app id", "instance", "commit", "sync"] {
        host.next();
    }
    host.send(&Message::new(DISPLAY, 0).uint(4).uint(1).string("nested\ncontext"));
    assert_eq!(offered(&mut client, &mut rig.host.accept()), [SEAT.1]);
    let said = wait_for("the log", || Some(rig.log()).filter(|log| log.contains("alone")));
    assert!(said.contains("nestedcontext"), "{said}");
}

#[test]
fn named_globals_are_offered_and_the_host_gets_no_context() {
    for (option, wanted) in [
        ("--allow-privileged=zwlr_layer_shell_v1", &[LAYERS.1, SEAT.1][..]),
        ("--allow-privileged=all", &[LAYERS.1, SCREENS.1, SEAT.1]),
        ("--allow-globals=wl_seat,zwlr_screencopy_manager_v1", &[SCREENS.1, SEAT.1]),
    ] {
        let rig = Rig::start(&["--confine", option]);
        let (mut client, mut host) = rig.connect();
        assert_eq!(offered(&mut client, &mut host), wanted, "{option}");
    }
    let rig = Rig::start(&[]);
    let (mut client, mut host) = rig.connect();
    assert_eq!(offered(&mut client, &mut host), [LAYERS.1, SCREENS.1, SEAT.1]);
}

/// Others are: `t0181`.
#[test]
fn without_a_sandbox_they_are_not_served() {
    let rig = Rig::start(&["--confine"]);
    let connect = || {
        let client = Peer::connect(&rig.runtime.join("client"));
        offer(&mut rig.host.accept(), &[SEAT]);
        (client, rig.host.accept())
    };
    let strace = failing(rig.carafe.pid(), "seccomp", "ENOMEM", 1);
    let (mut client, _host) = connect();
    let (_, _, text) = error(&mut client);
    assert!(text.contains("a confined client is not served without a sandbox"), "{text}");
    drop(strace);
    let (mut client, mut host) = connect();
    sync(&mut client, &mut host, 2);
}
