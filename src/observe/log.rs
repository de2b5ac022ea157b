//! Writing to standard error: carafe's log, messages, tables.
//!
//! The reader of standard error may stop reading, so nobody waits for it: a process of its own
//! writes for all others (`writer`). Texts of strangers (programs' names, errors of clients and
//! hosts) must not look like a line of carafe itself: control characters are escaped, and each
//! further line of an event is indented. How much strangers can make carafe log is bounded
//! (`budget`).

mod budget;
mod format;
mod layer;
mod record;
mod sink;
mod writer;

#[cfg(test)]
mod tests;

use std::sync::OnceLock;

use tracing_subscriber::filter::Targets;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

#[cfg(test)]
pub(crate) use budget::{BURST, PER_SECOND};
pub use format::escaped;
pub use writer::{descriptor, finish, write};

/// Which session this process runs, for what it logs about its own mistakes.
static THIS_SESSION: OnceLock<String> = OnceLock::new();

/// Starts the log with a filter. Call it first: the process that writes is to have nothing else.
pub fn start(targets: Targets) {
    writer::start();
    tracing_subscriber::registry().with(targets).with(layer::Lines).init();
    std::panic::set_hook(Box::new(|panic| {
        let session = THIS_SESSION.get().map(|name| format!("{name}: ")).unwrap_or_default();
        tracing::error!("{session}a bug in carafe: {panic}");
        if std::thread::current().name() == Some("main") {
            finish();
        }
    }));
}

/// Says which session this process runs.
pub fn set_session(name: &str) {
    let _ = THIS_SESSION.set(name.to_owned());
}
