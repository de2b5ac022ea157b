//! Descriptors on their way from one side to the other.

use std::collections::VecDeque;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};

/// How many descriptors may wait in one queue. libwayland's own is 1024
/// (a 4096-byte ring of `int`s).
pub const MAX_QUEUED_FDS: usize = 1024;

/// More descriptors came than messages that take them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("more than {MAX_QUEUED_FDS} file descriptors wait that no message takes")]
pub struct TooManyFds;

/// A bounded first-in first-out queue of descriptors.
#[derive(Default)]
pub struct FdQueue(VecDeque<OwnedFd>);

impl FdQueue {
    /// Appends a descriptor.
    ///
    /// # Errors
    /// [`TooManyFds`] at the bound; the descriptor is closed.
    pub fn push(&mut self, fd: OwnedFd) -> Result<(), TooManyFds> {
        if self.0.len() >= MAX_QUEUED_FDS {
            return Err(TooManyFds);
        }
        self.0.push_back(fd);
        Ok(())
    }

    /// Takes the oldest descriptor.
    pub fn pop(&mut self) -> Option<OwnedFd> {
        self.0.pop_front()
    }

    /// The `n`th oldest descriptor.
    pub fn get(&self, n: usize) -> Option<BorrowedFd<'_>> {
        self.0.get(n).map(AsFd::as_fd)
    }

    /// Closes the `n` oldest descriptors.
    pub fn close_first(&mut self, n: usize) {
        self.0.drain(..n.min(self.0.len()));
    }

    /// How many descriptors wait.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether none waits.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}
