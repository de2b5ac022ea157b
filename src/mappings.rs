//! Counting memory mappings. The kernel lets a process have 65,530 of them
//! (`vm.max_map_count`). With one more, an allocation or a thread's stack fails, and the
//! process ends. So carafe counts the mappings that clients cause, and stays far below.

use std::sync::atomic::{AtomicUsize, Ordering};

/// Bound on the mappings of each sort.
const MAX: usize = 20_000;

/// What is mapped for a client.
#[derive(Clone, Copy, Debug)]
pub enum Sort {
    /// Clients' pools.
    Pool,
    /// Memory that the host sees.
    Shared,
}

static COUNTS: [AtomicUsize; 2] = [AtomicUsize::new(0), AtomicUsize::new(0)];

/// Counts one mapping for as long as this lives.
#[derive(Debug)]
pub struct MappingCount(&'static AtomicUsize);

impl MappingCount {
    /// Counts one more; `None` if there are too many.
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

impl Drop for MappingCount {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}
