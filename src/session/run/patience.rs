//! How long a session waits. There is a limit only for a host that may vanish without a sign.

use std::time::Instant;

use rustix::event::Timespec;

use super::presence::PresenceStep;
use super::{AT_ONCE, Session};
use crate::channel::NO_ANSWER;
use crate::session::fault::Fault;

impl Session {
    /// How long to wait; `None` for ever. There is a limit only for a host that may vanish without
    /// a sign.
    #[inline]
    pub(super) fn timeout(&mut self) -> Result<Option<Timespec>, Fault> {
        if self.presence.is_none() && !self.host.deaf { Ok(None) } else { self.limited_timeout() }
    }

    #[cold]
    fn limited_timeout(&mut self) -> Result<Option<Timespec>, Fault> {
        if self.host.deaf && self.has_own_descriptors && !self.host.ended {
            if self.serve_host()? == 0 {
                self.host.ended = true;
            }
            return Ok(Some(AT_ONCE));
        }
        let Some(presence) = &mut self.presence else { return Ok(None) };
        match presence.next(Instant::now()) {
            PresenceStep::Wait(time) => Ok(time.and_then(|time| Timespec::try_from(time).ok())),
            // If the machine was suspended meanwhile, read first what has come.
            next => match self.serve_host()? {
                0 if !self.host.ended => self.doubt(next).map(|()| Some(AT_ONCE)),
                _ => Ok(Some(AT_ONCE)),
            },
        }
    }

    /// Handles a host that is silent.
    fn doubt(&mut self, next: PresenceStep) -> Result<(), Fault> {
        match next {
            PresenceStep::NoAnswer => return Err(Fault::service(NO_ANSWER)),
            PresenceStep::Look if self.host.channel.is_gone() => {
                self.host.ended = true;
                return Ok(());
            }
            _ => {}
        }
        self.engine.ask_host()?;
        self.write_to_host()?;
        if let Some(presence) = &mut self.presence {
            presence.asked(Instant::now());
        }
        Ok(())
    }
}
