//! The queue of what is to be sent to one side. Its bound is for carafe's own messages; what a client
//! leaves unread is bounded in `session/run.rs` and `session/unread_events.rs`.

use std::io::{self, IoSlice};
use std::ops::Range;

use super::builder::MessageBuilder;
use super::fds::FdQueue;

/// Bound in bytes on messages that the proxy made and the peer has not taken.
/// Above it, the side whose messages cause them is not read any more.
pub const MADE_LIMIT: usize = 64 * 1024;

/// How many pieces go into one system call.
const MAX_SLICES: usize = 16;

#[derive(Clone, Copy, PartialEq, Eq)]
enum Origin {
    /// The read buffer of the other side: forwarded messages, never copied.
    Forwarded,
    /// `Outbox::made`: the proxy's own messages.
    Made,
}

struct Piece {
    source: Origin,
    start: usize,
    end: usize,
}

/// An ordered queue of bytes and descriptors for one side.
///
/// Forwarded messages are not copied: they are ranges of the read buffer that
/// they came into. Messages made by the proxy lie in a buffer of this struct.
#[derive(Default)]
pub struct Outbox {
    pieces: Vec<Piece>,
    made: Vec<u8>,
    /// How many bytes of `made` the message log has seen.
    seen: usize,
    fds: FdQueue,
}

impl Outbox {
    /// Queues a range of the read buffer, which [`send`](Self::send) gets later.
    #[inline]
    pub fn forward(&mut self, range: Range<usize>) {
        match self.pieces.last_mut() {
            Some(last) if last.source == Origin::Forwarded && last.end == range.start => {
                last.end = range.end;
            }
            _ => self.pieces.push(Piece {
                source: Origin::Forwarded,
                start: range.start,
                end: range.end,
            }),
        }
    }

    /// Queues a message of the proxy's own, completed by `fill`.
    pub fn make(
        &mut self,
        object: u32,
        opcode: u16,
        fill: impl for<'b> FnOnce(MessageBuilder<'b>) -> MessageBuilder<'b>,
    ) {
        let start = self.made.len();
        fill(MessageBuilder::new(&mut self.made, object, opcode)).finish();
        self.made_from(start);
    }

    /// Queues a copy of whole messages.
    pub fn copy(&mut self, messages: &[u8]) {
        let start = self.made.len();
        self.made.extend_from_slice(messages);
        self.made_from(start);
    }

    /// The proxy's own messages that were queued since the last call, for the message log.
    pub fn take_unseen(&mut self) -> &[u8] {
        let start = std::mem::replace(&mut self.seen, self.made.len());
        self.made.get(start..).unwrap_or_default()
    }

    fn made_from(&mut self, start: usize) {
        let end = self.made.len();
        match self.pieces.last_mut() {
            Some(last) if last.source == Origin::Made => last.end = end,
            _ => self.pieces.push(Piece { source: Origin::Made, start, end }),
        }
    }

    /// Descriptors for the queued messages, in order.
    pub fn fds(&mut self) -> &mut FdQueue {
        &mut self.fds
    }

    /// Whether everything was sent.
    #[inline]
    pub fn is_empty(&self) -> bool {
        self.pieces.is_empty()
    }

    /// How many bytes and descriptors wait.
    pub fn waiting(&self) -> (usize, usize) {
        (self.pieces.iter().map(|piece| piece.end - piece.start).sum(), self.fds.len())
    }

    /// Whether the proxy's own messages have reached [`MADE_LIMIT`].
    #[inline]
    pub fn is_full(&self) -> bool {
        self.made.len() >= MADE_LIMIT
    }

    /// Sends until the queue is empty or the peer takes no more. `transmit` gets bytes
    /// and the descriptors to go with them, and returns the number of bytes that
    /// it sent.
    ///
    /// # Errors
    /// Those of `transmit`. `WouldBlock` is not an error: the rest stays queued.
    pub fn send(
        &mut self,
        forwarded: &[u8],
        mut transmit: impl FnMut(&[IoSlice<'_>], &mut FdQueue) -> io::Result<usize>,
    ) -> io::Result<()> {
        while !self.pieces.is_empty() {
            let Self { pieces, made, fds, .. } = self;
            let slice = |piece: &Piece| {
                let bytes = match piece.source {
                    Origin::Forwarded => forwarded.get(piece.start..piece.end),
                    Origin::Made => made.get(piece.start..piece.end),
                };
                IoSlice::new(bytes.unwrap_or_default())
            };
            let transmitted = if let [piece] = pieces.as_slice() {
                // The usual case. It does not touch the slices' memory on the stack, which
                // is seldom in the cache.
                transmit(&[slice(piece)], fds)
            } else {
                let mut slices = [IoSlice::new(&[]); MAX_SLICES];
                for (slot, piece) in slices.iter_mut().zip(&*pieces) {
                    *slot = slice(piece);
                }
                transmit(slices.get(..pieces.len()).unwrap_or(&slices), fds)
            };
            match transmitted {
                Ok(sent) => self.consume(sent),
                Err(e) if e.kind() == io::ErrorKind::WouldBlock => return Ok(()),
                Err(e) => return Err(e),
            }
        }
        Ok(())
    }

    fn consume(&mut self, sent: usize) {
        if let [piece] = self.pieces.as_slice()
            && sent == piece.end - piece.start
            && self.made.is_empty()
        {
            self.pieces.clear();
        } else {
            self.consume_pieces(sent);
        }
    }

    fn consume_pieces(&mut self, mut sent: usize) {
        let mut whole = 0;
        for piece in &mut self.pieces {
            let step = sent.min(piece.end - piece.start);
            piece.start += step;
            sent -= step;
            if piece.start < piece.end {
                break;
            }
            whole += 1;
        }
        self.pieces.drain(..whole);
        if self.pieces.is_empty() {
            self.made.clear();
            self.seen = 0;
            if self.made.capacity() > MADE_LIMIT {
                self.made.shrink_to(MADE_LIMIT);
            }
        }
    }

    /// Empties the queue: `each` gets the bytes in order, piece by piece; the descriptors
    /// are returned.
    pub fn take(&mut self, forwarded: &[u8], mut each: impl FnMut(&[u8])) -> FdQueue {
        for piece in self.pieces.drain(..) {
            let from = match piece.source {
                Origin::Forwarded => forwarded,
                Origin::Made => self.made.as_slice(),
            };
            each(from.get(piece.start..piece.end).unwrap_or_default());
        }
        self.consume_pieces(0);
        std::mem::take(&mut self.fds)
    }

    /// Empties the queue and closes its descriptors.
    pub fn clear(&mut self) {
        self.pieces.clear();
        self.made.clear();
        self.seen = 0;
        self.fds.close_first(usize::MAX);
    }
}
