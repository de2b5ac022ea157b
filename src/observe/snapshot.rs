//! A session at one moment, for those who watch it.

use super::clock;
use super::counters::Counters;
use super::frames::SurfaceStats;
use super::observer::Observer;
use super::watch::Depths;

/// A session as it is shown.
#[derive(Clone, Debug, Default)]
pub struct Snapshot {
    /// The session's number.
    pub session: u64,
    /// How logs call it.
    pub name: String,
    /// When it was taken, by [`clock::now`].
    pub at: u64,
    /// When the session began.
    pub since: u64,
    /// What crossed since the session's start.
    pub counters: Counters,
    /// What waits for the host, and for the client.
    pub depths: (Depths, Depths),
    /// Its surfaces; none where nothing was watched.
    pub surfaces: Vec<SurfaceStats>,
}

impl Snapshot {
    /// The session now, with the latencies since the last such look.
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
