//! The ioctls of a render node, and a cross-domain channel over them.

use std::fs::File;
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, OwnedFd};
use std::time::Duration;

use rustix::event::PollFlags;
use rustix::io::{Errno, Result};

use super::{PATIENCE, wait_for};
use crate::sys::ioctl;
use crate::sys::mapping::Mapping;
use crate::virtgpu::abi;

/// The address of something that the kernel reads, in two words.
pub fn address<T: ?Sized>(of: &T) -> (u32, u32) {
    halves(std::ptr::from_ref(of).cast::<u8>().expose_provenance() as u64)
}

/// The address of something that the kernel writes, in two words.
pub fn address_mut(of: &mut [u8]) -> (u32, u32) {
    halves(of.as_mut_ptr().expose_provenance() as u64)
}

fn halves(address: u64) -> (u32, u32) {
    (address as u32, (address >> 32) as u32)
}

/// `GETPARAM`.
///
/// # Errors
/// The driver's.
pub fn parameter(device: impl AsFd, number: u64) -> Result<u32> {
    let mut value = [0; 4];
    let (low, high) = address_mut(&mut value);
    let mut words = [number as u32, (number >> 32) as u32, low, high];
    ioctl::words(device, abi::GETPARAM, &mut words)?;
    Ok(u32::from_ne_bytes(value))
}

/// `GET_CAPS`.
///
/// # Errors
/// The driver's.
pub fn capset(device: impl AsFd, id: u32, size: u32) -> Result<[u32; 4]> {
    let mut caps = [0; abi::CAPSET_SIZE];
    let (low, high) = address_mut(&mut caps);
    ioctl::words(device, abi::GET_CAPS, &mut [id, 0, low, high, size, 0])?;
    let mut words = [0; 4];
    for (word, bytes) in words.iter_mut().zip(caps.as_chunks().0) {
        *word = u32::from_ne_bytes(*bytes);
    }
    Ok(words)
}

/// `CONTEXT_INIT`.
///
/// # Errors
/// The driver's.
pub fn context_init(device: impl AsFd, parameters: &[[u64; 2]]) -> Result<i32> {
    let (low, high) = address(parameters);
    ioctl::words(device, abi::CONTEXT_INIT, &mut [parameters.len() as u32, 0, low, high])
}

/// `CONTEXT_INIT` as it must be.
///
/// # Errors
/// The driver's.
pub fn cross_domain(device: impl AsFd) -> Result<i32> {
    let capset = [abi::CONTEXT_CAPSET, abi::CAPSET_CROSS_DOMAIN.into()];
    let mask = [abi::CONTEXT_POLL_MASK, 1 << abi::CHANNEL_RING];
    context_init(device, &[capset, [abi::CONTEXT_RINGS, 2], mask])
}

/// `EXECBUFFER`.
///
/// # Errors
/// The driver's.
pub fn submit(
    device: impl AsFd,
    command: &[u32],
    ring: Option<u32>,
    handles: &[u32],
) -> Result<i32> {
    let mut words = [0; 16];
    (words[0], words[1]) = (u32::from(ring.is_some()) * abi::EXEC_RING, command.len() as u32 * 4);
    (words[2], words[3]) = address(command);
    (words[4], words[5]) = address(handles);
    (words[6], words[8]) = (handles.len() as u32, ring.unwrap_or(0));
    ioctl::words(device, abi::EXECBUFFER, &mut words)
}

/// What `RESOURCE_CREATE_BLOB` made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Blob {
    /// The program's name for it.
    pub handle: u32,
    /// The device's.
    pub resource: u32,
}

/// `RESOURCE_CREATE_BLOB`.
///
/// # Errors
/// The driver's.
pub fn create_blob(device: impl AsFd, kind: u32, flags: u32, size: u64, id: u64) -> Result<Blob> {
    let mut words = [0; 12];
    (words[0], words[1]) = (kind, flags);
    (words[4], words[5]) = (size as u32, (size >> 32) as u32);
    (words[10], words[11]) = (id as u32, (id >> 32) as u32);
    ioctl::words(device, abi::RESOURCE_CREATE_BLOB, &mut words)?;
    Ok(Blob { handle: words[2], resource: words[3] })
}

/// `RESOURCE_INFO`: handle, resource, size, kind.
///
/// # Errors
/// The driver's.
pub fn info(device: impl AsFd, handle: u32) -> Result<[u32; 4]> {
    let mut words = [handle, 0, 0, 0];
    ioctl::words(device, abi::RESOURCE_INFO, &mut words)?;
    Ok(words)
}

/// `MAP`.
///
/// # Errors
/// The driver's.
pub fn offset(device: impl AsFd, handle: u32) -> Result<u64> {
    let mut words = [0, 0, handle, 0];
    ioctl::words(device, abi::MAP, &mut words)?;
    Ok(u64::from(words[1]) << 32 | u64::from(words[0]))
}

/// `MAP`, and then the mapping.
///
/// # Errors
/// The driver's.
pub fn map(device: impl AsFd, handle: u32, len: usize) -> Result<Mapping> {
    let offset = offset(&device, handle)?;
    Mapping::new(device, offset, len)
}

/// `WAIT`.
///
/// # Errors
/// The driver's.
pub fn wait(device: impl AsFd, handle: u32, flags: u32) -> Result<i32> {
    ioctl::words(device, abi::WAIT, &mut [handle, flags])
}

/// `GEM_CLOSE`.
///
/// # Errors
/// The driver's.
pub fn close(device: impl AsFd, handle: u32) -> Result<i32> {
    ioctl::words(device, abi::GEM_CLOSE, &mut [handle, 0])
}

/// `PRIME_HANDLE_TO_FD`.
///
/// # Errors
/// The driver's.
pub fn export(device: impl AsFd, handle: u32) -> Result<OwnedFd> {
    let flags = (libc::O_CLOEXEC | libc::O_RDWR).cast_unsigned();
    let mut words = [handle, flags, u32::MAX];
    ioctl::words(device, abi::PRIME_HANDLE_TO_FD, &mut words)?;
    ioctl::take_fd(words[2]).ok_or(Errno::BADF)
}

/// `PRIME_FD_TO_HANDLE`.
///
/// # Errors
/// The driver's.
pub fn import(device: impl AsFd, dmabuf: impl AsFd) -> Result<u32> {
    let mut words = [0, 0, dmabuf.as_fd().as_raw_fd().cast_unsigned()];
    ioctl::words(device, abi::PRIME_FD_TO_HANDLE, &mut words)?;
    Ok(words[0])
}

/// The layout of an image, and the number by which the host makes it.
#[derive(Clone, Copy, Debug)]
pub struct Layout {
    /// Bytes from one row to the next, in the first plane.
    pub stride: u32,
    /// Bytes of all planes.
    pub size: u64,
    /// The number.
    pub blob_id: u32,
}

/// A page that the host writes its messages to.
struct Page {
    blob: Blob,
    map: Mapping,
}

impl Page {
    fn new(device: &File) -> Result<Self> {
        let blob = create_blob(device, abi::MEM_GUEST, abi::USE_MAPPABLE, 4096, 0)?;
        Ok(Self { blob, map: map(device, blob.handle, 4096)? })
    }

    fn word(&self, n: usize) -> u32 {
        self.map.read(n * 4, 4).first_chunk().map_or(0, |bytes| u32::from_ne_bytes(*bytes))
    }
}

/// A connection to the compositor.
pub struct Channel {
    device: File,
    queries: Page,
    messages: Page,
}

impl Channel {
    /// Makes a context and opens its channel; asks for the first message.
    ///
    /// # Errors
    /// The driver's.
    pub fn open(device: File) -> Result<Self> {
        cross_domain(&device)?;
        let (queries, messages) = (Page::new(&device)?, Page::new(&device)?);
        let this = Self { device, queries, messages };
        let mut command = abi::header(abi::CMD_INIT, 20).to_vec();
        let rings = [this.queries.blob.resource, this.messages.blob.resource];
        command.extend(rings);
        command.push(abi::CHANNEL_WAYLAND);
        submit(&this.device, &command, None, &[])?;
        this.poll()?;
        Ok(this)
    }

    /// The device's descriptor, readable when there is a message.
    pub fn device(&self) -> BorrowedFd<'_> {
        self.device.as_fd()
    }

    fn poll(&self) -> Result<i32> {
        submit(&self.device, &abi::header(abi::CMD_POLL, 8), Some(abi::CHANNEL_RING), &[])
    }

    /// Sends bytes (whole words) and identifiers: type, identifier, size.
    ///
    /// # Errors
    /// The driver's.
    pub fn send(&self, bytes: &[u8], ids: &[[u32; 3]]) -> Result<i32> {
        let size = abi::SEND_WORDS * 4 + bytes.len();
        let mut words = abi::header(abi::CMD_SEND, size).to_vec();
        words.extend([ids.len() as u32, bytes.len() as u32]);
        words.resize(abi::SEND_WORDS, 0);
        for (n, [kind, id, size]) in ids.iter().enumerate() {
            words[4 + n] = *id;
            words[4 + abi::MAX_IDS + n] = *kind;
            words[4 + 2 * abi::MAX_IDS + n] = *size;
        }
        words.extend(bytes.as_chunks().0.iter().map(|chunk| u32::from_ne_bytes(*chunk)));
        submit(&self.device, &words, None, &[])
    }

    /// Writes to a pipe of the host; `hang_up` closes it.
    ///
    /// # Errors
    /// The driver's.
    pub fn write(&self, pipe: u32, bytes: &[u8], hang_up: bool) -> Result<i32> {
        let mut padded = bytes.to_vec();
        padded.resize(bytes.len().next_multiple_of(4), 0);
        let mut words = abi::header(abi::CMD_WRITE, 24 + padded.len()).to_vec();
        words.extend([pipe, u32::from(hang_up), bytes.len() as u32, 0]);
        words.extend(padded.as_chunks().0.iter().map(|chunk| u32::from_ne_bytes(*chunk)));
        submit(&self.device, &words, None, &[])
    }

    /// Waits for the next message's bytes, and asks for another one.
    ///
    /// # Errors
    /// `ETIMEDOUT`, or the driver's.
    pub fn receive(&self) -> Result<Vec<u8>> {
        let page = self.message(PATIENCE)?;
        if page[0] & 0xff != u32::from(abi::CMD_RECEIVE) {
            return Err(Errno::PROTO);
        }
        let bytes = page[abi::SEND_WORDS..].iter().flat_map(|word| word.to_ne_bytes());
        Ok(bytes.take(page[3] as usize).collect())
    }

    /// Waits for the next message, and asks for another one. Returns the whole page.
    ///
    /// # Errors
    /// `ETIMEDOUT`, or the driver's.
    pub fn message(&self, patience: Duration) -> Result<Vec<u32>> {
        if !wait_for(&self.device, PollFlags::IN, patience).contains(PollFlags::IN) {
            return Err(Errno::TIMEDOUT);
        }
        let mut event = [0; abi::EVENT_SIZE];
        let len = rustix::io::read(&self.device, &mut event)?;
        let kind = event.first_chunk().map_or(0, |bytes| u32::from_ne_bytes(*bytes));
        if len != abi::EVENT_SIZE || kind != abi::EVENT_FENCE {
            return Err(Errno::PROTO);
        }
        let page = (0..1024).map(|n| self.messages.word(n)).collect();
        self.poll()?;
        Ok(page)
    }

    /// The current content of the page for the host's messages.
    pub fn page(&self) -> &Mapping {
        &self.messages.map
    }

    /// Asks the host for the layout of an image.
    ///
    /// # Errors
    /// The driver's.
    pub fn image_requirements(&self, width: u32, height: u32, format: u32) -> Result<Layout> {
        /// Linear, for scanout.
        const FLAGS: u32 = 3;
        let mut command = abi::header(abi::CMD_GET_IMAGE_REQUIREMENTS, 24).to_vec();
        command.extend([width, height, format, FLAGS]);
        let handle = self.queries.blob.handle;
        submit(&self.device, &command, Some(abi::QUERY_RING), &[handle])?;
        wait(&self.device, handle, 0)?;
        let word = |n| self.queries.word(n);
        let size = u64::from(word(11)) << 32 | u64::from(word(10));
        Ok(Layout { stride: word(0), size, blob_id: word(12) })
    }
}
