//! The clock of all statistics and traces: `CLOCK_MONOTONIC` in nanoseconds, as in
//! the kernel's own traces and most profilers.
//!
//! This uses libc. rustix finds the kernel's fast clocks (the vDSO) in its own way, which
//! fails under valgrind, and `Instant` does not tell its start.

/// The current time.
#[inline]
pub fn now() -> u64 {
    nanoseconds(libc::CLOCK_MONOTONIC)
}

/// How far `CLOCK_BOOTTIME`, which also counts the time that the machine slept, is ahead of
/// [`now`]. Add it to a time of ours to find it in a trace of the host.
pub fn boot_time_ahead() -> u64 {
    nanoseconds(libc::CLOCK_BOOTTIME).saturating_sub(now())
}

/// How far the time of day, since 1970, is ahead of [`now`].
pub fn time_of_day_ahead() -> u64 {
    nanoseconds(libc::CLOCK_REALTIME).saturating_sub(now())
}

#[expect(unsafe_code, reason = "a function of libc")]
fn nanoseconds(clock: libc::clockid_t) -> u64 {
    let mut time = libc::timespec { tv_sec: 0, tv_nsec: 0 };
    // SAFETY: `time` is valid for writes; an unknown clock leaves it as it is.
    unsafe { libc::clock_gettime(clock, &raw mut time) };
    let seconds = u64::try_from(time.tv_sec).unwrap_or_default();
    seconds * 1_000_000_000 + u64::try_from(time.tv_nsec).unwrap_or_default()
}
