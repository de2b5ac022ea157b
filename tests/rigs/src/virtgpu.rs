//! A virtio-gpu render node with the cross-domain capset.
//!
//! The ioctls are the kernel driver's; behind them is the crate `rutabaga_gfx`, the
//! real implementation of the host's side. As with the real device a command returns
//! before the host has seen it, and the host's errors reach nobody: what was sent
//! for nothing is noticed by silence, a blob that the host does not know by `EINVAL` when
//! it is mapped. With `RIG_DEBUG=1` in its environment the rig says what the host refused.
//!
//! `CONTEXT_INIT` puts one end of a socket pair in the place of the program's
//! descriptor: so waiting for and reading the driver's events is the kernel's own.
//! Memory is memfds. A mapping of the node goes to [`sys::inject`](crate::sys::inject).
//!
//! What `abi-virtgpu` checks was seen to hold, with the same program, on Linux 6.1 and 6.12 in
//! QEMU with rutabaga 0.1.3. It differs from a kernel in this:
//!
//! - Before `CONTEXT_INIT` there are only the ioctls that ask for something, and reading ends
//!   at once. Copies of the descriptor made before it do not belong to the context. After it
//!   the descriptor is a socket.
//! - Its descriptor is always ready for `POLLOUT`, and has no bound to events that were not
//!   read.
//! - Dma-bufs are memfds, and `supports_dmabuf` says 1 although rutabaga without a
//!   graphics library says 0. What comes out of `PRIME_HANDLE_TO_FD` lives no longer in
//!   the device once it is closed everywhere, whatever is under way in a socket.
//! - A dma-buf of a blob that the host does not know is no memory at all.
//! - No fence descriptors, no sync objects, no 3D resources and transfers: `EINVAL`.
//! - One thread is the host's device: a compositor that does not read stops it for
//!   all, as crosvm's and QEMU's does. No ioctl waits for it, except where the
//!   driver would.

pub mod abi;
mod blob;
mod commands;
mod context;
mod device;
mod drm;
mod host;
mod objects;
mod relay;
mod submit;

pub use device::Virtgpu;
