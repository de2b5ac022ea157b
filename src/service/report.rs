//! What sessions tell the service.

use std::os::unix::net::UnixStream;
use std::sync::Arc;

use super::host_socket::HostSocket;
use crate::observe::{Counters, PeriodStats, Snapshot, Span, Timed};

/// What a session's thread tells the service.
pub enum Report {
    /// Its recent messages, asked for by a signal, and its records.
    Messages(String, Records),
    /// How it is, for those who watch.
    Stats(Snapshot),
    /// Its number, and its frames since it was last asked for them.
    Period(u64, Vec<PeriodStats>),
    /// A client of a sandbox has come, and where the host expects it.
    Client(UnixStream, Arc<HostSocket>),
    /// It ended.
    End(Outcome),
}

/// What a session records for the files that a signal writes.
#[derive(Default)]
pub struct Records {
    /// Its number.
    pub session: u64,
    /// How logs call it.
    pub name: String,
    /// What happened to buffers.
    pub timing: Vec<Timed>,
    /// What was done when.
    pub spans: Vec<Span>,
}

/// What is left of a session.
#[derive(Default)]
pub struct Outcome {
    /// Whether it ended by somebody's fault.
    pub failed: bool,
    /// What crossed.
    pub counters: Counters,
    /// What it recorded for files.
    pub records: Records,
    /// Its last frames.
    pub period: Vec<PeriodStats>,
}
