//! The work of sessions, done by their own code.

use std::collections::HashMap;
use std::fs::File;
use std::io::{Read, Write};
use std::os::fd::{AsFd, OwnedFd};
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::time::Duration;

use rustix::event::{EventfdFlags, PollFd, PollFlags, epoll, eventfd, poll};
use rustix::fs::{MemfdFlags, Mode, OFlags, SealFlags, fcntl_add_seals, ftruncate, memfd_create};
use rustix::pipe::{PipeFlags, pipe_with};

use crate::channel::{Channel, UnixChannel};
use crate::foreign::{self, FileKind, Relays};
use crate::pixels::Pool;
use crate::sandbox::Needs;
use crate::wire::{FdKind, FdQueue};

/// What a session has before it enters its sandbox.
pub struct Prepared {
    file: OwnedFd,
    kind: FileKind,
    ends: (UnixStream, UnixStream),
    parent: u32,
}

impl Prepared {
    pub fn new(folder: &Path) -> Self {
        let file = OwnedFd::from(File::open(folder.join("readable/file")).unwrap());
        let kind = foreign::kind(file.as_fd());
        let parent = std::os::unix::process::parent_id();
        Self { file, kind, ends: UnixStream::pair().unwrap(), parent }
    }

    pub fn do_all(self, needs: &Needs) {
        assert_eq!(foreign::kind(self.file.as_fd()), self.kind);
        descriptors();
        messages(self.ends);
        transfers();
        memory();
        threads();
        assert_eq!(std::fs::read(needs.readable[0].join("file")).unwrap(), b"text");
        if needs.x11 {
            assert!(crate::peer::name(self.parent.cast_signed()).is_some());
        }
        if let Some(folder) = &needs.temporary {
            temporary(folder);
        }
    }
}

fn pipe() -> (OwnedFd, OwnedFd) {
    pipe_with(PipeFlags::CLOEXEC).unwrap()
}

fn descriptors() {
    let (read, write) = pipe();
    assert!(foreign::can_poll(read.as_fd()) && foreign::can_close(write.as_fd()));
    let event = eventfd(0, EventfdFlags::CLOEXEC).unwrap();
    let epoll = epoll::create(epoll::CreateFlags::CLOEXEC).unwrap();
    epoll::add(&epoll, &event, epoll::EventData::new_u64(1), epoll::EventFlags::IN).unwrap();
    rustix::io::write(&event, &1_u64.to_ne_bytes()).unwrap();
    let mut events = Vec::with_capacity(1);
    epoll::wait(&epoll, rustix::buffer::spare_capacity(&mut events), None).unwrap();
    assert_eq!(events.len(), 1);
    poll(&mut [PollFd::new(&write, PollFlags::OUT)], None).unwrap();
    assert!(event.try_clone().is_ok());
}

fn messages((one, other): (UnixStream, UnixStream)) {
    one.set_nonblocking(true).unwrap();
    let (mut from, mut to) = (UnixChannel::from(one), UnixChannel::from(other));
    let (mut sent, mut received) = (FdQueue::default(), FdQueue::default());
    sent.push(pipe().0, FdKind::Unknown).unwrap();
    let bytes = [std::io::IoSlice::new(b"bytes")];
    assert_eq!(from.send(&bytes, &mut sent).unwrap(), 5);
    assert_eq!(from.send(&bytes, &mut sent).unwrap(), 5);
    let mut into = [0; 16];
    assert_eq!(to.receive(&mut into, &mut received).unwrap(), 5);
    assert!(received.pop().is_some());
}

fn transfers() {
    let (read, write) = pipe();
    let to = Relays::default().to(write).unwrap();
    rustix::io::write(&to, b"data").unwrap();
    drop(to);
    let mut text = String::new();
    File::from(read).read_to_string(&mut text).unwrap();
    assert_eq!(text, "data");
}

fn memory() {
    let flags = MemfdFlags::CLOEXEC | MemfdFlags::ALLOW_SEALING;
    let file = memfd_create("x", flags).unwrap();
    ftruncate(&file, 1 << 20).unwrap();
    fcntl_add_seals(&file, SealFlags::SHRINK).unwrap();
    assert_eq!(Pool::new(file, 1 << 20).unwrap().size(), 1 << 20);
    // Large enough to get mappings of their own, which are moved and freed.
    let mut bytes = vec![1_u8; 1 << 20];
    bytes.resize(8 << 20, 2);
    bytes.shrink_to(1 << 18);
    drop(bytes);
    assert_eq!(HashMap::from([(1, 2)]).len(), 1);
}

fn threads() {
    let wait = || std::thread::sleep(Duration::from_millis(1));
    let builder = std::thread::Builder::new().name("another".into());
    builder.spawn(wait).unwrap().join().unwrap();
    assert!(std::thread::spawn(|| panic!("on purpose")).join().is_err());
}

fn temporary(folder: &Path) {
    let flags = OFlags::TMPFILE | OFlags::RDWR | OFlags::EXCL | OFlags::CLOEXEC;
    let file = rustix::fs::open(folder, flags, Mode::RUSR | Mode::WUSR).unwrap();
    let mut file = File::from(file);
    file.write_all(b"bytes").unwrap();
    file.set_len(0).unwrap();
}
