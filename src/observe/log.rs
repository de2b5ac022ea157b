//! What goes to standard error: carafe's log, messages, tables.
//!
//! Whoever reads standard error may stop to, so nobody waits for that (`sink`). What
//! strangers say (programs' names, texts of clients and hosts) cannot look like a line of
//! carafe's own: control characters are escaped, and each further line of an event is
//! indented. What they can make carafe say is bounded (`budget`).

mod budget;
mod layer;
mod sink;

#[cfg(test)]
mod tests;

use std::fmt::Write;

use tracing_subscriber::filter::Targets;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

pub use sink::{finish, write};

/// Logs what passes the filter from now on.
pub fn start(targets: Targets) {
    tracing_subscriber::registry().with(targets).with(layer::Lines::new()).init();
    std::panic::set_hook(Box::new(|panic| {
        tracing::error!("a bug in carafe: {panic}");
        if std::thread::current().name() == Some("main") {
            finish();
        }
    }));
}

/// Text that stays on its line and does nothing to a terminal.
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
