//! More descriptors at once than a packet takes (28). Each must stay with its message.

use std::fs::File;
use std::io::{PipeReader, PipeWriter, Read, Write, pipe};
use std::os::fd::AsFd;
use std::os::unix::fs::FileExt;

use carafe_fixture::wire::Message;

use crate::client::memory;
use crate::fake::{FREE, Fake, OFFER, SEAT, bytes_of, offer, sync};
use crate::ways::devices;

fn receive(number: usize) -> Message {
    Message::new(OFFER, 1).string(&number.to_string())
}

#[test]
fn many_pipes_reach_the_host() {
    const PIPES: usize = 60;
    for way in devices() {
        let fake = Fake::new(way);
        let (mut client, mut host) = fake.client();
        offer(&mut client, &mut host);
        let (readers, writers): (Vec<PipeReader>, Vec<PipeWriter>) =
            (0..PIPES).map(|_| pipe().unwrap()).unzip();
        let requests: Vec<_> = (0..PIPES).map(receive).collect();
        let fds: Vec<_> = writers.iter().map(AsFd::as_fd).collect();
        client.send_bytes(&bytes_of(&requests), &fds);
        drop(writers);
        for (n, request) in requests.iter().enumerate() {
            assert_eq!(host.next(), *request, "{way:?}");
            write!(File::from(host.fd()), "for {n}").expect("a pipe");
        }
        assert_eq!(host.fds_left(), 0);
        // Read the last one first: no pipe may wait for another.
        for (n, mut reader) in readers.into_iter().enumerate().rev() {
            let mut read = String::new();
            reader.read_to_string(&mut read).expect("readable");
            assert_eq!(read, format!("for {n}"), "{way:?}");
        }
        sync(&mut client, &mut host, FREE + 1);
        fake.stop();
    }
}

/// Files of the host: as many as libwayland sends at once, and then the rest.
#[test]
fn many_files_come_from_the_host() {
    const FILES: usize = 40;
    const AT_ONCE: usize = 28;
    for way in devices() {
        let fake = Fake::new(way);
        let (mut client, mut host) = fake.client();
        let get = Message::new(SEAT, 1).uint(FREE);
        client.send(&get);
        assert_eq!(host.next(), get);
        let size = |n: usize| 100 * (n + 1);
        let keymap = |n| Message::new(FREE, 0).uint(1).uint(size(n) as u32);
        let keymaps: Vec<_> = (0..FILES).map(keymap).collect();
        let files: Vec<_> = (0..FILES).map(|n| memory(size(n), &[n as u8])).collect();
        let fds: Vec<_> = files.iter().map(AsFd::as_fd).collect();
        // The host sends them with their messages, or ahead of them.
        for ahead in [false, true] {
            let bytes = bytes_of(&keymaps);
            let (first, rest) = bytes.split_at(if ahead { 1 } else { AT_ONCE * 16 });
            host.send_bytes(first, &fds[..AT_ONCE]);
            host.send_bytes(rest, &fds[AT_ONCE..]);
            for (n, keymap) in keymaps.iter().enumerate() {
                assert_eq!(client.next(), *keymap, "{way:?}");
                let mut bytes = vec![0; size(n)];
                File::from(client.fd()).read_exact_at(&mut bytes, 0).expect("a file");
                assert!(bytes.iter().all(|byte| *byte == n as u8), "{n} is another, {way:?}");
            }
            assert_eq!(client.fds_left(), 0);
        }
        sync(&mut client, &mut host, FREE + 1);
        fake.stop();
    }
}
