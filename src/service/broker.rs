//! Which session has which source of a selection (see `handlers::selections`), and the primary
//! selection of all sessions, on a host that has none.

use std::collections::{BTreeSet, HashMap};

use crate::policy::{MAX_TYPE, MAX_TYPES, PrimarySelection, SourceId};

/// Bound on the sources of one session. Programs have one or two of each sort. Sources beyond
/// the bound are reached through the host.
pub const MAX_SOURCES: usize = 64;

/// The sources of all sessions.
#[derive(Default)]
pub struct Broker {
    owners: HashMap<SourceId, u64>,
    primary: Option<PrimarySelection>,
    /// The sessions that want to know the primary selection.
    followers: BTreeSet<u64>,
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

    /// Removes a session's source. Returns whether the primary selection changes with that.
    pub fn remove(&mut self, source: SourceId, session: u64) -> bool {
        if self.owner(source) == Some(session) {
            self.owners.remove(&source);
        }
        self.drop_ownerless()
    }

    /// Clears the primary selection if its source is gone.
    fn drop_ownerless(&mut self) -> bool {
        let Self { owners, primary, .. } = self;
        let gone = primary.take_if(|selected| !owners.contains_key(&selected.source));
        gone.is_some()
    }

    /// A session wants to know the primary selection from now on.
    pub fn follow(&mut self, session: u64) {
        self.followers.insert(session);
    }

    /// The sessions that want to know the primary selection.
    pub fn followers(&self) -> Vec<u64> {
        self.followers.iter().copied().collect()
    }

    /// The primary selection.
    pub fn primary(&self) -> Option<&PrimarySelection> {
        self.primary.as_ref()
    }

    /// A session sets the primary selection, to one of its own sources, or clears it. Returns
    /// whether it may.
    pub fn select(&mut self, selected: Option<PrimarySelection>, session: u64) -> bool {
        let may = selected.as_ref().is_none_or(|PrimarySelection { source, types }| {
            let has_room = types.len() <= MAX_TYPES && types.iter().all(|t| t.len() <= MAX_TYPE);
            has_room && self.owner(*source) == Some(session)
        });
        if may {
            self.primary = selected;
        }
        may
    }

    /// The session that has it.
    pub fn owner(&self, source: SourceId) -> Option<u64> {
        self.owners.get(&source).copied()
    }

    /// Removes all of a session. Returns whether the primary selection changes with that.
    pub fn session_ended(&mut self, session: u64) -> bool {
        self.owners.retain(|_, owner| *owner != session);
        self.followers.remove(&session);
        self.drop_ownerless()
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
    fn the_primary_selection_is_one_of_its_sessions_sources_and_goes_with_it() {
        let mut broker = Broker::default();
        let select =
            |id| Some(PrimarySelection { source: SourceId(id), types: vec!["text/plain".into()] });
        broker.add(SourceId(1), 7);
        broker.add(SourceId(2), 8);
        assert!(!broker.select(select(1), 8), "it is another session's");
        let long = PrimarySelection { source: SourceId(1), types: vec!["x".repeat(MAX_TYPE + 1)] };
        assert!(!broker.select(Some(long), 7));
        assert!(broker.select(select(1), 7));
        assert!(!broker.session_ended(8));
        assert_eq!(broker.primary(), select(1).as_ref());
        assert!(broker.remove(SourceId(1), 7));
        assert_eq!(broker.primary(), None);
        broker.add(SourceId(1), 7);
        assert!(broker.select(select(1), 7) && broker.session_ended(7));
        assert_eq!(broker.primary(), None);
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
