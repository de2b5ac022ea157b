//! The kernel's interfaces that no safe crate has: all of this crate's
//! `unsafe` is in here, one small file for each.

pub mod inject;
pub mod ioctl;
pub mod launch;
pub mod listener;
pub mod mapping;
pub mod memory;
pub mod stat;
