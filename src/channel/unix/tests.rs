//! Whether a read tells that the socket is empty.

use std::io::{IoSlice, Write};
use std::os::fd::AsFd;
use std::os::unix::net::UnixStream;

use rustix::net::{SendAncillaryBuffer, SendAncillaryMessage, SendFlags, sendmsg};

use super::UnixChannel;
use crate::channel::Channel;
use crate::wire::FdQueue;

struct Setup {
    peer: UnixStream,
    channel: UnixChannel,
}

impl Setup {
    fn new() -> Self {
        let (peer, ours) = UnixStream::pair().unwrap();
        Self { peer, channel: ours.into() }
    }

    fn send_with_fd(&self, bytes: &[u8]) {
        let fds = [self.peer.as_fd()];
        let mut space = [std::mem::MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(1))];
        let mut control = SendAncillaryBuffer::new(&mut space);
        assert!(control.push(SendAncillaryMessage::ScmRights(&fds)));
        sendmsg(&self.peer, &[IoSlice::new(bytes)], &mut control, SendFlags::empty()).unwrap();
    }

    /// How much was read, and whether that was all.
    fn read(&mut self, room: usize) -> (usize, Option<bool>) {
        let read = self.channel.receive(&mut vec![0; room], &mut FdQueue::default()).unwrap_or(0);
        (read, self.channel.emptied())
    }
}

#[test]
fn a_short_read_has_taken_all() {
    let mut setup = Setup::new();
    setup.peer.write_all(b"12345678").unwrap();
    assert_eq!(setup.read(9), (8, Some(true)));
    assert_eq!(setup.read(9), (0, Some(true)));
}

#[test]
fn a_full_one_may_have_left_something() {
    let mut setup = Setup::new();
    setup.peer.write_all(b"12345678").unwrap();
    assert_eq!(setup.read(8), (8, Some(false)));
    assert_eq!(setup.read(8), (0, Some(true)));
}

#[test]
fn one_with_descriptors_ends_early() {
    let mut setup = Setup::new();
    setup.send_with_fd(b"1234");
    setup.peer.write_all(b"5678").unwrap();
    assert_eq!(setup.read(9), (4, Some(false)));
    assert_eq!(setup.read(9), (4, Some(true)));
}
