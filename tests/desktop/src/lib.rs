//! What carafe's tests run: real and emulated hosts, carafe, programs, and pictures of their
//! windows.
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
