//! virtio-gpu's cross-domain contexts: Linux from 5.16 on, under crosvm, QEMU with
//! rutabaga, and libkrun.
//!
//! Messages to the host are commands in command buffers. The host writes its messages into
//! a page, one at a time, and carafe tells it when the page was read. The guest never sees
//! the host's errors.

mod abi;
pub mod commands;
mod context;
mod device;
pub mod pipes;

#[cfg(test)]
mod tests;

use std::io::{self, IoSlice};
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::sync::Arc;
use std::time::Duration;

use rustix::fs::MemfdFlags;

use super::{CannotCross, Channel, Doubt, MAX_FILE, Mapping, ReceiveError, Waits, copy_file};
use crate::wire::{FdKind, FdQueue, FdSet};
use commands::{HostMessage, Identifier, MAX_DATA, MAX_IDENTIFIERS, PAGE};
use context::GpuContext;
use pipes::Pipes;

pub use device::{GpuDevice, VirtgpuError, render_node};

/// The channel's name in errors.
const NAME: &str = "virtio-gpu";

/// How often in a row the ring may be empty before the connection counts as broken. An empty
/// ring means a command that failed; but an unpatched QEMU also wakes contexts for each
/// other's fences.
const MAX_FAILED: u32 = 1000;

/// How long a host may be silent while the client says nothing either. Old devices never
/// report the end of a host, and no device reports it if requests were left unread.
const IDLE: Duration = Duration::from_secs(5);

/// The descriptors that can cross.
pub const CARRIED: FdSet = FdSet::NONE
    .to_host(FdKind::ClientMemory)
    .to_host(FdKind::ClientFile)
    .to_host(FdKind::PipeToWrite)
    .to_host(FdKind::DmaBuf)
    .to_client(FdKind::PipeToWrite)
    .to_client(FdKind::HostFile);

/// A connection to the host's compositor.
pub struct VirtgpuChannel {
    context: Arc<GpuContext>,
    /// A copy of the channel's ring.
    page: Box<[u8; PAGE]>,
    /// Commands for the host that were not given to it yet.
    commands: Vec<u8>,
    pipes: Pipes,
    /// How often in a row the ring was empty.
    failed: u32,
    /// The ring was read, and the host does not know yet.
    owes_poll: bool,
}

impl VirtgpuChannel {
    fn new(context: Arc<GpuContext>, transfer_limit: u64) -> Self {
        Self {
            context,
            page: Box::new([0; PAGE]),
            commands: Vec::with_capacity(2 * PAGE),
            pipes: Pipes::new(transfer_limit),
            failed: 0,
            owes_poll: false,
        }
    }

    /// Gives the collected commands to the host, and tells it, if the ring was read, that it
    /// may write there again.
    fn execute(&mut self) -> io::Result<()> {
        let done = if self.owes_poll {
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

    /// Makes the identifier by which the host knows a client's descriptor. Keep the handle
    /// until the message is sent.
    fn identify<'a>(
        context: &'a GpuContext,
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
        let mut has_pipe = false;
        for n in 0..fds.len().min(MAX_IDENTIFIERS) {
            let Some((fd, kind)) = fds.get(n).zip(fds.kind(n)) else { break };
            // The host accepts only one pipe in a message.
            if kind == FdKind::PipeToWrite && has_pipe {
                break;
            }
            let (identifier, handle) = Self::identify(&context, &self.pipes, fd, kind)?;
            has_pipe |= kind == FdKind::PipeToWrite;
            identifiers.push(identifier);
            handles.extend(handle);
        }
        // If not all descriptors fit, send them ahead of their bytes, one byte with each
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
        for _ in &identifiers {
            if let Some((to, FdKind::PipeToWrite)) = fds.pop() {
                self.pipes.add_sink(to);
            }
        }
        Ok(len)
    }

    fn has_own_descriptors(&self) -> bool {
        true
    }

    fn doubt(&self) -> Option<Doubt> {
        Some(Doubt { when_idle: Some(IDLE), ..Doubt::AFTER_REQUESTS })
    }

    fn is_gone(&mut self) -> bool {
        self.context.is_gone().unwrap_or_else(|e| {
            tracing::debug!("cannot find out whether the host is there: {e}");
            false
        })
    }

    fn join(&mut self, waits: Waits) -> io::Result<()> {
        self.pipes.join(waits);
        Ok(())
    }

    fn ready(&mut self, number: u64) {
        self.pipes.ready(number, &mut self.commands);
    }

    fn settle(&mut self) -> io::Result<()> {
        self.execute()
    }
}

impl VirtgpuChannel {
    /// Reads the host's message from the copy of the ring.
    fn take_message(&mut self, into: &mut [u8], fds: &mut FdQueue) -> Result<usize, ReceiveError> {
        let Self { context, page, pipes, failed, .. } = self;
        let garbled = |e: &dyn std::fmt::Display| ReceiveError::Garbled(e.to_string());
        let message = commands::parse(page.as_slice()).map_err(|e| garbled(&e))?;
        *failed = if message == HostMessage::None { *failed + 1 } else { 0 };
        match message {
            HostMessage::None if *failed > MAX_FAILED => {
                Err(garbled(&"the host refuses every command; its monitor's log may say why"))
            }
            HostMessage::None => Err(io::Error::from(io::ErrorKind::WouldBlock).into()),
            HostMessage::Receive { identifiers, data } => {
                // A read buffer always has room for a page (`wire::MIN_ROOM`).
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
            HostMessage::Read { pipe, last, data } => {
                pipes.deliver(pipe, data, last);
                Err(io::Error::from(io::ErrorKind::WouldBlock).into())
            }
        }
    }
}

/// Makes a local descriptor for one that the host has sent.
fn take_in(context: &GpuContext, pipes: &mut Pipes, identifier: Identifier) -> io::Result<OwnedFd> {
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

/// Copies a file of the host into a memfd. Clients map keymaps in ways that the memory of a
/// device does not allow, and the copy frees the device's memory.
pub(super) fn copy_to_memfd(file: &Mapping, len: usize) -> io::Result<OwnedFd> {
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
