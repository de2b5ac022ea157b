//! Copying from one pipe into another, without waiting for either.
//!
//! A pipe of the device is always read to its end, because unread bytes block every program
//! of the machine. What its reader here does not take is [spilled](super::spill). A pipe of a
//! client is read only as fast as the host takes the bytes.

use std::collections::HashMap;
use std::io;
use std::os::fd::OwnedFd;

use rustix::event::epoll::EventFlags;
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::fs::{OFlags, fcntl_getfl, fcntl_setfl};
use rustix::io::Errno;

use super::spill::{Spill, SpillError};
use super::{TRANSFER_LIMIT, Waits};
use crate::foreign::Relays;

/// Most bytes of one read.
const MAX_READ: usize = 64 * 1024;

/// Most bytes of one write to the host: the device serves nobody else meanwhile. (The driver
/// refuses writes above 4 MiB.)
const PIECE_TO_HOST: usize = 16 * 1024;

/// A copy from one descriptor to another.
enum Pump {
    /// From a pipe of the device to a client.
    ToClient {
        /// `None` once it has ended.
        from: Option<OwnedFd>,
        /// A relay to the client's pipe.
        to: OwnedFd,
        held: Spill,
        waits_for_room: bool,
        /// A value that lives as long as the pump.
        _kept: Box<dyn Send>,
    },
    /// From a client to a pipe of the device.
    ToHost {
        /// A relay from the client's pipe.
        from: OwnedFd,
        to: OwnedFd,
    },
}

/// Which end of a pump.
#[derive(Clone, Copy, PartialEq, Eq)]
enum PumpEnd {
    From,
    To,
}

/// The copy is over: the writer has ended, or the reader is gone. Both ends close with the
/// pump.
struct EndOfCopy;

/// Writes as much as there is room for; `false` when the pipe is full.
fn write(to: &OwnedFd, bytes: &[u8]) -> Result<(usize, bool), EndOfCopy> {
    let mut done = 0;
    while let Some(rest) = bytes.get(done..).filter(|rest| !rest.is_empty()) {
        match retry(|| rustix::io::write(to, rest)) {
            Ok(len) => done += len,
            Err(Errno::AGAIN) => return Ok((done, false)),
            Err(_) => return Err(EndOfCopy),
        }
    }
    Ok((done, true))
}

fn retry<T>(mut call: impl FnMut() -> Result<T, Errno>) -> Result<T, Errno> {
    loop {
        match call() {
            Err(Errno::INTR) => {}
            other => return other,
        }
    }
}

/// Whether the reader of a pipe is gone.
fn is_gone(to: &OwnedFd) -> bool {
    let mut ends = [PollFd::new(to, PollFlags::empty())];
    poll(&mut ends, Some(&Timespec::default())).is_ok_and(|ready| ready > 0)
}

/// Writes held bytes until none is left or the pipe is full.
fn write_held(to: &OwnedFd, held: &mut Spill) -> Result<(), EndOfCopy> {
    loop {
        let oldest = held.oldest().map_err(|e| give_up(&e))?;
        if oldest.is_empty() {
            return Ok(());
        }
        let (done, has_room) = write(to, oldest)?;
        held.take(done);
        if !has_room {
            return Ok(());
        }
    }
}

fn give_up(why: &SpillError) -> EndOfCopy {
    tracing::warn!("a transfer from the host ends early: {why}");
    EndOfCopy
}

impl Pump {
    /// Does one read and writes its bytes, or writes held bytes.
    fn run(&mut self, ready: PumpEnd, piece: &mut [u8]) -> Result<(), EndOfCopy> {
        match self {
            Self::ToClient { from, to, held, .. } => {
                if ready == PumpEnd::To {
                    if held.is_empty() {
                        // Nothing waits for room, so epoll reports only a hang-up here.
                        return if is_gone(to) { Err(EndOfCopy) } else { Ok(()) };
                    }
                    write_held(to, held)?;
                } else if let Some(pipe) = from {
                    match retry(|| rustix::io::read(&*pipe, &mut *piece)) {
                        Err(Errno::AGAIN) => {}
                        // epoll forgets it when it is closed: nobody else has this file.
                        Ok(0) | Err(_) => *from = None,
                        Ok(len) => {
                            let mut rest = piece.get(..len).unwrap_or_default();
                            if held.is_empty() {
                                let (done, _) = write(to, rest)?;
                                rest = rest.get(done..).unwrap_or_default();
                            }
                            if !rest.is_empty() {
                                held.push(rest).map_err(|e| give_up(&e))?;
                            }
                        }
                    }
                }
                if from.is_none() && held.is_empty() { Err(EndOfCopy) } else { Ok(()) }
            }
            Self::ToHost { from, to } => {
                if ready == PumpEnd::To {
                    return if is_gone(to) { Err(EndOfCopy) } else { Ok(()) };
                }
                let piece = piece.get_mut(..PIECE_TO_HOST).unwrap_or_default();
                match retry(|| rustix::io::read(&*from, &mut *piece)) {
                    Err(Errno::AGAIN) => Ok(()),
                    Ok(0) | Err(_) => Err(EndOfCopy),
                    // The driver waits for the host in this call, even with `O_NONBLOCK`.
                    Ok(len) => write(to, piece.get(..len).unwrap_or_default()).map(drop),
                }
            }
        }
    }
}

/// All pumps of a channel.
pub struct Pumps {
    waits: Option<Waits>,
    running: HashMap<u64, Pump>,
    next: u64,
    /// The buffer for reads; allocated with the first pump.
    piece: Box<[u8]>,
    /// Most bytes that are held for one reader.
    limit: u64,
    relays: Relays,
}

impl Default for Pumps {
    fn default() -> Self {
        Self::new(TRANSFER_LIMIT)
    }
}

impl Pumps {
    /// Makes an empty set. A transfer ends when its reader is more than `limit` bytes behind.
    pub fn new(limit: u64) -> Self {
        Self {
            waits: None,
            running: HashMap::new(),
            next: 0,
            piece: Box::default(),
            limit,
            relays: Relays::default(),
        }
    }

    /// Sets where the pumps wait.
    pub fn join(&mut self, waits: Waits) {
        self.waits = Some(waits);
    }

    /// Starts a pump from a pipe of the device into a client's. If there are too many, both
    /// are closed.
    ///
    /// # Errors
    /// When `from` cannot be waited for.
    pub fn start(&mut self, from: OwnedFd, to: OwnedFd) -> io::Result<()> {
        self.start_keeping(from, to, ())
    }

    /// As [`start`](Self::start); `kept` lives as long as the pump.
    ///
    /// # Errors
    /// As [`start`](Self::start).
    pub fn start_keeping(
        &mut self,
        from: OwnedFd,
        to: OwnedFd,
        kept: impl Send + 'static,
    ) -> io::Result<()> {
        let waits = self.waits.as_ref().ok_or(io::ErrorKind::NotConnected)?;
        let to = match self.relays.to(to) {
            Ok(to) => to,
            Err(e) => {
                tracing::warn!("a transfer has failed: {e}");
                return Ok(());
            }
        };
        fcntl_setfl(&from, fcntl_getfl(&from)? | OFlags::NONBLOCK)?;
        waits.add(&from, number(self.next, PumpEnd::From), EventFlags::IN)?;
        // epoll reports a hang-up, the sign that the reader is gone, without being asked.
        waits.add(&to, number(self.next, PumpEnd::To), EventFlags::empty())?;
        let held = Spill::new(self.limit);
        let from = Some(from);
        let kept: Box<dyn Send> = Box::new(kept);
        self.insert(Pump::ToClient { from, to, held, waits_for_room: false, _kept: kept });
        Ok(())
    }

    /// Starts a pump into a pipe of the device; returns the end that the client writes to.
    ///
    /// # Errors
    /// When the process has no descriptors left.
    pub fn start_to_host(&mut self, to: OwnedFd) -> io::Result<OwnedFd> {
        let waits = self.waits.as_ref().ok_or(io::ErrorKind::NotConnected)?;
        let (from, theirs) = rustix::pipe::pipe_with(rustix::pipe::PipeFlags::CLOEXEC)?;
        let from = self.relays.from(from)?;
        waits.add(&from, number(self.next, PumpEnd::From), EventFlags::IN)?;
        // A hang-up tells early that the host's reader is gone. Without it the next write
        // fails, so an error here does not matter.
        let _ = waits.add(&to, number(self.next, PumpEnd::To), EventFlags::empty());
        self.insert(Pump::ToHost { from, to });
        Ok(theirs)
    }

    fn insert(&mut self, pump: Pump) {
        if self.piece.is_empty() {
            self.piece = vec![0; MAX_READ].into();
        }
        self.running.insert(self.next, pump);
        self.next += 1;
    }

    /// Runs the pump whose descriptor is ready.
    pub fn ready(&mut self, ready: u64) {
        let (key, end) =
            (ready / 2, if ready.is_multiple_of(2) { PumpEnd::From } else { PumpEnd::To });
        let Self { running, waits: Some(waits), piece, .. } = self else { return };
        let Some(pump) = running.get_mut(&key) else { return };
        let outcome = pump.run(end, piece);
        if outcome.is_ok()
            && let Pump::ToClient { to, held, waits_for_room, .. } = pump
            && *waits_for_room == held.is_empty()
        {
            *waits_for_room = !held.is_empty();
            let flags = if held.is_empty() { EventFlags::empty() } else { EventFlags::OUT };
            let _ = waits.change(to, number(key, PumpEnd::To), flags);
        }
        if outcome.is_err()
            && let Some(pump) = running.remove(&key)
        {
            // Others may have the same files open, so closing alone does not remove them
            // from the epoll instance.
            match &pump {
                Pump::ToClient { from, to, .. } => {
                    let _ = from.as_ref().map(|from| waits.remove(from));
                    let _ = waits.remove(to);
                }
                Pump::ToHost { from, to } => {
                    let _ = (waits.remove(from), waits.remove(to));
                }
            }
        }
    }
}

/// The number of a pump's end for [`Waits`].
fn number(pump: u64, end: PumpEnd) -> u64 {
    pump * 2 + u64::from(end == PumpEnd::To)
}
