//! Which session has which source of a selection (see `handlers::selections`).

use std::collections::HashMap;

use crate::policy::SourceId;

/// Bound on the sources of one session. Programs have one or two of each sort. Sources beyond
/// the bound are reached through the host.
pub const MAX_SOURCES: usize = 64;

/// The sources of all sessions.
#[derive(Default)]
pub struct Broker {
    owners: HashMap<SourceId, u64>,
    /// Whether all sessions are being heard, because one of them may have a source.
    pub is_catching_up: bool,
}

impl Broker {
    /// Adds a session's source, if the session has not too many, and no other has it.
    pub fn add(&mut self, source: SourceId, session: u64) {
        let count = self.owners.values().filter(|owner| **owner == session).count();
        if count < MAX_SOURCES {
            self.owners.entry(source).or_insert(session);
        }
    }

    /// Removes a session's source.
    pub fn remove(&mut self, source: SourceId, session: u64) {
        if self.owner(source) == Some(session) {
            self.owners.remove(&source);
        }
    }

    /// The session that has it.
    pub fn owner(&self, source: SourceId) -> Option<u64> {
        self.owners.get(&source).copied()
    }

    /// Removes all of a session.
    pub fn session_ended(&mut self, session: u64) {
        self.owners.retain(|_, owner| *owner != session);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_its_session_removes_a_source_and_takes_it_along() {
        let mut broker = Broker::default();
        let (one, other) = (SourceId(1), SourceId(2));
        broker.add(one, 7);
        broker.add(other, 8);
        broker.add(one, 8);
        assert_eq!((broker.owner(one), broker.owner(other)), (Some(7), Some(8)));
        broker.remove(one, 8);
        assert_eq!(broker.owner(one), Some(7));
        broker.session_ended(8);
        assert_eq!((broker.owner(one), broker.owner(other)), (Some(7), None));
        broker.remove(one, 7);
        assert_eq!(broker.owner(one), None);
    }

    #[test]
    fn a_session_has_its_bound_and_leaves_others_theirs() {
        let mut broker = Broker::default();
        let count = MAX_SOURCES as u128;
        (0..=count).for_each(|id| broker.add(SourceId(id), 7));
        assert_eq!(broker.owner(SourceId(count - 1)), Some(7));
        assert_eq!(broker.owner(SourceId(count)), None);
        broker.add(SourceId(count), 8);
        assert_eq!(broker.owner(SourceId(count)), Some(8));
    }
}
