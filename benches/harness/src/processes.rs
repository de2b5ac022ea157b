//! Processor time of processes.

use std::time::Duration;

/// Processor time of a process with all its threads, past and present.
pub fn processor_time(pid: u32) -> Duration {
    let mut time = libc::timespec { tv_sec: 0, tv_nsec: 0 };
    // The kernel's number for a process's CPU clock (clock_getcpuclockid(3)).
    let clock = (!pid.cast_signed() << 3) | 2;
    // SAFETY: `time` is valid for writes; a clock of a process that is gone
    // gives EINVAL and leaves it.
    unsafe { libc::clock_gettime(clock, &raw mut time) };
    Duration::new(time.tv_sec.cast_unsigned(), u32::try_from(time.tv_nsec).unwrap_or(0))
}
