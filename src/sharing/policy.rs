//! What the user keeps from clients, and from the host: globals and their versions, selections and
//! drags by direction, and words in front of titles.

use std::sync::Arc;

use crate::session::GlobalRule;

/// The ways that data may take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sharing {
    /// From the host to clients.
    pub to_guest: bool,
    /// From clients to the host.
    pub to_host: bool,
}

impl Sharing {
    /// Both ways.
    pub const BOTH: Self = Self { to_guest: true, to_host: true };
}

impl Default for Sharing {
    fn default() -> Self {
        Self::BOTH
    }
}

/// What the user asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Policy {
    /// `--deny-globals`, `--allow-globals` and `--max-versions`: for clients, and for what
    /// carafe does itself.
    pub globals: Arc<GlobalRule>,
    /// `--clipboard`
    pub clipboard: Sharing,
    /// `--primary`
    pub primary: Sharing,
    /// `--dnd`
    pub dnd: Sharing,
    /// `--title-prefix`
    pub title_prefix: String,
    /// `--app-id-prefix`
    pub app_id_prefix: String,
}

impl Policy {
    /// Whether selections and drags go all ways.
    pub fn shares_all(&self) -> bool {
        [self.clipboard, self.primary, self.dnd] == [Sharing::BOTH; 3]
    }

    /// Whether there are words in front of titles or application ids.
    pub fn has_prefix(&self) -> bool {
        !(self.title_prefix.is_empty() && self.app_id_prefix.is_empty())
    }

    /// Whether something of the host's is kept from clients.
    pub fn keeps_offers(&self) -> bool {
        ![self.clipboard, self.primary, self.dnd].iter().all(|sharing| sharing.to_guest)
    }

    /// What is said of a selection.
    pub fn of_selection(&self, is_primary: bool) -> Sharing {
        if is_primary { self.primary } else { self.clipboard }
    }
}
