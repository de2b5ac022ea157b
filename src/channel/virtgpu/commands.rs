//! The commands of cross-domain contexts, as bytes.
//!
//! Source: `cross_domain_protocol.rs` of the crate `rutabaga_gfx`. All numbers are
//! little-endian: so are all machines that have the device.

/// Most descriptors in one message.
pub const MAX_IDENTIFIERS: usize = 28;

/// Size of the head of SEND and RECEIVE.
pub const MESSAGE_HEAD: usize = 16 + 3 * 4 * MAX_IDENTIFIERS;

/// Size of the head of READ and WRITE.
pub const PIPE_HEAD: usize = 24;

/// A page: the size of a ring, and the greatest size of a message.
pub const PAGE: usize = 4096;

/// Most bytes of a Wayland stream in one message.
pub const MAX_DATA: usize = PAGE - MESSAGE_HEAD;

/// Most bytes of a pipe in one message.
pub const MAX_PIPE_DATA: usize = PAGE - PIPE_HEAD;

/// The number of the first pipe that the guest reads. The next ones count up; the host
/// counts by itself.
pub const FIRST_READ_PIPE: u32 = 0x8000_0001;

const INIT: u8 = 1;
const GET_IMAGE_REQUIREMENTS: u8 = 2;
const POLL: u8 = 3;
const SEND: u8 = 4;
const RECEIVE: u8 = 5;
const READ: u8 = 6;
const WRITE: u8 = 7;

/// `CROSS_DOMAIN_CHANNEL_TYPE_WAYLAND`.
pub const WAYLAND: u32 = 1;

/// A descriptor in a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Identifier {
    /// Its number.
    pub id: u32,
    /// `CROSS_DOMAIN_ID_TYPE_*`.
    pub kind: u32,
    /// Its size in bytes, if it is memory.
    pub size: u32,
}

impl Identifier {
    /// Memory: a resource of the device, or the host's number to make one with.
    pub const BLOB: u32 = 1;
    /// A pipe that the guest reads.
    pub const READ_PIPE: u32 = 3;
    /// A pipe that the guest writes.
    pub const WRITE_PIPE: u32 = 4;
}

fn header(into: &mut Vec<u8>, command: u8, len: usize) {
    let len = u16::try_from(len).unwrap_or(u16::MAX);
    into.extend_from_slice(&[command, 0]);
    into.extend_from_slice(&len.to_le_bytes());
    into.extend_from_slice(&[0; 4]);
}

fn words(into: &mut Vec<u8>, words: &[u32]) {
    for word in words {
        into.extend_from_slice(&word.to_le_bytes());
    }
}

/// Appends the command that starts a context with these resources as its rings.
pub fn init(into: &mut Vec<u8>, query_ring: u32, channel_ring: u32) {
    header(into, INIT, 20);
    words(into, &[query_ring, channel_ring, WAYLAND]);
}

/// Appends the command that asks for an image's layout. The answer comes into the query ring.
pub fn get_image_requirements(into: &mut Vec<u8>, [width, height, fourcc, flags]: [u32; 4]) {
    header(into, GET_IMAGE_REQUIREMENTS, 24);
    words(into, &[width, height, fourcc, flags]);
}

/// Appends the command that lets the host write into the channel's ring again.
pub fn poll(into: &mut Vec<u8>) {
    header(into, POLL, 8);
}

/// Appends the head of a message to the host; `len` bytes must follow.
pub fn send(into: &mut Vec<u8>, identifiers: &[Identifier], len: usize) {
    header(into, SEND, MESSAGE_HEAD + len);
    #[expect(clippy::cast_possible_truncation, reason = "below a page")]
    words(into, &[identifiers.len() as u32, len as u32]);
    for field in [|i: &Identifier| i.id, |i: &Identifier| i.kind, |i: &Identifier| i.size] {
        for n in 0..MAX_IDENTIFIERS {
            words(into, &[identifiers.get(n).map_or(0, field)]);
        }
    }
}

/// Appends the head of bytes for a pipe of the host; `len` bytes must follow. `last` ends
/// the pipe.
pub fn write(into: &mut Vec<u8>, pipe: u32, len: usize, last: bool) {
    header(into, WRITE, PIPE_HEAD + len);
    #[expect(clippy::cast_possible_truncation, reason = "below a page")]
    words(into, &[pipe, u32::from(last), len as u32, 0]);
}

/// A message of the host.
#[derive(Debug, PartialEq, Eq)]
pub enum HostMessage<'a> {
    /// The host has written nothing: one of carafe's commands failed there.
    None,
    /// Bytes of the Wayland stream, with descriptors.
    Receive {
        /// The descriptors.
        identifiers: Vec<Identifier>,
        /// The bytes.
        data: &'a [u8],
    },
    /// Bytes from a pipe that the guest reads.
    Read {
        /// The pipe.
        pipe: u32,
        /// Whether the pipe ends with these bytes.
        last: bool,
        /// The bytes.
        data: &'a [u8],
    },
}

/// A message that cannot be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the host has sent a malformed message with command {command}")]
pub struct BadMessage {
    command: u8,
}

/// Reads a message of the host from a copy of the ring.
///
/// # Errors
/// [`BadMessage`] for unknown commands and sizes beyond the page.
pub fn parse(page: &[u8]) -> Result<HostMessage<'_>, BadMessage> {
    let command = page.first().copied().unwrap_or(0);
    let malformed = BadMessage { command };
    let word = |at: usize| -> Result<u32, BadMessage> {
        let bytes = page.get(at..).and_then(<[u8]>::first_chunk).ok_or(malformed)?;
        Ok(u32::from_le_bytes(*bytes))
    };
    let data = |head: usize, len: u32| {
        page.get(head..).and_then(|rest| rest.get(..len as usize)).ok_or(malformed)
    };
    match command {
        0 => Ok(HostMessage::None),
        RECEIVE => {
            let count = word(8)? as usize;
            if count > MAX_IDENTIFIERS {
                return Err(malformed);
            }
            let field = |n: usize, field: usize| word(16 + 4 * (MAX_IDENTIFIERS * field + n));
            let mut identifiers = Vec::new();
            for n in 0..count {
                let (id, kind, size) = (field(n, 0)?, field(n, 1)?, field(n, 2)?);
                identifiers.push(Identifier { id, kind, size });
            }
            Ok(HostMessage::Receive { identifiers, data: data(MESSAGE_HEAD, word(12)?)? })
        }
        READ => {
            let data = data(PIPE_HEAD, word(16)?)?;
            Ok(HostMessage::Read { pipe: word(8)?, last: word(12)? != 0 || data.is_empty(), data })
        }
        _ => Err(malformed),
    }
}

/// The layout of an image, as the host reports it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ImageRequirements {
    /// By plane, in bytes.
    pub strides: [u32; 3],
    /// By plane, in bytes.
    pub offsets: [u32; 3],
    /// `DRM_FORMAT_MOD_*`.
    pub modifier: u64,
    /// Size in bytes of all planes.
    pub size: u64,
    /// The host's number to make the blob with.
    pub blob_id: u32,
}

/// Reads the answer to [`get_image_requirements`] from a copy of the query ring.
pub fn image_requirements(page: &[u8]) -> Option<ImageRequirements> {
    let word = |at: usize| page.get(at..)?.first_chunk().map(|bytes| u32::from_le_bytes(*bytes));
    let long = |at: usize| page.get(at..)?.first_chunk().map(|bytes| u64::from_le_bytes(*bytes));
    Some(ImageRequirements {
        strides: [word(0)?, word(4)?, word(8)?],
        offsets: [word(16)?, word(20)?, word(24)?],
        modifier: long(32)?,
        size: long(40)?,
        blob_id: word(48)?,
    })
}
