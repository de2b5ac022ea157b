//! The most recent messages of a session, kept raw: nothing is formatted
//! until somebody asks.
//!
//! A message costs one small tag. Its bytes are kept with all others of a batch
//! in one copy, and only the last of them, so that a stream costs no more than
//! what is worth keeping of it.

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

#[derive(Clone, Copy)]
struct Tag {
    /// Time since the session's start in units of 100 µs.
    at: u32,
    /// Where the message starts in its direction's stream, modulo 2³².
    position: u32,
    interface: InterfaceId,
    side: Side,
}

/// The last messages of a run, as noted while it is handled: one store each.
/// Kept from run to run, because making one costs more than a short run.
pub struct Recent {
    /// Offset in the run in units of 4 bytes, and interface.
    messages: [(u16, InterfaceId); RING_LEN],
    count: usize,
}

impl Default for Recent {
    #[inline]
    fn default() -> Self {
        Self { messages: [(0, InterfaceId::DISPLAY); RING_LEN], count: 0 }
    }
}

impl Recent {
    /// Starts a run.
    #[inline]
    pub fn clear(&mut self) {
        self.count = 0;
    }

    /// Notes a message at an offset in bytes, below 256 KiB.
    #[inline]
    pub fn push(&mut self, offset: usize, interface: InterfaceId) {
        if let Some(place) = self.messages.get_mut(self.count % RING_LEN) {
            #[expect(clippy::cast_possible_truncation, reason = "buffers are small")]
            let offset = (offset / 4) as u16;
            *place = (offset, interface);
        }
        self.count += 1;
    }

    /// How many were noted in all.
    pub fn count(&self) -> usize {
        self.count
    }

    /// Offsets and interfaces of the last ones, oldest first.
    pub fn iter(&self) -> impl Iterator<Item = (u32, InterfaceId)> {
        let range = self.count.saturating_sub(RING_LEN)..self.count;
        let last = range.filter_map(|n| self.messages.get(n % RING_LEN));
        last.map(|(offset, interface)| (u32::from(*offset) * 4, *interface))
    }
}

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
    tags: Box<[Tag; RING_LEN]>,
    /// How many messages there were in all.
    count: usize,
    requests: Tape,
    events: Tape,
}

impl Default for Ring {
    fn default() -> Self {
        let empty = Tag { at: 0, position: 0, interface: InterfaceId::DISPLAY, side: Side::Client };
        Self {
            tags: Box::new([empty; RING_LEN]),
            count: 0,
            requests: Tape::new(),
            events: Tape::new(),
        }
    }
}

impl Ring {
    /// Notes a message for an object of `interface`; its bytes are at `position`
    /// of what [`keep`](Self::keep) gets.
    #[inline]
    pub fn push(&mut self, at: u32, side: Side, position: u32, interface: InterfaceId) {
        if let Some(tag) = self.tags.get_mut(self.count % RING_LEN) {
            *tag = Tag { at, position, interface, side };
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

    fn show(&self, f: &mut fmt::Formatter<'_>, tag: Tag) -> fmt::Result {
        let interface = Tables::get().interface(tag.interface);
        let (arrow, messages, tape) = match tag.side {
            Side::Client => ("client-> ", &interface.requests, &self.requests),
            Side::Host => ("->client ", &interface.events, &self.events),
        };
        let bytes = tape.read(tag.position, SHOWN).unwrap_or_default();
        let Ok(Some(header)) = Header::read(&bytes) else { return Ok(()) };
        let Some(message) = messages.get(usize::from(header.opcode)) else { return Ok(()) };
        let end = bytes.len().min(usize::from(header.len));
        let body = bytes.get(HEADER_LEN..end).unwrap_or_default();
        let decoded = Decoded { object: header.object, interface, message, body };
        writeln!(f, "{:>11.4} {arrow}{decoded}", f64::from(tag.at) / 10_000.0)
    }
}

impl fmt::Display for Ring {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for n in self.count.saturating_sub(RING_LEN)..self.count {
            if let Some(tag) = self.tags.get(n % RING_LEN) {
                self.show(f, *tag)?;
            }
        }
        Ok(())
    }
}
