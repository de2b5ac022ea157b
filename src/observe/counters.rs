//! Counting what crosses in a session.

use std::fmt;
use std::ops::AddAssign;

use serde::{Deserialize, Serialize};

/// Counts over a session's life.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counters {
    /// Requests that went to the host.
    pub requests: u64,
    /// Events that went to the client.
    pub events: u64,
    /// Those of the requests that are `wl_surface.commit`.
    pub frames: u64,
    /// Descriptors, both ways.
    pub fds: u64,
    /// Bytes read from the client.
    pub request_bytes: u64,
    /// Bytes read from the host.
    pub event_bytes: u64,
    /// Bytes of changed pixels that the host's buffers lacked.
    pub bytes_lacking: u64,
    /// Bytes of pixels that were copied.
    pub bytes_copied: u64,
}

impl Counters {
    /// Bytes read, both ways.
    pub fn bytes(&self) -> u64 {
        self.request_bytes.saturating_add(self.event_bytes)
    }
}

impl AddAssign for Counters {
    fn add_assign(&mut self, other: Self) {
        let add = |sum: &mut u64, more: u64| *sum = sum.saturating_add(more);
        add(&mut self.requests, other.requests);
        add(&mut self.events, other.events);
        add(&mut self.frames, other.frames);
        add(&mut self.fds, other.fds);
        add(&mut self.request_bytes, other.request_bytes);
        add(&mut self.event_bytes, other.event_bytes);
        add(&mut self.bytes_lacking, other.bytes_lacking);
        add(&mut self.bytes_copied, other.bytes_copied);
    }
}

impl fmt::Display for Counters {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { requests, events, frames, fds, bytes_lacking, bytes_copied, .. } = self;
        let bytes = self.bytes();
        write!(
            f,
            "{requests} requests, {events} events, {frames} frames, {fds} fds, {bytes} bytes"
        )?;
        if *bytes_copied > 0 {
            write!(f, ", {bytes_copied} bytes copied of {bytes_lacking} that changed")?;
        }
        Ok(())
    }
}
