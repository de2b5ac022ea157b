//! What the kernel knows about an object (`RESOURCE_INFO`).
#![expect(unsafe_code, reason = "ioctls")]

use std::io;
use std::os::fd::AsFd;

use rustix::io::Errno;
use rustix::ioctl::Opcode;

use super::{DRIVER, Handle, call, read_write};

#[repr(C)]
struct ResourceInfo {
    handle: u32,
    resource: u32,
    size: u32,
    memory: u32,
}

/// ChromeOS's kernels know more. Their ioctl has the same number, except for the size in it.
#[repr(C)]
#[derive(Default)]
struct ExtendedInfo {
    handle: u32,
    resource: u32,
    size: u32,
    /// In: which information is wanted. Out: the strides of the planes.
    words: [u32; 4],
    planes: u32,
    offsets: [u32; 4],
    modifier: u64,
}

const EXTENDED: Opcode = read_write::<ExtendedInfo>(DRIVER + 0x05);

/// `VIRTGPU_RESOURCE_INFO_TYPE_EXTENDED`.
const TYPE_EXTENDED: u32 = 1;

/// The device's number of an object.
///
/// # Errors
/// The kernel's.
pub fn resource(handle: &Handle<'_>) -> io::Result<u32> {
    let mut info = ResourceInfo { handle: handle.handle, resource: 0, size: 0, memory: 0 };
    // SAFETY: the opcode goes with this structure.
    unsafe { call::<{ read_write::<ResourceInfo>(DRIVER + 0x05) }, _>(handle.fd, &mut info)? };
    Ok(info.resource)
}

/// Whether the kernel has the extended information. A kernel without it handles the ioctl as the
/// plain one, and leaves strides and modifier unchanged.
pub fn has_extended(fd: impl AsFd) -> bool {
    let mut info = ExtendedInfo { words: [u32::MAX, 0, 0, 0], ..ExtendedInfo::default() };
    // SAFETY: the opcode goes with this structure.
    let asked = unsafe { call::<EXTENDED, _>(fd, &mut info) };
    // Neither this type nor an object 0 exists. The error shows which of the two the kernel has
    // checked.
    asked.is_err_and(|e| e.raw_os_error() == Some(Errno::INVAL.raw_os_error()))
}

/// The stride and modifier of an object's first plane at the host, if there are any. The kernel
/// must [know them](has_extended).
///
/// # Errors
/// The kernel's.
pub fn first_plane(handle: &Handle<'_>) -> io::Result<Option<(u32, u64)>> {
    let words = [TYPE_EXTENDED, 0, 0, 0];
    let mut info = ExtendedInfo { handle: handle.handle, words, ..ExtendedInfo::default() };
    // SAFETY: the opcode goes with this structure.
    unsafe { call::<EXTENDED, _>(handle.fd, &mut info)? };
    let [stride, ..] = info.words;
    Ok((stride > 0).then_some((stride, info.modifier)))
}
