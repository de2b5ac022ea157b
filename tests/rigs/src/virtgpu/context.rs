//! One open file of the device, after `CONTEXT_INIT`.

use std::collections::BTreeMap;
use std::os::fd::OwnedFd;
use std::sync::Arc;

use rustix::fs::fcntl_getfl;
use rustix::io::{Errno, Result};
use rustix::net::{AddressFamily, SocketFlags, SocketType, socketpair};

use super::abi;
use super::device::Virtgpu;
use super::host::Job;
use super::objects::Blob;
use crate::caller::{Caller, Reply};
use crate::fault::Kind;
use crate::files::FileId;

/// A context.
#[derive(Debug)]
pub(super) struct Context {
    pub id: u32,
    pub rings: u64,
    pub poll_mask: u64,
    /// The socket for its events; the program has the other end.
    pub events: Arc<OwnedFd>,
    pub handles: BTreeMap<u32, Arc<Blob>>,
    last_handle: u32,
}

impl Context {
    /// Returns a blob's handle, which is new if it had none.
    pub fn add(&mut self, blob: &Arc<Blob>) -> u32 {
        let known = self.handles.iter().find(|(_, known)| Arc::ptr_eq(known, blob));
        if let Some((handle, _)) = known {
            return *handle;
        }
        self.last_handle += 1;
        self.handles.insert(self.last_handle, Arc::clone(blob));
        self.last_handle
    }

    pub fn blob(&self, handle: u32) -> Result<&Arc<Blob>> {
        self.handles.get(&handle).ok_or(Errno::NOENT)
    }
}

const MOST_RINGS: u64 = 64;

impl Virtgpu {
    pub(super) fn context_init(&mut self, caller: &mut Caller<'_>) -> Result<Reply> {
        let [count, _, low, high] = caller.memory().read_words(caller.argument())?;
        let address = u64::from(high) << 32 | u64::from(low);
        let (mut capset, mut rings, mut poll_mask) = (None, 0, 0);
        for n in 0..u64::from(count.min(16)) {
            let [a, b, c, d] = caller.memory().read_words(address + n * 16)?;
            let value = u64::from(d) << 32 | u64::from(c);
            match u64::from(b) << 32 | u64::from(a) {
                abi::CONTEXT_CAPSET if capset.is_none() => capset = Some(value),
                abi::CONTEXT_RINGS if rings == 0 && value <= MOST_RINGS => rings = value,
                abi::CONTEXT_POLL_MASK if poll_mask == 0 => poll_mask = value,
                abi::CONTEXT_NAME => {}
                _ => return Err(Errno::INVAL),
            }
        }
        let is_known = capset == Some(abi::CAPSET_CROSS_DOMAIN.into())
            && !self.faults.has(Kind::NoCrossDomain);
        let existing = u64::MAX.checked_shr(64 - rings as u32).unwrap_or(0);
        if !is_known || poll_mask & !existing != 0 {
            return Err(Errno::INVAL);
        }
        self.add_context(caller, rings, poll_mask)
    }

    fn add_context(&mut self, caller: &mut Caller<'_>, rings: u64, mask: u64) -> Result<Reply> {
        // A stream: as with the driver, one read returns as many events as fit.
        let (ours, theirs) =
            socketpair(AddressFamily::UNIX, SocketType::STREAM, SocketFlags::CLOEXEC, None)?;
        let before = caller.copy(caller.fd())?;
        rustix::fs::fcntl_setfl(&theirs, fcntl_getfl(&before)?)?;
        caller.replace(caller.fd(), &theirs)?;
        self.last_context += 1;
        let context = Context {
            id: self.last_context,
            rings,
            poll_mask: mask,
            events: Arc::new(ours),
            handles: BTreeMap::new(),
            last_handle: 0,
        };
        self.host.give(Job::Create { context: context.id });
        self.contexts.insert(FileId::of(&theirs)?, context);
        caller.counts.made("contexts");
        Ok(Reply::DONE)
    }
}
