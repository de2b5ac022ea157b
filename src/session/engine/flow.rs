//! One direction of a session.

use crate::observe::Depth;
use crate::wire::{FdQueue, Outbox, ReadBuffer};

/// One direction: what came from one side, and what waits to be sent to the other.
#[derive(Default)]
pub struct Flow {
    /// The received bytes, which are rewritten in place.
    pub input: ReadBuffer,
    /// Received descriptors that no message has taken yet.
    pub fds: FdQueue,
    /// What waits to be sent.
    pub out: Outbox,
}

impl Flow {
    /// Whether more may be read: everything that was read before is on its way, except for an
    /// incomplete message.
    #[inline]
    pub fn wants_input(&self) -> bool {
        self.out.is_empty() && !self.input.has_message()
    }

    /// How much waits in it.
    pub(super) fn waiting(&mut self) -> Depth {
        let (bytes, fds) = self.out.waiting();
        let bytes = bytes + self.input.waiting().len();
        Depth { bytes: bytes as u64, fds: (fds + self.fds.len()) as u64 }
    }
}
