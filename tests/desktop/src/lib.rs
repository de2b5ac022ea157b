//! What carafe's tests run: hosts, real and emulated, a carafe in front of them, programs, and
//! pictures of what they show.
#![allow(missing_docs, clippy::pedantic, clippy::expect_used, clippy::indexing_slicing)]

pub mod clipboard;
pub mod hosts;
pub mod input;
pub mod picture;
pub mod programs;
pub mod proxy;
pub mod raw;
pub mod screenshot;
pub mod ways;
