//! `ChromeOS`'s virtio-wl device, `/dev/wl0`.
//!
//! As far as a program can tell from its ioctls it is the driver with crosvm behind it: the
//! same errors (a host that fails is `ENODEV`, one that has gone `EINVAL`, what is no object of the
//! device `EINVAL`, a closed number `EBADFD`, what a device knows nothing of `ENOTTY`),
//! empty messages that always succeed, one set of answers for contexts and pipes, the
//! far end of a pipe closed here once it has been sent.
//!
//! It differs from a kernel in this:
//!
//! - A `SEND` to a host that does not read blocks its caller alone. crosvm
//!   writes to the host in its only thread: there it blocks the whole device.
//! - A `RECV` ends at the first bytes that came with descriptors; the driver may join
//!   several such pieces. Its answer may be of any length, where crosvm's pieces have
//!   at most a page.
//! - `read` and `write` on a context, `read` and `write` on memory are the socket's and the
//!   memfd's own. So a `PIPE_WRITE` can be written with `write`; behind
//!   crosvm its descriptor is read-only, and only `SEND` writes.
//! - A context is not always ready for `POLLOUT`, as the driver's is.
//! - Memory from the host keeps its seals and access mode. Dma-bufs are memfds with rows of a
//!   multiple of 64 bytes, and those of other devices are not known.

pub mod abi;
mod device;
mod new;
mod transfer;

pub use device::Virtwl;
