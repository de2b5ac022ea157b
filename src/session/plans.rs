//! Which messages are plain.

use crate::protocol::{InterfaceId, Plan};

/// Which messages of each interface are plain: requests, events.
pub struct Plans(Box<[(&'static [Plan], &'static [Plan])]>);

/// By the interface's index.
impl FromIterator<(&'static [Plan], &'static [Plan])> for Plans {
    fn from_iter<I: IntoIterator<Item = (&'static [Plan], &'static [Plan])>>(all: I) -> Self {
        Self(all.into_iter().collect())
    }
}

impl Plans {
    /// The plans of an interface's requests and events: those of messages that somebody sees say
    /// that they are not plain.
    #[inline]
    pub fn of(&self, interface: InterfaceId) -> (&'static [Plan], &'static [Plan]) {
        self.0.get(interface.index()).copied().unwrap_or_default()
    }
}
