//! Counting memory mappings. The kernel lets a process have 65,530 of them
//! (`vm.max_map_count`). With one more, an allocation or a thread's stack fails, and the
//! process ends. So carafe counts the mappings that clients cause, and stays far below. It
//! also counts the bytes of the memory that the host sees, because they are the host's.

use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};

/// Bound on the mappings of each sort.
pub const MAX: usize = 20_000;

static POOLS: AtomicUsize = AtomicUsize::new(0);
static SHARED: AtomicUsize = AtomicUsize::new(0);
static SHARED_BYTES: AtomicU64 = AtomicU64::new(0);
static MOST_SHARED_BYTES: AtomicU64 = AtomicU64::new(u64::MAX);

/// Counts one mapping for as long as this lives.
#[derive(Debug)]
pub struct MappingCount {
    count: &'static AtomicUsize,
    shared_bytes: u64,
}

/// Why there is no further mapping.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TooMuch {
    /// There are as many as there may be.
    #[error("there are {MAX} mappings already")]
    Mappings,
    /// The host would hold more memory than it may.
    #[error("the host may hold no more than {0} MiB for a client (--limits=host-mib=N)")]
    HostMemory(u64),
}

/// Sets how many bytes of memory the host may hold for this process.
pub fn limit_host_memory(bytes: u64) {
    MOST_SHARED_BYTES.store(bytes, Ordering::Relaxed);
}

fn add_one(count: &'static AtomicUsize) -> bool {
    let more = |before: usize| (before < MAX).then_some(before + 1);
    count.fetch_update(Ordering::Relaxed, Ordering::Relaxed, more).is_ok()
}

impl MappingCount {
    /// Counts one more mapping of a client's pool; `None` if there are too many.
    pub fn of_pool() -> Option<Self> {
        add_one(&POOLS).then(|| Self { count: &POOLS, shared_bytes: 0 })
    }

    /// Counts one more mapping of memory that the host sees. `bytes`: how many of them the host
    /// holds for it.
    ///
    /// # Errors
    /// [`TooMuch`].
    pub fn of_shared(bytes: u64) -> Result<Self, TooMuch> {
        let most = MOST_SHARED_BYTES.load(Ordering::Relaxed);
        let more = |before: u64| before.checked_add(bytes).filter(|all| *all <= most);
        SHARED_BYTES
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, more)
            .map_err(|_| TooMuch::HostMemory(most >> 20))?;
        if add_one(&SHARED) {
            return Ok(Self { count: &SHARED, shared_bytes: bytes });
        }
        SHARED_BYTES.fetch_sub(bytes, Ordering::Relaxed);
        Err(TooMuch::Mappings)
    }
}

impl Drop for MappingCount {
    fn drop(&mut self) {
        self.count.fetch_sub(1, Ordering::Relaxed);
        SHARED_BYTES.fetch_sub(self.shared_bytes, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    // Other tests count in the same process, but far less.
    #[test]
    fn at_the_limit_the_host_holds_no_more() {
        let before = SHARED_BYTES.load(Ordering::Relaxed);
        limit_host_memory(before + (1 << 40));
        let most = MappingCount::of_shared(1 << 40);
        let beyond = MappingCount::of_shared(1 << 39);
        limit_host_memory(u64::MAX);
        assert!(most.is_ok(), "{most:?}");
        let text = beyond.unwrap_err().to_string();
        assert!(text.contains("MiB for a client (--limits=host-mib=N)"), "{text}");
    }
}
