//! Memory that is left for everybody, where a limit is set (`ulimit -v`, `LimitAS=`).
//!
//! A small allocation that fails ends the process. So what grows in large steps because a
//! client wants it, and can be refused, leaves room for all that is small.

/// So much must be left, in bytes.
const HEADROOM: usize = 4 << 20;

/// Whether there is room for more. It costs two system calls: for what is rare.
pub fn is_there() -> bool {
    Vec::<u8>::new().try_reserve_exact(HEADROOM).is_ok()
}
