//! Pipes between a client and the host.
//!
//! A pipe's bytes come between the host's other messages, and the host cannot be told to wait
//! with one pipe alone. So what a slow reader has not taken is spilled (`channel::spill`),
//! up to a bound at which the transfer ends.

use std::collections::HashMap;
use std::io;
use std::os::fd::{AsFd, OwnedFd};

use rustix::event::epoll::EventFlags;
use rustix::io::Errno;
use rustix::pipe::PipeFlags;

use super::commands::{self, FIRST_READ_PIPE, MAX_PIPE_DATA};
use crate::channel::Waits;
use crate::channel::spill::Spill;
use crate::foreign::Relays;

/// Most WRITE commands for one read of a client's pipe.
const CHUNKS: usize = 4;

/// A pipe that the host writes and the client reads.
struct ClientPipe {
    /// A relay to the client's pipe.
    to: OwnedFd,
    held: Spill,
    /// The host has ended it.
    ended: bool,
    /// It waits for room in the pipe.
    waiting: bool,
}

impl ClientPipe {
    /// Writes as much as there is room for; `false` when the transfer is over.
    fn write(&mut self) -> bool {
        loop {
            let oldest = match self.held.oldest() {
                Ok([]) => return !self.ended,
                Ok(oldest) => oldest,
                Err(e) => {
                    tracing::warn!("a transfer from the host ends early: {e}");
                    return false;
                }
            };
            match rustix::io::write(&self.to, oldest) {
                Ok(len) => self.held.take(len),
                Err(Errno::INTR) => {}
                Err(Errno::AGAIN) => return true,
                Err(_) => return false,
            }
        }
    }
}

/// All pipes of a context.
pub struct Pipes {
    waits: Option<Waits>,
    /// By the number that the host knows.
    sinks: HashMap<u32, ClientPipe>,
    /// Pipes that the client writes and the host reads, by the number that the host knows.
    sources: HashMap<u32, OwnedFd>,
    next_sink: u32,
    /// Most bytes that are held for one reader.
    limit: u64,
    relays: Relays,
}

impl Pipes {
    /// Makes an empty set. A transfer ends when its reader is more than `limit` bytes behind.
    pub fn new(limit: u64) -> Self {
        let (sinks, sources) = (HashMap::new(), HashMap::new());
        Self { waits: None, sinks, sources, next_sink: 0, limit, relays: Relays::default() }
    }

    /// Sets where the pipes wait.
    pub fn join(&mut self, waits: Waits) {
        self.waits = Some(waits);
    }

    /// The number that the next pipe to a client will have.
    pub fn next_sink(&self) -> u32 {
        FIRST_READ_PIPE.wrapping_add(self.next_sink)
    }

    /// Adds the pipe that the host was just told of: what the host writes goes to `to`. If
    /// there are too many pipes, it is dropped.
    pub fn add_sink(&mut self, to: OwnedFd) {
        let number = self.next_sink();
        self.next_sink = self.next_sink.wrapping_add(1);
        let to = match self.relays.to(to) {
            Ok(to) => to,
            Err(e) => return tracing::warn!("a transfer has failed: {e}"),
        };
        let held = Spill::new(self.limit);
        let sink = ClientPipe { to, held, ended: false, waiting: false };
        self.sinks.insert(number, sink);
    }

    /// Adds a pipe that the host reads; returns the end that the client writes to.
    ///
    /// # Errors
    /// When the process has no descriptors left.
    pub fn add_source(&mut self, number: u32) -> io::Result<OwnedFd> {
        let (read, write) = rustix::pipe::pipe_with(PipeFlags::CLOEXEC)?;
        let read = self.relays.from(read)?;
        let waits = self.waits.as_ref().ok_or(io::ErrorKind::NotConnected)?;
        waits.add(&read, u64::from(number), EventFlags::IN)?;
        self.sources.insert(number, read);
        Ok(write)
    }

    /// Takes bytes of the host for a client.
    pub fn deliver(&mut self, number: u32, data: &[u8], last: bool) {
        // An unknown number is that of a transfer which has ended here.
        let Some(sink) = self.sinks.get_mut(&number) else { return };
        if let Err(e) = sink.held.push(data) {
            tracing::warn!("a transfer from the host ends early: {e}");
            return self.remove_sink(number);
        }
        sink.ended |= last;
        self.serve_sink(number);
    }

    /// Serves the pipe whose descriptor is ready; appends the commands for the host.
    pub fn ready(&mut self, number: u64, commands: &mut Vec<u8>) {
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
        let waiting = !sink.held.is_empty();
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

/// Reads what a client has written and appends it as commands; `false` at the pipe's end.
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
