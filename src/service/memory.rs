//! How the process holds memory, and that it gives it back after a rush of
//! clients.

/// Sessions below which nothing is worth giving back.
const FEW: usize = 16;

/// Watches the number of sessions.
pub struct Memory {
    peak: usize,
}

impl Memory {
    /// Call it before there are threads.
    pub fn new() -> Self {
        limit();
        Self { peak: 0 }
    }

    /// There are more sessions.
    pub fn grown(&mut self, live: usize) {
        self.peak = self.peak.max(live);
    }

    /// There are fewer: once half of many are gone, what they used is given
    /// back.
    pub fn shrunk(&mut self, live: usize) {
        if self.peak > FEW && live <= self.peak / 2 {
            self.peak = live;
            trim();
        }
    }
}

/// glibc gives each thread a heap of its own, which for sessions is most of
/// their memory: one heap for all will do, as forwarding does not allocate.
/// Read buffers are mapped alone, so that pages never touched are never there.
#[cfg(target_env = "gnu")]
#[expect(unsafe_code, reason = "a function of libc")]
fn limit() {
    let buffer = i32::try_from(crate::wire::BUFFER_LEN).unwrap_or(i32::MAX);
    // SAFETY: both only change settings of the allocator (mallopt(3)).
    unsafe {
        libc::mallopt(libc::M_ARENA_MAX, 1);
        libc::mallopt(libc::M_MMAP_THRESHOLD, buffer);
    }
}

/// glibc keeps free pages that have used ones behind them.
#[cfg(target_env = "gnu")]
#[expect(unsafe_code, reason = "a function of libc")]
fn trim() {
    // SAFETY: it may be called at any time, from any thread (malloc_trim(3)).
    unsafe { libc::malloc_trim(0) };
}

#[cfg(not(target_env = "gnu"))]
fn limit() {}

#[cfg(not(target_env = "gnu"))]
fn trim() {}
