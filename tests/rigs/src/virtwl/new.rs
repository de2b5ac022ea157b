//! Making objects: the NEW ioctl.

use std::os::fd::OwnedFd;
use std::os::unix::net::UnixStream;

use rustix::fs::{MemfdFlags, SealFlags, fcntl_add_seals, ftruncate, memfd_create};
use rustix::io::{Errno, Result};
use rustix::pipe::{PipeFlags, pipe_with};

use super::abi;
use super::device::Virtwl;
use super::object::{Kind, Object};
use crate::caller::{Caller, Parked, Reply};
use crate::fault;
use crate::files::OpenFiles;

const PAGE: u64 = 4096;

impl Virtwl {
    pub(super) fn create(&mut self, caller: &mut Caller<'_>) -> Result<Reply> {
        let size = (caller.request() >> 16 & 0x3fff) as usize;
        let size = size.min(abi::NEW_WORDS * 4);
        let mut bytes = [0; abi::NEW_WORDS * 4];
        let (given, _) = bytes.split_at_mut(size);
        caller.memory().read(caller.argument(), given)?;
        let mut words = to_words(&bytes);

        if self.blocked.is_some() {
            return Ok(Reply::Parked(Parked::Device));
        }
        self.wake_all();
        let made = || self.objects.values().filter(|object| object.kind.is_of_guest()).count();
        if made() >= abi::MAX_OBJECTS {
            self.sweep(&OpenFiles::of(caller.root));
        }
        let made = self.objects.values().filter(|object| object.kind.is_of_guest()).count();
        if made >= abi::MAX_OBJECTS {
            return Err(Errno::NOSPC);
        }
        let (fd, object) = match words[0] {
            abi::NEW_CTX => self.context()?,
            // One compositor: the one without a name.
            abi::NEW_CTX_NAMED if bytes[12] == 0 => self.context()?,
            abi::NEW_CTX_NAMED => return Err(Errno::NODEV),
            abi::NEW_ALLOC => {
                let size = u64::from(words[3]).next_multiple_of(PAGE);
                (self.memory("virtwl_alloc", size)?, Object::memory(Kind::Alloc, size))
            }
            abi::NEW_PIPE_READ => {
                let (read, write) = pipe_with(PipeFlags::CLOEXEC)?;
                Object::pipe(Kind::PipeRead, read, write).map_err(|_| Errno::NFILE)?
            }
            abi::NEW_PIPE_WRITE => {
                let (read, write) = pipe_with(PipeFlags::CLOEXEC)?;
                Object::pipe(Kind::PipeWrite, write, read).map_err(|_| Errno::NFILE)?
            }
            abi::NEW_DMABUF if size < bytes.len() => return Err(Errno::INVAL),
            abi::NEW_DMABUF => self.dmabuf(&mut words)?,
            _ => return Err(Errno::INVAL),
        };
        words[1] = self.add(caller, &fd, object)?;
        let bytes: Vec<u8> = words.iter().flat_map(|word| word.to_ne_bytes()).collect();
        caller.memory().write(caller.argument(), bytes.get(..size).unwrap_or(&bytes))?;
        Ok(Reply::DONE)
    }

    fn context(&mut self) -> Result<(OwnedFd, Object)> {
        let host = if self.faults.has(fault::Kind::Mute) {
            None
        } else {
            Some(UnixStream::connect(&self.host).map_err(|_| Errno::NODEV)?.into())
        };
        Object::stream(Kind::Context, host).map_err(|_| Errno::NFILE)
    }

    fn dmabuf(&mut self, words: &mut [u32; abi::NEW_WORDS]) -> Result<(OwnedFd, Object)> {
        if self.faults.has(fault::Kind::NoDmabuf) {
            return Err(Errno::NOTTY);
        }
        let [_, _, _, width, height, format, layout @ ..] = words;
        let (strides, offsets, size) = layout_of(*width, *height, *format).ok_or(Errno::NODEV)?;
        // The driver does not return the requested values.
        (*width, *height, *format) = (0, 0, 0);
        *layout = [strides[0], strides[1], 0, 0, offsets[1], 0];
        Ok((self.memory("virtwl_dmabuf", size)?, Object::memory(Kind::Dmabuf, size)))
    }

    fn memory(&mut self, name: &str, size: u64) -> Result<OwnedFd> {
        if self.faults.is_due_from(fault::Kind::Alloc) {
            return Err(Errno::NOMEM);
        }
        if size == 0 {
            return Err(Errno::NODEV);
        }
        let fd = memfd_create(name, MemfdFlags::CLOEXEC | MemfdFlags::ALLOW_SEALING)?;
        ftruncate(&fd, size.next_multiple_of(PAGE))?;
        fcntl_add_seals(&fd, SealFlags::SHRINK | SealFlags::GROW)?;
        Ok(fd)
    }
}

/// Strides and offsets of the planes, and the total size.
fn layout_of(width: u32, height: u32, format: u32) -> Option<([u32; 2], [u32; 2], u64)> {
    let is = |name: &[u8; 4]| format == u32::from_le_bytes(*name);
    let bytes = if is(b"XR24") || is(b"AR24") || is(b"XB24") || is(b"AB24") {
        4
    } else if is(b"RG16") {
        2
    } else if is(b"R8  ") || is(b"NV12") {
        1
    } else {
        return None;
    };
    let stride = width.checked_mul(bytes)?.checked_next_multiple_of(64)?;
    let first = stride.checked_mul(height).filter(|size| *size > 0)?;
    if is(b"NV12") {
        let second = u64::from(stride) * u64::from(height.div_ceil(2));
        return Some(([stride, stride], [0, first], u64::from(first) + second));
    }
    Some(([stride, 0], [0, 0], first.into()))
}

fn to_words(bytes: &[u8; abi::NEW_WORDS * 4]) -> [u32; abi::NEW_WORDS] {
    let mut words = [0; abi::NEW_WORDS];
    for (word, chunk) in words.iter_mut().zip(bytes.as_chunks().0) {
        *word = u32::from_ne_bytes(*chunk);
    }
    words
}
