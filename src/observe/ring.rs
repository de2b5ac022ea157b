//! The most recent messages of a session, kept raw: nothing is formatted
//! until somebody asks.

use std::fmt;
use std::time::Duration;

use super::Side;
use super::decode::Decoded;
use crate::protocol::{InterfaceId, Tables};
use crate::wire::Header;

/// How many messages are kept.
pub const RING_LEN: usize = 64;

/// How many bytes of arguments are kept of each.
const KEPT: usize = 32;

#[derive(Clone, Copy)]
struct Record {
    at: Duration,
    header: Header,
    interface: InterfaceId,
    side: Side,
    args: [u8; KEPT],
}

/// The last [`RING_LEN`] messages with the client's ids.
pub struct Ring {
    records: Box<[Record]>,
    /// How many messages there were in all.
    count: usize,
}

impl Default for Ring {
    fn default() -> Self {
        let empty = Record {
            at: Duration::ZERO,
            header: Header { object: 0, opcode: 0, len: 0 },
            interface: InterfaceId::DISPLAY,
            side: Side::Client,
            args: [0; KEPT],
        };
        Self { records: vec![empty; RING_LEN].into(), count: 0 }
    }
}

impl Ring {
    /// Keeps a message that came at the time `at` since the session's start.
    #[inline]
    pub fn push(
        &mut self,
        at: Duration,
        side: Side,
        header: Header,
        interface: InterfaceId,
        body: &[u8],
    ) {
        let index = self.count % RING_LEN;
        self.count = self.count.wrapping_add(1);
        let Some(record) = self.records.get_mut(index) else { return };
        record.at = at;
        record.header = header;
        record.interface = interface;
        record.side = side;
        match body.first_chunk() {
            Some(whole) => record.args = *whole,
            None => {
                for (to, from) in record.args.iter_mut().zip(body) {
                    *to = *from;
                }
            }
        }
    }
}

impl fmt::Display for Ring {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kept = self.count.min(RING_LEN);
        let tables = Tables::get();
        for n in self.count - kept..self.count {
            let Some(record) = self.records.get(n % RING_LEN) else { continue };
            let interface = tables.interface(record.interface);
            let (arrow, messages) = match record.side {
                Side::Client => ("client-> ", &interface.requests),
                Side::Host => ("->client ", &interface.events),
            };
            let Some(message) = messages.get(usize::from(record.header.opcode)) else { continue };
            let len = usize::from(record.header.len).saturating_sub(crate::wire::HEADER_LEN);
            let body = record.args.get(..len).unwrap_or(&record.args);
            let decoded = Decoded { object: record.header.object, interface, message, body };
            writeln!(f, "{:>13.6} {arrow}{decoded}", record.at.as_secs_f64())?;
        }
        Ok(())
    }
}
