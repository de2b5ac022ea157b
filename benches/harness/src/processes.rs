//! Processor time and context switches of processes.

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

/// Voluntary context switches of a process's current threads: how often they waited.
pub fn switches(pid: u32) -> u64 {
    let tasks = std::fs::read_dir(format!("/proc/{pid}/task"));
    let of = |task: std::fs::DirEntry| {
        let status = std::fs::read_to_string(task.path().join("status")).unwrap_or_default();
        field(&status, "voluntary_ctxt_switches")
    };
    tasks.into_iter().flatten().flatten().map(of).sum()
}

/// A number in a `/proc/*/status`.
pub fn field(status: &str, name: &str) -> u64 {
    let line = status.lines().find(|l| l.split(':').next() == Some(name));
    line.and_then(|l| l.split_whitespace().nth(1)?.parse().ok()).unwrap_or(0)
}
