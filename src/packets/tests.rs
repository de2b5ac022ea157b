//! Messages of any length, and what is none.
#![allow(clippy::unwrap_used)]

use std::io::{Read, Write};

use super::*;

#[test]
fn messages_arrive_with_their_descriptors_however_long_they_are() {
    let (one, other) = Packets::pair().unwrap();
    for len in [0, 5, MAX_PACKET - 4, MAX_PACKET, 3 * MAX_PACKET] {
        let text = "x".repeat(len);
        let (read, write) = std::io::pipe().unwrap();
        one.send(&(7_u8, &text), &[write.as_fd()], WaitMode::No).unwrap();
        drop(write);
        let mut packet: Packet<(u8, String)> = other.receive(WaitMode::No).unwrap().unwrap();
        assert_eq!(packet.message, (7, text));
        let [write] = packet.fds.take().unwrap();
        File::from(write).write_all(b"!").unwrap();
        let mut said = String::new();
        { read }.read_to_string(&mut said).unwrap();
        assert_eq!(said, "!");
    }
    let nothing = other.receive::<u8>(WaitMode::No).unwrap_err();
    assert_eq!(nothing.kind(), io::ErrorKind::WouldBlock);
    drop(one);
    assert!(other.receive::<u8>(WaitMode::Yes).unwrap().is_none());
}

#[test]
fn what_is_no_message_is_an_error_and_what_follows_is_received() {
    let (one, other) = Packets::pair().unwrap();
    let dir = tempfile::tempdir().unwrap();
    let file = File::create(dir.path().join("file")).unwrap();
    let long = memfd_create("long", MemfdFlags::CLOEXEC).unwrap();
    rustix::fs::ftruncate(&long, 1 << 40).unwrap();
    let no_fds: &[BorrowedFd<'_>] = &[];
    for (place, bytes, fds) in [
        (HERE, &b""[..], no_fds),
        (HERE, b"\xff\xff\xff\xff\xff\xff", no_fds),
        (2, b"abc", no_fds),
        (IN_MEMORY, b"", no_fds),
        (IN_MEMORY, b"", &[file.as_fd()]),
        (IN_MEMORY, b"", &[long.as_fd()]),
    ] {
        one.send_packet(place, bytes, fds, WaitMode::No).unwrap();
        one.send(&"whole", &[], WaitMode::No).unwrap();
        let error = other.receive::<String>(WaitMode::No).unwrap_err();
        assert_ne!(error.kind(), io::ErrorKind::WouldBlock, "{place} {bytes:?}");
        let packet = other.receive::<String>(WaitMode::No).unwrap().unwrap();
        assert_eq!(packet.message, "whole");
    }
}

#[test]
fn the_last_words_of_an_end_that_did_not_hear_all_are_heard() {
    let (one, other) = Packets::pair().unwrap();
    one.send(&1, &[], WaitMode::No).unwrap();
    other.send(&2, &[], WaitMode::No).unwrap();
    drop(other);
    assert_eq!(one.receive::<i32>(WaitMode::No).unwrap().unwrap().message, 2);
    assert!(one.receive::<i32>(WaitMode::No).unwrap().is_none());
}

#[test]
fn nobody_waits_for_an_end_that_does_not_read() {
    let (one, _other) = Packets::pair().unwrap();
    let text = "x".repeat(1000);
    let sent = (0..10_000).map(|_| one.send(&text, &[], WaitMode::No)).find_map(Result::err);
    assert_eq!(sent.unwrap().kind(), io::ErrorKind::WouldBlock);
}
