//! Keeping some memory free where the process has a limit (`ulimit -v`, `LimitAS=`).
//!
//! A small allocation that fails ends the process. So before a large allocation that a client
//! asks for, and that can be refused, carafe checks that enough is left for small ones.

/// How much must be left, in bytes.
const HEADROOM: usize = 4 << 20;

/// Whether enough memory is left. It costs two system calls, so use it only before rare things.
pub fn is_there() -> bool {
    Vec::<u8>::new().try_reserve_exact(HEADROOM).is_ok()
}
