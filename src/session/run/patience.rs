//! How long a session waits: for good, but for a host that may be gone without a word.

use std::time::{Duration, Instant};

use rustix::event::Timespec;

use super::{NOW, Session};
use crate::channel::NO_ANSWER;
use crate::session::fault::Fault;

/// Whether the host has said anything yet.
#[derive(Clone, Copy)]
pub(super) enum Silence {
    /// It was not asked anything; then it has this long to answer.
    Patient(Duration),
    /// It must answer by then.
    Until(Instant),
    /// It has, or it need not.
    Over,
}

impl Session {
    /// How long to wait: for good, but for a host that has not said a word yet, or
    /// that takes nothing any more and may not say that it is gone.
    #[inline]
    pub(super) fn timeout(&mut self) -> Result<Option<Timespec>, Fault> {
        let for_good = !self.host.deaf
            && self.unanswered.is_none()
            && !matches!(self.silence, Silence::Until(_));
        if for_good { Ok(None) } else { self.limited_timeout() }
    }

    #[cold]
    pub(super) fn limited_timeout(&mut self) -> Result<Option<Timespec>, Fault> {
        if self.host.deaf && self.has_own_descriptors && !self.host.ended {
            if self.serve_host()? == 0 {
                self.host.ended = true;
            }
            return Ok(Some(NOW));
        }
        let Silence::Until(until) = self.silence else { return self.doubt() };
        let left = until.saturating_duration_since(Instant::now());
        if left.is_zero() {
            // A machine that was stopped meanwhile looks first for what came in that time.
            return match self.serve_host()? {
                0 if !self.host.ended => Err(Fault::service(NO_ANSWER)),
                _ => Ok(Some(NOW)),
            };
        }
        Ok(Timespec::try_from(left).ok())
    }

    /// A host that says nothing may be gone: it is asked. Gives how long there is no reason to.
    pub(super) fn doubt(&mut self) -> Result<Option<Timespec>, Fault> {
        let (Some(since), Some(doubt)) = (self.unanswered, self.doubt) else { return Ok(None) };
        let mut left = (since + doubt).saturating_duration_since(Instant::now());
        if left.is_zero() {
            self.engine.ask_host()?;
            self.write_to_host()?;
            if self.host.deaf {
                return Ok(Some(NOW));
            }
            left = doubt;
        }
        Ok(Timespec::try_from(left).ok())
    }

    #[cold]
    pub(super) fn expect_an_answer(&mut self) {
        let now = Instant::now();
        if let Silence::Patient(patience) = self.silence {
            self.silence = Silence::Until(now + patience);
        }
        self.unanswered = self.doubt.map(|_| now);
    }
}
