//! What the service and its sessions, which are processes, say to each other.

use serde::{Deserialize, Serialize};

use crate::observe::{Counters, PeriodStats, Snapshot, Span, TimedAction};
use crate::policy::{PrimarySelection, SourceId};

/// What a session tells the service.
#[derive(Serialize, Deserialize)]
pub enum SessionReport {
    /// The answer to a signal: its recent messages, and its records.
    Messages(String, Records),
    /// Its statistics, for `carafe stats`.
    Stats(Snapshot),
    /// Its frames since the last such report.
    Period(Vec<PeriodStats>),
    /// It has a new source, which other sessions may ask.
    Source(SourceId),
    /// That source is gone.
    SourceGone(SourceId),
    /// Whether some session has the source. The answer, a `bool`, comes back on the packet socket
    /// that goes with this.
    IsKnown(SourceId),
    /// Its client wants a source's data of that type; the pipe goes with this.
    Transfer(SourceId, String),
    /// It wants to know the primary selection, on a host that has none.
    FollowPrimary,
    /// Its client has set or cleared that.
    Primary(Option<PrimarySelection>),
    /// It needs a socket at which the host accepts the clients of a security context. That and its
    /// listener come back on the packet socket that goes with this.
    HostSocket,
    /// Its client's security context, of that application, is complete. With this go the socket
    /// where its clients connect, the descriptor whose hang-up ends it, and the host's socket.
    Context(Option<String>),
    /// It ends.
    End(Outcome),
}

/// What the service asks of a session.
#[derive(Clone, Serialize, Deserialize)]
pub enum SessionCommand {
    /// To end.
    Stop,
    /// For its recent messages, and what else is written on a signal.
    Messages,
    /// For its statistics.
    Stats,
    /// For the frames since the last time that this was asked.
    Period,
    /// To start or stop watching.
    Watch(bool),
    /// For the data of a source of its client; the pipe goes with this.
    Transfer(SourceId, String),
    /// To know the primary selection.
    Primary(Option<PrimarySelection>),
}

/// What a session records for the files that a signal writes.
#[derive(Default, Serialize, Deserialize)]
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
#[derive(Default, Serialize, Deserialize)]
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
