//! Reading memory that a client may take away. When the client shrinks the file, reading
//! behind its new end raises SIGBUS. While a range is guarded, the handler maps zeroes in its
//! place and records the fault.
#![expect(unsafe_code, reason = "signals and mappings")]

use std::cell::Cell;
use std::sync::Once;
use std::sync::atomic::{AtomicPtr, Ordering};

thread_local! {
    /// Start and length of the range that this thread guards, and whether it faulted. A
    /// constant initial value and no destructor make the access in the handler a plain read,
    /// which is allowed there.
    static GUARDED: Cell<(usize, usize, bool)> = const { Cell::new((0, 0, false)) };
}

/// The previous handler: Rust's own, which reports stack overflows.
static BEFORE: AtomicPtr<libc::sigaction> = AtomicPtr::new(std::ptr::null_mut());

/// Runs `read`, which may read a mapping at `start` of `len` bytes. Returns `false` if some
/// of what it read was not there.
pub fn guarded(start: *const u8, len: usize, read: impl FnOnce()) -> bool {
    static INSTALL: Once = Once::new();
    INSTALL.call_once(install);
    GUARDED.set((start.addr(), len, false));
    read();
    let (_, _, faulted) = GUARDED.replace((0, 0, false));
    !faulted
}

fn install() {
    let before = Box::into_raw(Box::new(unset()));
    let mut action = unset();
    action.sa_sigaction = handle as *const () as usize;
    action.sa_flags = libc::SA_SIGINFO | libc::SA_ONSTACK;
    // SAFETY: both structures are valid, and the handler does only what a handler may.
    unsafe { libc::sigaction(libc::SIGBUS, &raw const action, before) };
    BEFORE.store(before, Ordering::Release);
}

fn unset() -> libc::sigaction {
    // SAFETY: all zeroes are a sigaction with the default handler and an empty mask.
    unsafe { std::mem::zeroed() }
}

extern "C" fn handle(_: libc::c_int, info: *mut libc::siginfo_t, _: *mut libc::c_void) {
    // SAFETY: with SA_SIGINFO the kernel gives a valid structure; SIGBUS has an address.
    let address = unsafe { (*info).si_addr() }.addr();
    let (start, len, _) = GUARDED.get();
    if address.wrapping_sub(start) < len {
        // SAFETY: the range is a mapping of the pool that is being read; its owner
        // unmaps the same range later. mmap is a bare system call.
        let zeroes = unsafe {
            libc::mmap(
                std::ptr::with_exposed_provenance_mut(start),
                len,
                libc::PROT_READ,
                libc::MAP_PRIVATE | libc::MAP_ANONYMOUS | libc::MAP_FIXED,
                -1,
                0,
            )
        };
        if zeroes != libc::MAP_FAILED {
            GUARDED.set((start, len, true));
            return;
        }
    }
    // Not a guarded range: restore the previous handler. The same instruction faults again
    // and reaches that one.
    let before = BEFORE.load(Ordering::Acquire);
    if !before.is_null() {
        // SAFETY: the structure is the one that sigaction filled, and lives for good.
        unsafe { libc::sigaction(libc::SIGBUS, before, std::ptr::null_mut()) };
    }
}
