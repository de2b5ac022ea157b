//! Bounding the log: every program that connects can make carafe log something, as often as
//! it likes.

use std::time::{Duration, Instant};

use tracing::Level;

/// How many bytes may be logged at once.
pub const BURST: usize = 64 * 1024;

/// How many bytes a second may be logged in the long run.
pub const PER_SECOND: usize = 4 * 1024;

/// How much may still be logged (a token bucket).
pub struct LogBudget {
    bytes: usize,
    /// When `bytes` was last raised.
    at: Instant,
    /// How many events were left out since the last one that was logged.
    left_out: u64,
}

impl LogBudget {
    /// Makes a full budget.
    pub fn new(now: Instant) -> Self {
        Self { bytes: BURST, at: now, left_out: 0 }
    }

    /// Takes what an event needs from the budget: for its first line (`line` bytes) and, if
    /// possible, for its further lines (`more` bytes). Warnings must leave an eighth of the
    /// budget to errors, and further lines must leave half of it to first lines.
    pub fn take(&mut self, level: Level, line: usize, more: usize, now: Instant) -> Portion {
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
            Portion::All
        } else if line + floor <= self.bytes {
            self.bytes -= line;
            Portion::Line
        } else {
            self.left_out += 1;
            Portion::Nothing
        }
    }

    /// How many events were left out since the last call.
    pub fn left_out(&mut self) -> u64 {
        std::mem::take(&mut self.left_out)
    }
}

/// Which part of an event may be logged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Portion {
    /// Nothing.
    Nothing,
    /// Its first line.
    Line,
    /// All lines.
    All,
}
