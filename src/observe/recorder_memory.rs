//! What remains of a session when something kills it: its recent messages.

use zerocopy::FromBytes;

use super::Side;
use super::ring::{RecentMessage, Ring};
use crate::shared::ValuePlace;
use crate::wire::{BUFFER_LEN, BytesPlace, ReadBuffer};

/// The memory in which a session works, and which outlives it. Whatever it consists of, it can be
/// read.
#[derive(FromBytes)]
#[repr(C)]
pub struct RecorderMemory {
    // Both start with a page.
    client_bytes: [u8; BUFFER_LEN],
    host_bytes: [u8; BUFFER_LEN],
    client: BytesPlace,
    host: BytesPlace,
    ring: Ring,
}

impl RecorderMemory {
    /// The parts, for a session that begins: the ring, and what comes from the client and the host.
    pub fn parts(&'static mut self) -> (ValuePlace<Ring>, ReadBuffer, ReadBuffer) {
        let Self { client_bytes, host_bytes, client, host, ring } = self;
        let buffer =
            |bytes, place| ReadBuffer::new(ValuePlace::Shared(bytes), ValuePlace::Shared(place));
        (ValuePlace::Shared(ring), buffer(client_bytes, client), buffer(host_bytes, host))
    }

    /// The places of the recent messages.
    pub fn places(&self) -> Vec<RecentMessage> {
        self.ring.places()
    }

    /// The bytes from a recent message on.
    pub fn at(&self, message: RecentMessage) -> &[u8] {
        match message.side {
            Side::Client => self.client.at(&self.client_bytes, message.position),
            Side::Host => self.host.at(&self.host_bytes, message.position),
        }
    }
}
