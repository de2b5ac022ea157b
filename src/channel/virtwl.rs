//! virtio-wl: `/dev/wl0` of ChromeOS's kernels.
//!
//! A context is a connection to the host's compositor. A descriptor can cross if the device
//! made it (memory, pipes) or knows it (dma-bufs). Everything else is copied into memory of
//! the device or through a pipe of the device.

mod abi;
mod batch;
mod device;
mod host_file;
mod inbox;
mod reader;

use std::io::{self, IoSlice};
use std::os::fd::{AsRawFd, BorrowedFd, OwnedFd};
use std::sync::Arc;
use std::time::Duration;

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::{Errno, FdFlags};

use super::pump::Pumps;
use super::{CannotCross, Channel, Doubt, ReceiveError, Waits, copy_file};
use crate::wire::{FdKind, FdQueue, FdSet};

use device::ObjectCount;
pub use device::{Device, MANY_OBJECTS, MAX_VFDS, VirtwlError};
use inbox::Inbox;

/// Where the device is.
pub const PATH: &str = "/dev/wl0";

/// The channel's name in errors.
const NAME: &str = "virtio-wl";

/// How long what the reader has may take to come here, once the host is gone: on a busy machine.
const LAST_READ: Duration = Duration::from_millis(200);

/// The descriptors that can cross, apart from dma-bufs, which need a render node.
pub const CARRIED: FdSet = FdSet::NONE
    .to_host(FdKind::ClientMemory)
    .to_host(FdKind::ClientFile)
    .to_host(FdKind::PipeToWrite)
    .to_client(FdKind::PipeToWrite)
    .to_client(FdKind::HostFile);

/// A connection to the host's compositor.
pub struct VirtwlChannel {
    context: Arc<OwnedFd>,
    device: Arc<Device>,
    /// For sending.
    txn: Box<abi::Txn>,
    inbox: Inbox,
    /// Whether the host is gone, as far as sending tells.
    is_lost: bool,
    pumps: Pumps,
    _in_use: ObjectCount,
}

impl VirtwlChannel {
    fn new(
        context: OwnedFd,
        in_use: ObjectCount,
        device: Arc<Device>,
        transfer_limit: u64,
    ) -> Self {
        let (context, pumps) = (Arc::new(context), Pumps::new(transfer_limit));
        let inbox = Inbox::new(Arc::clone(&context));
        let txn = abi::Txn::new();
        Self { context, device, txn, inbox, is_lost: false, pumps, _in_use: in_use }
    }

    /// What an error of sending means.
    #[cold]
    fn not_sent(&mut self, error: io::Error, has_dmabuf: bool) -> io::Error {
        // The driver has several errors for a host that is gone. One of them, EINVAL, also
        // means a dma-buf of another device.
        let is_gone = match Errno::from_io_error(&error) {
            // It has waited for a second because the host takes nothing. There is no sign when it
            // does again.
            Some(Errno::BUSY) => {
                self.inbox.wake();
                return io::ErrorKind::WouldBlock.into();
            }
            Some(Errno::INVAL) if has_dmabuf && !hung_up(&self.context) => {
                return cannot_cross(FdKind::DmaBuf, error).into();
            }
            Some(Errno::INVAL | Errno::NODEV | Errno::NOENT) => true,
            _ => hung_up(&self.context),
        };
        self.is_lost |= is_gone;
        if is_gone { io::ErrorKind::BrokenPipe.into() } else { error }
    }
}

/// Makes a local descriptor for one of the host's: clients do things with files and pipes
/// that the device's do not support.
fn take_in(pumps: &mut Pumps, fd: OwnedFd) -> Result<OwnedFd, ReceiveError> {
    let failed = |e: io::Error| {
        ReceiveError::Garbled(format!("a file descriptor of the host cannot be used: {e}"))
    };
    rustix::io::fcntl_setfd(&fd, FdFlags::CLOEXEC).map_err(io::Error::from)?;
    match host_file::copy(&fd).map_err(failed)? {
        Some(file) => Ok(file),
        None => pumps.start_to_host(fd).map_err(failed),
    }
}

impl Channel for VirtwlChannel {
    fn fd(&self) -> BorrowedFd<'_> {
        self.inbox.fd()
    }

    fn receive(&mut self, into: &mut [u8], fds: &mut FdQueue) -> Result<usize, ReceiveError> {
        if self.is_lost {
            self.inbox.wait(LAST_READ);
        }
        let mut len = 0;
        loop {
            let batch = match self.inbox.oldest() {
                Ok(batch) => batch,
                Err(e) if e.kind() == io::ErrorKind::WouldBlock && len > 0 => return Ok(len),
                Err(e) => return Err(e.into()),
            };
            if batch.is_end() {
                return Ok(len);
            }
            let has_fds = !batch.fds().is_empty();
            for fd in batch.fds().drain(..) {
                fds.push(take_in(&mut self.pumps, fd)?, FdKind::Unknown)?;
            }
            len += batch.take(into.get_mut(len..).unwrap_or_default());
            if !batch.is_taken() {
                return Ok(len);
            }
            self.inbox.next();
            if has_fds && len > 0 {
                return Ok(len);
            }
        }
    }

    fn send(&mut self, bytes: &[IoSlice<'_>], fds: &mut FdQueue) -> io::Result<usize> {
        let mut made = Vec::new();
        let count = fds.len().min(abi::MAX_TXN_FDS);
        self.txn.fds = [-1; abi::MAX_TXN_FDS];
        let mut has_dmabuf = false;
        for (n, place) in self.txn.fds.iter_mut().enumerate().take(count) {
            let Some((fd, kind)) = fds.get(n).zip(fds.kind(n)) else { break };
            has_dmabuf |= kind == FdKind::DmaBuf;
            *place = match carry(&self.device, fd, kind)? {
                None => fd.as_raw_fd(),
                Some((instead, in_use)) => {
                    let number = instead.as_raw_fd();
                    made.push((n, instead, in_use));
                    number
                }
            };
        }
        // If there are more descriptors than one transaction takes, send them ahead of their
        // bytes, one byte each time, as on a socket.
        let limit = if fds.len() > abi::MAX_TXN_FDS { 1 } else { abi::MAX_TXN_DATA };
        let mut len = 0;
        for slice in bytes {
            let piece = slice.get(..slice.len().min(limit - len)).unwrap_or(slice);
            if let Some(place) = self.txn.data.get_mut(len..len + piece.len()) {
                place.copy_from_slice(piece);
            }
            len += piece.len();
        }
        #[expect(clippy::cast_possible_truncation, reason = "at most a page")]
        let sent = len as u32;
        self.txn.len = sent;
        if let Err(e) = abi::send(&*self.context, &mut self.txn) {
            return Err(self.not_sent(e, has_dmabuf));
        }
        let mut made = made.into_iter().peekable();
        for n in 0..count {
            let instead = made.next_if(|(of, ..)| *of == n);
            if let Some((fd, kind)) = fds.pop()
                && let Some((_, instead, in_use)) = instead
                && kind == FdKind::PipeToWrite
            {
                self.pumps.start_keeping(instead, fd, in_use)?;
            }
        }
        Ok(len)
    }

    fn has_own_descriptors(&self) -> bool {
        true
    }

    fn must_be_read(&self) -> bool {
        true
    }

    fn doubt(&self) -> Option<Doubt> {
        Some(Doubt::AFTER_REQUESTS)
    }

    fn emptied(&self) -> Option<bool> {
        Some(self.inbox.is_empty())
    }

    fn wait(&mut self, most: Duration) {
        self.inbox.wait(most);
    }

    fn join(&mut self, waits: Waits) -> io::Result<()> {
        self.pumps.join(waits);
        self.inbox.start_reader()
    }

    fn ready(&mut self, number: u64) {
        self.pumps.ready(number);
    }
}

/// Whether the host has ended the connection.
fn hung_up(context: &OwnedFd) -> bool {
    let now = Timespec { tv_sec: 0, tv_nsec: 0 };
    let mut polled = [PollFd::new(context, PollFlags::empty())];
    poll(&mut polled, Some(&now)).is_ok_and(|ready| ready > 0)
}

/// What is sent to the host instead of a descriptor; `None` if the descriptor itself is sent.
fn carry(
    device: &Device,
    fd: BorrowedFd<'_>,
    kind: FdKind,
) -> io::Result<Option<(OwnedFd, Option<ObjectCount>)>> {
    match kind {
        FdKind::ClientMemory | FdKind::DmaBuf => Ok(None),
        FdKind::PipeToWrite => device.pipe().map(|(pipe, in_use)| Some((pipe, Some(in_use)))),
        FdKind::ClientFile => copy_file(device, fd, NAME).map(|area| Some((area.fd, None))),
        _ => Err(cannot_cross(kind, io::ErrorKind::Unsupported.into()).into()),
    }
}

fn cannot_cross(kind: FdKind, source: io::Error) -> CannotCross {
    CannotCross { kind, channel: NAME, source }
}
