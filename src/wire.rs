//! Bytes and file descriptors of the Wayland wire format.
//!
//! This module knows how messages are laid out, and nothing about any protocol's
//! contents. The format is described in the Wayland book, "Wire Format":
//! a message is a header of two 32-bit words in the machine's byte order
//! (object id; size in bytes << 16 | opcode) and arguments padded to 32 bits.

mod args;
mod buffer;
mod builder;
mod fds;
mod header;
mod outbox;

#[cfg(test)]
mod tests;

pub use args::{ArgReader, ArgShape};
pub use buffer::{BUFFER_LEN, BytesPlace, MIN_ROOM, ReadBuffer};
pub use builder::{MAX_STRING, MessageBuilder};
pub use fds::{FdKind, FdQueue, FdSet, MAX_QUEUED_FDS, TooManyFds};
pub use header::{HEADER_LEN, Header, HeaderError, MAX_MESSAGE_LEN};
pub use outbox::{MADE_LIMIT, Outbox};

/// The first object id that the compositor's side may create; lower ids are the
/// client's (libwayland: `WL_SERVER_ID_START`).
pub const SERVER_ID_START: u32 = 0xff00_0000;

/// The id of `wl_display`, which exists on both sides from the start.
pub const DISPLAY_ID: u32 = 1;
