//! What one session may do: its globals and their versions, its selections and drags by direction
//! and size, its dma-buf formats, and the prefixes of its titles.

use std::sync::Arc;

use super::quotas::Quotas;
use crate::session::GlobalRule;

/// In which directions data may cross, and how much of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sharing {
    /// From the host to clients.
    pub to_guest: bool,
    /// From clients to the host.
    pub to_host: bool,
    /// The largest number of bytes in one transfer to or from the host.
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

/// What one session may do. [`Rules`](super::Rules) makes it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Policy {
    /// The globals for clients, and for carafe itself.
    pub globals: Arc<GlobalRule>,
    /// The clipboard.
    pub clipboard: Sharing,
    /// The primary selection.
    pub primary: Sharing,
    /// Drags.
    pub dnd: Sharing,
    /// The prefix of window titles.
    pub title_prefix: String,
    /// The prefix of application names.
    pub app_id_prefix: String,
    /// The allowed dma-buf formats (`drm_fourcc.h`); `None` for all.
    pub formats: Option<Vec<u32>>,
    /// How much it may have.
    pub quotas: Quotas,
}

impl Policy {
    /// Whether selections and drags of any size may cross in both directions.
    pub fn shares_all(&self) -> bool {
        [self.clipboard, self.primary, self.dnd] == [Sharing::BOTH; 3]
    }

    /// Whether it must know the selection of each host offer from which a client takes data.
    pub fn judges_offers(&self) -> bool {
        let sharings = [self.clipboard, self.primary, self.dnd];
        sharings.iter().any(|sharing| !sharing.to_guest || sharing.limit.is_some())
    }

    /// The lowest limit of the sizes of transfers, if there is one.
    pub fn lowest_limit(&self) -> Option<u64> {
        let limits = [self.clipboard.limit, self.primary.limit, self.dnd.limit];
        limits.into_iter().flatten().min()
    }

    /// The directions of a selection.
    pub fn of_selection(&self, is_primary: bool) -> Sharing {
        if is_primary { self.primary } else { self.clipboard }
    }
}
