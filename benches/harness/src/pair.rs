//! A client and its host connection, with a surface and an input device. They are then driven with
//! little effort: by bytes of known lengths.

use std::fs::File;
use std::io::{IoSlice, IoSliceMut};
use std::mem::MaybeUninit;
use std::os::fd::AsFd;

use carafe_fixture::wire::{Message, Peer};
use rustix::net::{
    RecvAncillaryBuffer, RecvFlags, SendAncillaryBuffer, SendFlags, recv, recvmsg, sendmsg,
};

use crate::candidate::Running;

/// Ids on one side.
#[derive(Clone, Copy, Debug, Default)]
pub struct Ids {
    /// `wl_compositor`.
    pub compositor: u32,
    /// `wl_shm`.
    pub shm: u32,
    /// `wl_pointer`.
    pub pointer: u32,
    /// `wl_surface`.
    pub surface: u32,
    /// `wl_buffer`.
    pub buffer: u32,
}

/// The client's own ids, chosen here.
pub const CLIENT: Ids = Ids { compositor: 3, shm: 4, pointer: 6, surface: 7, buffer: 9 };

/// The first id that is free for a scenario's own objects.
pub const FREE: u32 = 10;

/// A client and its host connection.
pub struct Pair {
    /// The application's end.
    pub client: Peer,
    /// The compositor's end.
    pub host: Peer,
    /// The ids as the host knows them.
    pub ids: Ids,
    /// The pool's file.
    pub file: File,
}

impl Pair {
    /// Connects a client and gives it a surface, a buffer and a pointer.
    pub fn new(running: &Running) -> Self {
        let (mut client, mut host) = running.connect();
        let globals = [(1, "wl_compositor", 4), (2, "wl_shm", 1), (3, "wl_seat", 5)];
        // Without a primary selection carafe makes one up, which others do not.
        let primary = (4, "zwp_primary_selection_device_manager_v1", 1);
        for (name, interface, version) in globals.into_iter().chain([primary]) {
            host.send(&Message::new(2, 0).uint(name).string(interface).uint(version));
            client.next();
        }
        for (id, (name, interface, version)) in (3..).zip(globals) {
            let bind = Message::new(2, 0).uint(name).string(interface).uint(version);
            client.send(&bind.uint(id));
        }
        client.send(&Message::new(5, 0).uint(6)); // get_pointer
        client.send(&Message::new(3, 0).uint(7)); // create_surface
        let path = std::env::temp_dir().join(format!("carafe-bench-{}", std::process::id()));
        let file = File::options().create(true).truncate(true).read(true).write(true).open(&path);
        let file = file.expect("a file");
        let _ = std::fs::remove_file(path);
        file.set_len(1920 * 1080 * 4).expect("a size");
        client.send_fds(&Message::new(4, 0).uint(8).uint(1920 * 1080 * 4), &[file.as_fd()]);
        let buffer = Message::new(8, 0).uint(9).uint(0).uint(1920).uint(1080);
        client.send(&buffer.uint(1920 * 4).uint(0));
        let mut made = || {
            let message = host.next();
            // The new id is the last word, except for the pool and the buffer.
            let body = &message.body;
            u32::from_ne_bytes(*body.last_chunk::<4>().expect("a word"))
        };
        let (compositor, shm, _seat) = (made(), made(), made());
        let (pointer, surface) = (made(), made());
        let pool = host.next().word(0);
        drop(host.fd());
        let message = host.next();
        assert_eq!(message.object, pool);
        let buffer = message.word(0);
        let ids = Ids { compositor, shm, pointer, surface, buffer };
        Self { client, host, ids, file }
    }
}

/// Sends all of it, waiting as needed.
pub fn send(peer: &Peer, mut bytes: &[u8]) {
    while !bytes.is_empty() {
        let slice = [IoSlice::new(bytes)];
        let mut control = SendAncillaryBuffer::default();
        let sent = sendmsg(peer.socket(), &slice, &mut control, SendFlags::NOSIGNAL);
        bytes = &bytes[sent.expect("the proxy takes it")..];
    }
}

/// Sends as much as is accepted at once.
pub fn send_some(peer: &Peer, bytes: &[u8]) -> usize {
    let slice = [IoSlice::new(bytes)];
    let flags = SendFlags::NOSIGNAL | SendFlags::DONTWAIT;
    match sendmsg(peer.socket(), &slice, &mut SendAncillaryBuffer::default(), flags) {
        Ok(sent) => sent,
        Err(rustix::io::Errno::AGAIN) => 0,
        Err(e) => panic!("the proxy is gone: {e}"),
    }
}

/// Waits until `into` is full.
pub fn receive(peer: &Peer, into: &mut [u8]) {
    let mut filled = 0;
    while filled < into.len() {
        match recv(peer.socket(), &mut into[filled..], RecvFlags::empty()) {
            Ok((0 | _, 0)) | Err(_) => panic!("the proxy is gone"),
            Ok((_, len)) => filled += len,
        }
    }
}

/// Reads what is there.
pub fn receive_some(peer: &Peer, into: &mut [u8]) -> usize {
    match recv(peer.socket(), into, RecvFlags::DONTWAIT) {
        Err(rustix::io::Errno::AGAIN) => 0,
        Ok((_, 0)) | Err(_) => panic!("the proxy is gone"),
        Ok((_, len)) => len,
    }
}

/// Waits until `into` is full, and closes descriptors.
pub fn receive_with_fds(peer: &Peer, into: &mut [u8]) {
    let mut filled = 0;
    while filled < into.len() {
        let mut space = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(28))];
        let mut control = RecvAncillaryBuffer::new(&mut space);
        let slice = &mut [IoSliceMut::new(&mut into[filled..])];
        let received = recvmsg(peer.socket(), slice, &mut control, RecvFlags::CMSG_CLOEXEC);
        let len = received.expect("a message").bytes;
        assert!(len > 0, "the proxy is gone");
        filled += len;
    }
}

/// The 32-bit word at a place in bytes.
pub fn word(bytes: &[u8], at: usize) -> u32 {
    u32::from_ne_bytes(*bytes[at..].first_chunk().expect("four bytes"))
}
