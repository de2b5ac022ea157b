//! One direction of a session.

use crate::observe::Depth;
use crate::wire::{FdQueue, Outbox, ReadBuffer};

/// One direction: what came in from one side and what waits for the other.
#[derive(Default)]
pub struct Flow {
    /// Bytes as they came in, rewritten where they lie.
    pub input: ReadBuffer,
    /// Descriptors that came in and were not yet taken by a message.
    pub fds: FdQueue,
    /// What waits to be sent.
    pub out: Outbox,
}

impl Flow {
    /// Whether more may be read: all that was read before is on its way, but
    /// for a partial message.
    #[inline]
    pub fn wants_input(&self) -> bool {
        self.out.is_empty() && !self.input.has_message()
    }

    /// What waits in it.
    pub(super) fn waiting(&mut self) -> Depth {
        let (bytes, fds) = self.out.waiting();
        let bytes = bytes + self.input.waiting().len();
        Depth { bytes: bytes as u64, fds: (fds + self.fds.len()) as u64 }
    }
}
