//! The most recent messages of a session, kept raw: nothing is formatted
//! until somebody asks.
//!
//! A message costs one small tag, a run of messages one more. Their bytes are
//! kept with all others of a batch in one copy, and only the last of them, so
//! that a stream costs no more than what is worth keeping of it.

use std::fmt;

use super::Side;
use super::decode::Decoded;
use crate::protocol::{InterfaceId, Tables};
use crate::wire::{HEADER_LEN, Header};

/// How many messages are kept.
pub const RING_LEN: usize = 64;

/// How many bytes are kept of each direction; a power of two.
const TAPE_LEN: usize = 2048;

/// Longest part of a message that is decoded.
const SHOWN: usize = 512;

/// Messages that were handled together.
#[derive(Clone, Copy)]
struct Run {
    /// Time since the session's start in units of 100 µs.
    at: u32,
    /// Where the run starts in its direction's stream, modulo 2³².
    position: u32,
    /// Number of its first message.
    first: usize,
    side: Side,
}

/// A message: its offset in its run in units of 4 bytes, and its interface.
type Tag = (u16, InterfaceId);

/// The last bytes of one direction.
struct Tape {
    bytes: Box<[u8]>,
    /// Where in the stream it ends.
    end: u32,
}

impl Tape {
    fn new() -> Self {
        Self { bytes: vec![0; TAPE_LEN].into(), end: 0 }
    }

    fn keep(&mut self, position: u32, bytes: &[u8]) {
        let skipped = bytes.len().saturating_sub(TAPE_LEN);
        let kept = bytes.get(skipped..).unwrap_or_default();
        #[expect(clippy::cast_possible_truncation, reason = "positions wrap")]
        let start = position.wrapping_add(skipped as u32);
        #[expect(clippy::cast_possible_truncation, reason = "positions wrap")]
        let end = start.wrapping_add(kept.len() as u32);
        self.end = end;
        let at = start as usize % TAPE_LEN;
        let (first, second) = kept.split_at(kept.len().min(TAPE_LEN - at));
        if let Some(place) = self.bytes.get_mut(at..at + first.len()) {
            place.copy_from_slice(first);
        }
        if let Some(place) = self.bytes.get_mut(..second.len()) {
            place.copy_from_slice(second);
        }
    }

    /// Up to `len` bytes from a position, if they are still there.
    fn read(&self, position: u32, len: usize) -> Option<Vec<u8>> {
        let behind = self.end.wrapping_sub(position) as usize;
        if behind > TAPE_LEN {
            return None;
        }
        let all = self.bytes.iter().cycle().skip(position as usize % TAPE_LEN);
        Some(all.take(len.min(behind)).copied().collect())
    }
}

/// The last [`RING_LEN`] messages, with the client's ids.
pub struct Ring {
    tags: [Tag; RING_LEN],
    /// How many messages there were in all.
    count: usize,
    runs: [Run; RING_LEN],
    /// How many runs there were in all; only the newest may be empty.
    run_count: usize,
    requests: Tape,
    events: Tape,
}

impl Default for Ring {
    fn default() -> Self {
        Self {
            tags: [(0, InterfaceId::DISPLAY); RING_LEN],
            count: 0,
            runs: [Run { at: 0, position: 0, first: 0, side: Side::Client }; RING_LEN],
            run_count: 0,
            requests: Tape::new(),
            events: Tape::new(),
        }
    }
}

impl Ring {
    /// How many messages there were in all.
    #[inline]
    pub fn count(&self) -> usize {
        self.count
    }

    /// Starts a run at `position` of what [`keep`](Self::keep) gets.
    #[inline]
    pub fn start_run(&mut self, at: u32, side: Side, position: u32) {
        let newest = self.run_count.wrapping_sub(1) % RING_LEN;
        if self.runs.get(newest).is_none_or(|run| run.first != self.count) || self.run_count == 0 {
            self.run_count = self.run_count.wrapping_add(1);
        }
        if let Some(run) = self.runs.get_mut(self.run_count.wrapping_sub(1) % RING_LEN) {
            *run = Run { at, position, first: self.count, side };
        }
    }

    /// Notes a message at an offset in bytes, below 256 KiB, in the newest run,
    /// for an object of `interface`: one store.
    #[inline]
    pub fn push(&mut self, offset: usize, interface: InterfaceId) {
        if let Some(tag) = self.tags.get_mut(self.count % RING_LEN) {
            #[expect(clippy::cast_possible_truncation, reason = "buffers are small")]
            let offset = (offset / 4) as u16;
            *tag = (offset, interface);
        }
        self.count = self.count.wrapping_add(1);
    }

    /// Keeps the end of a batch that starts at `position` of its direction's
    /// stream.
    #[inline]
    pub fn keep(&mut self, side: Side, position: u32, bytes: &[u8]) {
        match side {
            Side::Client => self.requests.keep(position, bytes),
            Side::Host => self.events.keep(position, bytes),
        }
    }

    fn show(&self, f: &mut fmt::Formatter<'_>, run: Run, (offset, interface): Tag) -> fmt::Result {
        let interface = Tables::get().interface(interface);
        let (arrow, messages, tape) = match run.side {
            Side::Client => ("client-> ", &interface.requests, &self.requests),
            Side::Host => ("->client ", &interface.events, &self.events),
        };
        let position = run.position.wrapping_add(u32::from(offset) * 4);
        let bytes = tape.read(position, SHOWN).unwrap_or_default();
        let Ok(Some(header)) = Header::read(&bytes) else { return Ok(()) };
        let Some(message) = messages.get(usize::from(header.opcode)) else { return Ok(()) };
        let end = bytes.len().min(usize::from(header.len));
        let body = bytes.get(HEADER_LEN..end).unwrap_or_default();
        let decoded = Decoded { object: header.object, interface, message, body };
        writeln!(f, "{:>11.4} {arrow}{decoded}", f64::from(run.at) / 10_000.0)
    }
}

impl fmt::Display for Ring {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let runs = self.run_count.saturating_sub(RING_LEN)..self.run_count;
        let mut runs = runs.filter_map(|n| self.runs.get(n % RING_LEN)).peekable();
        let mut run = None;
        for n in self.count.saturating_sub(RING_LEN)..self.count {
            while let Some(next) = runs.next_if(|next| next.first <= n) {
                run = Some(*next);
            }
            if let (Some(run), Some(tag)) = (run, self.tags.get(n % RING_LEN)) {
                self.show(f, run, *tag)?;
            }
        }
        Ok(())
    }
}
