//! File descriptors on their way from one side to the other.

use std::collections::VecDeque;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};

/// How many descriptors may wait in one queue. libwayland has the same limit
/// (a 4096-byte ring of `int`s).
pub const MAX_QUEUED_FDS: usize = 1024;

/// What a descriptor argument stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum FdKind {
    /// Memory that the client shares and the host maps.
    ClientMemory,
    /// A file that the host made and the client only reads: keymaps, format
    /// tables, ICC profiles.
    HostFile,
    /// A file that the client made and the host only reads: keymaps, gamma
    /// tables, ICC profiles.
    ClientFile,
    /// A dma-buf.
    DmaBuf,
    /// A pipe into which the receiver of the message writes.
    PipeToWrite,
    /// A sync file (fence).
    SyncFile,
    /// A DRM synchronisation object: a timeline.
    DrmTimeline,
    /// A DRM device or lease: it cannot leave the host's kernel.
    DrmDevice,
    /// A listening socket, or the pipe that tells by its hang-up when to stop listening.
    Listener,
    /// Not known. Either no message has taken it yet, or no row of `protocol`'s table
    /// names its message; the latter ends the session with an error.
    Unknown,
}

/// Kinds of descriptors, by the direction in which they cross.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct FdSet {
    to_host: u16,
    to_client: u16,
}

impl FdSet {
    /// The empty set.
    pub const NONE: Self = Self { to_host: 0, to_client: 0 };

    /// Every kind, both ways.
    pub const ALL: Self = Self { to_host: u16::MAX, to_client: u16::MAX };

    /// Adds a kind that the client sends.
    #[must_use]
    pub const fn to_host(self, kind: FdKind) -> Self {
        Self { to_host: self.to_host | 1 << kind as u16, ..self }
    }

    /// Adds a kind that the host sends.
    #[must_use]
    pub const fn to_client(self, kind: FdKind) -> Self {
        Self { to_client: self.to_client | 1 << kind as u16, ..self }
    }

    /// The union of two sets.
    #[must_use]
    pub const fn and(self, other: Self) -> Self {
        Self { to_host: self.to_host | other.to_host, to_client: self.to_client | other.to_client }
    }

    /// Whether all of the others are among these.
    pub const fn contains(self, others: Self) -> bool {
        others.to_host & !self.to_host == 0 && others.to_client & !self.to_client == 0
    }
}

/// The peer sent more descriptors than its messages take.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("more than {MAX_QUEUED_FDS} file descriptors wait that no message takes")]
pub struct TooManyFds;

/// A bounded first-in first-out queue of descriptors, each with its kind.
#[derive(Default)]
pub struct FdQueue(VecDeque<(OwnedFd, FdKind)>);

impl FdQueue {
    /// Appends a descriptor of a kind.
    ///
    /// # Errors
    /// [`TooManyFds`] at the bound; the descriptor is closed.
    pub fn push(&mut self, fd: OwnedFd, kind: FdKind) -> Result<(), TooManyFds> {
        if self.0.len() >= MAX_QUEUED_FDS {
            return Err(TooManyFds);
        }
        self.0.push_back((fd, kind));
        Ok(())
    }

    /// Takes the oldest descriptor.
    pub fn pop(&mut self) -> Option<(OwnedFd, FdKind)> {
        self.0.pop_front()
    }

    /// Puts another descriptor in the place of the `n`th oldest; returns the old one.
    pub fn replace(&mut self, n: usize, fd: OwnedFd) -> Option<OwnedFd> {
        self.0.get_mut(n).map(|(place, _)| std::mem::replace(place, fd))
    }

    /// The `n`th oldest descriptor.
    pub fn get(&self, n: usize) -> Option<BorrowedFd<'_>> {
        self.0.get(n).map(|(fd, _)| fd.as_fd())
    }

    /// The kind of the `n`th oldest descriptor.
    pub fn kind(&self, n: usize) -> Option<FdKind> {
        self.0.get(n).map(|(_, kind)| *kind)
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
