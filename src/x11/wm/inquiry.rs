//! What was asked of a window's properties, and what waits for the answers.

use std::collections::VecDeque;

use super::decisions::Decision;
use crate::x11::property::Property;

/// Bound on the decisions about one window that wait: with more, the oldest is made with
/// what is known.
const MAX_WAITING: usize = 64;

/// Answers that something waits for, each of a question that was put after it began to
/// wait or whose answer cannot be older.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Needs {
    /// Properties whose answers are missing, as bits.
    missing: u32,
    /// Those among them whose next answer is too old: the one after it counts.
    too_old: u32,
}

impl Needs {
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
    /// The server was asked whether it has more to say, and has not answered.
    is_unsettled: bool,
    needs: Needs,
}

/// See the module.
#[derive(Debug, Default)]
pub struct Inquiry {
    /// Properties that were asked for and have not come, as bits.
    asked: u32,
    /// Those among them that have changed since they were asked for.
    stale: u32,
    /// What is missing before the window can be shown.
    to_show: Needs,
    waiting: VecDeque<WaitingDecision>,
    /// Decisions that were made before the server had answered: so many of its next
    /// answers are nobody's.
    ahead: usize,
}

impl Inquiry {
    /// A property is to be asked for. `false`: it is under way, and will be asked for
    /// once more after that.
    pub fn asks(&mut self, property: Property) -> bool {
        let bit = property.bit();
        if self.asked & bit != 0 {
            self.stale |= bit;
            return false;
        }
        self.asked |= bit;
        true
    }

    /// A property has come. `true`: it has changed in the meantime, and is to be asked for
    /// once more.
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

    /// The window is to be shown once all is known that has changed so far. What changes
    /// later, perhaps without an end, does not keep it.
    pub fn shows(&mut self) {
        self.to_show = self.needs();
    }

    /// Whether that is known.
    pub fn is_answered(&self) -> bool {
        self.to_show.are_met()
    }

    fn needs(&self) -> Needs {
        Needs { missing: self.asked, too_old: self.stale }
    }

    /// Lets a decision wait for what was asked, and for the server to be `settled` if
    /// `is_unsettled`. Gives one that has to be made now, for want of room.
    pub fn wait(&mut self, decision: Decision, is_unsettled: bool) -> Option<Decision> {
        let needs = self.needs();
        self.waiting.push_back(WaitingDecision { decision, is_unsettled, needs });
        let oldest = self.waiting.front().filter(|_| self.waiting.len() > MAX_WAITING)?;
        self.ahead += usize::from(oldest.is_unsettled);
        self.waiting.pop_front().map(|oldest| oldest.decision)
    }

    /// The server has answered the oldest question whether it has more to say: what it said
    /// before that is asked for by now.
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

    /// The next decision that waits for nothing more.
    pub fn next(&mut self) -> Option<Decision> {
        let is_ready = |waiting: &mut WaitingDecision| !waiting.is_unsettled && waiting.needs.are_met();
        self.waiting.pop_front_if(is_ready).map(|waiting| waiting.decision)
    }

    /// The window has lost its role at the host: configurations are of no use.
    pub fn forget_configurations(&mut self) {
        // Their questions to the server are answered all the same: they stay in line.
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
    fn a_property_that_changes_without_an_end_keeps_nothing_from_being_decided() {
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
    fn with_too_many_the_oldest_is_made_at_once() {
        let mut inquiry = Inquiry::default();
        for _ in 0..MAX_WAITING {
            assert!(inquiry.wait(Decision::Focus, true).is_none());
        }
        assert!(matches!(inquiry.wait(Decision::Close, true), Some(Decision::Focus)));
    }
}
