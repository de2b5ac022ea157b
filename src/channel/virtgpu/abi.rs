//! The ioctls of a virtio-gpu render node (`drm/drm.h`, `drm/virtgpu_drm.h`).
#![expect(unsafe_code, reason = "ioctls")]

mod info;

use std::io;
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, FromRawFd, OwnedFd};

use rustix::ioctl::{Direction, Opcode, Updater, ioctl, opcode};

pub use info::{first_plane, has_extended, resource};

const DRM_IOCTLS: u8 = b'd';
/// `DRM_COMMAND_BASE`: the driver's own ioctls.
const DRIVER: u8 = 0x40;

/// The `VIRTGPU_PARAM_*` that a cross-domain context needs, with their meanings.
pub const NEEDED: [(u64, &str); 5] = [
    (1, "3D features"),
    (2, "the capset query"),
    (3, "blob resources"),
    (4, "host-visible memory"),
    (6, "context types"),
];

/// `VIRTGPU_PARAM_SUPPORTED_CAPSET_IDs`.
pub const SUPPORTED_CAPSETS: u64 = 7;

/// The capset of cross-domain contexts.
pub const CAPSET: u32 = 5;

const fn read_write<T>(number: u8) -> Opcode {
    opcode::from_components(Direction::ReadWrite, DRM_IOCTLS, number, size_of::<T>())
}

/// Runs an ioctl on a structure that the kernel reads and writes.
///
/// # Safety
/// `OPCODE` must be that of `T`, and pointers in `T` valid for what the kernel does.
unsafe fn call<const OPCODE: Opcode, T>(fd: impl AsFd, argument: &mut T) -> io::Result<()> {
    loop {
        // SAFETY: the caller's promise; the structure is valid for reads and writes.
        match unsafe { ioctl(&fd, Updater::<OPCODE, T>::new(argument)) } {
            Err(rustix::io::Errno::INTR | rustix::io::Errno::AGAIN) => {}
            other => return Ok(other?),
        }
    }
}

#[repr(C)]
struct Version {
    numbers: [i32; 3],
    name_len: usize,
    name: *mut u8,
    date_len: usize,
    date: *mut u8,
    desc_len: usize,
    desc: *mut u8,
}

/// The name of the driver behind a node.
///
/// # Errors
/// When it is not a DRM node.
pub fn driver(fd: impl AsFd) -> io::Result<String> {
    let (mut name, mut date, mut desc) = ([0; 64], [0; 64], [0; 64]);
    let mut version = Version {
        numbers: [0; 3],
        name_len: name.len(),
        name: name.as_mut_ptr(),
        date_len: date.len(),
        date: date.as_mut_ptr(),
        desc_len: desc.len(),
        desc: desc.as_mut_ptr(),
    };
    // SAFETY: DRM_IOCTL_VERSION writes at most the given lengths to the three arrays.
    unsafe { call::<{ read_write::<Version>(0) }, _>(fd, &mut version)? };
    let name = name.get(..version.name_len.min(name.len())).unwrap_or_default();
    Ok(String::from_utf8_lossy(name).into_owned())
}

#[repr(C)]
struct GetParam {
    param: u64,
    value: u64,
}

/// Reads a `VIRTGPU_PARAM_*`; 0 if the kernel does not know it.
pub fn param(fd: impl AsFd, param: u64) -> u64 {
    // The kernel writes an int or a u64, depending on the parameter. Machines with this
    // device are little-endian, so a u64 that starts as 0 holds either.
    let mut value = 0u64;
    let mut get = GetParam { param, value: (&raw mut value).expose_provenance() as u64 };
    // SAFETY: the kernel writes at most eight bytes to `value`.
    match unsafe { call::<{ read_write::<GetParam>(DRIVER + 0x03) }, _>(fd, &mut get) } {
        Ok(()) => value,
        Err(_) => 0,
    }
}

/// The capability set of cross-domain contexts, as the host reports it.
#[repr(C)]
#[derive(Clone, Copy, Debug, Default)]
pub struct Capabilities {
    /// The protocol's version.
    pub version: u32,
    /// A bit for each channel type.
    pub channels: u32,
    /// Whether images are dma-bufs that its compositor takes.
    pub dmabufs: u32,
    /// Whether memory of the host's GPU can be shared.
    pub external_memory: u32,
}

#[repr(C)]
struct GetCaps {
    set: u32,
    version: u32,
    address: u64,
    size: u32,
    pad: u32,
}

/// Asks the host for its capabilities.
///
/// # Errors
/// The device's: EINVAL if it has no such capset.
pub fn capabilities(fd: impl AsFd) -> io::Result<Capabilities> {
    let mut found = Capabilities::default();
    let mut get = GetCaps {
        set: CAPSET,
        version: 0,
        address: (&raw mut found).expose_provenance() as u64,
        size: 16,
        pad: 0,
    };
    // SAFETY: the kernel writes at most `size` bytes to `found`.
    unsafe { call::<{ read_write::<GetCaps>(DRIVER + 0x09) }, _>(fd, &mut get)? };
    Ok(found)
}

#[repr(C)]
struct ContextParam {
    param: u64,
    value: u64,
}

#[repr(C)]
struct ContextInit {
    count: u32,
    pad: u32,
    params: u64,
}

/// Makes the file's context a cross-domain one with `rings` rings. A ring whose bit is in
/// `polled` makes the file readable when a fence of its commands is reached.
///
/// # Errors
/// The device's.
pub fn init_context(fd: impl AsFd, rings: u64, polled: u64) -> io::Result<()> {
    let params = [
        ContextParam { param: 1, value: u64::from(CAPSET) },
        ContextParam { param: 2, value: rings },
        ContextParam { param: 3, value: polled },
    ];
    let address = (&raw const params).expose_provenance() as u64;
    let mut init = ContextInit { count: 3, pad: 0, params: address };
    // SAFETY: the kernel reads `count` parameters.
    unsafe { call::<{ read_write::<ContextInit>(DRIVER + 0x0b) }, _>(fd, &mut init) }
}

/// `struct drm_virtgpu_execbuffer` as of Linux 5.16; what was added later is zero.
#[repr(C)]
struct Execbuffer {
    flags: u32,
    size: u32,
    command: u64,
    handles: u64,
    handle_count: u32,
    fence_fd: i32,
    ring: u32,
    pad: u32,
}

const EXECBUF_RING_IDX: u32 = 4;

/// Gives commands to the host. With a ring, the commands' fence is reached when the host has
/// filled that ring's page; `handle` is an object that is busy until then.
///
/// # Errors
/// The kernel's. The guest never sees the host's errors.
pub fn execute(
    fd: impl AsFd,
    commands: &[u8],
    ring: Option<u32>,
    handle: Option<u32>,
) -> io::Result<()> {
    let handle_count = u32::from(handle.is_some());
    let handle = handle.unwrap_or(0);
    let mut execute = Execbuffer {
        flags: if ring.is_some() { EXECBUF_RING_IDX } else { 0 },
        size: u32::try_from(commands.len()).map_err(|_| io::ErrorKind::InvalidInput)?,
        command: commands.as_ptr().expose_provenance() as u64,
        handles: (&raw const handle).expose_provenance() as u64,
        handle_count,
        fence_fd: -1,
        ring: ring.unwrap_or(0),
        pad: 0,
    };
    // SAFETY: the kernel reads `size` bytes of commands and `handle_count` handles.
    unsafe { call::<{ read_write::<Execbuffer>(DRIVER + 0x02) }, _>(fd, &mut execute) }
}

#[repr(C)]
struct WaitArgs {
    handle: u32,
    flags: u32,
}

/// Waits until an object is not busy any more.
///
/// # Errors
/// The kernel's: EBUSY after 15 s.
pub fn wait(fd: impl AsFd, handle: u32) -> io::Result<()> {
    let mut wait = WaitArgs { handle, flags: 0 };
    // SAFETY: the opcode goes with this structure.
    unsafe { call::<{ read_write::<WaitArgs>(DRIVER + 0x08) }, _>(fd, &mut wait) }
}

/// Whose memory a blob is.
#[derive(Clone, Copy, Debug)]
pub enum Blob {
    /// The guest's.
    Guest,
    /// The host's, which knows it by this number.
    Host(u64),
}

#[repr(C)]
struct CreateBlob {
    memory: u32,
    flags: u32,
    handle: u32,
    resource: u32,
    size: u64,
    pad: u32,
    command_size: u32,
    command: u64,
    id: u64,
}

/// A GEM handle: an open file's number for an object of the device. Dropping this closes it.
pub struct Handle<'a> {
    fd: BorrowedFd<'a>,
    /// The number.
    pub handle: u32,
}

#[repr(C)]
struct GemClose {
    handle: u32,
    pad: u32,
}

impl Drop for Handle<'_> {
    fn drop(&mut self) {
        const CLOSE: Opcode =
            opcode::from_components(Direction::Write, DRM_IOCTLS, 0x09, size_of::<GemClose>());
        let mut close = GemClose { handle: self.handle, pad: 0 };
        // SAFETY: the opcode goes with this structure.
        let closed = unsafe { call::<CLOSE, _>(self.fd, &mut close) };
        if let Err(e) = closed {
            tracing::debug!("cannot close a GEM handle: {e}");
        }
    }
}

/// Makes a blob; returns its handle and the device's number (the resource).
///
/// # Errors
/// The kernel's. A wrong number of the host's fails only when the blob is mapped.
pub fn create_blob(fd: BorrowedFd<'_>, blob: Blob, size: u64) -> io::Result<(Handle<'_>, u32)> {
    let (memory, flags, id) = match blob {
        Blob::Guest => (1, 1, 0),
        // Memory HOST3D; flags MAPPABLE and SHAREABLE.
        Blob::Host(id) => (2, 3, id),
    };
    let mut create = CreateBlob {
        memory,
        flags,
        handle: 0,
        resource: 0,
        size,
        pad: 0,
        command_size: 0,
        command: 0,
        id,
    };
    // SAFETY: no command goes with it.
    unsafe { call::<{ read_write::<CreateBlob>(DRIVER + 0x0a) }, _>(fd, &mut create)? };
    Ok((Handle { fd, handle: create.handle }, create.resource))
}

#[repr(C)]
struct Map {
    offset: u64,
    handle: u32,
    pad: u32,
}

/// The offset in the node at which an object can be mapped.
///
/// # Errors
/// The kernel's.
pub fn map_offset(handle: &Handle<'_>) -> io::Result<u64> {
    let mut map = Map { offset: 0, handle: handle.handle, pad: 0 };
    // SAFETY: the opcode goes with this structure.
    unsafe { call::<{ read_write::<Map>(DRIVER + 0x01) }, _>(handle.fd, &mut map)? };
    Ok(map.offset)
}

#[repr(C)]
struct PrimeArgs {
    handle: u32,
    flags: u32,
    fd: i32,
}

/// Makes a dma-buf of an object.
///
/// # Errors
/// The kernel's.
pub fn export(handle: &Handle<'_>) -> io::Result<OwnedFd> {
    let flags = (rustix::fs::OFlags::CLOEXEC | rustix::fs::OFlags::RDWR).bits();
    let mut prime = PrimeArgs { handle: handle.handle, flags, fd: -1 };
    // SAFETY: the opcode goes with this structure.
    unsafe { call::<{ read_write::<PrimeArgs>(0x2d) }, _>(handle.fd, &mut prime)? };
    if prime.fd < 0 {
        return Err(io::ErrorKind::InvalidData.into());
    }
    // SAFETY: the kernel has just made this descriptor for us.
    Ok(unsafe { OwnedFd::from_raw_fd(prime.fd) })
}

/// Makes a handle for the object behind a dma-buf. If this file has a handle for the object
/// already, the kernel returns the same one without counting: closing one closes both. So
/// do not keep a handle while others are imported.
///
/// # Errors
/// The kernel's: EINVAL, ENODEV or ENOTTY for a dma-buf that the device cannot import.
pub fn import<'a>(fd: BorrowedFd<'a>, dmabuf: BorrowedFd<'_>) -> io::Result<Handle<'a>> {
    let mut prime = PrimeArgs { handle: 0, flags: 0, fd: dmabuf.as_raw_fd() };
    // SAFETY: the opcode goes with this structure.
    unsafe { call::<{ read_write::<PrimeArgs>(0x2e) }, _>(fd, &mut prime)? };
    Ok(Handle { fd, handle: prime.handle })
}
