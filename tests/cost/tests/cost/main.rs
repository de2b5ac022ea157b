//! The cost of forwarding in counts: no allocations, and no more system calls than a relay that
//! does not look at the bytes.
#![allow(missing_docs, clippy::pedantic, clippy::expect_used, clippy::indexing_slicing)]
#![allow(unsafe_code)]

mod t0401_no_allocations;
mod t0402_system_calls;
