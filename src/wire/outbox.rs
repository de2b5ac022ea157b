//! What waits to be sent to one side, in order.

use std::io::{self, IoSlice};
use std::ops::Range;

use super::builder::MessageBuilder;
use super::fds::FdQueue;

/// Bound in bytes on messages that the proxy made and the peer has not taken;
/// above it, the side whose messages cause them is not read.
pub const MADE_LIMIT: usize = 64 * 1024;

/// Pieces of bytes that go into one system call.
const MAX_SLICES: usize = 16;

#[derive(Clone, Copy, PartialEq, Eq)]
enum Source {
    /// The read buffer of the other side: forwarded messages, never copied.
    Forwarded,
    /// `Outbox::made`: the proxy's own messages.
    Made,
}

struct Piece {
    source: Source,
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
    /// How much of that was seen by those who log messages.
    seen: usize,
    fds: FdQueue,
}

impl Outbox {
    /// Queues a range of the read buffer that is later given to
    /// [`send`](Self::send).
    #[inline]
    pub fn forward(&mut self, range: Range<usize>) {
        match self.pieces.last_mut() {
            Some(last) if last.source == Source::Forwarded && last.end == range.start => {
                last.end = range.end;
            }
            _ => self.pieces.push(Piece {
                source: Source::Forwarded,
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

    /// The messages of the proxy's own that were queued since the last time: to be shown.
    pub fn take_unseen(&mut self) -> &[u8] {
        let start = std::mem::replace(&mut self.seen, self.made.len());
        self.made.get(start..).unwrap_or_default()
    }

    fn made_from(&mut self, start: usize) {
        let end = self.made.len();
        match self.pieces.last_mut() {
            Some(last) if last.source == Source::Made => last.end = end,
            _ => self.pieces.push(Piece { source: Source::Made, start, end }),
        }
    }

    /// Descriptors for the queued messages, in order.
    pub fn fds(&mut self) -> &mut FdQueue {
        &mut self.fds
    }

    /// Whether all was sent.
    #[inline]
    pub fn is_empty(&self) -> bool {
        self.pieces.is_empty()
    }

    /// How many bytes and descriptors wait.
    pub fn waiting(&self) -> (usize, usize) {
        (self.pieces.iter().map(|piece| piece.end - piece.start).sum(), self.fds.len())
    }

    /// Whether the proxy's own messages reached their bound.
    #[inline]
    pub fn is_full(&self) -> bool {
        self.made.len() >= MADE_LIMIT
    }

    /// Sends until all is out or the peer takes no more. `transmit` gets bytes
    /// and the descriptors to go with them, and gives the number of bytes that
    /// it sent.
    ///
    /// # Errors
    /// What `transmit` gave; `WouldBlock` is no error, it leaves the rest queued.
    pub fn send(
        &mut self,
        forwarded: &[u8],
        mut transmit: impl FnMut(&[IoSlice<'_>], &mut FdQueue) -> io::Result<usize>,
    ) -> io::Result<()> {
        while !self.pieces.is_empty() {
            let Self { pieces, made, fds, .. } = self;
            let slice = |piece: &Piece| {
                let bytes = match piece.source {
                    Source::Forwarded => forwarded.get(piece.start..piece.end),
                    Source::Made => made.get(piece.start..piece.end),
                };
                IoSlice::new(bytes.unwrap_or_default())
            };
            let transmitted = if let [piece] = pieces.as_slice() {
                // The rule; it leaves the stack's cold memory alone.
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

    /// Takes all that is queued out: `each` gets the bytes in order, piece by piece, and the
    /// descriptors come back.
    pub fn take(&mut self, forwarded: &[u8], mut each: impl FnMut(&[u8])) -> FdQueue {
        for piece in self.pieces.drain(..) {
            let from = match piece.source {
                Source::Forwarded => forwarded,
                Source::Made => self.made.as_slice(),
            };
            each(from.get(piece.start..piece.end).unwrap_or_default());
        }
        self.consume_pieces(0);
        std::mem::take(&mut self.fds)
    }

    /// Forgets all that is queued and closes the descriptors.
    pub fn clear(&mut self) {
        self.pieces.clear();
        self.made.clear();
        self.seen = 0;
        self.fds.close_first(usize::MAX);
    }
}
