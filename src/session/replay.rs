//! Requests that handlers make in the client's name. `engine/as_client.rs` handles them.

use crate::wire::MessageBuilder;

/// Requests that wait to be handled. None of them carries descriptors.
#[derive(Default)]
pub struct Replay {
    bytes: Vec<u8>,
}

impl Replay {
    /// Adds a request; object and ids in it are the client's.
    pub fn make(
        &mut self,
        object: u32,
        opcode: u16,
        fill: impl for<'b> FnOnce(MessageBuilder<'b>) -> MessageBuilder<'b>,
    ) {
        fill(MessageBuilder::new(&mut self.bytes, object, opcode)).finish();
    }

    /// Whether there are none.
    #[inline]
    pub(super) fn is_empty(&self) -> bool {
        self.bytes.is_empty()
    }

    /// Takes all of them out.
    pub(super) fn take(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.bytes)
    }

    /// Puts some back in front of those that were made since.
    pub(super) fn put_before(&mut self, mut bytes: Vec<u8>) {
        bytes.append(&mut self.bytes);
        self.bytes = bytes;
    }
}
