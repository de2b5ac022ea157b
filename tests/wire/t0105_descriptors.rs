//! Descriptors stay with the messages that name them.
use std::fs::File;
use std::io::{Read, Seek, Write};
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};

use rustix::process::Signal;

use super::rig::*;

/// A file that contains a number, so that tests can identify it.
pub fn file(number: usize) -> File {
    let mut file = tempfile::tempfile().expect("a file");
    write!(file, "{number}").expect("written");
    file
}

pub fn number(fd: OwnedFd) -> usize {
    let mut file = File::from(fd);
    let mut text = String::new();
    file.rewind().expect("a file");
    file.read_to_string(&mut text).expect("readable");
    text.parse().expect("a number")
}

fn create_pool(shm: u32, id: u32) -> Message {
    Message::new(shm, 0).uint(id).uint(4096)
}

#[test]
fn each_pool_gets_its_own() {
    let rig = Rig::new();
    let (mut client, mut host) = rig.client();
    client.send(&bind(SHM, 3));
    host.next();
    for n in 0..100 {
        client.send_fds(&create_pool(3, 4 + n), &[file(n as usize).as_fd()]);
    }
    for n in 0..100 {
        assert_eq!(host.next(), create_pool(3, 4 + n));
        assert_eq!(number(host.fd()), n as usize);
    }
}

#[test]
fn any_number_in_one_read() {
    let rig = Rig::new();
    let (mut client, mut host) = rig.client();
    client.send(&bind(SHM, 3));
    host.next();
    let files: Vec<File> = (0..200).map(file).collect();
    let fds: Vec<BorrowedFd<'_>> = files.iter().map(AsFd::as_fd).collect();
    let bytes: Vec<u8> = (0..200).flat_map(|n| create_pool(3, 4 + n).to_bytes()).collect();
    client.send_bytes(&bytes, &fds);
    for n in 0..200 {
        assert_eq!(host.next(), create_pool(3, 4 + n));
        assert_eq!(number(host.fd()), n as usize);
    }
    drop(files);
    sync(&mut client, &mut host, 300 - 96);
}

#[test]
fn they_may_come_ahead_of_their_messages() {
    let rig = Rig::new();
    let (mut client, mut host) = rig.client();
    let files: Vec<File> = (0..3).map(file).collect();
    let fds: Vec<BorrowedFd<'_>> = files.iter().map(AsFd::as_fd).collect();
    client.send_bytes(&bind(SHM, 3).to_bytes(), &fds);
    host.next();
    for n in 0..3 {
        client.send(&create_pool(3, 4 + n));
        host.next();
        assert_eq!(number(host.fd()), n as usize);
    }
}

#[test]
fn events_for_an_object_that_the_client_destroyed_take_theirs_along() {
    let rig = Rig::new();
    let (mut client, mut host) = rig.client();
    client.send(&bind(SEAT, 3));
    client.send(&Message::new(3, 1).uint(4)); // get_keyboard
    client.send(&Message::new(3, 1).uint(5)); // another
    client.send(&Message::new(4, 0)); // wl_keyboard.release
    for _ in 0..4 {
        host.next();
    }
    let keymap = |keyboard| Message::new(keyboard, 0).uint(1).uint(10);
    host.send_fds(&keymap(4), &[file(1).as_fd()]);
    host.send_fds(&keymap(5), &[file(2).as_fd()]);
    for (keyboard, n) in [(4, 1), (5, 2)] {
        assert_eq!(client.next(), keymap(keyboard));
        assert_eq!(number(client.fd()), n);
    }
}

#[test]
fn none_is_kept() {
    let rig = Rig::new();
    let before = rig.carafe.open_fds();
    let (mut client, mut host) = rig.client();
    client.send(&bind(SHM, 3));
    host.next();
    let with_session = rig.carafe.open_fds();
    for n in 0..1000 {
        client.send_fds(&create_pool(3, 4 + n), &[file(1).as_fd()]);
        host.next();
        host.fd();
    }
    rig.wait_for_fds(with_session);
    drop(client);
    assert_eq!(host.receive(), None);
    rig.wait_for_fds(before);
}

#[test]
fn what_was_sent_behind_them_arrives_though_nothing_follows() {
    let rig = Rig::new();
    let (mut client, mut host) = rig.client();
    client.send(&bind(SHM, 3));
    host.next();
    // Everything arrives while carafe is stopped. So it wakes once, and each read ends after a
    // message's descriptors.
    rig.carafe.signal(Signal::STOP);
    for n in 0..20 {
        client.send_fds(&create_pool(3, 4 + 2 * n), &[file(n as usize).as_fd()]);
        client.send(&Message::new(DISPLAY, 0).uint(5 + 2 * n));
    }
    rig.carafe.signal(Signal::CONT);
    for n in 0..20 {
        assert_eq!(host.next(), create_pool(3, 4 + 2 * n));
        assert_eq!(host.next(), Message::new(DISPLAY, 0).uint(5 + 2 * n));
    }
}
