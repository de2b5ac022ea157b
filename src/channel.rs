//! The ways to carry a connection's bytes and descriptors to the host.

mod memory;
mod pump;
mod spill;
mod unix;
pub mod virtgpu;
pub mod virtwl;

use std::io::{self, IoSlice};
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use rustix::event::epoll::{self, EventData, EventFlags};
use rustix::event::{PollFd, PollFlags, Timespec, poll};

use crate::foreign::readable;
use crate::wire::{FdKind, FdQueue, FdSet, TooManyFds};

pub use memory::{Area, Image, Mapping, Memory, Plane};
pub use pump::Pumps;
pub use spill::{keep_files_in, temporary_folders};
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
    /// The peer sent something that makes no sense.
    #[error("{0}")]
    Garbled(String),
}

/// A descriptor that a channel cannot carry; [`Channel::send`] wraps it in an `io::Error`.
#[derive(Debug, thiserror::Error)]
#[error("a file descriptor ({kind:?}) cannot cross {channel}: {source}")]
pub struct CannotCross {
    /// The descriptor's kind.
    pub kind: FdKind,
    /// The channel's name for users.
    pub channel: &'static str,
    /// The reason.
    pub source: io::Error,
}

impl CannotCross {
    /// Whether an error of [`Channel::send`] is one of these.
    pub fn is_in(error: &io::Error) -> bool {
        matches!(error.get_ref(), Some(inner) if inner.is::<Self>())
    }
}

impl From<CannotCross> for io::Error {
    fn from(fault: CannotCross) -> Self {
        Self::other(fault)
    }
}

/// What can cross to a host, and what replaces the rest.
#[derive(Clone)]
pub struct Crossing {
    /// The descriptors that can cross.
    pub carried: FdSet,
    /// Set for a virtual device, where the host cannot see the clients' own memory.
    pub device: Option<Virtual>,
}

impl Crossing {
    /// A socket: everything crosses as it is.
    pub const DIRECT: Self = Self { carried: FdSet::ALL, device: None };
}

/// What a virtual device offers instead of passing descriptors.
#[derive(Clone)]
pub struct Virtual {
    /// Memory that the host sees.
    pub memory: Arc<dyn Memory>,
    /// The guest's render node. Without one there are no dma-bufs.
    pub node: Option<RenderNode>,
}

/// A render node.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RenderNode {
    /// Its path.
    pub path: PathBuf,
    /// Its device number (`dev_t`).
    pub number: u64,
}

/// One end of a connection to a client or to a host.
pub trait Channel: Send {
    /// The descriptor to poll: it is readable and writable when the channel is.
    fn fd(&self) -> BorrowedFd<'_>;

    /// Reads once, without waiting, at most as much as fits. Returns the number
    /// of bytes; 0 when the peer is gone.
    ///
    /// # Errors
    /// [`ReceiveError`]; `Io` of kind `WouldBlock` when there is nothing to read.
    fn receive(&mut self, into: &mut [u8], fds: &mut FdQueue) -> Result<usize, ReceiveError>;

    /// Sends once, without waiting: some of the bytes, and with them some of the
    /// descriptors, which are then closed here. A descriptor is never sent later than
    /// the message that refers to it. Returns the number of bytes.
    ///
    /// # Errors
    /// Of kind `WouldBlock` when the peer takes nothing now; nothing was sent.
    /// A [`CannotCross`] for a descriptor that cannot get to the peer.
    fn send(&mut self, bytes: &[IoSlice<'_>], fds: &mut FdQueue) -> io::Result<usize>;

    /// Whether the last read took everything. If the channel can tell, its owner waits with
    /// `EPOLLET`, for later bytes only.
    fn emptied(&self) -> Option<bool> {
        None
    }

    /// Whether the channel waits for other descriptors besides [`fd`](Self::fd).
    fn has_own_descriptors(&self) -> bool {
        false
    }

    /// Called once, when the owner is about to serve: where the channel can add its own
    /// descriptors.
    ///
    /// # Errors
    /// When the channel does not get what it needs.
    fn join(&mut self, _: Waits) -> io::Result<()> {
        Ok(())
    }

    /// Blocking until there is something to receive, but not longer than this.
    fn wait(&mut self, most: Duration) {
        let timeout = Timespec { tv_sec: 0, tv_nsec: i64::from(most.subsec_nanos()) };
        let _ = poll(&mut [PollFd::new(&self.fd(), PollFlags::IN)], Some(&timeout));
    }

    /// Called when one of its own descriptors is ready.
    fn ready(&mut self, _: u64) {}

    /// Whether unread bytes of this channel block other programs. If so, the channel must be
    /// read even while the client does not take anything.
    fn must_be_read(&self) -> bool {
        false
    }

    /// For a channel whose peer may vanish without a sign: how long the peer may be silent
    /// before the owner asks it something.
    fn doubt(&self) -> Option<Doubt> {
        None
    }

    /// Finds out whether a peer that does not answer is gone. Called seldom, because it may
    /// cost the peer some memory.
    fn is_gone(&mut self) -> bool {
        false
    }

    /// Called before the owner waits again, if the channel has descriptors of its own:
    /// it does here what it put off.
    ///
    /// # Errors
    /// When the channel is broken.
    fn settle(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// The default of `--transfer-limit`: how far the reader of a transfer may be behind, in bytes.
pub const TRANSFER_LIMIT: u64 = 1 << 30;

/// How long a host behind a virtual device may take to answer the first request. The
/// devices do not tell when no compositor is there.
pub const PATIENCE: Duration = Duration::from_secs(5);

/// How long a peer may be silent before its owner asks whether it is still there.
#[derive(Clone, Copy, Debug)]
pub struct Doubt {
    /// Before its first message. If that does not come, there is no peer at all.
    pub first_message: Duration,
    /// After something was sent to it.
    pub after_request: Duration,
    /// After it has answered everything. `None`: it may be silent for ever.
    pub when_idle: Option<Duration>,
}

impl Doubt {
    /// For a device that reports the end of a peer, unless requests were left that the peer
    /// had not read.
    pub const AFTER_REQUESTS: Self = Self {
        first_message: PATIENCE,
        after_request: Duration::from_millis(800),
        when_idle: None,
    };
}

/// The error's text when it takes longer.
pub const NO_ANSWER: &str = "no compositor answers; is one running on the host, and does the \
                             virtual machine's monitor know its socket?";

/// Bound on a file that is copied from or for the host: keymaps, format tables
/// and colour profiles are far smaller.
const MAX_FILE: u64 = 16 << 20;

/// Copies a file of the client into memory that the host can read.
///
/// # Errors
/// [`CannotCross`] for a file that is empty, longer than [`MAX_FILE`], or cannot be read
/// without waiting; or the memory's error.
fn copy_file(memory: &dyn Memory, fd: BorrowedFd<'_>, channel: &'static str) -> io::Result<Area> {
    let kind = FdKind::ClientFile;
    let bytes = read_file(fd).map_err(|source| CannotCross { kind, channel, source })?;
    let area = memory.allocate(bytes.len())?;
    area.map.write(&bytes);
    Ok(area)
}

fn read_file(fd: BorrowedFd<'_>) -> io::Result<Vec<u8>> {
    readable(fd)?;
    let size = rustix::fs::fstat(fd)?.st_size;
    let len = u64::try_from(size).ok().filter(|len| (1..=MAX_FILE).contains(len));
    let len = len.ok_or_else(|| io::Error::other(format!("a file of {size} bytes")))?;
    let mut bytes = vec![0; usize::try_from(len).map_err(|_| io::ErrorKind::OutOfMemory)?];
    let mut filled = 0;
    while let Some(room) = bytes.get_mut(filled..).filter(|room| !room.is_empty()) {
        match rustix::io::pread(fd, room, filled as u64)? {
            0 => break,
            read => filled += read,
        }
    }
    Ok(bytes)
}

/// The epoll instance of a channel's owner. When a descriptor that was added here is ready,
/// the owner calls [`Channel::ready`] with its number.
pub struct Waits {
    epoll: OwnedFd,
    first: u64,
}

impl Waits {
    /// Wraps an epoll instance in which the numbers from `first` on are the channel's.
    pub fn new(epoll: OwnedFd, first: u64) -> Self {
        Self { epoll, first }
    }

    /// Starts to wait for a descriptor, level-triggered. epoll forgets a closed descriptor
    /// only when nobody else has the same file open.
    ///
    /// # Errors
    /// `PermissionDenied` for a regular file: it is always ready.
    pub fn add(&self, fd: impl AsFd, number: u64, flags: EventFlags) -> io::Result<()> {
        let data = EventData::new_u64(self.first.wrapping_add(number));
        Ok(epoll::add(&self.epoll, fd, data, flags)?)
    }

    /// Changes the events that a descriptor is waited for with.
    ///
    /// # Errors
    /// When it was not added.
    pub fn change(&self, fd: impl AsFd, number: u64, flags: EventFlags) -> io::Result<()> {
        let data = EventData::new_u64(self.first.wrapping_add(number));
        Ok(epoll::modify(&self.epoll, fd, data, flags)?)
    }

    /// Stops waiting for a descriptor.
    ///
    /// # Errors
    /// When it was not added.
    pub fn remove(&self, fd: impl AsFd) -> io::Result<()> {
        Ok(epoll::delete(&self.epoll, fd)?)
    }
}
