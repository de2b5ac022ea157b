//! Settings of the allocator.

/// glibc gives each thread its own heap; one for all is enough, because forwarding does not
/// allocate. Read buffers get their own mappings, so that pages which are never touched take no
/// memory. Sessions inherit this.
#[cfg(target_env = "gnu")]
#[expect(unsafe_code, reason = "a function of libc")]
pub fn set_up() {
    let buffer = i32::try_from(crate::wire::BUFFER_LEN).unwrap_or(i32::MAX);
    // SAFETY: both only change settings of the allocator (mallopt(3)).
    unsafe {
        libc::mallopt(libc::M_ARENA_MAX, 1);
        libc::mallopt(libc::M_MMAP_THRESHOLD, buffer);
    }
}

/// Nothing for other allocators.
#[cfg(not(target_env = "gnu"))]
pub fn set_up() {}
