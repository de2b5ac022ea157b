//! A timer that becomes readable, because answers of the X server or its clients may never come.

use std::io;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::time::{Duration, Instant};

use rustix::time::{
    Itimerspec, TimerfdClockId, TimerfdFlags, TimerfdTimerFlags, Timespec, timerfd_create,
    timerfd_settime,
};

/// A timer that becomes readable.
pub struct Timer {
    fd: OwnedFd,
    /// When it becomes readable; `None` for never.
    at: Option<Instant>,
}

impl Timer {
    /// Makes a timer that is not set.
    ///
    /// # Errors
    /// When the kernel has no descriptors left.
    pub fn new() -> io::Result<Self> {
        let flags = TimerfdFlags::CLOEXEC | TimerfdFlags::NONBLOCK;
        Ok(Self { fd: timerfd_create(TimerfdClockId::Monotonic, flags)?, at: None })
    }

    /// The descriptor that becomes readable.
    pub fn fd(&self) -> BorrowedFd<'_> {
        self.fd.as_fd()
    }

    /// Sets it, or stops it.
    pub fn set(&mut self, at: Option<Instant>) {
        if self.at == at {
            return;
        }
        self.at = at;
        // Zero would stop the timer.
        let left = at.map_or(Duration::ZERO, |at| {
            at.saturating_duration_since(Instant::now()).max(Duration::from_nanos(1))
        });
        let it_value = Timespec::try_from(left).unwrap_or_default();
        let spec = Itimerspec { it_interval: Timespec::default(), it_value };
        // This can only fail for a descriptor that is not a timer.
        let _ = timerfd_settime(&self.fd, TimerfdTimerFlags::empty(), &spec);
    }

    /// Whether its time has come; then it is not set any more.
    pub fn has_expired(&mut self) -> bool {
        if self.at.is_none_or(|at| at > Instant::now()) {
            return false;
        }
        self.at = None;
        let mut count = [0; 8];
        let _ = rustix::io::read(&self.fd, &mut count);
        true
    }
}
