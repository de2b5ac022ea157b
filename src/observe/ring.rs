//! The positions of a session's most recent messages.
//!
//! Nothing is copied, formatted or timed until somebody asks: the bytes are still in the
//! read buffer ([`ReadBuffer::at`](crate::wire::ReadBuffer::at)). A message costs one small
//! tag, a run of messages one more. (Copying the bytes and reading the clock took a tenth
//! of a 60 fps frame's processor time; see `benches/NOTES.md`.)

use zerocopy::FromBytes;

use super::Side;
use crate::protocol::{InterfaceId, Tables};

/// How many messages the ring remembers.
pub const RING_LEN: usize = 64;

/// Messages that were handled together.
#[derive(Clone, Copy, FromBytes)]
struct MessageRun {
    /// Its start in the direction's stream, modulo 2³².
    position: u32,
    /// The number of its first message.
    first: usize,
    /// Whether they are from the host (1) or from the client (0).
    from_host: u8,
    /// Whether their ids were replaced (1) or not (0).
    rewritten: u8,
}

/// A message.
#[derive(Clone, Copy, FromBytes)]
struct Tag {
    /// Its offset in its run in units of 4 bytes.
    offset: u16,
    /// The number of its interface.
    interface: u16,
}

/// A recent message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RecentMessage {
    /// The sender.
    pub side: Side,
    /// Its start in that direction's stream, modulo 2³².
    pub position: u32,
    /// The interface of its object.
    pub interface: InterfaceId,
    /// Whether its ids were already replaced by the receiver's.
    pub rewritten: bool,
}

/// The places of the last [`RING_LEN`] messages. Whatever it consists of, it can be read: it may be
/// the memory of a session that a client had taken over.
#[derive(FromBytes)]
pub struct Ring {
    tags: [Tag; RING_LEN],
    /// How many messages there were in all.
    count: usize,
    runs: [MessageRun; RING_LEN],
    /// How many runs there were in all; only the newest may be empty.
    run_count: usize,
}

/// Notes the messages of a run. It has its own copy of the count until the end, so that the
/// compiler can keep it in a register.
pub struct Tags<'a> {
    places: &'a mut [Tag; RING_LEN],
    now: usize,
    count: &'a mut usize,
}

impl Tags<'_> {
    /// As [`Ring::push`].
    #[inline]
    pub fn push(&mut self, offset: usize, interface: InterfaceId) {
        if let Some(tag) = self.places.get_mut(self.now % RING_LEN) {
            #[expect(clippy::cast_possible_truncation, reason = "buffers are small")]
            let offset = (offset / 4) as u16;
            *tag = Tag { offset, interface: interface.number() };
        }
        self.now = self.now.wrapping_add(1);
    }

    /// Writes the count back to the ring.
    #[inline]
    pub fn finish(self) {
        *self.count = self.now;
    }
}

impl Default for Ring {
    fn default() -> Self {
        let run = MessageRun { position: 0, first: 0, from_host: 0, rewritten: 0 };
        Self {
            tags: [Tag { offset: 0, interface: 0 }; RING_LEN],
            count: 0,
            runs: [run; RING_LEN],
            run_count: 0,
        }
    }
}

impl Ring {
    /// How many messages there were in all.
    #[inline]
    pub fn count(&self) -> usize {
        self.count
    }

    /// Starts a run at `position` of its direction's stream.
    #[inline]
    pub fn start_run(&mut self, side: Side, position: u32, rewritten: bool) {
        let newest = self.run_count.wrapping_sub(1) % RING_LEN;
        if self.runs.get(newest).is_none_or(|run| run.first != self.count) || self.run_count == 0 {
            self.run_count = self.run_count.wrapping_add(1);
        }
        let first = self.count;
        let (from_host, rewritten) = (u8::from(side == Side::Host), u8::from(rewritten));
        if let Some(run) = self.newest_run() {
            *run = MessageRun { position, first, from_host, rewritten };
        }
    }

    fn newest_run(&mut self) -> Option<&mut MessageRun> {
        self.runs.get_mut(self.run_count.wrapping_sub(1) % RING_LEN)
    }

    /// Notes that the newest run's messages were rewritten after all.
    #[inline]
    pub fn rewritten(&mut self) {
        if let Some(run) = self.newest_run() {
            run.rewritten = 1;
        }
    }

    /// Notes a message of the newest run. `offset` is in bytes from the run's start and below
    /// 256 KiB.
    #[inline]
    pub fn push(&mut self, offset: usize, interface: InterfaceId) {
        let mut tags = self.tags();
        tags.push(offset, interface);
        tags.finish();
    }

    /// Returns the means to note many messages of the newest run.
    #[inline]
    pub fn tags(&mut self) -> Tags<'_> {
        Tags { places: &mut self.tags, now: self.count, count: &mut self.count }
    }

    /// The recent messages, the oldest first.
    pub fn places(&self) -> Vec<RecentMessage> {
        let runs = self.run_count.saturating_sub(RING_LEN)..self.run_count;
        let mut runs = runs.filter_map(|n| self.runs.get(n % RING_LEN)).peekable();
        let mut run = None;
        let mut places = Vec::with_capacity(RING_LEN);
        for n in self.count.saturating_sub(RING_LEN)..self.count {
            while let Some(next) = runs.next_if(|next| next.first <= n) {
                run = Some(*next);
            }
            if let (Some(run), Some(tag)) = (run, self.tags.get(n % RING_LEN))
                && let Some(interface) = Tables::get().by_number(tag.interface)
            {
                let side = if run.from_host == 0 { Side::Client } else { Side::Host };
                let position = run.position.wrapping_add(u32::from(tag.offset) * 4);
                let rewritten = run.rewritten != 0;
                places.push(RecentMessage { side, position, interface, rewritten });
            }
        }
        places
    }
}
