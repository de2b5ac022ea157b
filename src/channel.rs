//! Ways to carry a connection's bytes and descriptors.

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

use crate::foreign::readable;
use crate::wire::{FdKind, FdQueue, FdSet, TooManyFds};

pub use memory::{Area, Image, Mapping, Memory, Plane};
pub use pump::Pumps;
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
    /// What came cannot be made sense of.
    #[error("{0}")]
    Garbled(String),
}

/// A descriptor that a channel has no way to carry: inside the `io::Error` of
/// [`Channel::send`].
#[derive(Debug, thiserror::Error)]
#[error("a file descriptor ({kind:?}) cannot cross {channel}: {source}")]
pub struct CannotCross {
    /// What the descriptor is.
    pub kind: FdKind,
    /// The channel, for people.
    pub channel: &'static str,
    /// Why not.
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

/// What crosses the way to a host, and what stands for what does not.
#[derive(Clone)]
pub struct Crossing {
    /// The descriptors that can cross.
    pub carried: FdSet,
    /// What there is behind a virtual device, where the host cannot see clients'
    /// memory itself.
    pub device: Option<Virtual>,
}

impl Crossing {
    /// Everything crosses as it is.
    pub const DIRECT: Self = Self { carried: FdSet::ALL, device: None };
}

/// What a virtual device offers instead of passing descriptors.
#[derive(Clone)]
pub struct Virtual {
    /// Memory that the host sees.
    pub memory: Arc<dyn Memory>,
    /// The guest's render node, if it has one: without, there are no dma-bufs.
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
    /// A [`CannotCross`] for a descriptor that has no way to the peer.
    fn send(&mut self, bytes: &[IoSlice<'_>], fds: &mut FdQueue) -> io::Result<usize>;

    /// Whether the last read took all that was there, so that its owner need be woken
    /// only by what comes later (`EPOLLET`). `None`: it cannot tell.
    fn emptied(&self) -> Option<bool> {
        None
    }

    /// Whether it waits for descriptors of its own besides [`fd`](Self::fd).
    fn has_own_descriptors(&self) -> bool {
        false
    }

    /// Told once, before all else, where its owner waits.
    fn join(&mut self, _: Waits) {}

    /// One of those is ready.
    fn ready(&mut self, _: u64) {}

    /// Whether what is not read from it stands in the way of others: then it must be read to
    /// its end, whoever does not take what comes.
    fn must_be_read(&self) -> bool {
        false
    }

    /// When to doubt whether the peer is there, where it may go without a sign.
    fn doubt(&self) -> Option<Doubt> {
        None
    }

    /// Whether the peer is found to be gone, though there was no sign. Asked seldom: it may
    /// cost the peer something.
    fn is_gone(&mut self) -> bool {
        false
    }

    /// Told before its owner waits again, if it has descriptors of its own: to do
    /// what was put off.
    ///
    /// # Errors
    /// When the channel is broken.
    fn settle(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// How far the reader of a transfer may be behind, in bytes, if the user does not say.
pub const TRANSFER_LIMIT: u64 = 1 << 30;

/// How long a host behind a virtual device may take to answer its first request:
/// the devices do not tell when there is none.
pub const PATIENCE: Duration = Duration::from_secs(5);

/// How long a peer may be silent before it is worth a question whether it is there.
#[derive(Clone, Copy, Debug)]
pub struct Doubt {
    /// Until its first word: then nobody is there at all.
    pub first_word: Duration,
    /// After something was sent to it.
    pub after_request: Duration,
    /// When nothing was, if that is a reason.
    pub when_idle: Option<Duration>,
}

impl Doubt {
    /// For a virtual device that tells of the end of a host that has read all: only one that
    /// was sent something may be gone without a sign.
    pub const OWING: Self =
        Self { first_word: PATIENCE, after_request: Duration::from_millis(800), when_idle: None };
}

/// What to look at when it takes longer.
pub const NO_ANSWER: &str = "no compositor answers; is one running on the host, and does the \
                             virtual machine's monitor know its socket?";

/// Bound on a file that is copied from or for the host: keymaps, format tables
/// and colour profiles are far smaller.
const MAX_FILE: u64 = 16 << 20;

/// A file of the client as memory that the host can read.
///
/// # Errors
/// [`CannotCross`] for one that is empty, longer than [`MAX_FILE`], or cannot be read
/// without waiting for it; the memory's.
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

/// The epoll instance of a channel's owner: what is added here comes back as
/// [`Channel::ready`]'s number.
pub struct Waits {
    epoll: OwnedFd,
    first: u64,
}

impl Waits {
    /// Numbers from `first` on are the channel's.
    pub fn new(epoll: OwnedFd, first: u64) -> Self {
        Self { epoll, first }
    }

    /// Waits for a descriptor, level-triggered. A closed one is forgotten once
    /// nobody has its file open.
    ///
    /// # Errors
    /// `PermissionDenied` for what need never be waited for (a regular file).
    pub fn add(&self, fd: impl AsFd, number: u64, flags: EventFlags) -> io::Result<()> {
        let data = EventData::new_u64(self.first.wrapping_add(number));
        Ok(epoll::add(&self.epoll, fd, data, flags)?)
    }

    /// Waits for something else of a descriptor.
    ///
    /// # Errors
    /// When it was not waited for.
    pub fn change(&self, fd: impl AsFd, number: u64, flags: EventFlags) -> io::Result<()> {
        let data = EventData::new_u64(self.first.wrapping_add(number));
        Ok(epoll::modify(&self.epoll, fd, data, flags)?)
    }

    /// Waits no longer.
    ///
    /// # Errors
    /// When it was not waited for.
    pub fn remove(&self, fd: impl AsFd) -> io::Result<()> {
        Ok(epoll::delete(&self.epoll, fd)?)
    }
}
