//! Two kernel devices of virtual machines, emulated for an unmodified program:
//! `rig-virtwl` is `ChromeOS`'s virtio-wl (`/dev/wl0`), `rig-virtgpu` a virtio-gpu
//! render node with the cross-domain capset.
//!
//! ```text
//! rig-virtwl [--counts=FILE] [--fault=KIND[:N]]… HOST_SOCKET -- PROGRAM ARGUMENTS…
//! ```
//!
//! In the program's arguments `{device}` stands for the device node, which the rig
//! makes. The rig ends with the program and with its exit status. `SIGTERM`,
//! `SIGINT` and `SIGHUP` are passed on; `SIGUSR1` makes it write the counts.
//!
//! # The technique
//!
//! The program runs under a seccomp filter ([`filter`]) that sends to its
//! supervisor, this crate, only the ioctls of the device's type byte; everything
//! else is the kernel's own: poll, epoll, close. So what the
//! program gets as an object of the device must be a real object of the kernel
//! that can be waited for alike. A virtio-wl context is a socket whose other end is here: it
//! holds a byte while there is something to receive, and is hung up with the host. It
//! has a number that the program itself never reaches, and what is done with such numbers
//! (read, write, fstat, mmap, …) is trapped too. `SEND` and `RECV` move
//! bytes between the program's memory (`process_vm_readv`) and the host's socket.
//! Memory is a memfd.
//!
//! Objects are known by device and inode ([`files::FileId`]), so copies
//! of a descriptor, forks and exec need no care. An ioctl on a file that the rig
//! does not know goes to the kernel.
//!
//! One thread serves all ([`supervisor`]). A call that must wait (a `RECV` with
//! nothing there, a `SEND` to a host that does not read) leaves its notification
//! pending, with the descriptor it waits for in the supervisor's poll set; other
//! threads and clients go on.
//!
//! # The node
//!
//! The device node is a character device with the numbers of `/dev/null` in a
//! directory of its own: programs check `S_ISCHR`, and opening it must work without
//! a driver. Where such a node cannot be made or opened it is an empty
//! file.
//!
//! # Counting and faults
//!
//! See [`report`] for what is counted and [`fault`] for what can be made to fail.
//! The number of live objects is found by looking at what the program and its
//! descendants have open or mapped.
//!
//! # Where it differs from a kernel
//!
//! - A signal with a handler does not end a waiting ioctl, a fatal one does
//!   (`SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV`: an answer under way is never lost).
//! - What a `RECV` cannot write to the program's memory is lost with the error.
//! - A mapping past the end of an object of virtio-gpu succeeds and faults later.
//! - `fstat` shows sockets and memfds in place of virtio-gpu's files.
//! - See also the heads of [`virtwl`] and [`virtgpu`].

pub mod caller;
pub mod checks;
pub mod fault;
pub mod files;
pub mod filter;
pub mod node;
pub mod options;
pub mod report;
pub mod supervisor;
pub mod sys;
pub mod virtgpu;
pub mod virtwl;
