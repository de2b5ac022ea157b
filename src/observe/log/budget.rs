//! How much may be logged: whoever connects can make carafe say something, as often as it
//! likes.

use std::time::{Duration, Instant};

use tracing::Level;

/// Bytes that may be logged at once.
pub const BURST: usize = 64 * 1024;

/// Bytes that may be logged a second for long.
pub const PER_SECOND: usize = 4 * 1024;

/// What is left.
pub struct Budget {
    bytes: usize,
    /// When it was counted.
    at: Instant,
    /// Events that were left out since the last one that was not.
    left_out: u64,
}

impl Budget {
    /// All of it.
    pub fn new(now: Instant) -> Self {
        Self { bytes: BURST, at: now, left_out: 0 }
    }

    /// What of an event may be logged: neither, the line, or its further ones too. Errors
    /// may use what other lines leave, and lines what further ones leave.
    pub fn take(&mut self, level: Level, line: usize, more: usize, now: Instant) -> Allowed {
        let since = now.saturating_duration_since(self.at).min(Duration::from_hours(1));
        let new = since.as_millis().saturating_mul(PER_SECOND as u128) / 1000;
        let new = usize::try_from(new).unwrap_or(usize::MAX);
        if new > 0 {
            self.bytes = self.bytes.saturating_add(new).min(BURST);
            self.at = now;
        }
        let floor = if level == Level::ERROR { 0 } else { BURST / 8 };
        if more > 0 && line + more + BURST / 2 <= self.bytes {
            self.bytes -= line + more;
            Allowed::All
        } else if line + floor <= self.bytes {
            self.bytes -= line;
            Allowed::Line
        } else {
            self.left_out += 1;
            Allowed::Nothing
        }
    }

    /// How many events were left out since this was asked last.
    pub fn left_out(&mut self) -> u64 {
        std::mem::take(&mut self.left_out)
    }
}

/// What of an event may be logged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Allowed {
    /// Neither.
    Nothing,
    /// Its first line.
    Line,
    /// All of it.
    All,
}
