//! Missing and surplus descriptors.
use std::os::fd::{AsFd, BorrowedFd};

use super::rig::*;
use super::t0105_descriptors::file;

#[test]
fn a_message_without_its_descriptor() {
    let rig = Rig::new();
    let (mut client, mut host) = rig.client();
    client.send(&bind(SHM, 3));
    host.next();
    client.send(&Message::new(3, 0).uint(4).uint(4096));
    let text = "invalid arguments for wl_shm#3.create_pool: file descriptor expected".to_owned();
    assert_eq!(error(&mut client), (DISPLAY, 1, text));
    assert_eq!(host.receive(), None);
    rig.still_serves();
}

#[test]
fn descriptors_that_no_message_takes_are_bounded() {
    let rig = Rig::new();
    let before = rig.carafe.open_fds();
    let (mut client, mut host) = rig.client();
    let file = file(0);
    let fds: Vec<BorrowedFd<'_>> = vec![file.as_fd(); 200];
    let mut sent = 0;
    for id in 3..20 {
        if client.try_send_bytes(&Message::new(DISPLAY, 0).uint(id).to_bytes(), &fds).is_err() {
            break;
        }
        sent += 200;
    }
    let text = "more than 1024 file descriptors wait that no message takes".to_owned();
    assert_eq!(error(&mut client), (DISPLAY, 1, text));
    assert!(sent > 1000);
    while host.receive().is_some() {}
    assert_eq!(host.fds_left(), 0);
    rig.wait_for_fds(before);
    rig.still_serves();
}

#[test]
fn a_few_surplus_ones_harm_nobody() {
    let rig = Rig::new();
    let before = rig.carafe.open_fds();
    let (mut client, mut host) = rig.client();
    let file = file(0);
    client.send_bytes(&bind(SHM, 3).to_bytes(), &[file.as_fd(); 20]);
    host.next();
    sync(&mut client, &mut host, 4);
    assert_eq!(host.fds_left(), 0);
    drop((client, host));
    rig.wait_for_fds(before);
}

#[test]
fn the_hosts_missing_descriptor_is_the_hosts_fault() {
    let rig = Rig::new();
    let (mut client, mut host) = rig.client();
    client.send(&bind(SEAT, 3));
    client.send(&Message::new(3, 1).uint(4));
    host.next();
    host.next();
    host.send(&Message::new(4, 0).uint(1).uint(10));
    let (object, code, text) = error(&mut client);
    assert_eq!((object, code), (DISPLAY, 3));
    assert!(text.ends_with("wl_keyboard#4.keymap: file descriptor expected"), "{text}");
    rig.still_serves();
}
