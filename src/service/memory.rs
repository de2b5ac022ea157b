//! Settings of the allocator, and giving memory back after many clients were connected.

/// With at most this many sessions, giving memory back is not worth it.
const FEW: usize = 16;

/// Watches the number of sessions.
pub struct Memory {
    peak: usize,
}

impl Memory {
    /// Sets the allocator up. Call it before there are threads.
    pub fn new() -> Self {
        limit();
        Self { peak: 0 }
    }

    /// Notes that there are more sessions now.
    pub fn grown(&mut self, live: usize) {
        self.peak = self.peak.max(live);
    }

    /// Notes that there are fewer sessions now. Once half of many are gone, this gives their
    /// memory back.
    pub fn shrunk(&mut self, live: usize) {
        if self.peak > FEW && live <= self.peak / 2 {
            self.peak = live;
            trim();
        }
    }
}

/// glibc gives each thread its own heap, which would be most of a session's memory. One heap for
/// all is enough, because forwarding does not allocate. Read buffers get their own mappings, so
/// that pages which are never touched take no memory.
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

/// Gives free pages back. glibc does not do so by itself for pages that are followed by used ones.
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
