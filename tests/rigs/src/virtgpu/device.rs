//! The objects of the device, and which ioctl goes where.

use std::collections::HashMap;
use std::io;
use std::ops::Range;
use std::os::fd::{AsFd, BorrowedFd};
use std::sync::Arc;

use rustix::io::{Errno, Result};
use tempfile::TempDir;

use super::abi;
use super::context::Context;
use super::host::{Host, Job};
use super::objects::Blob;
use super::relay::Relay;
use crate::caller::{Caller, Reply};
use crate::fault::{Faults, Kind};
use crate::files::{FileId, OpenFiles};
use crate::options::Options;
use crate::report::Numbers;
use crate::supervisor::Device;

/// The device.
#[derive(Debug)]
pub struct Virtgpu {
    node: FileId,
    pub(super) faults: Faults,
    pub(super) capset: Vec<u8>,
    pub(super) host: Host,
    pub(super) contexts: HashMap<FileId, Context>,
    pub(super) last_context: u32,
    pub(super) last_resource: u32,
    /// Exported blobs, by their files.
    pub(super) exported: HashMap<FileId, Arc<Blob>>,
    sweep_at: usize,
    /// The relay's directory, removed at the end; the host's thread may still run then.
    _dir: TempDir,
}

impl Device for Virtgpu {
    const NODE: &'static str = "renderD128";
    const TYPES: &'static [u8] = b"db";
    const MAPS: bool = true;
    const OWN_NUMBERS: bool = false;

    fn new(node: FileId, options: &mut Options, _: Range<u32>) -> io::Result<Self> {
        let (host, faults) = (options.host.as_path(), std::mem::take(&mut options.faults));
        let dir = tempfile::Builder::new().prefix("carafe-rig-").tempdir()?;
        let relay = match (faults.has(Kind::Mute), faults.has(Kind::Hangup)) {
            (true, _) => Some(Relay::new(dir.path(), None)?),
            (false, true) => Some(Relay::new(dir.path(), Some(host))?),
            (false, false) => None,
        };
        let (host, mut capset) = Host::start(host, relay)?;
        if let Some(supports_dmabuf) = capset.get_mut(8) {
            *supports_dmabuf = u8::from(!faults.has(Kind::NoDmabuf));
        }
        Ok(Self {
            node,
            faults,
            capset,
            host,
            contexts: HashMap::new(),
            last_context: 0,
            last_resource: 0,
            exported: HashMap::new(),
            sweep_at: 1000,
            _dir: dir,
        })
    }

    fn name(request: u32) -> &'static str {
        match (request >> 8 & 0xff, request & 0xff) {
            (0x64, 0x00) => "VERSION",
            (0x64, 0x09) => "GEM_CLOSE",
            (0x64, 0x0c) => "GET_CAP",
            (0x64, 0x2d) => "PRIME_HANDLE_TO_FD",
            (0x64, 0x2e) => "PRIME_FD_TO_HANDLE",
            (0x64, 0x41) => "MAP",
            (0x64, 0x42) => "EXECBUFFER",
            (0x64, 0x43) => "GETPARAM",
            (0x64, 0x45) => "RESOURCE_INFO",
            (0x64, 0x48) => "WAIT",
            (0x64, 0x49) => "GET_CAPS",
            (0x64, 0x4a) => "RESOURCE_CREATE_BLOB",
            (0x64, 0x4b) => "CONTEXT_INIT",
            (0x62, 0x00) => "DMA_BUF_SYNC",
            _ => "other",
        }
    }

    fn ioctl(&mut self, caller: &mut Caller<'_>) -> Result<Reply> {
        let id = caller.file(caller.fd())?;
        if id != self.node && !self.contexts.contains_key(&id) {
            return if self.exported.contains_key(&id) { sync(caller) } else { Ok(Reply::Native) };
        }
        let [.., kind, number] = caller.request().to_be_bytes();
        match number {
            _ if kind != b'd' => Err(Errno::NOTTY),
            0x00 => super::drm::version(caller),
            0x0c => super::drm::capability(caller),
            0x43 => self.parameter(caller),
            0x49 => self.capset(caller),
            0x4b if id == self.node => self.context_init(caller),
            0x4b => Err(Errno::EXIST),
            0x09 => self.close(caller, id),
            0x2d => self.export(caller, id),
            0x2e => self.import(caller, id),
            0x41 => self.offset(caller, id),
            0x42 => self.submit(caller, id),
            0x45 => self.info(caller, id),
            0x48 => self.wait(caller, id),
            0x4a => self.create_blob(caller, id),
            _ => Err(Errno::INVAL),
        }
    }

    fn map(&mut self, caller: &mut Caller<'_>) -> Result<Reply> {
        self.map_blob(caller)
    }

    fn watched(&self) -> Vec<(FileId, BorrowedFd<'_>)> {
        self.contexts.iter().map(|(id, context)| (*id, context.events.as_fd())).collect()
    }

    fn closed(&mut self, id: FileId) {
        if let Some(context) = self.contexts.remove(&id) {
            self.host.give(Job::Destroy { context: context.id });
        }
    }

    fn live(&mut self, open: &OpenFiles) -> Numbers {
        self.exported.retain(|id, _| open.has(*id));
        let blobs = self.contexts.values().flat_map(|context| context.handles.values());
        let mut files: Vec<FileId> = blobs.filter_map(|blob| blob.file_id()).collect();
        files.extend(self.exported.keys());
        files.sort_unstable();
        files.dedup();
        let handles: usize = self.contexts.values().map(|context| context.handles.len()).sum();
        // A closed one may still be mapped.
        let dmabufs = self.exported.keys().filter(|id| open.is_open(**id)).count();
        Numbers::from([
            ("contexts", self.contexts.len() as u64),
            ("gem_handles", handles as u64),
            ("dmabufs", dmabufs as u64),
            ("mapped_blobs", files.iter().map(|id| open.mappings(*id)).sum()),
        ])
    }
}

impl Virtgpu {
    pub(super) fn context(&mut self, id: FileId) -> Result<&mut Context> {
        // Before CONTEXT_INIT there is none.
        self.contexts.get_mut(&id).ok_or(Errno::INVAL)
    }

    /// Forgets closed dma-bufs now and then, because nothing reports when they are closed.
    pub(super) fn sweep(&mut self, caller: &Caller<'_>) {
        if self.exported.len() >= self.sweep_at {
            let open = OpenFiles::of(caller.root);
            self.exported.retain(|id, _| open.has(*id));
            self.sweep_at = self.exported.len() * 2 + 1000;
        }
    }
}

/// Does nothing, because there are no caches to sync.
fn sync(caller: &Caller<'_>) -> Result<Reply> {
    if caller.request() != abi::DMA_BUF_SYNC {
        return Err(Errno::NOTTY);
    }
    let [low, high] = caller.memory().read_words(caller.argument())?;
    if low & !7 == 0 && high == 0 { Ok(Reply::DONE) } else { Err(Errno::INVAL) }
}
