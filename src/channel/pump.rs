//! Pipes that end here and go on elsewhere: what comes out of one descriptor is
//! written into another, without waiting for either.
//!
//! A pipe of the device is always read to its end, because what is not read stands in the
//! way of every program of the machine: what its reader here does not take is
//! [spilled](super::spill). A pipe of a client is read as the host takes what comes.

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

/// Bytes of one read.
const PIECE: usize = 64 * 1024;

/// Bytes of one write to the host: a device takes no more than 4 MiB at once, and serves
/// nobody else meanwhile.
const PIECE_TO_HOST: usize = 16 * 1024;

/// One way from a descriptor to another.
enum Pump {
    /// From a pipe of the device to a client.
    ToClient {
        /// Nothing once it has ended.
        from: Option<OwnedFd>,
        /// Leads to the client's.
        to: OwnedFd,
        held: Spill,
        waits_for_room: bool,
        /// What lives as long as it.
        _kept: Box<dyn Send>,
    },
    /// From a client to a pipe of the device.
    ToHost {
        /// Leads from the client's.
        from: OwnedFd,
        to: OwnedFd,
    },
}

/// Which end of a pump.
#[derive(Clone, Copy, PartialEq, Eq)]
enum End {
    From,
    To,
}

/// What is over: the writer has ended, or the reader is gone. Both ends close with the pump.
struct Over;

/// Writes what can be written. `false`: there is no room.
fn write(to: &OwnedFd, bytes: &[u8]) -> Result<(usize, bool), Over> {
    let mut done = 0;
    while let Some(rest) = bytes.get(done..).filter(|rest| !rest.is_empty()) {
        match retry(|| rustix::io::write(to, rest)) {
            Ok(len) => done += len,
            Err(Errno::AGAIN) => return Ok((done, false)),
            Err(_) => return Err(Over),
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

/// Whether nobody reads what is written into a pipe.
fn is_gone(to: &OwnedFd) -> bool {
    let mut ends = [PollFd::new(to, PollFlags::empty())];
    poll(&mut ends, Some(&Timespec::default())).is_ok_and(|ready| ready > 0)
}

/// Writes what was held, as far as it is taken.
fn write_held(to: &OwnedFd, held: &mut Spill) -> Result<(), Over> {
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

fn give_up(why: &SpillError) -> Over {
    tracing::warn!("a transfer from the host ends early: {why}");
    Over
}

impl Pump {
    /// Moves what can be moved with one read, or into the room that there is.
    fn run(&mut self, ready: End, piece: &mut [u8]) -> Result<(), Over> {
        match self {
            Self::ToClient { from, to, held, .. } => {
                if ready == End::To {
                    if held.is_empty() {
                        // It is told of nothing then but that its reader is gone.
                        return if is_gone(to) { Err(Over) } else { Ok(()) };
                    }
                    write_held(to, held)?;
                } else if let Some(pipe) = from {
                    match retry(|| rustix::io::read(&*pipe, &mut *piece)) {
                        Err(Errno::AGAIN) => {}
                        // Closed, it is waited for no longer: nobody else has it.
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
                if from.is_none() && held.is_empty() { Err(Over) } else { Ok(()) }
            }
            Self::ToHost { from, to } => {
                if ready == End::To {
                    return if is_gone(to) { Err(Over) } else { Ok(()) };
                }
                let piece = piece.get_mut(..PIECE_TO_HOST).unwrap_or_default();
                match retry(|| rustix::io::read(&*from, &mut *piece)) {
                    Err(Errno::AGAIN) => Ok(()),
                    Ok(0) | Err(_) => Err(Over),
                    // The device waits for the host, whatever its flags say.
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
    /// What was read, until it is written or held; empty before there are pumps.
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
    /// None yet. A transfer whose reader is more than `limit` bytes behind ends.
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
        self.start_keeping(from, to, ())
    }

    /// The same; `kept` lives as long as the pump.
    ///
    /// # Errors
    /// The same.
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
                tracing::warn!("a transfer fails: {e}");
                return Ok(());
            }
        };
        fcntl_setfl(&from, fcntl_getfl(&from)? | OFlags::NONBLOCK)?;
        waits.add(&from, number(self.next, End::From), EventFlags::IN)?;
        // That its reader is gone is told unasked.
        waits.add(&to, number(self.next, End::To), EventFlags::empty())?;
        let held = Spill::new(self.limit);
        let from = Some(from);
        let kept: Box<dyn Send> = Box::new(kept);
        self.insert(Pump::ToClient { from, to, held, waits_for_room: false, _kept: kept });
        Ok(())
    }

    /// Starts one into a pipe of the device's; gives the end for the client to write to.
    ///
    /// # Errors
    /// When there are no descriptors to be had.
    pub fn start_to_host(&mut self, to: OwnedFd) -> io::Result<OwnedFd> {
        let waits = self.waits.as_ref().ok_or(io::ErrorKind::NotConnected)?;
        let (from, theirs) = rustix::pipe::pipe_with(rustix::pipe::PipeFlags::CLOEXEC)?;
        let from = self.relays.from(from)?;
        waits.add(&from, number(self.next, End::From), EventFlags::IN)?;
        // That its reader is gone a device may tell by a hang-up.
        let _ = waits.add(&to, number(self.next, End::To), EventFlags::empty());
        self.insert(Pump::ToHost { from, to });
        Ok(theirs)
    }

    fn insert(&mut self, pump: Pump) {
        if self.piece.is_empty() {
            self.piece = vec![0; PIECE].into();
        }
        self.running.insert(self.next, pump);
        self.next += 1;
    }

    /// A pump's descriptor is ready.
    pub fn ready(&mut self, ready: u64) {
        let (key, end) = (ready / 2, if ready.is_multiple_of(2) { End::From } else { End::To });
        let Self { running, waits: Some(waits), piece, .. } = self else { return };
        let Some(pump) = running.get_mut(&key) else { return };
        let outcome = pump.run(end, piece);
        if outcome.is_ok()
            && let Pump::ToClient { to, held, waits_for_room, .. } = pump
            && *waits_for_room == held.is_empty()
        {
            *waits_for_room = !held.is_empty();
            let flags = if held.is_empty() { EventFlags::empty() } else { EventFlags::OUT };
            let _ = waits.change(to, number(key, End::To), flags);
        }
        if outcome.is_err()
            && let Some(pump) = running.remove(&key)
        {
            // Others may have the same file open, so closing is not forgetting.
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
fn number(pump: u64, end: End) -> u64 {
    pump * 2 + u64::from(end == End::To)
}
