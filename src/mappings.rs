//! How much is mapped. The kernel lets a process have 65,530 mappings (`vm.max_map_count`),
//! and one more is the end of it: a thread without a stack, an allocation that fails. So
//! what clients can have mapped is counted, and stays far below.

use std::sync::atomic::{AtomicUsize, Ordering};

/// Bound on each sort.
const MAX: usize = 20_000;

/// What is mapped for clients.
#[derive(Clone, Copy, Debug)]
pub enum Sort {
    /// Clients' pools.
    Pool,
    /// Memory that the host sees.
    Shared,
}

static COUNTS: [AtomicUsize; 2] = [AtomicUsize::new(0), AtomicUsize::new(0)];

/// One mapping, as long as it lives.
#[derive(Debug)]
pub struct Counted(&'static AtomicUsize);

impl Counted {
    /// One more of a sort; `None`: there are too many.
    pub fn new(sort: Sort) -> Option<Self> {
        let [pools, shared] = &COUNTS;
        let count = match sort {
            Sort::Pool => pools,
            Sort::Shared => shared,
        };
        let more = |before: usize| (before < MAX).then_some(before + 1);
        count.fetch_update(Ordering::Relaxed, Ordering::Relaxed, more).ok().map(|_| Self(count))
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}
