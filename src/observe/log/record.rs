//! What one process of carafe sends to the one that writes the log.

use serde::{Deserialize, Serialize};
use tracing::Level;

/// Bound on the first line of an event in bytes.
const MAX_LINE: usize = 32 * 1024;

/// Something to be logged.
#[derive(Serialize, Deserialize)]
pub enum LogRecord {
    /// What the user asked for, without a budget: one or more whole lines.
    Text(String),
    /// An event.
    Event {
        /// How bad it is: 1 for an error, 5 for a trace.
        level: u8,
        /// Its first line, and the others.
        line: String,
        lines: String,
        /// Whether to leave it out if it was logged before.
        once: bool,
    },
}

impl LogRecord {
    pub fn event(level: Level, mut line: String, lines: String, once: bool) -> Self {
        let level = match level {
            Level::ERROR => 1,
            Level::WARN => 2,
            Level::INFO => 3,
            Level::DEBUG => 4,
            Level::TRACE => 5,
        };
        line.truncate(line.floor_char_boundary(MAX_LINE));
        Self::Event { level, line, lines, once }
    }
}
