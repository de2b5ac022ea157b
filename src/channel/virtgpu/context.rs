//! A cross-domain context: a connection to the host's compositor, and the memory
//! that can be shared over it.

use std::collections::HashMap;
use std::io;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::sync::{Mutex, PoisonError};

use super::abi::{self, Blob, Handle};
use super::commands::{self, ImageRequirements, PAGE};
use crate::channel::{Area, Image, Mapping, Memory, Plane};

/// Index of the ring for answers to queries.
const QUERY_RING: u32 = 0;
/// Index of the ring for the host's messages.
const CHANNEL_RING: u32 = 1;

/// `GBM_BO_USE_SCANOUT | GBM_BO_USE_LINEAR`.
const LINEAR_SCANOUT: u32 = 1 | 1 << 4;

/// The format of plain memory, which is made as an image of one row.
const R8: u32 = drm_fourcc::DrmFourcc::R8 as u32;

/// A page into which the host writes one message at a time.
struct RingPage {
    page: Mapping,
    handle: u32,
}

/// The context of one open file of the node.
pub struct GpuContext {
    /// The rings come before the file, because their handles belong to it.
    query: RingPage,
    channel: RingPage,
    fd: OwnedFd,
    dmabufs: bool,
    /// Whether the kernel knows the strides and modifiers of objects.
    knows_planes: bool,
    /// Layouts by width, height and fourcc. The host keeps each layout that it was asked for,
    /// so carafe asks only once.
    images: Mutex<HashMap<[u32; 3], ImageRequirements>>,
}

impl GpuContext {
    /// Starts a context on a node that was just opened.
    ///
    /// # Errors
    /// The kernel's.
    pub fn new(fd: OwnedFd, dmabufs: bool) -> io::Result<Self> {
        abi::init_context(&fd, 2, 1 << CHANNEL_RING)?;
        let (query, query_resource) = ring(fd.as_fd())?;
        let (channel, channel_resource) = ring(fd.as_fd())?;
        let knows_planes = abi::has_extended(&fd);
        let images = Mutex::default();
        let context = Self { query, channel, fd, dmabufs, knows_planes, images };
        let mut command = Vec::new();
        commands::init(&mut command, query_resource, channel_resource);
        context.execute(&command)?;
        let mut command = Vec::new();
        commands::poll(&mut command);
        context.execute_and_poll(&command)?;
        Ok(context)
    }

    /// The node: readable when the host has written into the channel's ring.
    pub fn fd(&self) -> BorrowedFd<'_> {
        self.fd.as_fd()
    }

    /// Gives commands to the host.
    ///
    /// # Errors
    /// The kernel's.
    pub fn execute(&self, commands: &[u8]) -> io::Result<()> {
        abi::execute(&self.fd, commands, None, None)
    }

    /// Gives commands to the host, which may then write into the channel's ring.
    ///
    /// # Errors
    /// The kernel's.
    pub fn execute_and_poll(&self, commands: &[u8]) -> io::Result<()> {
        // The fence is also reached by a command that fails, without a new message in the
        // ring. So the old message must not be there any more.
        self.channel.page.write(&[0; 8]);
        abi::execute(&self.fd, commands, Some(CHANNEL_RING), Some(self.channel.handle))
    }

    /// Copies the channel's ring. Parse the copy: the host may write into the ring meanwhile.
    pub fn copy_ring(&self, into: &mut [u8; PAGE]) {
        self.channel.page.read(into);
    }

    /// Makes a handle for the object behind a dma-buf.
    ///
    /// # Errors
    /// The kernel's.
    pub fn import(&self, dmabuf: BorrowedFd<'_>) -> io::Result<Handle<'_>> {
        abi::import(self.fd.as_fd(), dmabuf)
    }

    /// Maps memory of the host, given the host's number.
    ///
    /// # Errors
    /// The kernel's: EINVAL from `mmap` for a wrong number.
    pub fn blob(&self, id: u32, size: u64) -> io::Result<Area> {
        let (handle, offset, len) = self.create(id, size)?;
        // The dma-buf and the mapping keep the memory, so the handle need not stay open;
        // `abi::import` says why it must not.
        let fd = abi::export(&handle)?;
        Ok(Area { fd, map: Mapping::new(self.fd.as_fd(), offset, len)? })
    }

    /// Maps a file of the host, given the host's number.
    ///
    /// # Errors
    /// As [`blob`](Self::blob).
    pub fn file(&self, id: u32, size: u64) -> io::Result<Mapping> {
        let (_handle, offset, len) = self.create(id, size)?;
        Mapping::read_only(self.fd.as_fd(), offset, len)
    }

    /// Makes a blob of the host's memory; returns its handle, and the offset and length of
    /// its mapping.
    fn create(&self, id: u32, size: u64) -> io::Result<(Handle<'_>, u64, usize)> {
        // The kernel maps such memory only as a whole, in pages.
        let size = size.checked_next_multiple_of(PAGE as u64).ok_or(io::ErrorKind::OutOfMemory)?;
        let len = usize::try_from(size).map_err(|_| io::ErrorKind::OutOfMemory)?;
        let (handle, _) = abi::create_blob(self.fd.as_fd(), Blob::Host(u64::from(id)), size)?;
        let offset = abi::map_offset(&handle)?;
        Ok((handle, offset, len))
    }

    /// Whether the host has stopped serving. The guest never sees the host's errors, but the device
    /// runs no command after one that fails. So this sends a query, which the device answers
    /// itself. The device keeps each answer, which costs a few bytes.
    ///
    /// # Errors
    /// The kernel's.
    pub fn is_gone(&self) -> io::Result<bool> {
        let mut command = Vec::new();
        commands::send(&mut command, &[], 0);
        commands::get_image_requirements(&mut command, [64, 1, R8, LINEAR_SCANOUT]);
        self.query.page.write(&[0; PAGE]);
        abi::execute(&self.fd, &command, Some(QUERY_RING), Some(self.query.handle))?;
        abi::wait(&self.fd, self.query.handle)?;
        let mut page = [0; PAGE];
        self.query.page.read(&mut page);
        Ok(commands::image_requirements(&page).is_none_or(|found| found.size == 0))
    }

    fn requirements(&self, key: [u32; 3]) -> io::Result<ImageRequirements> {
        let mut images = self.images.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = images.get(&key) {
            return Ok(*known);
        }
        let [width, height, fourcc] = key;
        let mut command = Vec::new();
        commands::get_image_requirements(&mut command, [width, height, fourcc, LINEAR_SCANOUT]);
        abi::execute(&self.fd, &command, Some(QUERY_RING), Some(self.query.handle))?;
        abi::wait(&self.fd, self.query.handle)?;
        let mut page = [0; PAGE];
        self.query.page.read(&mut page);
        let found = commands::image_requirements(&page).filter(|found| found.size > 0);
        let found = found.ok_or_else(|| io::Error::other("the host makes no such image"))?;
        images.insert(key, found);
        Ok(found)
    }
}

impl Memory for GpuContext {
    fn has_images(&self) -> bool {
        self.dmabufs
    }

    fn allocate(&self, len: usize) -> io::Result<Area> {
        // Rounded up so that few layouts are asked for: the host keeps each one for good.
        let rounded = len.checked_next_multiple_of(64 * 1024).ok_or(io::ErrorKind::OutOfMemory)?;
        let width = u32::try_from(rounded).map_err(|_| io::ErrorKind::OutOfMemory)?;
        let found = self.requirements([width, 1, R8])?;
        if found.size < len as u64 {
            return Err(io::Error::other("the host gives less memory than was asked for"));
        }
        self.blob(found.blob_id, found.size)
    }

    fn takes(&self, dmabuf: BorrowedFd<'_>) -> bool {
        self.import(dmabuf).is_ok()
    }

    fn first_plane(&self, dmabuf: BorrowedFd<'_>) -> Option<(u32, u64)> {
        let handle = self.knows_planes.then(|| self.import(dmabuf).ok())??;
        abi::first_plane(&handle).ok()?
    }

    fn image(&self, width: u32, height: u32, fourcc: u32) -> io::Result<Image> {
        let found = self.requirements([width, height, fourcc])?;
        let area = self.blob(found.blob_id, found.size)?;
        let planes: [Plane; 3] = std::array::from_fn(|n| Plane {
            offset: found.offsets.get(n).copied().unwrap_or(0),
            stride: found.strides.get(n).copied().unwrap_or(0),
        });
        Ok(Image { area, planes, modifier: found.modifier })
    }
}

/// Makes a ring; returns it and its resource. Its handle lives as long as the file.
fn ring(fd: BorrowedFd<'_>) -> io::Result<(RingPage, u32)> {
    let (handle, resource) = abi::create_blob(fd, Blob::Guest, PAGE as u64)?;
    let offset = abi::map_offset(&handle)?;
    let page = Mapping::new(fd, offset, PAGE)?;
    let number = handle.handle;
    std::mem::forget(handle);
    Ok((RingPage { page, handle: number }, resource))
}
