//! Gives memory back after a rush of clients.

/// Sessions below which nothing is worth giving back.
const FEW: usize = 16;

/// Watches the number of sessions.
#[derive(Default)]
pub struct Memory {
    peak: usize,
}

impl Memory {
    /// There are more sessions.
    pub fn grown(&mut self, live: usize) {
        self.peak = self.peak.max(live);
    }

    /// There are fewer: once half of many are gone, what they used is given
    /// back. (Of itself the allocator would keep it: 9 MB after 500 clients.)
    pub fn shrunk(&mut self, live: usize) {
        if self.peak > FEW && live <= self.peak / 2 {
            self.peak = live;
            trim();
        }
    }
}

/// glibc's allocator keeps the free pages of each thread's arena.
#[cfg(target_env = "gnu")]
#[expect(unsafe_code, reason = "a function of libc")]
fn trim() {
    // SAFETY: it may be called at any time, from any thread (malloc_trim(3)).
    unsafe { libc::malloc_trim(0) };
}

#[cfg(not(target_env = "gnu"))]
fn trim() {}
