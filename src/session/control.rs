//! What the service tells its sessions, and asks them for.

use std::io;
use std::os::fd::OwnedFd;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};

use rustix::event::{EventfdFlags, eventfd};

/// What the service asks all sessions for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ask {
    /// Their recent messages, and what else is to be written on a signal.
    Messages,
    /// How they are, for those who watch.
    Stats,
    /// The frames since the last time that this was asked.
    Period,
    /// To be watched from now on, or no more.
    Watch(bool),
}

/// Those of which each session answers every one, in the order of their counters.
pub(super) const ASKED: [Ask; 3] = [Ask::Messages, Ask::Stats, Ask::Period];

/// What the service tells its sessions.
pub struct Control {
    pub(super) stop: AtomicBool,
    pub(super) watch: AtomicBool,
    /// How often each of [`ASKED`] was asked.
    asked: [AtomicU32; ASKED.len()],
    pub(super) wake: OwnedFd,
}

impl Control {
    /// One for all sessions of a process.
    ///
    /// # Errors
    /// When the kernel gives no eventfd.
    pub fn new() -> io::Result<Arc<Self>> {
        let wake = eventfd(0, EventfdFlags::CLOEXEC | EventfdFlags::NONBLOCK)?;
        let (stop, watch) = (AtomicBool::new(false), AtomicBool::new(false));
        Ok(Arc::new(Self { stop, watch, asked: Default::default(), wake }))
    }

    /// Ends all sessions.
    pub fn stop(&self) {
        self.stop.store(true, Ordering::Release);
        self.wake();
    }

    /// Asks all sessions, those to come also where it is to be watched.
    pub fn ask(&self, ask: Ask) {
        if let Ask::Watch(on) = ask {
            self.watch.store(on, Ordering::Release);
        }
        for (_, count) in ASKED.iter().zip(&self.asked).filter(|(asked, _)| **asked == ask) {
            count.fetch_add(1, Ordering::Release);
        }
        self.wake();
    }

    pub(super) fn asked(&self) -> [u32; ASKED.len()] {
        self.asked.each_ref().map(|count| count.load(Ordering::Acquire))
    }

    /// Wakes all sessions: each asks its handlers ([`Handler::woken`]) and sends what
    /// they made. For what is rare: it costs every session a turn.
    ///
    /// Sessions watch the eventfd edge-triggered and never read it, so that
    /// one write wakes each of them once.
    ///
    /// [`Handler::woken`]: super::Handler::woken
    pub fn wake(&self) {
        // It fails only when the counter is full: then all are awake already.
        let _ = rustix::io::write(&self.wake, &1u64.to_ne_bytes());
    }
}
