//! The eight bytes in front of every message.

/// Length of a message header in bytes.
pub const HEADER_LEN: usize = 8;

/// The longest message in bytes that the 16-bit size field can express.
pub const MAX_MESSAGE_LEN: usize = 65_532;

/// A message's header, decoded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Header {
    /// The object that the message is for.
    pub object: u32,
    /// Index of the message among the interface's requests or events.
    pub opcode: u16,
    /// Length of the whole message in bytes, header included.
    pub len: u16,
}

/// A header whose size field cannot be right.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "message of {len} bytes for object {object}, opcode {opcode}: a size is a multiple of 4 and at least 8"
)]
pub struct HeaderError {
    /// The object that the message is for.
    pub object: u32,
    /// Its opcode.
    pub opcode: u16,
    /// The size it claims.
    pub len: u16,
}

impl Header {
    /// Reads the header at the start of `bytes`; `None` when fewer than
    /// [`HEADER_LEN`] bytes are there.
    ///
    /// # Errors
    /// [`HeaderError`] when the size is below 8 or not a multiple of 4.
    #[inline]
    pub fn read(bytes: &[u8]) -> Result<Option<Self>, HeaderError> {
        let Some(header) = Self::read_unchecked(bytes) else { return Ok(None) };
        let Self { object, opcode, len } = header;
        if usize::from(len) < HEADER_LEN || !len.is_multiple_of(4) {
            return Err(HeaderError { object, opcode, len });
        }
        Ok(Some(header))
    }

    /// Reads the header at the start of `bytes` without checking its size, for a
    /// caller that compares it with the one it expects.
    #[inline]
    pub fn read_unchecked(bytes: &[u8]) -> Option<Self> {
        let [object, word] = bytes.first_chunk::<HEADER_LEN>()?.as_chunks::<4>().0 else {
            return None;
        };
        let (object, word) = (u32::from_ne_bytes(*object), u32::from_ne_bytes(*word));
        Some(Self { object, opcode: (word & 0xffff) as u16, len: (word >> 16) as u16 })
    }

    /// The header as it goes on the wire.
    #[inline]
    pub fn to_bytes(self) -> [u8; HEADER_LEN] {
        let mut bytes = [0; HEADER_LEN];
        let (first, second) = bytes.split_at_mut(4);
        first.copy_from_slice(&self.object.to_ne_bytes());
        second.copy_from_slice(&(u32::from(self.len) << 16 | u32::from(self.opcode)).to_ne_bytes());
        bytes
    }
}
