//! Pipes between a client and the host.
//!
//! What the host says of a pipe comes between its other messages, and it cannot be
//! told to wait with one pipe alone. So what a slow reader has not taken is kept,
//! up to a bound; then the host's other messages wait with it, for a while, and then
//! the reader loses the transfer.

use std::collections::HashMap;
use std::io;
use std::os::fd::{AsFd, OwnedFd};
use std::time::{Duration, Instant};

use rustix::event::epoll::EventFlags;
use rustix::io::Errno;
use rustix::pipe::PipeFlags;
use rustix::time::{
    Itimerspec, TimerfdClockId, TimerfdFlags, TimerfdTimerFlags, Timespec, timerfd_create,
    timerfd_settime,
};

use super::commands::{self, FIRST_READ_PIPE, MAX_PIPE_DATA};
use crate::channel::Waits;
use crate::foreign::Relays;

/// Bytes kept for a reader that does not take them.
const KEPT: usize = 4 << 20;

/// How long the host's messages wait for such a reader.
const PATIENCE: Duration = Duration::from_secs(3);

/// Commands for the host in one go.
const CHUNKS: usize = 4;

/// Waits' number of the timer; pipes have their own.
const TIMER: u64 = u64::MAX >> 1;

/// The client reads what the host writes.
struct Sink {
    /// Leads to the client's pipe.
    to: OwnedFd,
    kept: Vec<u8>,
    /// How much of `kept` is written.
    written: usize,
    /// The host has ended it.
    ended: bool,
    /// It waits for room.
    waiting: bool,
    /// Since when it has taken nothing.
    since: Instant,
}

impl Sink {
    /// Writes what it can; `false` when it is over.
    fn write(&mut self) -> bool {
        while let Some(rest) = self.kept.get(self.written..).filter(|rest| !rest.is_empty()) {
            match rustix::io::write(&self.to, rest) {
                Ok(len) => {
                    self.written += len;
                    self.since = Instant::now();
                }
                Err(Errno::INTR) => {}
                Err(Errno::AGAIN) => return true,
                Err(_) => return false,
            }
        }
        self.kept.clear();
        self.written = 0;
        !self.ended
    }

    fn backlog(&self) -> usize {
        self.kept.len() - self.written
    }
}

/// All pipes of a context.
#[derive(Default)]
pub struct Pipes {
    waits: Option<Waits>,
    /// By the number that the host knows, as are sources.
    sinks: HashMap<u32, Sink>,
    /// Read here, written by the client.
    sources: HashMap<u32, OwnedFd>,
    next_sink: u32,
    timer: Option<OwnedFd>,
    relays: Relays,
}

impl Pipes {
    /// Where to wait.
    pub fn join(&mut self, waits: Waits) {
        self.waits = Some(waits);
    }

    /// The number that the next pipe to a client will have.
    pub fn next_sink(&self) -> u32 {
        FIRST_READ_PIPE.wrapping_add(self.next_sink)
    }

    /// The host has been told of the next pipe; what it writes goes to `to`, or where
    /// there are too many is dropped.
    pub fn add_sink(&mut self, to: OwnedFd) {
        let number = self.next_sink();
        self.next_sink = self.next_sink.wrapping_add(1);
        let to = match self.relays.to(to) {
            Ok(to) => to,
            Err(e) => return tracing::warn!("a transfer fails: {e}"),
        };
        let since = Instant::now();
        let sink = Sink { to, kept: Vec::new(), written: 0, ended: false, waiting: false, since };
        self.sinks.insert(number, sink);
    }

    /// A pipe whose reading end is the host's: gives its writing end.
    ///
    /// # Errors
    /// When there are no descriptors to be had.
    pub fn add_source(&mut self, number: u32) -> io::Result<OwnedFd> {
        let (read, write) = rustix::pipe::pipe_with(PipeFlags::CLOEXEC)?;
        let read = self.relays.from(read)?;
        let waits = self.waits.as_ref().ok_or(io::ErrorKind::NotConnected)?;
        waits.add(&read, u64::from(number), EventFlags::IN)?;
        self.sources.insert(number, read);
        Ok(write)
    }

    /// Bytes of the host for a client.
    pub fn deliver(&mut self, number: u32, data: &[u8], last: bool) {
        // One that is not known is a reader that is gone.
        let Some(sink) = self.sinks.get_mut(&number) else { return };
        sink.kept.extend_from_slice(data);
        sink.ended |= last;
        self.serve_sink(number);
    }

    /// Whether the host may go on: no reader is too far behind.
    pub fn has_room(&mut self) -> bool {
        let full: Vec<(u32, Instant)> = (self.sinks.iter())
            .filter(|(_, sink)| sink.backlog() >= KEPT)
            .map(|(number, sink)| (*number, sink.since))
            .collect();
        for (number, since) in &full {
            if since.elapsed() >= PATIENCE {
                tracing::warn!("a transfer ends: its reader has taken nothing for {PATIENCE:?}");
                self.remove_sink(*number);
            }
        }
        let waits = full.iter().any(|(number, _)| self.sinks.contains_key(number));
        if waits && let Err(e) = self.set_timer() {
            tracing::warn!("cannot wait for a slow reader: {e}");
            for (number, _) in full {
                self.remove_sink(number);
            }
            return true;
        }
        !waits
    }

    fn set_timer(&mut self) -> io::Result<()> {
        if self.timer.is_none() {
            let flags = TimerfdFlags::CLOEXEC | TimerfdFlags::NONBLOCK;
            let timer = timerfd_create(TimerfdClockId::Monotonic, flags)?;
            let waits = self.waits.as_ref().ok_or(io::ErrorKind::NotConnected)?;
            waits.add(&timer, TIMER, EventFlags::IN)?;
            self.timer = Some(timer);
        }
        let Some(timer) = &self.timer else { return Ok(()) };
        let zero = Timespec { tv_sec: 0, tv_nsec: 0 };
        let later = Timespec::try_from(PATIENCE).map_err(io::Error::other)?;
        let spec = Itimerspec { it_interval: zero, it_value: later };
        timerfd_settime(timer, TimerfdTimerFlags::empty(), &spec)?;
        Ok(())
    }

    /// One of its descriptors is ready. `commands` gets what is for the host.
    pub fn ready(&mut self, number: u64, commands: &mut Vec<u8>) {
        if number == TIMER {
            let timer = self.timer.as_ref();
            let _ = timer.map(|timer| rustix::io::read(timer, &mut [0; 8]));
            return;
        }
        let Ok(number) = u32::try_from(number) else { return };
        if self.sinks.contains_key(&number) {
            self.serve_sink(number);
        } else if let Some(source) = self.sources.get(&number)
            && !pass_on(source, number, commands)
        {
            self.sources.remove(&number);
        }
    }

    fn serve_sink(&mut self, number: u32) {
        let (Some(sink), Some(waits)) = (self.sinks.get_mut(&number), &self.waits) else { return };
        let mut goes_on = sink.write();
        let waiting = sink.backlog() > 0;
        if goes_on && waiting != sink.waiting {
            sink.waiting = waiting;
            let changed = if waiting {
                waits.add(&sink.to, u64::from(number), EventFlags::OUT)
            } else {
                waits.remove(&sink.to)
            };
            if let Err(e) = changed {
                tracing::warn!("a transfer ends early: {e}");
                goes_on = false;
            }
        }
        if !goes_on {
            self.remove_sink(number);
        }
    }

    fn remove_sink(&mut self, number: u32) {
        let Some(sink) = self.sinks.remove(&number) else { return };
        if sink.waiting
            && let Some(waits) = &self.waits
        {
            let _ = waits.remove(&sink.to);
        }
    }
}

/// Puts what a client has written into commands; `false` at its end.
fn pass_on(source: impl AsFd, number: u32, into: &mut Vec<u8>) -> bool {
    let mut bytes = [0; MAX_PIPE_DATA * CHUNKS];
    match rustix::io::read(&source, &mut bytes) {
        Ok(0) => {
            commands::write(into, number, 0, true);
            false
        }
        Ok(len) => {
            for chunk in bytes.get(..len).unwrap_or_default().chunks(MAX_PIPE_DATA) {
                commands::write(into, number, chunk.len(), false);
                into.extend_from_slice(chunk);
            }
            true
        }
        Err(Errno::AGAIN | Errno::INTR) => true,
        Err(_) => {
            commands::write(into, number, 0, true);
            false
        }
    }
}
