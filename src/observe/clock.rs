//! The time of all statistics and traces: `CLOCK_MONOTONIC` in nanoseconds, as
//! the kernel's own traces and most profilers use it.

use rustix::time::{ClockId, clock_gettime};

/// Now.
#[inline]
pub fn now() -> u64 {
    nanoseconds(ClockId::Monotonic)
}

/// How far another clock is ahead of [`now`]: what is added to a time of ours to
/// find it in a trace of the host.
pub fn ahead(clock: ClockId) -> u64 {
    nanoseconds(clock).saturating_sub(now())
}

fn nanoseconds(clock: ClockId) -> u64 {
    let time = clock_gettime(clock);
    let seconds = u64::try_from(time.tv_sec).unwrap_or_default();
    seconds * 1_000_000_000 + u64::try_from(time.tv_nsec).unwrap_or_default()
}
