//! What one session is let do: globals and their versions, selections and drags by direction and
//! size, formats of dma-bufs, and words in front of titles.

use std::sync::Arc;

use crate::session::GlobalRule;

/// The ways that data may take, and how much of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sharing {
    /// From the host to clients.
    pub to_guest: bool,
    /// From clients to the host.
    pub to_host: bool,
    /// The most bytes that one transfer carries to or from the host.
    pub limit: Option<u64>,
}

impl Sharing {
    /// Both ways, any size.
    pub const BOTH: Self = Self { to_guest: true, to_host: true, limit: None };
}

impl Default for Sharing {
    fn default() -> Self {
        Self::BOTH
    }
}

/// What a session is let do. [`Rules`](super::Rules) makes it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Policy {
    /// For clients, and for what carafe does itself.
    pub globals: Arc<GlobalRule>,
    /// The clipboard.
    pub clipboard: Sharing,
    /// The primary selection.
    pub primary: Sharing,
    /// Drags.
    pub dnd: Sharing,
    /// What stands in front of windows' titles.
    pub title_prefix: String,
    /// What stands in front of applications' names.
    pub app_id_prefix: String,
    /// The only formats of dma-bufs, if not all are (`drm_fourcc.h`).
    pub formats: Option<Vec<u32>>,
}

impl Policy {
    /// Whether selections and drags go all ways, at any size.
    pub fn shares_all(&self) -> bool {
        [self.clipboard, self.primary, self.dnd] == [Sharing::BOTH; 3]
    }

    /// Whether it matters which offer of the host's a client has data of.
    pub fn judges_offers(&self) -> bool {
        let sharings = [self.clipboard, self.primary, self.dnd];
        sharings.iter().any(|sharing| !sharing.to_guest || sharing.limit.is_some())
    }

    /// The lowest limit of transfers, if there is one.
    pub fn lowest_limit(&self) -> Option<u64> {
        let limits = [self.clipboard.limit, self.primary.limit, self.dnd.limit];
        limits.into_iter().flatten().min()
    }

    /// What is said of a selection.
    pub fn of_selection(&self, is_primary: bool) -> Sharing {
        if is_primary { self.primary } else { self.clipboard }
    }
}
