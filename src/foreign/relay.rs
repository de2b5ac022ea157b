//! Copying through pipes of other programs, each in its own thread.

use std::io;
use std::os::fd::{AsFd, OwnedFd};
use std::sync::Arc;
use std::thread;

use rustix::event::{PollFd, PollFlags, poll};
use rustix::fs::{OFlags, fcntl_getfl, fcntl_setfl};
use rustix::io::Errno;
use rustix::pipe::{PipeFlags, pipe_with};

use super::kind::{STACK, close};

/// Bound on the relays of one owner at a time: more transfers than any program keeps open for
/// a good reason.
pub const MAX_RELAYS: usize = 256;

/// Size of a relay's buffer in bytes.
const HELD: usize = 16 * 1024;

/// The relays of one owner. A relay copies between a pipe of another program and a pipe that
/// only the owner has open: there nobody else can change flags, and no call waits.
///
/// A relay ends, and closes its descriptors, when the owner has closed its end and everything
/// was delivered, or when the other program's end is closed. It may outlive its owner.
#[derive(Clone, Default)]
pub struct Relays {
    count: Arc<()>,
    limit: Option<u64>,
}

impl Relays {
    /// Relays that end after this many bytes.
    pub fn with_limit(limit: Option<u64>) -> Self {
        Self { limit, ..Self::default() }
    }

    /// Makes a pipe whose bytes are copied to `to`, up to a limit; returns the end to write to.
    ///
    /// # Errors
    /// When there are too many, or the kernel gives no pipe or thread. Then `to` is closed.
    pub fn limited(&self, to: OwnedFd, limit: u64) -> io::Result<OwnedFd> {
        match pipe_with(PipeFlags::CLOEXEC) {
            Ok((read, write)) => self.start(read, to, Some(limit)).map(|()| write),
            Err(e) => Err(give_up(to, e.into())),
        }
    }

    /// Makes a pipe whose bytes are copied to `to`; returns the end to write to.
    ///
    /// # Errors
    /// When there are too many relays, or the kernel gives no pipe or thread. Then `to` is closed.
    pub fn to(&self, to: OwnedFd) -> io::Result<OwnedFd> {
        let made = pipe_with(PipeFlags::CLOEXEC);
        let set = made.and_then(|pipe| set_nonblocking(&pipe.1).map(|()| pipe));
        match set {
            Ok((read, write)) => self.start(read, to, self.limit).map(|()| write),
            Err(e) => Err(give_up(to, e.into())),
        }
    }

    /// Makes a pipe into which the bytes of `from` are copied; returns the end to read from.
    ///
    /// # Errors
    /// As [`to`](Self::to).
    pub fn from(&self, from: OwnedFd) -> io::Result<OwnedFd> {
        let made = pipe_with(PipeFlags::CLOEXEC);
        let set = made.and_then(|pipe| set_nonblocking(&pipe.0).map(|()| pipe));
        match set {
            Ok((read, write)) => self.start(from, write, self.limit).map(|()| read),
            Err(e) => Err(give_up(from, e.into())),
        }
    }

    fn start(&self, from: OwnedFd, to: OwnedFd, limit: Option<u64>) -> io::Result<()> {
        let counted = Arc::clone(&self.count);
        if Arc::strong_count(&counted) > MAX_RELAYS + 1 {
            let error = io::Error::other("too many transfers at a time");
            return Err(give_up(from, give_up(to, error)));
        }
        let run = move || {
            let _ = run(&from, &to, limit.unwrap_or(u64::MAX));
            drop(counted);
        };
        thread::Builder::new().name("transfer".into()).stack_size(STACK).spawn(run).map(drop)
    }
}

/// Closes a descriptor that gets no relay.
fn give_up(fd: OwnedFd, error: io::Error) -> io::Error {
    close(fd);
    error
}

fn set_nonblocking(fd: &OwnedFd) -> rustix::io::Result<()> {
    fcntl_setfl(fd, fcntl_getfl(fd)? | OFlags::NONBLOCK)
}

/// Copies until one end is gone or the limit is reached. These calls may block, because the other
/// owners of the files can change their flags; that is why each relay has a thread.
fn run(from: &OwnedFd, to: &OwnedFd, mut left: u64) -> rustix::io::Result<()> {
    let mut held = vec![0; HELD];
    while left > 0 {
        let mut ends = [PollFd::new(from, PollFlags::IN), PollFd::new(to, PollFlags::empty())];
        retry(|| poll(&mut ends, None))?;
        let [_, to_end] = &ends;
        if to_end.revents().intersects(PollFlags::ERR | PollFlags::HUP | PollFlags::NVAL) {
            return Ok(());
        }
        let most = usize::try_from(left).unwrap_or(usize::MAX).min(HELD);
        let len = match retry(|| rustix::io::read(from, held.get_mut(..most).unwrap_or_default())) {
            Ok(0) => return Ok(()),
            Err(Errno::AGAIN) => continue,
            other => other?,
        };
        left = left.saturating_sub(len as u64);
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
    Ok(())
}

fn retry<T>(mut call: impl FnMut() -> rustix::io::Result<T>) -> rustix::io::Result<T> {
    loop {
        match call() {
            Err(Errno::INTR) => {}
            other => return other,
        }
    }
}
