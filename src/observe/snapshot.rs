//! The statistics of a session at one moment.

use serde::{Deserialize, Serialize};

use super::clock;
use super::counters::Counters;
use super::frame_times::SurfaceStats;
use super::observer::Observer;
use super::watch::Depths;

/// The statistics of a session.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Snapshot {
    /// The session's number.
    pub session: u64,
    /// The session's name in logs.
    pub name: String,
    /// When it was taken, by [`clock::now`].
    pub at: u64,
    /// When the session began.
    pub since: u64,
    /// Counts since the session's start.
    pub counters: Counters,
    /// The queues to the host and to the client.
    pub depths: (Depths, Depths),
    /// Its surfaces; empty if nothing was watched.
    pub surfaces: Vec<SurfaceStats>,
}

impl Snapshot {
    /// The session now, with the latencies since the last call.
    pub fn recent(session: u64, observer: &mut Observer) -> Self {
        let surfaces = observer.watch.as_mut().map(|watch| watch.recent());
        Self::new(session, observer, surfaces.unwrap_or_default())
    }

    /// The session now, with all latencies since watching began.
    pub fn all(session: u64, observer: &mut Observer) -> Self {
        let surfaces = observer.watch.as_mut().map(|watch| watch.all());
        Self::new(session, observer, surfaces.unwrap_or_default())
    }

    fn new(session: u64, observer: &Observer, surfaces: Vec<SurfaceStats>) -> Self {
        Self {
            session,
            name: observer.name.clone(),
            at: clock::now(),
            since: observer.since,
            counters: observer.counters,
            depths: observer.watch.as_ref().map(|watch| watch.depths()).unwrap_or_default(),
            surfaces,
        }
    }
}
