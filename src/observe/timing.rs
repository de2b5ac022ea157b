//! sommelier's `--timing-filename`: a list of what happened to buffers.

use std::fmt::{self, Write};

use serde::{Deserialize, Serialize};

use super::recent::RecentItems;

/// How many events are kept: ten minutes at 60 frames per second with three
/// events each, as in sommelier.
pub const TIMING_LEN: usize = 108_000;

/// A file with the ids of all clients adds this to the second client's ids, twice this to
/// the third's, and so on. The first client's ids are unchanged.
const CLIENT_STEP: u64 = 10_000_000;

/// A client's id, made different from those of other clients.
pub fn global_id(session: u64, id: u32) -> u64 {
    session.saturating_sub(1) * CLIENT_STEP + u64::from(id)
}

/// What happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Action {
    /// The client attached a buffer to a surface.
    Attach {
        /// The surface.
        surface: u32,
        /// The buffer.
        buffer: u32,
    },
    /// The client committed a surface.
    Commit {
        /// The surface.
        surface: u32,
    },
    /// The host released a buffer.
    Release {
        /// The buffer.
        buffer: u32,
    },
}

/// An event in a session's ring.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TimedAction {
    /// When it happened, by [`clock::now`](super::clock::now).
    pub at: u64,
    /// What happened.
    pub action: Action,
}

/// A session's ring of events.
pub type TimingRing = RecentItems<TimedAction>;

/// The events of all clients, sorted by time: session and event.
#[derive(Debug, Default)]
pub struct TimingLog(Vec<(u64, TimedAction)>);

impl TimingLog {
    /// Adds a session's events; keeps the newest [`TIMING_LEN`] of all.
    pub fn add(&mut self, session: u64, events: &[TimedAction]) {
        self.0.extend(events.iter().map(|event| (session, *event)));
        self.0.sort_by_key(|(_, event)| event.at);
        let excess = self.0.len().saturating_sub(TIMING_LEN);
        self.0.drain(..excess);
    }

    /// Adds the events of another log.
    pub fn merge(&mut self, other: &Self) {
        self.0.extend_from_slice(&other.0);
        self.add(0, &[]);
    }

    /// Removes a session's events.
    pub fn remove(&mut self, session: u64) {
        self.0.retain(|(of, _)| *of != session);
    }

    /// Whether there is no event.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The file's text. The first event's time is counted from `start`; `epoch` added to a time
    /// gives the time of day.
    pub fn text(&self, start: u64, epoch: u64) -> String {
        let mut text = String::from("Type Surface_ID Buffer_ID Delta_Time\n");
        // Formatting into memory does not fail.
        let _ = self.write(&mut text, start, epoch);
        text
    }

    fn write(&self, text: &mut String, start: u64, epoch: u64) -> fmt::Result {
        let mut before = self.0.first().map_or(start, |(_, first)| first.at.min(start));
        for (session, TimedAction { at, action }) in &self.0 {
            let id = |id| global_id(*session, id);
            let since = at.saturating_sub(before);
            before = *at;
            match *action {
                Action::Attach { surface, buffer } => {
                    write!(text, "a {} {}", id(surface), id(buffer))?;
                }
                Action::Commit { surface } => write!(text, "c {} -1", id(surface))?,
                Action::Release { buffer } => write!(text, "r -1 {}", id(buffer))?,
            }
            writeln!(text, " {}.{:03}", since / 1000, since % 1000)?;
        }
        let (last, end) = (self.0.len().saturating_sub(1), before.saturating_add(epoch));
        writeln!(text, "EndTime {last} {}.{:09}", end / 1_000_000_000, end % 1_000_000_000)
    }
}

#[cfg(test)]
mod tests;
