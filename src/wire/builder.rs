//! Building messages that the proxy sends on its own.

use super::header::{HEADER_LEN, Header};

/// Bound on the strings of a [`MessageBuilder`]: every message made here fits
/// libwayland's 4096 bytes.
pub const MAX_STRING: usize = 4000;

/// Appends one message to a buffer; the size is filled in by [`finish`].
///
/// [`finish`]: MessageBuilder::finish
pub struct MessageBuilder<'a> {
    bytes: &'a mut Vec<u8>,
    start: usize,
    object: u32,
    opcode: u16,
}

impl<'a> MessageBuilder<'a> {
    /// Starts a message at the end of `bytes`.
    pub fn new(bytes: &'a mut Vec<u8>, object: u32, opcode: u16) -> Self {
        let start = bytes.len();
        bytes.extend_from_slice(&[0; HEADER_LEN]);
        Self { bytes, start, object, opcode }
    }

    /// Appends an `int`, `uint`, `fixed`, `object` or `new_id` argument as its
    /// 32-bit word.
    #[must_use]
    pub fn uint(self, value: u32) -> Self {
        self.bytes.extend_from_slice(&value.to_ne_bytes());
        self
    }

    /// Appends a string argument, cut at [`MAX_STRING`] (between two characters).
    #[must_use]
    pub fn string(self, text: &str) -> Self {
        let text = &text[..text.floor_char_boundary(MAX_STRING)];
        let this = self.uint(u32::try_from(text.len() + 1).unwrap_or(1));
        this.bytes.extend_from_slice(text.as_bytes());
        let padded = (text.len() + 1).next_multiple_of(4);
        this.bytes.resize(this.bytes.len() + padded - text.len(), 0);
        this
    }

    /// Appends an array argument; the whole message must stay below 64 KiB.
    #[must_use]
    pub fn array(self, bytes: &[u8]) -> Self {
        let this = self.uint(u32::try_from(bytes.len()).unwrap_or_default());
        this.bytes.extend_from_slice(bytes);
        let padding = bytes.len().next_multiple_of(4) - bytes.len();
        this.bytes.resize(this.bytes.len() + padding, 0);
        this
    }

    /// Completes the message.
    pub fn finish(self) {
        let len = u16::try_from(self.bytes.len() - self.start).unwrap_or(u16::MAX);
        let header = Header { object: self.object, opcode: self.opcode, len };
        if let Some(place) = self.bytes.get_mut(self.start..self.start + HEADER_LEN) {
            place.copy_from_slice(&header.to_bytes());
        }
    }
}
