//! Making objects: the NEW ioctl.

use std::os::fd::OwnedFd;
use std::os::unix::net::UnixStream;

use rustix::fs::{MemfdFlags, SealFlags, fcntl_add_seals, ftruncate, memfd_create};
use rustix::io::{Errno, Result};
use rustix::pipe::{PipeFlags, pipe_with};

use super::abi;
use super::device::{Object, Virtwl};
use crate::caller::{Caller, Reply};
use crate::fault::Kind;

const PAGE: u64 = 4096;

impl Virtwl {
    pub(super) fn create(&mut self, caller: &mut Caller<'_>) -> Result<Reply> {
        let size = (caller.request() >> 16 & 0x3fff) as usize;
        let size = size.min(abi::NEW_WORDS * 4);
        let mut bytes = [0; abi::NEW_WORDS * 4];
        let (given, _) = bytes.split_at_mut(size);
        caller.memory().read(caller.argument(), given)?;
        let mut words = to_words(&bytes);

        let (fd, object) = match words[0] {
            abi::NEW_CTX => self.context()?,
            // One compositor: the one without a name.
            abi::NEW_CTX_NAMED if bytes[12] == 0 => self.context()?,
            abi::NEW_CTX_NAMED => return Err(Errno::NODEV),
            abi::NEW_ALLOC => self.alloc(words[3])?,
            abi::NEW_PIPE_READ => {
                let (read, write) = pipe_with(PipeFlags::CLOEXEC)?;
                (read, Object::Pipe { remote: Some(write), is_writable: false })
            }
            abi::NEW_PIPE_WRITE => {
                let (read, write) = pipe_with(PipeFlags::CLOEXEC)?;
                (write, Object::Pipe { remote: Some(read), is_writable: true })
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
        if self.faults.has(Kind::Mute) {
            let (ours, theirs) = UnixStream::pair().map_err(|_| Errno::NODEV)?;
            return Ok((theirs.into(), Object::Context { mute: Some(ours.into()) }));
        }
        let socket = UnixStream::connect(&self.host).map_err(|_| Errno::NODEV)?;
        Ok((socket.into(), Object::Context { mute: None }))
    }

    fn alloc(&mut self, size: u32) -> Result<(OwnedFd, Object)> {
        Ok((self.memory("virtwl_alloc", size.into())?, Object::Alloc))
    }

    fn dmabuf(&mut self, words: &mut [u32; abi::NEW_WORDS]) -> Result<(OwnedFd, Object)> {
        if self.faults.has(Kind::NoDmabuf) {
            return Err(Errno::NOTTY);
        }
        let [_, _, _, width, height, format, layout @ ..] = words;
        let (strides, offsets, size) = layout_of(*width, *height, *format).ok_or(Errno::NODEV)?;
        *layout = [strides[0], strides[1], 0, 0, offsets[1], 0];
        Ok((self.memory("virtwl_dmabuf", size)?, Object::Dmabuf))
    }

    fn memory(&mut self, name: &str, size: u64) -> Result<OwnedFd> {
        if self.faults.is_due_from(Kind::Alloc) {
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

/// Rows, starts of the planes, and the size of all.
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
