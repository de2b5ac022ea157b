//! Pipes that others hold an end of, each served by a thread of its own.

use std::io;
use std::os::fd::{AsFd, OwnedFd};
use std::sync::Arc;
use std::thread;

use rustix::event::{PollFd, PollFlags, poll};
use rustix::fs::{OFlags, fcntl_getfl, fcntl_setfl};
use rustix::io::Errno;
use rustix::pipe::{PipeFlags, pipe_with};

use super::kind::{STACK, close};

/// Bound on the relays that somebody has at a time: as many transfers as one
/// keeps open in earnest, and more.
const MAX: usize = 256;

/// Bytes that a relay holds.
const HELD: usize = 16 * 1024;

/// Relays of one owner, who may use what they give like any pipe of its own: nobody else
/// has those ends open, so their flags stay and no call on them waits.
///
/// A relay ends, and closes what it was given, when the owner has closed its end and all
/// was delivered, or when the other one is gone. It may outlive its owner.
#[derive(Clone, Default)]
pub struct Relays(Arc<()>);

impl Relays {
    /// What is written to the result goes to `to`.
    ///
    /// # Errors
    /// When there are too many, or the kernel gives no pipe or thread. Then `to` is closed.
    pub fn to(&self, to: OwnedFd) -> io::Result<OwnedFd> {
        let made = pipe_with(PipeFlags::CLOEXEC);
        let set = made.and_then(|pipe| set_nonblocking(&pipe.1).map(|()| pipe));
        match set {
            Ok((read, write)) => self.start(read, to).map(|()| write),
            Err(e) => Err(give_up(to, e.into())),
        }
    }

    /// What comes out of `from` can be read from the result.
    ///
    /// # Errors
    /// The same.
    pub fn from(&self, from: OwnedFd) -> io::Result<OwnedFd> {
        let made = pipe_with(PipeFlags::CLOEXEC);
        let set = made.and_then(|pipe| set_nonblocking(&pipe.0).map(|()| pipe));
        match set {
            Ok((read, write)) => self.start(from, write).map(|()| read),
            Err(e) => Err(give_up(from, e.into())),
        }
    }

    fn start(&self, from: OwnedFd, to: OwnedFd) -> io::Result<()> {
        let counted = Arc::clone(&self.0);
        if Arc::strong_count(&counted) > MAX + 1 {
            let error = io::Error::other("too many transfers at a time");
            return Err(give_up(from, give_up(to, error)));
        }
        let run = move || {
            let _ = run(&from, &to);
            drop(counted);
        };
        thread::Builder::new().name("transfer".into()).stack_size(STACK).spawn(run).map(drop)
    }
}

/// There is no relay for a descriptor.
fn give_up(fd: OwnedFd, error: io::Error) -> io::Error {
    close(fd);
    error
}

fn set_nonblocking(fd: &OwnedFd) -> rustix::io::Result<()> {
    fcntl_setfl(fd, fcntl_getfl(fd)? | OFlags::NONBLOCK)
}

/// Moves all that comes, until one end is gone. The calls may wait or not, as whoever
/// else has the files open likes.
fn run(from: &OwnedFd, to: &OwnedFd) -> rustix::io::Result<()> {
    let mut held = vec![0; HELD];
    loop {
        let mut ends = [PollFd::new(from, PollFlags::IN), PollFd::new(to, PollFlags::empty())];
        retry(|| poll(&mut ends, None))?;
        let [_, to_end] = &ends;
        if to_end.revents().intersects(PollFlags::ERR | PollFlags::HUP | PollFlags::NVAL) {
            return Ok(());
        }
        let len = match retry(|| rustix::io::read(from, &mut *held)) {
            Ok(0) => return Ok(()),
            Err(Errno::AGAIN) => continue,
            other => other?,
        };
        let mut rest = held.get(..len).unwrap_or_default();
        while !rest.is_empty() {
            match retry(|| rustix::io::write(to, rest)) {
                Ok(len) => rest = rest.get(len..).unwrap_or_default(),
                Err(Errno::AGAIN) => {
                    let mut room = [PollFd::from_borrowed_fd(to.as_fd(), PollFlags::OUT)];
                    retry(|| poll(&mut room, None))?;
                }
                Err(e) => return Err(e),
            }
        }
    }
}

fn retry<T>(mut call: impl FnMut() -> rustix::io::Result<T>) -> rustix::io::Result<T> {
    loop {
        match call() {
            Err(Errno::INTR) => {}
            other => return other,
        }
    }
}
