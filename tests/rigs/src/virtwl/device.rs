//! The objects of the device, and which ioctl goes where.

use std::collections::HashMap;
use std::io;
use std::os::fd::OwnedFd;
use std::path::{Path, PathBuf};

use rustix::io::{Errno, Result};

use super::abi;
use crate::caller::{Caller, Reply};
use crate::fault::Faults;
use crate::files::{FileId, OpenFiles};
use crate::report::Numbers;
use crate::supervisor::Device;

/// What a descriptor of the device is.
#[derive(Debug)]
pub(super) enum Object {
    /// A connected socket.
    Context {
        /// The other end, if the host is not to answer.
        mute: Option<OwnedFd>,
    },
    /// Shared memory made here.
    Alloc,
    /// Pixels made here.
    Dmabuf,
    /// A pipe made here, with the end for the host until that is sent.
    Pipe {
        /// The end for the host.
        remote: Option<OwnedFd>,
        /// Whether the program's end is the one to write to.
        is_writable: bool,
    },
    /// A file from the host.
    HostMemory,
    /// A pipe or socket from the host.
    HostPipe,
}

impl Object {
    pub(super) fn kind(&self) -> &'static str {
        match self {
            Self::Context { .. } => "contexts",
            Self::Alloc => "allocs",
            Self::Dmabuf => "dmabufs",
            Self::Pipe { .. } => "pipes",
            Self::HostMemory => "host_memory",
            Self::HostPipe => "host_pipes",
        }
    }
}

/// The device.
#[derive(Debug)]
pub struct Virtwl {
    node: FileId,
    pub(super) host: PathBuf,
    pub(super) faults: Faults,
    pub(super) objects: HashMap<FileId, Object>,
    /// Bytes sent so far by calls that wait for the host to read the rest.
    pub(super) sent: HashMap<u64, usize>,
    sweep_at: usize,
}

impl Device for Virtwl {
    const NODE: &'static str = "wl0";
    const TYPES: &'static [u8] = b"w";
    const MAPS: bool = false;

    fn new(node: FileId, host: &Path, faults: Faults) -> io::Result<Self> {
        Ok(Self {
            node,
            host: host.to_owned(),
            faults,
            objects: HashMap::new(),
            sent: HashMap::new(),
            sweep_at: 1000,
        })
    }

    fn name(request: u32) -> &'static str {
        match request & 0xff {
            0 => "VIRTWL_NEW",
            1 => "VIRTWL_SEND",
            2 => "VIRTWL_RECV",
            3 => "VIRTWL_DMABUF_SYNC",
            _ => "other",
        }
    }

    fn ioctl(&mut self, caller: &mut Caller<'_>) -> Result<Reply> {
        let id = caller.file(caller.fd())?;
        let request = caller.request();
        if id == self.node {
            // The driver looks at the number only, and takes an older, shorter structure.
            return if request & 0xff == 0 { self.create(caller) } else { Err(Errno::NOTTY) };
        }
        if !self.objects.contains_key(&id) {
            return Ok(Reply::Native);
        }
        match request {
            abi::SEND => self.send(caller, id),
            abi::RECV => self.receive(caller, id),
            abi::DMABUF_SYNC => sync(caller),
            _ => Err(Errno::NOTTY),
        }
    }

    fn live(&mut self, open: &OpenFiles) -> Numbers {
        self.objects.retain(|id, _| open.has(*id));
        let mut numbers = Numbers::new();
        for object in self.objects.values() {
            *numbers.entry(object.kind()).or_default() += 1;
        }
        numbers
    }
}

impl Virtwl {
    /// Puts an object into the program; gives its descriptor there.
    pub(super) fn add(
        &mut self,
        caller: &mut Caller<'_>,
        fd: &OwnedFd,
        object: Object,
    ) -> Result<u32> {
        let id = FileId::of(fd)?;
        let number = caller.install(fd)?.cast_unsigned();
        caller.counts.made(object.kind());
        self.objects.insert(id, object);
        self.sweep(caller);
        Ok(number)
    }

    /// Forgets old objects now and then: nobody says when one is closed. This also closes the
    /// far ends of pipes that were never sent.
    fn sweep(&mut self, caller: &Caller<'_>) {
        if self.objects.len() >= self.sweep_at {
            let open = OpenFiles::of(caller.root);
            self.objects.retain(|id, _| open.has(*id));
            self.sweep_at = self.objects.len() * 2 + 1000;
        }
    }
}

/// The driver does not look at the host's answer.
fn sync(caller: &Caller<'_>) -> Result<Reply> {
    let [flags] = caller.memory().read_words(caller.argument())?;
    if flags & !abi::SYNC_FLAGS == 0 { Ok(Reply::DONE) } else { Err(Errno::INVAL) }
}
