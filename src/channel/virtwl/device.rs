//! The device: what it can do, and the objects that it makes.

use std::io;
use std::os::fd::{AsFd, AsRawFd, OwnedFd, RawFd};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use drm_fourcc::DrmFourcc;
use rustix::fs::{Mode, OFlags};
use rustix::io::Errno;

use super::{VirtwlChannel, abi};
use crate::channel::{Area, Image, Mapping, Memory, Plane, TRANSFER_LIMIT};

/// Why the device cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum VirtwlError {
    /// It does not exist, or we may not open it.
    #[error("cannot open the virtio-wl device {path}: {source}{hint}")]
    Open {
        /// Its path.
        path: PathBuf,
        /// What the kernel said.
        source: io::Error,
        /// What the user can do about it.
        hint: &'static str,
    },
    /// It is another kind of device, or makes no connection.
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

/// Most objects (connections, memory, pipes) that all programs of a machine may have together:
/// the driver has no more numbers (`VIRTWL_MAX_ALLOC`).
pub const MAX_VFDS: usize = 2047;

/// carafe warns the user when this many objects exist.
pub const MANY_OBJECTS: usize = MAX_VFDS / 4 * 3;

/// How many bytes of an image must change with each frame: each copy into an image takes two
/// round trips to the host, and the host copies this much of plain memory in the same time.
/// See `benches/NOTES.md`.
const LEAST_CHANGE: u64 = 128 << 10;

/// Counts an object of the device for as long as this lives.
pub(super) struct ObjectCount(Arc<AtomicUsize>);

impl ObjectCount {
    /// Counts one more; returns how many there are now.
    fn new(count: &Arc<AtomicUsize>) -> (Self, usize) {
        let before = count.fetch_add(1, Ordering::Relaxed);
        (Self(Arc::clone(count)), before + 1)
    }
}

impl Drop for ObjectCount {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

/// An open device.
pub struct Device {
    pub(super) file: OwnedFd,
    path: PathBuf,
    dmabufs: bool,
    /// How many objects this process has.
    objects: Arc<AtomicUsize>,
    warned: AtomicBool,
    /// How far the reader of a transfer may be behind, in bytes.
    transfer_limit: u64,
}

impl Device {
    /// Opens the device and asks what it can do.
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
        let (objects, warned) = (Arc::default(), AtomicBool::new(false));
        let transfer_limit = TRANSFER_LIMIT;
        Ok(Self { file, path: path.into(), dmabufs, objects, warned, transfer_limit })
    }

    /// Sets how far the reader of a transfer may be behind, in bytes.
    #[must_use]
    pub fn with_transfer_limit(self, limit: u64) -> Self {
        Self { transfer_limit: limit, ..self }
    }

    /// Its path.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Makes a new connection to the host's compositor.
    ///
    /// # Errors
    /// [`VirtwlError::Context`].
    pub fn connect(self: &Arc<Self>) -> Result<VirtwlChannel, VirtwlError> {
        let failed = |source| VirtwlError::Context { path: self.path.clone(), source };
        let (context, in_use) = self.make(|| abi::new_context(&self.file)).map_err(failed)?;
        rustix::fs::fcntl_setfl(&context, OFlags::RDWR | OFlags::NONBLOCK)
            .map_err(|e| failed(e.into()))?;
        Ok(VirtwlChannel::new(context, in_use, Arc::clone(self), self.transfer_limit))
    }

    /// Makes a pipe that the host writes.
    pub(super) fn pipe(&self) -> io::Result<(OwnedFd, ObjectCount)> {
        self.make(|| abi::new_pipe(&self.file))
    }

    /// Makes an object, counts it, and warns when there are many.
    fn make<T>(&self, ask: impl FnOnce() -> io::Result<T>) -> io::Result<(T, ObjectCount)> {
        let (in_use, count) = ObjectCount::new(&self.objects);
        let made = ask().map_err(|e| {
            let is_full = e.raw_os_error() == Some(Errno::NOSPC.raw_os_error());
            if !is_full {
                return e;
            }
            io::Error::other(format!(
                "the virtual machine has its {MAX_VFDS} virtio-wl objects (this process {count} \
                 of them); close some windows, and see `carafe doctor`"
            ))
        })?;
        if count >= MANY_OBJECTS && !self.warned.swap(true, Ordering::Relaxed) {
            tracing::warn!(
                "{count} virtio-wl objects are in use; with {MAX_VFDS} in all of the virtual \
                 machine, no window can be opened"
            );
        }
        Ok((made, in_use))
    }
}

/// The number of the device's own descriptor.
impl AsRawFd for Device {
    fn as_raw_fd(&self) -> RawFd {
        self.file.as_raw_fd()
    }
}

/// Maps memory of `len` bytes.
fn map(fd: OwnedFd, len: usize, in_use: ObjectCount) -> io::Result<Area> {
    let map = Mapping::new(fd.as_fd(), 0, len)?.keeping(in_use);
    Ok(Area { fd, map })
}

/// The length of an image in bytes. The device does not tell it, so it is computed from the
/// planes.
fn length([first, second, third]: [Plane; 3], height: u32, fourcc: u32) -> Option<usize> {
    // The values of planes that the format does not have may be anything.
    let rows = if fourcc == DrmFourcc::Nv12 as u32 {
        [(first, height), (second, height.div_ceil(2)), (third, 0)]
    } else {
        [(first, height), (second, 0), (third, 0)]
    };
    let mut length = 0;
    for (plane, rows) in rows.into_iter().filter(|(_, rows)| *rows > 0) {
        let end = u64::from(plane.stride).checked_mul(u64::from(rows))?;
        length = length.max(end.checked_add(u64::from(plane.offset))?);
    }
    usize::try_from(length).ok().filter(|length| *length > 0)
}

impl Memory for Device {
    fn has_images(&self) -> bool {
        self.dmabufs
    }

    fn least_change(&self) -> u64 {
        LEAST_CHANGE
    }

    fn allocate(&self, len: usize) -> io::Result<Area> {
        let size = u32::try_from(len).map_err(|_| io::ErrorKind::OutOfMemory)?;
        let (fd, in_use) = self.make(|| abi::new_memory(&self.file, size))?;
        map(fd, len, in_use)
    }

    fn image(&self, width: u32, height: u32, fourcc: u32) -> io::Result<Image> {
        let ask = || abi::new_dmabuf(&self.file, width, height, fourcc);
        let ((fd, strides, offsets), in_use) = self.make(ask)?;
        let planes: [Plane; 3] = std::array::from_fn(|n| Plane {
            offset: offsets.get(n).copied().unwrap_or(0),
            stride: strides.get(n).copied().unwrap_or(0),
        });
        let garbled = || io::Error::other("the device's layout of an image makes no sense");
        let len = length(planes, height, fourcc).ok_or_else(garbled)?;
        Ok(Image { area: map(fd, len, in_use)?, planes, modifier: MODIFIER_LINEAR })
    }

    fn sync(&self, image: &Image, start: bool) {
        if let Err(e) = abi::sync_dmabuf(&image.area.fd, start) {
            tracing::debug!("cannot synchronise a dma-buf: {e}");
        }
    }
}

/// `DRM_FORMAT_MOD_LINEAR`.
const MODIFIER_LINEAR: u64 = 0;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_length_of_an_image_follows_from_its_planes() {
        let plane = |offset, stride| Plane { offset, stride };
        let xrgb = DrmFourcc::Xrgb8888 as u32;
        let none = plane(0, 0);
        assert_eq!(length([plane(0, 256), none, none], 7, xrgb), Some(7 * 256));
        assert_eq!(length([plane(4096, 256), none, none], 7, xrgb), Some(4096 + 7 * 256));
        // What other planes hold is the device's affair.
        assert_eq!(length([plane(0, 256), plane(1, 9), none], 7, xrgb), Some(7 * 256));
        let nv12 = DrmFourcc::Nv12 as u32;
        let planes = [plane(0, 64), plane(448, 64), none];
        assert_eq!(length(planes, 7, nv12), Some(448 + 4 * 64));
        assert_eq!(length([none; 3], 7, xrgb), None);
        let most = plane(u32::MAX, u32::MAX);
        assert!(length([most; 3], u32::MAX, nv12).is_some());
    }
}
