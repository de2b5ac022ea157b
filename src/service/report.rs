//! The reports of sessions' threads to the service.

use std::os::unix::net::UnixStream;
use std::sync::Arc;

use super::host_socket::Sandbox;
use crate::observe::{Counters, PeriodStats, Snapshot, Span, TimedAction};
use crate::sharing::{FileError, Rules};

/// What a session's thread tells the service.
pub enum Report {
    /// The answer to a signal: its recent messages, and its records.
    Messages(String, Records),
    /// Its statistics, for `carafe stats`.
    Stats(Snapshot),
    /// Its number, and its frames since the last such report.
    Period(u64, Vec<PeriodStats>),
    /// A new client of a sandbox.
    Client(UnixStream, Arc<Sandbox>),
    /// The policy file, read again.
    Rules(Box<Result<Rules, FileError>>),
    /// It ended.
    End(Outcome),
}

/// What a session records for the files that a signal writes.
#[derive(Default)]
pub struct Records {
    /// Its number.
    pub session: u64,
    /// Its name in logs.
    pub name: String,
    /// What happened to buffers.
    pub timing: Vec<TimedAction>,
    /// What the session did and when.
    pub spans: Vec<Span>,
}

/// The result of a session.
#[derive(Default)]
pub struct Outcome {
    /// Whether it ended by an error.
    pub failed: bool,
    /// What crossed.
    pub counters: Counters,
    /// What it recorded for files.
    pub records: Records,
    /// Its last frames.
    pub period: Vec<PeriodStats>,
}
