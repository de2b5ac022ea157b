//! Which events may be joined while a client does not read: those that a later event makes
//! unnecessary.

/// How an event may be joined with an earlier one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum JoinRule {
    /// Not at all.
    Never,
    /// It tells a position or state: only the last one counts.
    Last,
    /// As `Last`, for one of several things: the argument word at this index is its number.
    LastOf(usize),
    /// It says how far something moved: the argument words from this index on are added.
    Sum(usize),
    /// It ends a group of its object's events.
    Ends,
}

/// Interface, event, and how the event is joined.
const JOINED_EVENTS: [(&str, &str, JoinRule); 5] = [
    ("wl_pointer", "motion", JoinRule::Last),
    ("wl_pointer", "frame", JoinRule::Ends),
    ("wl_touch", "motion", JoinRule::LastOf(1)),
    ("wl_touch", "frame", JoinRule::Ends),
    // The first two words are the time.
    ("zwp_relative_pointer_v1", "relative_motion", JoinRule::Sum(2)),
];

impl JoinRule {
    /// How an event may be joined.
    pub fn of(interface: &str, event: &str) -> Self {
        let row = JOINED_EVENTS.iter().find(|(i, e, _)| (*i, *e) == (interface, event));
        row.map_or(Self::Never, |(_, _, joining)| *joining)
    }

    /// Whether an interface has events that may be joined: its other events belong to the
    /// same groups.
    pub fn concerns(interface: &str) -> bool {
        JOINED_EVENTS.iter().any(|(i, ..)| *i == interface)
    }

    /// The event that ends groups of an interface, if it has one.
    pub fn end_of(interface: &str) -> Option<&'static str> {
        let row =
            JOINED_EVENTS.iter().find(|(i, _, joining)| *i == interface && *joining == Self::Ends);
        row.map(|(_, event, _)| *event)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::Tables;

    #[test]
    fn the_events_are_there_and_all_their_arguments_are_words() {
        let tables = Tables::get();
        for (interface, event, _) in JOINED_EVENTS {
            let id = tables.find(interface).expect(interface);
            let events = &tables.interface(id).events;
            let found = events.iter().find(|found| found.name == event).expect(event);
            assert!(found.fixed_len.is_some() && found.ids.is_empty() && found.fds == 0, "{event}");
        }
    }
}
