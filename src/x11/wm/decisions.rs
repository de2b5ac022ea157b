//! Decisions that depend on windows' properties.
//!
//! The host's events come over another connection than the X server's, and may overtake them: a
//! client may have set a property that carafe has not heard of, or has not read yet. So carafe
//! first asks the server whether it has more to say; then it reads the properties that have
//! changed; then it decides. It does not block meanwhile. Clients' requests come over the X
//! connection behind the changes of their properties, so they wait only for properties that are
//! being read.

use std::collections::VecDeque;

use x11rb_protocol::protocol::xproto::ConfigureRequestEvent;

use super::{Env, Wm};
use crate::session::Fault;
use crate::x11::property::Property;
use crate::x11::role::Configure;

/// A decision about a window.
#[derive(Clone, Debug)]
pub enum Decision {
    /// The host closes it: does its client support that, or is the client killed?
    Close,
    /// The host has configured it: which size does it get, and does its client draw in step?
    Configure {
        /// The configuration's serial.
        serial: u32,
        /// The configuration.
        next: Configure,
    },
    /// The host gives it the keyboard: how does its client want to get it?
    Focus,
    /// Its client wants another place or size, within the limits of its hints.
    Place(Box<ConfigureRequestEvent>),
    /// A client message about its states or its place.
    Message {
        /// The message's type.
        kind: u32,
        /// Its data.
        data: [u32; 5],
    },
    /// It was withdrawn: the properties that carafe wrote are removed.
    Withdrawal,
    /// Nothing: the decision is not needed any more.
    Nothing,
}

impl Wm {
    /// Makes a decision that the host has caused, once the server has sent everything that it had
    /// to say before.
    ///
    /// # Errors
    /// [`Fault::resources`] when there are too many objects at the host.
    pub(super) fn decide_for_host(
        &mut self,
        id: u32,
        decision: Decision,
        env: &mut Env<'_, '_>,
    ) -> Result<(), Fault> {
        let Some(window) = self.windows.get_mut(&id) else { return Ok(()) };
        env.x.ask_settled(id);
        match window.inquiry.wait(decision, true) {
            Some(oldest) => self.act(id, oldest, env),
            None => Ok(()),
        }
    }

    /// Makes a decision that a client has caused, once its window's properties are read as they
    /// were then.
    ///
    /// # Errors
    /// [`Fault::resources`] when there are too many objects at the host.
    pub(super) fn decide_for_client(
        &mut self,
        id: u32,
        decision: Decision,
        env: &mut Env<'_, '_>,
    ) -> Result<(), Fault> {
        let Some(window) = self.windows.get_mut(&id) else { return Ok(()) };
        if let Some(oldest) = window.inquiry.wait(decision, false) {
            self.act(id, oldest, env)?;
        }
        self.make_ready_decisions(id, env)
    }

    /// Handles the server's answer: it has sent everything that came before the question.
    ///
    /// # Errors
    /// [`Fault::resources`] when there are too many objects at the host.
    pub fn settled(&mut self, id: u32, env: &mut Env<'_, '_>) -> Result<(), Fault> {
        if let Some(window) = self.windows.get_mut(&id) {
            window.inquiry.settled();
        }
        self.make_ready_decisions(id, env)
    }

    /// Makes the decisions that need not wait any longer.
    pub(super) fn make_ready_decisions(
        &mut self,
        id: u32,
        env: &mut Env<'_, '_>,
    ) -> Result<(), Fault> {
        while let Some(decision) = self.windows.get_mut(&id).and_then(|w| w.inquiry.next()) {
            self.act(id, decision, env)?;
        }
        Ok(())
    }

    fn act(&mut self, id: u32, decision: Decision, env: &mut Env<'_, '_>) -> Result<(), Fault> {
        match decision {
            Decision::Close => self.close(id, env),
            Decision::Configure { serial, next } => {
                self.configure_decided(id, serial, next, env)?;
            }
            Decision::Focus => self.focus_decided(id, env)?,
            Decision::Place(request) => {
                self.configure_requested(&request, env)?;
                self.popup_moved(request.window, env)?;
            }
            Decision::Message { kind, data } => self.message_decided(id, kind, data, env)?,
            Decision::Withdrawal => self.clear_properties(id, env),
            Decision::Nothing => {}
        }
        Ok(())
    }
}

/// Bound on the waiting decisions about one window. Beyond it, the oldest is made with what is
/// known so far.
const MAX_WAITING_DECISIONS: usize = 64;

/// The answers for which something waits. Each must belong to a request that was sent late enough.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct MissingAnswers {
    /// The properties whose answers are missing, as bits.
    missing: u32,
    /// Those whose next answer is too old; the one after it counts.
    too_old: u32,
}

impl MissingAnswers {
    fn answered(&mut self, bit: u32) {
        if self.too_old & bit == 0 {
            self.missing &= !bit;
        }
        self.too_old &= !bit;
    }

    fn are_met(self) -> bool {
        self.missing == 0
    }
}

/// A decision that waits.
#[derive(Debug)]
struct WaitingDecision {
    decision: Decision,
    /// The server has not yet answered whether it has more to say.
    is_unsettled: bool,
    needs: MissingAnswers,
}

/// The properties that are being read, and what waits for them.
#[derive(Debug, Default)]
pub struct Inquiry {
    /// The properties that are being read, as bits.
    asked: u32,
    /// Those that have changed since carafe asked.
    stale: u32,
    /// What is missing before the window can be shown.
    to_show: MissingAnswers,
    waiting: VecDeque<WaitingDecision>,
    /// The number of decisions that were made before the server had answered; as many of its next
    /// answers are ignored.
    ahead: usize,
}

impl Inquiry {
    /// Notes that a property must be read. Returns `false` if it is being read already; then it
    /// will be read again after that.
    pub fn asks(&mut self, property: Property) -> bool {
        let bit = property.bit();
        if self.asked & bit != 0 {
            self.stale |= bit;
            return false;
        }
        self.asked |= bit;
        true
    }

    /// The same for a property that another one has led to; a window waits for both.
    pub fn also_asks(&mut self, property: Property) -> bool {
        let asks = self.asks(property);
        if asks {
            self.to_show.missing |= property.bit();
        }
        asks
    }

    /// Notes that a property has come. Returns `true` if it has changed meanwhile and must be read
    /// again.
    pub fn answered(&mut self, property: Property) -> bool {
        let bit = property.bit();
        self.asked &= !bit;
        self.to_show.answered(bit);
        for waiting in &mut self.waiting {
            waiting.needs.answered(bit);
        }
        let again = self.stale & bit != 0;
        self.stale &= !bit;
        if again {
            self.asked |= bit;
        }
        again
    }

    /// The window will be shown once everything that has changed so far is read. Later changes, of
    /// which there may be no end, do not delay it.
    pub fn shows(&mut self) {
        self.to_show = self.needs();
    }

    /// Whether that is read.
    pub fn is_answered(&self) -> bool {
        self.to_show.are_met()
    }

    fn needs(&self) -> MissingAnswers {
        MissingAnswers { missing: self.asked, too_old: self.stale }
    }

    /// Lets a decision wait for the properties that are being read and, with `is_unsettled`, for
    /// the server's answer. Returns a decision that must be made now, because there is no room.
    pub fn wait(&mut self, decision: Decision, is_unsettled: bool) -> Option<Decision> {
        let needs = self.needs();
        self.waiting.push_back(WaitingDecision { decision, is_unsettled, needs });
        let oldest = self.waiting.front().filter(|_| self.waiting.len() > MAX_WAITING_DECISIONS)?;
        self.ahead += usize::from(oldest.is_unsettled);
        self.waiting.pop_front().map(|oldest| oldest.decision)
    }

    /// Handles the server's answer to the oldest question: every change from before it is being
    /// read by now.
    pub fn settled(&mut self) {
        if self.ahead > 0 {
            self.ahead -= 1;
            return;
        }
        let needs = self.needs();
        if let Some(waiting) = self.waiting.iter_mut().find(|waiting| waiting.is_unsettled) {
            waiting.is_unsettled = false;
            waiting.needs = needs;
        }
    }

    /// Takes the next decision that need not wait any longer.
    pub fn next(&mut self) -> Option<Decision> {
        let is_ready =
            |waiting: &mut WaitingDecision| !waiting.is_unsettled && waiting.needs.are_met();
        self.waiting.pop_front_if(is_ready).map(|waiting| waiting.decision)
    }

    /// Drops the host's configurations, because the window has lost its role.
    pub fn forget_configurations(&mut self) {
        // The server will answer their questions all the same, so they keep their places in the
        // line.
        for waiting in &mut self.waiting {
            if matches!(waiting.decision, Decision::Configure { .. }) {
                waiting.decision = Decision::Nothing;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn endless_changes_of_a_property_do_not_delay_a_decision() {
        let mut inquiry = Inquiry::default();
        assert!(inquiry.asks(Property::WmName));
        assert!(!inquiry.asks(Property::WmName), "it is under way");
        inquiry.shows();
        assert!(inquiry.wait(Decision::Close, true).is_none());
        inquiry.settled();
        assert!(inquiry.next().is_none());
        assert!(inquiry.answered(Property::WmName), "it has changed");
        assert!(!inquiry.is_answered() && inquiry.next().is_none(), "that was too old");
        assert!(!inquiry.asks(Property::WmName), "and it changes again");
        assert!(inquiry.answered(Property::WmName));
        assert!(inquiry.is_answered());
        assert!(matches!(inquiry.next(), Some(Decision::Close)));
    }

    #[test]
    fn with_too_many_decisions_the_oldest_is_made_at_once() {
        let mut inquiry = Inquiry::default();
        for _ in 0..MAX_WAITING_DECISIONS {
            assert!(inquiry.wait(Decision::Focus, true).is_none());
        }
        assert!(matches!(inquiry.wait(Decision::Close, true), Some(Decision::Focus)));
    }
}
