//! The scenarios. One thread drives the client and the host, and waits for the proxy, so that the
//! proxy and the kernel are measured.

mod clients;
mod frame;
mod latency;
mod stream;
mod survival;

use crate::candidate::{Candidate, Running};
use crate::measure::Figure;

/// A scenario on a running candidate.
pub type Scenario = (&'static str, fn(&Running, usize) -> Vec<Figure>);

/// Scenarios that share the candidate's process. The number is their size.
pub const SHARED: &[Scenario] = &[
    ("sync", latency::sync),
    ("commit", latency::commit),
    ("motion", latency::motion),
    ("motion-1khz", latency::motion_at_1_khz),
    ("requests", stream::requests),
    ("events", stream::events),
    ("churn", stream::churn),
    ("callbacks", stream::callbacks),
    ("pools", stream::pools),
];

/// A scenario on all candidates at once, freshly started: the figures of each.
pub type Together = (&'static str, fn(&[Running], usize) -> Vec<Vec<Figure>>);

/// Scenarios in which the candidates take turns all the time.
pub const TOGETHER: &[Together] = &[("frame", frame::frames)];

/// A scenario that starts the candidate itself.
pub type OwnProcess = (&'static str, fn(&Candidate, usize) -> Vec<Figure>);

/// Scenarios that need a fresh process.
pub const ALONE: &[OwnProcess] = &[
    ("neighbour", clients::neighbour),
    ("memory", clients::memory),
    ("connects", clients::connects),
    ("survival", survival::sleeper),
];
