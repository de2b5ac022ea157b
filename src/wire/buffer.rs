//! The bytes that were received from one side and are being parsed.

use std::ops::Range;

use super::header::{Header, HeaderError, MAX_MESSAGE_LEN};

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
    bytes: Box<[u8]>,
    parsed: usize,
    filled: usize,
    /// Where in the stream the buffer starts.
    base: u32,
    /// Start and end of the stream's previous piece: the bytes after `filled` are still
    /// from it, because new bytes overwrite the buffer from the front.
    before: (u32, usize),
}

impl Default for ReadBuffer {
    fn default() -> Self {
        Self { bytes: vec![0; BUFFER_LEN].into(), parsed: 0, filled: 0, base: 0, before: (0, 0) }
    }
}

impl ReadBuffer {
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
    }

    /// Grows for the rare message that does not fit into the buffer, and shrinks again
    /// after it.
    fn fit(&mut self) {
        let len = self.peek_any().map_or(0, |header| usize::from(header.len));
        let wanted = if (self.parsed + len).max(self.filled + MIN_ROOM) > BUFFER_LEN {
            HISTORY + MAX_MESSAGE_LEN + MIN_ROOM
        } else {
            BUFFER_LEN
        };
        if wanted == self.bytes.len() || self.filled > wanted {
            return;
        }
        self.before = (0, 0);
        let mut bytes = vec![0; wanted].into_boxed_slice();
        for (to, from) in bytes.iter_mut().zip(self.bytes.iter().take(self.filled)) {
            *to = *from;
        }
        self.bytes = bytes;
    }

    fn peek_any(&self) -> Option<Header> {
        Header::read(self.bytes.get(self.parsed..self.filled)?).ok()?
    }

    /// Says that `len` bytes of [`room`](Self::room) were filled.
    pub fn filled(&mut self, len: usize) {
        self.filled = (self.filled + len).min(self.bytes.len());
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
        let now = position.wrapping_sub(self.base) as usize;
        if let Some(bytes) = self.bytes.get(now..self.filled) {
            return bytes;
        }
        let (base, filled) = self.before;
        let before = position.wrapping_sub(base) as usize;
        // Newer bytes have overwritten everything before `filled`.
        let kept = if before >= self.filled { self.bytes.get(before..filled) } else { None };
        kept.unwrap_or_default()
    }

    /// The bytes that the ranges of [`advance`](Self::advance) refer to, for sending.
    #[inline]
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }
}
