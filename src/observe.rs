//! What can be seen of a session: message log, ring of recent messages, counters.

mod counters;
mod decode;
mod observer;
mod ring;

#[cfg(test)]
mod tests;

pub use counters::Counters;
pub use decode::Decoded;
pub use observer::{Leg, LogMessages, Observer};
pub use ring::{RING_LEN, Ring};

/// Where a message comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// From the application.
    Client,
    /// From the real compositor.
    Host,
}
