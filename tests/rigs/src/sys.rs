//! Interfaces of the kernel that no safe crate has, each in a small file. All of this crate's
//! `unsafe` is here.

pub mod inject;
pub mod ioctl;
pub mod launch;
pub mod listener;
pub mod mapping;
pub mod memory;
pub mod stat;
