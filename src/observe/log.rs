//! Writing to standard error: carafe's log, messages, tables.
//!
//! The reader of standard error may stop reading, so nobody waits for it (`sink`). Texts of
//! strangers (programs' names, errors of clients and hosts) must not look like a line of
//! carafe itself: control characters are escaped, and each further line of an event is
//! indented. How much strangers can make carafe log is bounded (`budget`).

mod budget;
mod layer;
mod sink;

#[cfg(test)]
mod tests;

use std::fmt::Write;

use tracing_subscriber::filter::Targets;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

#[cfg(test)]
pub(crate) use budget::{BURST, PER_SECOND};
pub use sink::{finish, write};

/// Starts the log with a filter.
pub fn start(targets: Targets) {
    tracing_subscriber::registry().with(targets).with(layer::Lines::new()).init();
    std::panic::set_hook(Box::new(|panic| {
        tracing::error!("a bug in carafe: {panic}");
        if std::thread::current().name() == Some("main") {
            finish();
        }
    }));
}

/// Escapes control characters, so that the text stays on one line and does nothing to a terminal.
pub fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in text.chars() {
        if matches!(letter, '"' | '\'' | '\\') {
            out.push(letter);
        } else {
            // Formatting into memory does not fail.
            let _ = write!(out, "{}", letter.escape_debug());
        }
    }
    out
}
