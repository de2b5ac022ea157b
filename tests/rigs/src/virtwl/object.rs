//! An object of the device: the program's and the host's side.

use std::io;
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixStream;

use rustix::fs::{OFlags, fcntl_getfl};
use rustix::net::{RecvFlags, SendFlags, Shutdown, recv, send, shutdown};

use super::queue::Queue;

/// The kind of an object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// A connection to the host's compositor.
    Context,
    /// Shared memory made here.
    Alloc,
    /// Pixels made here.
    Dmabuf,
    /// A pipe made here that the program reads.
    PipeRead,
    /// A pipe made here that the program writes.
    PipeWrite,
    /// A file from the host.
    HostMemory,
    /// A pipe from the host.
    HostPipe,
}

impl Kind {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Context => "contexts",
            Self::Alloc => "allocs",
            Self::Dmabuf => "dmabufs",
            Self::PipeRead | Self::PipeWrite => "pipes",
            Self::HostMemory => "host_memory",
            Self::HostPipe => "host_pipes",
        }
    }

    /// Whether the program can map it.
    pub(super) fn is_memory(self) -> bool {
        matches!(self, Self::Alloc | Self::Dmabuf | Self::HostMemory)
    }

    /// Whether it counts in the limit of guests' objects.
    pub(super) fn is_of_guest(self) -> bool {
        !matches!(self, Self::HostMemory | Self::HostPipe)
    }
}

/// An object.
#[derive(Debug)]
pub(super) struct Object {
    pub(super) kind: Kind,
    /// The other end of the socket that the program has, if it is no memory.
    pub(super) bell: Option<UnixStream>,
    /// Whether there is a byte in that socket, so that it is readable.
    rung: bool,
    /// The host's side: its socket, or the end of a pipe that crosvm has.
    pub(super) host: Option<OwnedFd>,
    /// The end of a pipe for the host, until it is sent.
    pub(super) remote: Option<OwnedFd>,
    /// The host's messages.
    pub(super) queue: Queue,
    pub(super) hung_up: bool,
    /// The size of memory in bytes.
    pub(super) size: u64,
}

impl Object {
    pub(super) fn memory(kind: Kind, size: u64) -> Self {
        Self {
            kind,
            bell: None,
            rung: false,
            host: None,
            remote: None,
            queue: Queue::default(),
            hung_up: false,
            size,
        }
    }

    /// Makes an object that can be polled. Also returns the program's descriptor.
    pub(super) fn stream(kind: Kind, host: Option<OwnedFd>) -> io::Result<(OwnedFd, Self)> {
        let (theirs, ours) = UnixStream::pair()?;
        ours.set_nonblocking(true)?;
        Ok((theirs.into(), Self { bell: Some(ours), host, ..Self::memory(kind, 0) }))
    }

    /// A pipe with one end here and one for the host, until that is sent.
    pub(super) fn pipe(kind: Kind, here: OwnedFd, remote: OwnedFd) -> io::Result<(OwnedFd, Self)> {
        let (theirs, object) = Self::stream(kind, Some(here))?;
        Ok((theirs, Self { remote: Some(remote), ..object }))
    }

    /// Whether the host can send something on it.
    pub(super) fn is_heard(&self) -> bool {
        let flags = self.host.as_ref().map(fcntl_getfl);
        flags.is_some_and(|flags| flags.is_ok_and(|f| (f & OFlags::RWMODE) != OFlags::WRONLY))
    }

    /// Hangs up for the program too.
    pub(super) fn hang_up(&mut self) {
        self.hung_up = true;
        if let Some(bell) = &self.bell {
            let _ = shutdown(bell, Shutdown::Both);
        }
    }

    /// Makes the descriptor readable if something is in the queue.
    pub(super) fn ring(&mut self) {
        if let Some(bell) = self.bell.as_ref().filter(|_| !self.rung)
            && send(bell, b"!", SendFlags::NOSIGNAL).is_ok()
        {
            self.rung = true;
        }
    }

    /// Updates readability after something was taken from the queue; `theirs` is a copy of the
    /// program's descriptor.
    pub(super) fn settle(&mut self, theirs: &OwnedFd) {
        if self.rung && self.queue.pages() == 0 {
            let _ = recv(theirs, &mut [0_u8; 1], RecvFlags::DONTWAIT);
            self.rung = false;
        }
    }

    /// Wakes everybody who polls this object, for nothing. The kernel does so each time the other
    /// end reports that it does not read any more, although that has no effect here.
    pub(super) fn wake(&self) {
        let bell = self.bell.as_ref().filter(|_| !self.hung_up);
        if let Some(bell) = bell {
            let _ = shutdown(bell, Shutdown::Read);
        }
    }
}
