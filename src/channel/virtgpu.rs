//! virtio-gpu's cross-domain contexts: Linux from 5.16 on, under crosvm, QEMU with
//! rutabaga, and libkrun.
//!
//! Messages are commands in command buffers; the host's come in a page, one at a
//! time, and carafe says when it has read it. The host's errors reach nobody.

mod abi;
pub mod commands;
mod context;
mod pipes;

#[cfg(test)]
mod tests;

use std::io::{self, IoSlice};
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use rustix::fs::{MemfdFlags, Mode, OFlags};
use rustix::io::Errno;

use super::{
    CannotCross, Channel, MAX_FILE, Mapping, Memory, PATIENCE, ReceiveError, RenderNode, Waits,
    copy_file,
};
use crate::wire::{FdKind, FdQueue, FdSet};
use commands::{Identifier, MAX_DATA, MAX_IDENTIFIERS, Message, PAGE};
use context::Context;
use pipes::Pipes;

/// Where render nodes are.
const NODES: &str = "/dev/dri";

/// What the channel is called in errors.
const NAME: &str = "virtio-gpu";

/// How often in a row the ring may be empty. (An unpatched QEMU wakes contexts for each
/// other's fences.)
const MAX_FAILED: u32 = 1000;

/// Why a node cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum VirtgpuError {
    /// There is no virtio-gpu node.
    #[error("no render node of a virtio-gpu is in {NODES}; does the virtual machine have one?")]
    None,
    /// It is closed to us, or no device.
    #[error("cannot open the virtio-gpu node {path}: {source}{hint}")]
    Open {
        /// Its path.
        path: PathBuf,
        /// What the kernel said.
        source: io::Error,
        /// What to do about it.
        hint: &'static str,
    },
    /// It is another device's.
    #[error("{path} is a node of {driver}, not of a virtio-gpu")]
    Driver {
        /// Its path.
        path: PathBuf,
        /// What the driver calls itself.
        driver: String,
    },
    /// Driver or device lack something.
    #[error(
        "{path} lacks {what}; the guest needs Linux 5.16, the host a virtio-gpu with cross-domain \
         contexts (crosvm: --gpu=context-types=cross-domain, QEMU: virtio-gpu-rutabaga with \
         cross-domain=on)"
    )]
    Lacks {
        /// Its path.
        path: PathBuf,
        /// What it lacks.
        what: String,
    },
    /// The context cannot be used.
    #[error("{path} gives no connection to a compositor: {source}")]
    Context {
        /// Its path.
        path: PathBuf,
        /// What went wrong.
        source: io::Error,
    },
}

impl VirtgpuError {
    /// Whether there is a device that should work: one without cross-domain is no
    /// rarity, and no way to a compositor.
    pub fn is_there(&self) -> bool {
        matches!(self, Self::Open { .. } | Self::Context { .. })
    }
}

/// The descriptors that cross.
pub const CARRIED: FdSet = FdSet::NONE
    .to_host(FdKind::ClientMemory)
    .to_host(FdKind::ClientFile)
    .to_host(FdKind::PipeToWrite)
    .to_host(FdKind::DmaBuf)
    .to_client(FdKind::PipeToWrite)
    .to_client(FdKind::HostFile);

/// The render node at a path, or the first of a virtio-gpu, whatever it can do:
/// what the guest's programs draw with.
pub fn render_node(path: Option<&Path>) -> Option<RenderNode> {
    let is_gpu = |path: &PathBuf| {
        open(path).is_ok_and(|fd| abi::driver(fd).is_ok_and(|driver| driver == "virtio_gpu"))
    };
    let path = path.map(PathBuf::from).or_else(|| nodes().find(is_gpu))?;
    let number = rustix::fs::stat(&path).ok()?.st_rdev;
    Some(RenderNode { path, number })
}

fn nodes() -> impl Iterator<Item = PathBuf> {
    (128..192).map(|n| Path::new(NODES).join(format!("renderD{n}"))).filter(|path| path.exists())
}

/// A node that can make cross-domain contexts. Each is an open file of its own.
pub struct Device {
    path: PathBuf,
    dmabufs: bool,
}

impl Device {
    /// Finds the first node of a virtio-gpu.
    ///
    /// # Errors
    /// [`VirtgpuError`]; `None` when there is none at all.
    pub fn find() -> Result<Self, VirtgpuError> {
        let mut failed = VirtgpuError::None;
        for path in nodes() {
            match Self::open(&path) {
                Ok(device) => return Ok(device),
                Err(VirtgpuError::Driver { .. }) => {}
                Err(e) => failed = e,
            }
        }
        Err(failed)
    }

    /// Looks at a node.
    ///
    /// # Errors
    /// [`VirtgpuError`].
    pub fn open(path: &Path) -> Result<Self, VirtgpuError> {
        let fd = open(path)?;
        let driver = abi::driver(&fd).map_err(|source| VirtgpuError::Open {
            path: path.into(),
            source,
            hint: "; is it a DRM device?",
        })?;
        if driver != "virtio_gpu" {
            return Err(VirtgpuError::Driver { path: path.into(), driver });
        }
        let lacks = |what: &str| VirtgpuError::Lacks { path: path.into(), what: what.into() };
        for (param, what) in abi::NEEDED {
            if abi::param(&fd, param) == 0 {
                return Err(lacks(what));
            }
        }
        if abi::param(&fd, abi::SUPPORTED_CAPSETS) & 1 << abi::CAPSET == 0 {
            return Err(lacks("cross-domain contexts (capset 5)"));
        }
        let found = abi::capabilities(&fd).map_err(|_| lacks("the capset of cross-domain"))?;
        if found.channels & 1 << commands::WAYLAND == 0 {
            return Err(lacks("the Wayland channel of cross-domain"));
        }
        Ok(Self { path: path.into(), dmabufs: found.dmabufs != 0 })
    }

    /// Its path.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// A new connection to the host's compositor, and its memory.
    ///
    /// # Errors
    /// [`VirtgpuError`].
    pub fn connect(&self) -> Result<(VirtgpuChannel, Arc<dyn Memory>), VirtgpuError> {
        let failed = |source| VirtgpuError::Context { path: self.path.clone(), source };
        let context = Context::new(open(&self.path)?, self.dmabufs).map_err(failed)?;
        let context = Arc::new(context);
        let memory: Arc<dyn Memory> = Arc::<Context>::clone(&context);
        let channel = VirtgpuChannel {
            context,
            page: Box::new([0; PAGE]),
            commands: Vec::with_capacity(2 * PAGE),
            pipes: Pipes::default(),
            failed: 0,
            owes_poll: false,
        };
        Ok((channel, memory))
    }
}

fn open(path: &Path) -> Result<OwnedFd, VirtgpuError> {
    let flags = OFlags::RDWR | OFlags::CLOEXEC | OFlags::NONBLOCK;
    rustix::fs::open(path, flags, Mode::empty()).map_err(|e| VirtgpuError::Open {
        path: path.into(),
        source: e.into(),
        hint: match e {
            Errno::ACCESS | Errno::PERM => "; give your user access to it (group render or video)",
            _ => "",
        },
    })
}

/// A connection to the host's compositor.
pub struct VirtgpuChannel {
    context: Arc<Context>,
    /// A copy of the channel's ring.
    page: Box<[u8; PAGE]>,
    /// Commands for the host, gathered here.
    commands: Vec<u8>,
    pipes: Pipes,
    /// How often in a row the ring was empty.
    failed: u32,
    /// The ring was read: the host is to be told, with the next commands or alone.
    owes_poll: bool,
}

impl VirtgpuChannel {
    /// Gives the gathered commands to the host, and with them, where it is due, the
    /// right to write into the ring again.
    fn execute(&mut self) -> io::Result<()> {
        let done = if self.owes_poll && self.pipes.has_room() {
            commands::poll(&mut self.commands);
            self.owes_poll = false;
            self.context.execute_and_poll(&self.commands)
        } else if self.commands.is_empty() {
            Ok(())
        } else {
            self.context.execute(&self.commands)
        };
        self.commands.clear();
        done
    }

    /// What stands for a client's descriptor at the host. The handle is to be kept
    /// until the message is sent.
    fn identify<'a>(
        context: &'a Context,
        pipes: &Pipes,
        fd: BorrowedFd<'_>,
        kind: FdKind,
    ) -> io::Result<(Identifier, Option<abi::Handle<'a>>)> {
        let blob = |fd: BorrowedFd<'_>| -> io::Result<_> {
            let handle = context.import(fd).map_err(|e| cannot_cross(kind, e))?;
            let id = abi::resource(&handle)?;
            Ok((Identifier { id, kind: Identifier::BLOB, size: 0 }, Some(handle)))
        };
        match kind {
            FdKind::ClientMemory | FdKind::DmaBuf => blob(fd),
            FdKind::ClientFile => {
                let area = copy_file(context, fd, NAME)?;
                blob(area.fd.as_fd())
            }
            FdKind::PipeToWrite => {
                let id = pipes.next_sink();
                Ok((Identifier { id, kind: Identifier::READ_PIPE, size: 0 }, None))
            }
            _ => Err(cannot_cross(kind, io::ErrorKind::Unsupported.into()).into()),
        }
    }
}

impl Channel for VirtgpuChannel {
    fn fd(&self) -> BorrowedFd<'_> {
        self.context.fd()
    }

    fn receive(&mut self, into: &mut [u8], fds: &mut FdQueue) -> Result<usize, ReceiveError> {
        let mut event = [0; 8];
        match rustix::io::read(self.context.fd(), &mut event) {
            Ok(0) => return Ok(0),
            Ok(_) => {}
            Err(e) => return Err(io::Error::from(e).into()),
        }
        self.context.copy_ring(&mut self.page);
        self.owes_poll = true;
        self.take_message(into, fds)
    }

    fn send(&mut self, bytes: &[IoSlice<'_>], fds: &mut FdQueue) -> io::Result<usize> {
        let context = Arc::clone(&self.context);
        let (mut identifiers, mut handles) = (Vec::new(), Vec::new());
        let mut pipe = None;
        for n in 0..fds.len().min(MAX_IDENTIFIERS) {
            let Some((fd, kind)) = fds.get(n).zip(fds.kind(n)) else { break };
            // A host takes one pipe in a message.
            if kind == FdKind::PipeToWrite && pipe.is_some() {
                break;
            }
            let (identifier, handle) = Self::identify(&context, &self.pipes, fd, kind)?;
            if kind == FdKind::PipeToWrite {
                pipe = Some(fd.try_clone_to_owned()?);
            }
            identifiers.push(identifier);
            handles.extend(handle);
        }
        // Descriptors that do not fit go ahead of their bytes, with one byte for each
        // message, as on a socket.
        let limit = if fds.len() > identifiers.len() { 1 } else { MAX_DATA };
        let total: usize = bytes.iter().map(|slice| slice.len()).sum();
        let len = total.min(limit);
        commands::send(&mut self.commands, &identifiers, len);
        let mut left = len;
        for slice in bytes {
            let piece = slice.get(..slice.len().min(left)).unwrap_or_default();
            self.commands.extend_from_slice(piece);
            left -= piece.len();
        }
        self.execute()?;
        drop(handles);
        if let Some(to) = pipe {
            self.pipes.add_sink(to)?;
        }
        fds.close_first(identifiers.len());
        Ok(len)
    }

    fn has_own_descriptors(&self) -> bool {
        true
    }

    fn patience(&self) -> Option<Duration> {
        Some(PATIENCE)
    }

    fn join(&mut self, waits: Waits) {
        self.pipes.join(waits);
    }

    fn ready(&mut self, number: u64) {
        self.pipes.ready(number, &mut self.commands);
    }

    fn settle(&mut self) -> io::Result<()> {
        self.execute()
    }
}

impl VirtgpuChannel {
    /// Takes what the host has written into the ring.
    fn take_message(&mut self, into: &mut [u8], fds: &mut FdQueue) -> Result<usize, ReceiveError> {
        let Self { context, page, pipes, failed, .. } = self;
        let garbled = |e: &dyn std::fmt::Display| ReceiveError::Garbled(e.to_string());
        let message = commands::parse(page.as_slice()).map_err(|e| garbled(&e))?;
        *failed = if message == Message::None { *failed + 1 } else { 0 };
        match message {
            Message::None if *failed > MAX_FAILED => {
                Err(garbled(&"the host refuses every command; its monitor's log may say why"))
            }
            Message::None => Err(io::Error::from(io::ErrorKind::WouldBlock).into()),
            Message::Receive { identifiers, data } => {
                // A read buffer always has room for a page.
                let place = into.get_mut(..data.len());
                place.ok_or_else(|| garbled(&"no room for a page"))?.copy_from_slice(data);
                for identifier in &identifiers {
                    let fd = take_in(context, pipes, *identifier).map_err(|e| garbled(&e))?;
                    fds.push(fd, FdKind::Unknown)?;
                }
                if data.is_empty() && !identifiers.is_empty() {
                    return Err(io::Error::from(io::ErrorKind::WouldBlock).into());
                }
                Ok(data.len())
            }
            Message::Read { pipe, last, data } => {
                pipes.deliver(pipe, data, last);
                Err(io::Error::from(io::ErrorKind::WouldBlock).into())
            }
        }
    }
}

/// A local descriptor for one that the host has sent.
fn take_in(context: &Context, pipes: &mut Pipes, identifier: Identifier) -> io::Result<OwnedFd> {
    match identifier.kind {
        Identifier::BLOB => {
            let size = u64::from(identifier.size);
            if size == 0 || size > MAX_FILE {
                return Err(io::Error::other(format!("the host sent a file of {size} bytes")));
            }
            copy_to_memfd(&context.file(identifier.id, size)?, identifier.size as usize)
        }
        Identifier::WRITE_PIPE => pipes.add_source(identifier.id),
        kind => Err(io::Error::other(format!(
            "the host sent a file descriptor of a kind ({kind}) that cannot cross"
        ))),
    }
}

fn cannot_cross(kind: FdKind, source: io::Error) -> CannotCross {
    CannotCross { kind, channel: NAME, source }
}

/// A file of the host as one of ours: clients map keymaps in ways that memory of a
/// device does not allow, and nothing of the device stays behind.
fn copy_to_memfd(file: &Mapping, len: usize) -> io::Result<OwnedFd> {
    let mut bytes = vec![0; len];
    file.read(&mut bytes);
    let memfd = rustix::fs::memfd_create("carafe", MemfdFlags::CLOEXEC)?;
    let mut rest = bytes.as_slice();
    while !rest.is_empty() {
        let len = rustix::io::write(&memfd, rest)?;
        rest = rest.get(len..).unwrap_or_default();
    }
    Ok(memfd)
}
