//! Which properties of a window are being read, and the decisions that wait for them.

use std::collections::VecDeque;

use super::decisions::Decision;
use crate::x11::property::Property;

/// Bound on the waiting decisions about one window. Beyond it, the oldest is made with what is
/// known so far.
const MAX_WAITING: usize = 64;

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
        let oldest = self.waiting.front().filter(|_| self.waiting.len() > MAX_WAITING)?;
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
        for _ in 0..MAX_WAITING {
            assert!(inquiry.wait(Decision::Focus, true).is_none());
        }
        assert!(matches!(inquiry.wait(Decision::Close, true), Some(Decision::Focus)));
    }
}
