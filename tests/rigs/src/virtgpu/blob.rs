//! Memory: making it, mapping it, and its handles.

use std::os::unix::net::UnixStream;
use std::sync::Arc;

use rustix::event::PollFlags;
use rustix::fs::{MemfdFlags, fstatfs, ftruncate, memfd_create};
use rustix::io::{Errno, Result};

use super::abi;
use super::device::Virtgpu;
use super::drm::long;
use super::host::Job;
use super::objects::{Blob, Memory};
use crate::caller::{Caller, Reply};
use crate::fault::Kind;
use crate::files::FileId;

const PAGE: u64 = 4096;
/// The distance between blobs' map offsets. The filter sees the upper half of an offset.
const STEP: u64 = 1 << 32;
/// The file system of dma-bufs.
const DMABUF: u64 = 0x444d_4142;

impl Virtgpu {
    pub(super) fn create_blob(&mut self, caller: &mut Caller<'_>, id: FileId) -> Result<Reply> {
        let mut words: [u32; 12] = caller.memory().read_words(caller.argument())?;
        let [kind, flags, _, _, low, high, _, commands, _, _, blob_low, blob_high] = words;
        let (size, number) = (long(low, high), long(blob_low, blob_high));
        let context = self.context(id)?.id;
        if flags & !7 != 0 || size > STEP || commands != 0 {
            return Err(Errno::INVAL);
        }
        if size == 0 {
            return Err(Errno::NOSPC);
        }
        let size = size.next_multiple_of(PAGE);
        if self.faults.is_due_from(Kind::Alloc) {
            return Err(Errno::NOMEM);
        }
        let (file, number) = match kind {
            abi::MEM_GUEST if number == 0 => {
                let file = memfd_create("virtgpu", MemfdFlags::CLOEXEC)?;
                ftruncate(&file, size)?;
                (Some(file), 0)
            }
            abi::MEM_HOST3D if self.faults.is_due(Kind::BadBlob) => (None, number ^ 0x4000_0000),
            abi::MEM_HOST3D => (None, number),
            _ => return Err(Errno::INVAL),
        };
        self.last_resource += 1;
        let blob = Arc::new(Blob::new(&self.host, self.last_resource, kind, flags, size)?);
        let made = Job::Make { context, blob: Arc::clone(&blob), file, id: number };
        self.host.give(made);
        words[2] = self.context(id)?.add(&blob);
        words[3] = blob.resource;
        caller.memory().write_words(caller.argument(), &words)?;
        caller.counts.made(if kind == abi::MEM_GUEST { "guest_blobs" } else { "host_blobs" });
        Ok(Reply::DONE)
    }

    pub(super) fn offset(&mut self, caller: &Caller<'_>, id: FileId) -> Result<Reply> {
        let [_, _, handle, _] = caller.memory().read_words(caller.argument())?;
        let resource = u64::from(self.context(id)?.blob(handle)?.resource);
        let offset = resource * STEP;
        let words = [offset as u32, (offset >> 32) as u32];
        caller.memory().write_words(caller.argument(), &words)?;
        Ok(Reply::DONE)
    }

    pub(super) fn info(&mut self, caller: &Caller<'_>, id: FileId) -> Result<Reply> {
        let [handle, _, _, what] = caller.memory().read_words(caller.argument())?;
        let is_extended = self.faults.has(Kind::ExtendedInfo);
        // ChromeOS's kernel looks at what is asked for first; the others do not know of it.
        if is_extended && what > abi::INFO_EXTENDED {
            return Err(Errno::INVAL);
        }
        let blob = self.context(id)?.blob(handle)?;
        if is_extended && what == abi::INFO_EXTENDED && blob.kind == abi::MEM_GUEST {
            return Err(Errno::INVAL);
        }
        // Of a blob it knows no stride.
        let is_asked = is_extended && what == abi::INFO_EXTENDED;
        let kind = if is_asked { 0 } else { blob.kind };
        let words = [handle, blob.resource, blob.size as u32, kind];
        caller.memory().write_words(caller.argument(), &words)?;
        Ok(Reply::DONE)
    }

    pub(super) fn close(&mut self, caller: &Caller<'_>, id: FileId) -> Result<Reply> {
        let [handle, _] = caller.memory().read_words(caller.argument())?;
        let context = self.context(id)?;
        let blob = context.handles.remove(&handle).ok_or(Errno::INVAL)?;
        let job = Job::Detach { context: context.id, resource: blob.resource };
        self.host.give(job);
        Ok(Reply::DONE)
    }

    pub(super) fn export(&mut self, caller: &mut Caller<'_>, id: FileId) -> Result<Reply> {
        const FLAGS: u32 = (libc::O_CLOEXEC | libc::O_RDWR).cast_unsigned();
        let [handle, flags, _] = caller.memory().read_words(caller.argument())?;
        if flags & !FLAGS != 0 {
            return Err(Errno::INVAL);
        }
        let blob = Arc::clone(self.context(id)?.blob(handle)?);
        if matches!(*blob.memory(), Memory::Unknown) {
            return Ok(Reply::When(blob.made.waiter()?, PollFlags::IN));
        }
        // For a blob that the host does not know, the driver makes a dma-buf that cannot be
        // mapped.
        let file = match blob.file() {
            Some(file) => file,
            None => UnixStream::pair().map_err(|_| Errno::MFILE)?.0.into(),
        };
        let number = caller.install(&file)?.cast_unsigned();
        self.sweep(caller);
        if self.exported.insert(FileId::of(&file)?, blob).is_none() {
            caller.counts.made("dmabufs");
        }
        caller.memory().write_words(caller.argument(), &[handle, flags, number])?;
        Ok(Reply::DONE)
    }

    pub(super) fn import(&mut self, caller: &mut Caller<'_>, id: FileId) -> Result<Reply> {
        let [_, flags, number] = caller.memory().read_words(caller.argument())?;
        let file = caller.file(number)?;
        let Some(blob) = self.exported.get(&file).cloned() else {
            // A device with 3D cannot import another driver's dma-buf.
            let kind = fstatfs(caller.copy(number)?)?.f_type;
            let is_dmabuf = u64::try_from(kind) == Ok(DMABUF);
            return Err(if is_dmabuf { Errno::NODEV } else { Errno::INVAL });
        };
        let context = self.context(id)?;
        let before = context.handles.len();
        let handle = context.add(&blob);
        let job = Job::Attach { context: context.id, resource: blob.resource };
        if context.handles.len() > before {
            self.host.give(job);
        }
        caller.memory().write_words(caller.argument(), &[handle, flags, number])?;
        Ok(Reply::DONE)
    }

    pub(super) fn map_blob(&mut self, caller: &mut Caller<'_>) -> Result<Reply> {
        let [_, len, _, _, fd, offset] = caller.call.arguments;
        let Ok(id) = caller.file(fd as u32) else { return Ok(Reply::Native) };
        let Some(context) = self.contexts.get(&id) else { return Ok(Reply::Native) };
        let found = context.handles.values().find(|b| u64::from(b.resource) * STEP == offset);
        let blob = Arc::clone(found.ok_or(Errno::INVAL)?);
        let len = len.next_multiple_of(PAGE);
        // The driver maps the guest's memory in part too and with any flags, but the host's only
        // as a whole.
        let fits = match blob.kind {
            abi::MEM_GUEST => len <= blob.size,
            _ => len == blob.size && blob.flags & abi::USE_MAPPABLE != 0,
        };
        if !fits {
            return Err(Errno::INVAL);
        }
        if matches!(*blob.memory(), Memory::Unknown) {
            return Ok(Reply::When(blob.made.waiter()?, PollFlags::IN));
        }
        let file = blob.file().ok_or(Errno::INVAL)?;
        caller.map_instead(&file)
    }
}
