//! virtio-wl: `/dev/wl0` of ChromeOS's kernels.
//!
//! A context is a connection to the host's compositor. Descriptors cross if the
//! device made them (memory, pipes) or knows them (dma-bufs); everything else is
//! copied into such a one, or moved through it.

mod abi;

use std::io::{self, IoSlice};
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, OwnedFd};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::fs::{Mode, OFlags};
use rustix::io::{Errno, FdFlags};

use super::pump::Pumps;
use super::{
    Area, CannotCross, Channel, Image, Mapping, Memory, PATIENCE, Plane, ReceiveError, Waits,
    copy_file,
};
use crate::wire::{FdKind, FdQueue, FdSet};

/// Where the device is.
pub const PATH: &str = "/dev/wl0";

/// What the channel is called in errors.
const NAME: &str = "virtio-wl";

/// Why the device cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum VirtwlError {
    /// It is not there, or closed to us.
    #[error("cannot open the virtio-wl device {path}: {source}{hint}")]
    Open {
        /// Its path.
        path: PathBuf,
        /// What the kernel said.
        source: io::Error,
        /// What to do about it.
        hint: &'static str,
    },
    /// It is another kind of device, or gives no connection.
    #[error("{path} gives no connection to a compositor: {source}; is it a virtio-wl device?")]
    Context {
        /// Its path.
        path: PathBuf,
        /// What the kernel said.
        source: io::Error,
    },
}

impl VirtwlError {
    /// Whether there is such a device at all.
    pub fn is_there(&self) -> bool {
        !matches!(self, Self::Open { source, .. } if source.kind() == io::ErrorKind::NotFound)
    }
}

/// The descriptors that cross, apart from dma-bufs, which need a render node.
pub const CARRIED: FdSet = FdSet::NONE
    .to_host(FdKind::ClientMemory)
    .to_host(FdKind::ClientFile)
    .to_host(FdKind::PipeToWrite)
    .to_client(FdKind::PipeToWrite)
    .to_client(FdKind::HostFile);

/// An open device.
pub struct Device {
    file: OwnedFd,
    path: PathBuf,
    dmabufs: bool,
}

impl Device {
    /// Opens it and asks what it can do.
    ///
    /// # Errors
    /// [`VirtwlError::Open`].
    pub fn open(path: &Path) -> Result<Self, VirtwlError> {
        let flags = OFlags::RDWR | OFlags::CLOEXEC;
        let file = rustix::fs::open(path, flags, Mode::empty()).map_err(|e| VirtwlError::Open {
            path: path.into(),
            source: e.into(),
            hint: match e {
                Errno::ACCESS | Errno::PERM => {
                    "; give your user access to it (udev: KERNEL==\"wl*\", MODE=\"0666\")"
                }
                Errno::NOENT => "; only kernels of ChromeOS have it, in a VM that has a display",
                _ => "",
            },
        })?;
        let dmabufs = match abi::new_dmabuf(&file, 0, 0, 0) {
            Err(e) => e.raw_os_error() != Some(Errno::NOTTY.raw_os_error()),
            Ok(_) => true,
        };
        Ok(Self { file, path: path.into(), dmabufs })
    }

    /// Its path.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// A new connection to the host's compositor.
    ///
    /// # Errors
    /// [`VirtwlError::Context`].
    pub fn connect(self: &Arc<Self>) -> Result<VirtwlChannel, VirtwlError> {
        let failed = |source| VirtwlError::Context { path: self.path.clone(), source };
        let context = abi::new_context(&self.file).map_err(failed)?;
        rustix::fs::fcntl_setfl(&context, OFlags::RDWR | OFlags::NONBLOCK)
            .map_err(|e| failed(e.into()))?;
        let (device, pumps) = (Arc::clone(self), Pumps::default());
        Ok(VirtwlChannel { context, device, txn: abi::Txn::new(), pumps })
    }
}

impl Memory for Device {
    fn has_images(&self) -> bool {
        self.dmabufs
    }

    fn allocate(&self, len: usize) -> io::Result<Area> {
        let size = u32::try_from(len).map_err(|_| io::ErrorKind::OutOfMemory)?;
        map(abi::new_memory(&self.file, size)?, len)
    }

    fn image(&self, width: u32, height: u32, fourcc: u32) -> io::Result<Image> {
        let (fd, strides, offsets) = abi::new_dmabuf(&self.file, width, height, fourcc)?;
        let planes: [Plane; 3] = std::array::from_fn(|n| Plane {
            offset: offsets.get(n).copied().unwrap_or(0),
            stride: strides.get(n).copied().unwrap_or(0),
        });
        let len = rustix::fs::seek(&fd, rustix::fs::SeekFrom::End(0))?;
        let len = usize::try_from(len).map_err(|_| io::ErrorKind::OutOfMemory)?;
        Ok(Image { area: map(fd, len)?, planes, modifier: LINEAR })
    }

    fn sync(&self, image: &Image, start: bool) {
        if let Err(e) = abi::sync_dmabuf(&image.area.fd, start) {
            tracing::debug!("cannot synchronise a dma-buf: {e}");
        }
    }
}

/// `DRM_FORMAT_MOD_LINEAR`.
const LINEAR: u64 = 0;

fn map(fd: OwnedFd, len: usize) -> io::Result<Area> {
    let map = Mapping::new(fd.as_fd(), 0, len)?;
    Ok(Area { fd, map })
}

/// A connection to the host's compositor.
pub struct VirtwlChannel {
    context: OwnedFd,
    device: Arc<Device>,
    txn: Box<abi::Txn>,
    pumps: Pumps,
}

impl Channel for VirtwlChannel {
    fn fd(&self) -> BorrowedFd<'_> {
        self.context.as_fd()
    }

    fn receive(&mut self, into: &mut [u8], fds: &mut FdQueue) -> Result<usize, ReceiveError> {
        let mut received = 0;
        for fd in abi::receive(&self.context, &mut self.txn, into.len())? {
            rustix::io::fcntl_setfd(&fd, FdFlags::CLOEXEC).map_err(io::Error::from)?;
            fds.push(fd, FdKind::Unknown)?;
            received += 1;
        }
        let len = self.txn.len as usize;
        if let (Some(into), Some(data)) = (into.get_mut(..len), self.txn.data.get(..len)) {
            into.copy_from_slice(data);
        }
        if len == 0 && received > 0 {
            return Err(io::Error::from(io::ErrorKind::WouldBlock).into());
        }
        Ok(len)
    }

    fn send(&mut self, bytes: &[IoSlice<'_>], fds: &mut FdQueue) -> io::Result<usize> {
        let mut made = Vec::new();
        let count = fds.len().min(abi::MAX_FDS);
        self.txn.fds = [-1; abi::MAX_FDS];
        let mut kinds = FdKind::Unknown;
        for (n, place) in self.txn.fds.iter_mut().enumerate().take(count) {
            let Some((fd, kind)) = fds.get(n).zip(fds.kind(n)) else { break };
            kinds = kind;
            *place = match carry(&self.device, fd, kind)? {
                None => fd.as_raw_fd(),
                Some(instead) => {
                    let number = instead.as_raw_fd();
                    made.push((n, instead));
                    number
                }
            };
        }
        // As on a socket: more descriptors than one transaction takes go ahead,
        // with one byte.
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
            // The device has several words for a host that is gone.
            if hung_up(&self.context) {
                io::ErrorKind::BrokenPipe.into()
            } else if count > 0 && e.kind() == io::ErrorKind::InvalidInput {
                cannot_cross(kinds, e).into()
            } else {
                e
            }
        })?;
        let mut made = made.into_iter().peekable();
        for n in 0..count {
            let instead = made.next_if(|(of, _)| *of == n);
            if let Some((fd, kind)) = fds.pop()
                && let Some((_, instead)) = instead
                && kind == FdKind::PipeToWrite
            {
                self.pumps.start(instead, fd)?;
            }
        }
        Ok(len)
    }

    fn has_own_descriptors(&self) -> bool {
        true
    }

    fn patience(&self) -> Option<Duration> {
        Some(PATIENCE)
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

/// What goes to the host in a descriptor's place, if not itself.
fn carry(device: &Device, fd: BorrowedFd<'_>, kind: FdKind) -> io::Result<Option<OwnedFd>> {
    match kind {
        FdKind::ClientMemory | FdKind::DmaBuf => Ok(None),
        FdKind::PipeToWrite => abi::new_pipe(&device.file).map(Some),
        FdKind::ClientFile => copy_file(device, fd, NAME).map(|area| Some(area.fd)),
        _ => Err(cannot_cross(kind, io::ErrorKind::Unsupported.into()).into()),
    }
}

fn cannot_cross(kind: FdKind, source: io::Error) -> CannotCross {
    CannotCross { kind, channel: NAME, source }
}
