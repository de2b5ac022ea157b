//! virtio-wl: `/dev/wl0` of ChromeOS's kernels.
//!
//! A context is a connection to the host's compositor. A descriptor can cross if the device
//! made it (memory, pipes) or knows it (dma-bufs). Everything else is copied into memory of
//! the device or through a pipe of the device.

mod abi;
mod device;
mod host_file;

use std::io::{self, IoSlice};
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, OwnedFd};
use std::sync::Arc;

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::{Errno, FdFlags};

use super::pump::Pumps;
use super::{CannotCross, Channel, Doubt, ReceiveError, Waits, copy_file};
use crate::wire::{FdKind, FdQueue, FdSet};

use device::ObjectCount;
pub use device::{Device, MANY_OBJECTS, MAX_OBJECTS, VirtwlError};

/// Where the device is.
pub const PATH: &str = "/dev/wl0";

/// The channel's name in errors.
const NAME: &str = "virtio-wl";

/// Room in the read buffer for the reads that fetch late descriptors: each asks for one byte,
/// and the device's queue holds at most 256 messages.
const SPARE: usize = 256;

/// Most messages that are read from a connection before it is closed: more than the
/// device's queue holds.
const DRAINED: usize = 1024;

/// The descriptors that can cross, apart from dma-bufs, which need a render node.
pub const CARRIED: FdSet = FdSet::NONE
    .to_host(FdKind::ClientMemory)
    .to_host(FdKind::ClientFile)
    .to_host(FdKind::PipeToWrite)
    .to_client(FdKind::PipeToWrite)
    .to_client(FdKind::HostFile);

/// A connection to the host's compositor.
pub struct VirtwlChannel {
    context: OwnedFd,
    device: Arc<Device>,
    txn: Box<abi::Txn>,
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
        let pumps = Pumps::new(transfer_limit);
        Self { context, device, txn: abi::Txn::new(), pumps, _in_use: in_use }
    }

    /// Receives once, at most as much as fits; returns the numbers of bytes and descriptors.
    fn receive_once(
        &mut self,
        into: &mut [u8],
        fds: &mut FdQueue,
    ) -> Result<(usize, usize), ReceiveError> {
        let mut count = 0;
        // Take all of them first, so that an error below closes the rest too.
        let received: Vec<OwnedFd> =
            abi::receive(&self.context, &mut self.txn, into.len())?.collect();
        for fd in received {
            rustix::io::fcntl_setfd(&fd, FdFlags::CLOEXEC).map_err(io::Error::from)?;
            fds.push(self.take_in(fd)?, FdKind::Unknown)?;
            count += 1;
        }
        let len = self.txn.len as usize;
        if let (Some(into), Some(data)) = (into.get_mut(..len), self.txn.data.get(..len)) {
            into.copy_from_slice(data);
        }
        Ok((len, count))
    }

    /// Makes a local descriptor for one of the host's: clients do things with files and pipes
    /// that the device's do not support.
    fn take_in(&mut self, fd: OwnedFd) -> Result<OwnedFd, ReceiveError> {
        let failed = |e: io::Error| {
            ReceiveError::Garbled(format!("a file descriptor of the host cannot be used: {e}"))
        };
        match host_file::copy(&fd).map_err(failed)? {
            Some(file) => Ok(file),
            None => self.pumps.start_to_host(fd).map_err(failed),
        }
    }
}

impl Drop for VirtwlChannel {
    /// Reads the rest: descriptors that nobody has received would stay open for good, here and
    /// at the host.
    fn drop(&mut self) {
        for _ in 0..DRAINED {
            let received = abi::receive(&self.context, &mut self.txn, abi::MAX_DATA);
            let Ok(count) = received.map(Iterator::count) else { return };
            if count == 0 && self.txn.len == 0 {
                return;
            }
        }
    }
}

impl Channel for VirtwlChannel {
    fn fd(&self) -> BorrowedFd<'_> {
        self.context.as_fd()
    }

    fn receive(&mut self, into: &mut [u8], fds: &mut FdQueue) -> Result<usize, ReceiveError> {
        let room = into.len().saturating_sub(SPARE).max(1).min(into.len());
        let first = into.get_mut(..room).unwrap_or_default();
        let (mut len, mut count) = self.receive_once(first, fds)?;
        let mut all = count;
        // One read joins the bytes of several messages but returns at most 28 descriptors, so
        // bytes overtake descriptors: fetch all of them before anything is parsed. Ask for one
        // byte each time, because a read of no bytes loops in the kernel for ever.
        while count == abi::MAX_FDS
            && let Some(next) = into.get_mut(len..len + 1)
        {
            match self.receive_once(next, fds) {
                Ok((more, received)) => {
                    len += more;
                    count = received;
                    all += received;
                }
                Err(ReceiveError::Io(e)) if e.kind() == io::ErrorKind::WouldBlock => break,
                Err(e) => return Err(e),
            }
        }
        if len == 0 && all > 0 {
            return Err(io::Error::from(io::ErrorKind::WouldBlock).into());
        }
        Ok(len)
    }

    fn send(&mut self, bytes: &[IoSlice<'_>], fds: &mut FdQueue) -> io::Result<usize> {
        let mut made = Vec::new();
        let count = fds.len().min(abi::MAX_FDS);
        self.txn.fds = [-1; abi::MAX_FDS];
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
        let limit = if fds.len() > abi::MAX_FDS { 1 } else { abi::MAX_DATA };
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
        abi::send(&self.context, &mut self.txn).map_err(|e| {
            // The driver has several errors for a host that is gone. One of them, EINVAL, also
            // means a dma-buf of another device.
            match Errno::from_io_error(&e) {
                Some(Errno::INVAL) if has_dmabuf && !hung_up(&self.context) => {
                    cannot_cross(FdKind::DmaBuf, e).into()
                }
                Some(Errno::INVAL | Errno::NODEV | Errno::NOENT) => {
                    io::ErrorKind::BrokenPipe.into()
                }
                _ if hung_up(&self.context) => io::ErrorKind::BrokenPipe.into(),
                _ => e,
            }
        })?;
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

    fn join(&mut self, waits: Waits) {
        self.pumps.join(waits);
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
