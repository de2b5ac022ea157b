//! Clients that end at bad moments.
use std::os::fd::AsFd;

use super::rig::*;
use super::t0105_descriptors::file;

#[test]
fn in_the_middle_of_a_message() {
    let rig = Rig::new();
    let before = rig.carafe.open_fds();
    let whole = bind(SHM, 3).to_bytes();
    for cut in 1..whole.len() {
        let (mut client, mut host) = rig.client();
        client.send_bytes(&whole[..cut], &[]);
        drop(client);
        assert_eq!(host.receive(), None);
    }
    rig.wait_for_fds(before);
    rig.still_serves();
}

#[test]
fn with_descriptors_under_way() {
    let rig = Rig::new();
    let before = rig.carafe.open_fds();
    for _ in 0..20 {
        let (mut client, mut host) = rig.client();
        client.send(&bind(SHM, 3));
        host.next();
        let pool = Message::new(3, 0).uint(4).uint(4096).to_bytes();
        let file = file(0);
        client.send_bytes(&pool[..12], &[file.as_fd(); 3]);
        drop(client);
        assert_eq!(host.receive(), None);
    }
    rig.wait_for_fds(before);
}

#[test]
fn before_they_say_anything() {
    let rig = Rig::new();
    let before = rig.carafe.open_fds();
    for _ in 0..100 {
        let (client, mut host) = rig.connect();
        drop(client);
        assert_eq!(host.receive(), None);
    }
    rig.wait_for_fds(before);
}

#[test]
fn a_client_that_comes_when_the_host_is_gone_is_told() {
    let Rig { carafe, host, runtime } = Rig::new();
    drop(host);
    let mut client = Peer::connect(&runtime.join("client"));
    let (object, code, text) = error(&mut client);
    assert_eq!((object, code), (DISPLAY, 3));
    assert!(text.starts_with("carafe: cannot reach the host's compositor: "), "{text}");
    // carafe finds a host that comes back.
    std::fs::remove_file(runtime.join("host")).expect("removed");
    let host = FakeHost::listen(&runtime.join("host"));
    Rig { carafe, host, runtime }.still_serves();
}
