//! The bytes that were received from one side and are being parsed.

use std::ops::Range;

use zerocopy::FromBytes;

use super::header::{Header, HeaderError, MAX_MESSAGE_LEN};
use crate::shared::ValuePlace;

/// Size of a read buffer in bytes. Measured in `benches/`: with 16 KiB a stream
/// takes 1.8 times the system calls, 64 KiB gains nothing more. Pages that
/// are never filled cost nothing.
pub const BUFFER_LEN: usize = 32 * 1024;

/// The least room that a channel gets for one read: a page, which is the most that
/// a virtual device delivers at once.
pub const MIN_ROOM: usize = 4096;

/// Handled messages stay in place until there are this many bytes of them, so that an
/// error can show the recent messages. It is small enough to stay in the processor's caches.
const HISTORY: usize = 4096;

/// Received bytes. Those before `parsed` were handled; those from there to `filled` wait.
///
/// Handled messages are sent from here, so they stay in place until
/// [`room`](ReadBuffer::room) is called again. Call it only after they were sent. Their
/// bytes stay readable by their [`position`](ReadBuffer::position) for a while longer.
pub struct ReadBuffer {
    bytes: ValuePlace<[u8]>,
    parsed: usize,
    filled: usize,
    /// Where in the stream the buffer starts.
    base: u32,
    /// Start and end of the stream's previous piece: the bytes after `filled` are still
    /// from it, because new bytes overwrite the buffer from the front.
    before: (u32, usize),
    /// Where the bytes are, for whoever looks at them after this process.
    shown: ValuePlace<BytesPlace>,
    /// The bytes of ordinary size, while those for a long message replace them.
    ordinary: Option<ValuePlace<[u8]>>,
}

/// Where in a stream the bytes of a buffer are.
#[derive(Clone, Copy, Default, FromBytes)]
pub struct BytesPlace {
    base: u32,
    filled: u32,
    before_base: u32,
    before_filled: u32,
}

impl BytesPlace {
    /// The part of `bytes` from a position on, as they are now; empty once they are overwritten.
    pub fn at<'a>(&self, bytes: &'a [u8], position: u32) -> &'a [u8] {
        let [filled, before_filled] = [self.filled, self.before_filled].map(|len| len as usize);
        let now = position.wrapping_sub(self.base) as usize;
        if let Some(bytes) = bytes.get(now..filled) {
            return bytes;
        }
        let before = position.wrapping_sub(self.before_base) as usize;
        // Newer bytes have overwritten everything before `filled`.
        let kept = if before >= filled { bytes.get(before..before_filled) } else { None };
        kept.unwrap_or_default()
    }
}

impl Default for ReadBuffer {
    fn default() -> Self {
        Self::new(ValuePlace::Own(vec![0; BUFFER_LEN].into()), ValuePlace::Own(Box::default()))
    }
}

impl ReadBuffer {
    /// An empty one in these bytes.
    pub fn new(bytes: ValuePlace<[u8]>, shown: ValuePlace<BytesPlace>) -> Self {
        Self { bytes, parsed: 0, filled: 0, base: 0, before: (0, 0), shown, ordinary: None }
    }

    /// The free space to read into. A partial message is moved to the front when there
    /// is much in front of it. Never less than [`MIN_ROOM`].
    pub fn room(&mut self) -> &mut [u8] {
        if !self.is_handled() || self.parsed >= HISTORY || self.bytes.len() != BUFFER_LEN {
            self.make_room();
        }
        self.bytes.get_mut(self.filled..).unwrap_or_default()
    }

    fn make_room(&mut self) {
        if self.parsed >= HISTORY || self.filled + MIN_ROOM > BUFFER_LEN {
            self.before = (self.base, self.parsed);
            if self.parsed < self.filled {
                self.bytes.copy_within(self.parsed..self.filled, 0);
            }
            #[expect(clippy::cast_possible_truncation, reason = "it wraps anyway")]
            let handled = self.parsed as u32;
            self.base = self.base.wrapping_add(handled);
            self.filled -= self.parsed;
            self.parsed = 0;
        }
        self.fit();
        self.show();
    }

    /// Grows for the rare message that does not fit into the buffer, and shrinks again
    /// after it.
    fn fit(&mut self) {
        let len = self.peek_any().map_or(0, |header| usize::from(header.len));
        let needed = (self.parsed + len).max(self.filled + MIN_ROOM);
        let other = match self.ordinary.take() {
            None if needed > BUFFER_LEN => {
                ValuePlace::Own(vec![0; HISTORY + MAX_MESSAGE_LEN + MIN_ROOM].into())
            }
            Some(ordinary) if needed <= BUFFER_LEN => ordinary,
            unchanged => return self.ordinary = unchanged,
        };
        self.before = (0, 0);
        let old = std::mem::replace(&mut self.bytes, other);
        for (to, from) in self.bytes.iter_mut().zip(old.iter().take(self.filled)) {
            *to = *from;
        }
        self.ordinary = (old.len() == BUFFER_LEN).then_some(old);
    }

    /// Says where the bytes are.
    #[inline]
    fn show(&mut self) {
        *self.shown = if self.ordinary.is_none() { self.place() } else { BytesPlace::default() };
    }

    #[inline]
    #[expect(clippy::cast_possible_truncation, reason = "buffers are small")]
    fn place(&self) -> BytesPlace {
        let (before_base, before_filled) = self.before;
        let (filled, before_filled) = (self.filled as u32, before_filled as u32);
        BytesPlace { base: self.base, filled, before_base, before_filled }
    }

    fn peek_any(&self) -> Option<Header> {
        Header::read(self.bytes.get(self.parsed..self.filled)?).ok()?
    }

    /// Says that `len` bytes of [`room`](Self::room) were filled.
    pub fn filled(&mut self, len: usize) {
        self.filled = (self.filled + len).min(self.bytes.len());
        self.show();
    }

    /// The header of the next message if all of it is there.
    ///
    /// # Errors
    /// [`HeaderError`] when its size cannot be right.
    #[inline]
    pub fn peek(&self) -> Result<Option<Header>, HeaderError> {
        let waiting = self.bytes.get(self.parsed..self.filled).unwrap_or_default();
        let header = Header::read(waiting)?;
        Ok(header.filter(|h| usize::from(h.len) <= waiting.len()))
    }

    /// Whether nothing waits, not even a part of a message. After a turn this is nearly
    /// always true, and it is cheaper than [`peek`](Self::peek).
    #[inline]
    pub fn is_handled(&self) -> bool {
        self.parsed == self.filled
    }

    /// Whether a whole message waits, or one whose size cannot be right.
    #[inline]
    pub fn has_message(&self) -> bool {
        !self.is_handled() && self.has_message_in_rest()
    }

    #[cold]
    fn has_message_in_rest(&self) -> bool {
        !matches!(self.peek(), Ok(None))
    }

    /// The arguments of the next message, whose header [`peek`](Self::peek) gave.
    #[inline]
    pub fn body(&mut self, header: Header) -> &mut [u8] {
        let range = self.parsed + super::HEADER_LEN..self.parsed + usize::from(header.len);
        self.bytes.get_mut(range).unwrap_or_default()
    }

    /// Replaces the object id of the next message.
    #[inline]
    pub fn set_object(&mut self, object: u32) {
        if let Some(place) = self.bytes.get_mut(self.parsed..self.parsed + 4) {
            place.copy_from_slice(&object.to_ne_bytes());
        }
    }

    /// All waiting bytes, from the first byte of the next message on.
    #[inline]
    pub fn waiting(&mut self) -> &mut [u8] {
        self.bytes.get_mut(self.parsed..self.filled).unwrap_or_default()
    }

    /// Where in the whole stream the next message starts, modulo 2³².
    #[inline]
    pub fn position(&self) -> u32 {
        #[expect(clippy::cast_possible_truncation, reason = "it wraps anyway")]
        self.base.wrapping_add(self.parsed as u32)
    }

    /// Marks `len` bytes as handled; returns their range in the buffer.
    #[inline]
    pub fn advance(&mut self, len: usize) -> Range<usize> {
        let start = self.parsed;
        self.parsed = (start + len).min(self.filled);
        start..self.parsed
    }

    /// The bytes from a position on, as they are now; empty once they are overwritten.
    pub fn at(&self, position: u32) -> &[u8] {
        self.place().at(&self.bytes, position)
    }

    /// The bytes that the ranges of [`advance`](Self::advance) refer to, for sending.
    #[inline]
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }
}
