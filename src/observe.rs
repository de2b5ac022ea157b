//! Observing a session: message log, recent messages, counters; and, while somebody asks
//! for them, frames, latencies, queues and a trace.

pub mod clock;
mod counters;
mod decode;
mod fps;
mod frame_times;
mod histogram;
pub mod json;
pub mod log;
mod observer;
mod recent;
mod recorder_memory;
mod ring;
mod snapshot;
mod spans;
pub mod table;
mod timing;
mod trace;
mod watch;

#[cfg(test)]
mod tests;

pub use counters::Counters;
pub use decode::MessageText;
pub use fps::Fps;
pub use frame_times::{Frames, MAX_SURFACES, PeriodStats, SurfaceStats};
pub use histogram::{Latencies, Percentiles};
pub use observer::{Leg, LogMessages, Observer};
pub use recent::RecentItems;
pub use recorder_memory::RecorderMemory;
pub use ring::{RING_LEN, RecentMessage, Ring};
pub use snapshot::Snapshot;
pub use spans::{SPANS_LEN, Span, Spans, Work};
pub use timing::{Action, TIMING_LEN, TimedAction, TimingLog, TimingRing, global_id};
pub use trace::Trace;
pub use watch::{Depth, Depths, Watch, WatchOptions};

/// Where a message comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// From the application.
    Client,
    /// From the real compositor.
    Host,
}
