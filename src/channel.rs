//! Ways to carry a connection's bytes and descriptors.

mod unix;

use std::io::{self, IoSlice};
use std::os::fd::BorrowedFd;

use crate::wire::{FdQueue, TooManyFds};

pub use unix::UnixChannel;

/// Why nothing could be received.
#[derive(Debug, thiserror::Error)]
pub enum ReceiveError {
    /// The system call failed.
    #[error(transparent)]
    Io(#[from] io::Error),
    /// Descriptors were lost because this process may not have more.
    #[error("out of file descriptors; raise the limit (`ulimit -n`, systemd: LimitNOFILE=)")]
    OutOfFds,
    /// The peer sent descriptors that no message takes.
    #[error(transparent)]
    TooManyFds(#[from] TooManyFds),
}

/// One end of a connection to a client or to a host.
pub trait Channel: Send {
    /// Readable and writable (in the sense of `poll`) when the channel is.
    fn fd(&self) -> BorrowedFd<'_>;

    /// Reads once, without waiting, at most as much as fits. Gives the number
    /// of bytes; 0 when the peer is gone.
    ///
    /// # Errors
    /// [`ReceiveError`]; `Io` of kind `WouldBlock` when nothing is there.
    fn receive(&mut self, into: &mut [u8], fds: &mut FdQueue) -> Result<usize, ReceiveError>;

    /// Sends once, without waiting, some of the bytes and with them some of
    /// the descriptors, which are then closed here. Descriptors never fall
    /// behind the bytes that name them. Gives the number of bytes.
    ///
    /// # Errors
    /// Of kind `WouldBlock` when the peer takes nothing now; nothing was sent.
    fn send(&mut self, bytes: &[IoSlice<'_>], fds: &mut FdQueue) -> io::Result<usize>;
}
