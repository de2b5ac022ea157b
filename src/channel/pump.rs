//! Pipes that end here and go on elsewhere: what comes out of one descriptor is
//! written into another, without waiting for either.

use std::collections::HashMap;
use std::io;
use std::os::fd::OwnedFd;

use rustix::event::epoll::EventFlags;
use rustix::fs::{OFlags, fcntl_getfl, fcntl_setfl};
use rustix::io::Errno;

use super::Waits;
use crate::foreign::Relays;

/// Bytes that a pump holds: as many as a pipe does.
const HELD: usize = 64 * 1024;

/// One way from a descriptor to another.
struct Pump {
    /// A pipe of the device's.
    from: OwnedFd,
    /// Leads to the client's.
    to: OwnedFd,
    held: Box<[u8]>,
    start: usize,
    end: usize,
    /// Where it waits: for bytes or for room.
    waits_for_room: bool,
}

enum Next {
    Bytes,
    Room,
    /// The writer has ended, or the reader is gone: both ends close with the pump.
    Over,
}

impl Pump {
    /// Moves what can be moved with one read.
    fn run(&mut self) -> Next {
        if self.start == self.end {
            match retry(|| rustix::io::read(&self.from, &mut *self.held)) {
                Ok(0) => return Next::Over,
                Ok(len) => (self.start, self.end) = (0, len),
                Err(Errno::AGAIN) => return Next::Bytes,
                Err(_) => return Next::Over,
            }
        }
        while let Some(rest) = self.held.get(self.start..self.end).filter(|rest| !rest.is_empty()) {
            match retry(|| rustix::io::write(&self.to, rest)) {
                Ok(len) => self.start += len,
                Err(Errno::AGAIN) => return Next::Room,
                Err(_) => return Next::Over,
            }
        }
        Next::Bytes
    }
}

fn retry<T>(mut call: impl FnMut() -> Result<T, Errno>) -> Result<T, Errno> {
    loop {
        match call() {
            Err(Errno::INTR) => {}
            other => return other,
        }
    }
}

/// All pumps of a channel.
#[derive(Default)]
pub struct Pumps {
    waits: Option<Waits>,
    running: HashMap<u64, Pump>,
    next: u64,
    relays: Relays,
}

impl Pumps {
    /// Where to wait.
    pub fn join(&mut self, waits: Waits) {
        self.waits = Some(waits);
    }

    /// Starts one from a pipe of the device's into a client's. Where there are too many,
    /// both are closed.
    ///
    /// # Errors
    /// When `from` cannot be waited for.
    pub fn start(&mut self, from: OwnedFd, to: OwnedFd) -> io::Result<()> {
        let waits = self.waits.as_ref().ok_or(io::ErrorKind::NotConnected)?;
        let to = match self.relays.to(to) {
            Ok(to) => to,
            Err(e) => {
                tracing::warn!("a transfer fails: {e}");
                return Ok(());
            }
        };
        fcntl_setfl(&from, fcntl_getfl(&from)? | OFlags::NONBLOCK)?;
        waits.add(&from, self.next, EventFlags::IN)?;
        let held = vec![0; HELD].into();
        let pump = Pump { from, to, held, start: 0, end: 0, waits_for_room: false };
        self.running.insert(self.next, pump);
        self.next += 1;
        Ok(())
    }

    /// A pump's descriptor is ready.
    pub fn ready(&mut self, number: u64) {
        let (Some(pump), Some(waits)) = (self.running.get_mut(&number), &self.waits) else {
            return;
        };
        let waits_for_room = match pump.run() {
            Next::Bytes => false,
            Next::Room => true,
            Next::Over => {
                // The host may have the same file open, so closing is not forgetting.
                let _ = waits.remove(if pump.waits_for_room { &pump.to } else { &pump.from });
                self.running.remove(&number);
                return;
            }
        };
        if waits_for_room == pump.waits_for_room {
            return;
        }
        pump.waits_for_room = waits_for_room;
        let (from, to) = (&pump.from, &pump.to);
        let moved = if waits_for_room {
            waits.remove(from).and_then(|()| waits.add(to, number, EventFlags::OUT))
        } else {
            waits.remove(to).and_then(|()| waits.add(from, number, EventFlags::IN))
        };
        if let Err(e) = moved {
            tracing::warn!("a transfer ends early: {e}");
            self.running.remove(&number);
        }
    }
}
