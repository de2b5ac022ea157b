//! `ChromeOS`'s virtio-wl device, `/dev/wl0`, as unkind as the driver with crosvm behind it.
//!
//! - The same errors: a host that fails is `ENODEV`, one that has gone `EINVAL`, what is no
//!   object of the device `EINVAL`, a closed number `EBADFD`, what a device knows nothing of
//!   `ENOTTY`, an object too many `ENOSPC`.
//! - One queue for all that the host says and nobody has read yet (`queue.rs`): when it is
//!   full, nothing comes in for anybody.
//! - `RECV` joins the bytes of messages, and gives at most 28 of their descriptors.
//! - One request to the host after the other (`host.rs`): a host that does not read blocks
//!   all of them. Each one wakes whoever polls any object of the device.
//! - A host that dies with requests that it has not read hangs nothing up.
//! - Descriptors tell nothing (`calls.rs`): no size, no position, no inode of their own.
//!
//! It differs from a kernel in this:
//!
//! - An object has a number of its own in the program, from which it is known there: a
//!   copy that `dup2` or another process's socket has given another number is a socket or
//!   a memfd like any other. `close` is seen a moment later.
//! - `F_GETFL` says that everything is open for reading and writing.
//! - Memory can be polled, and says that it can be read.
//! - Dma-bufs are memfds with rows of a multiple of 64 bytes, and those of other devices are not
//!   known.

pub mod abi;
mod calls;
mod device;
mod host;
mod new;
mod object;
mod queue;
mod transfer;

pub use device::Virtwl;
