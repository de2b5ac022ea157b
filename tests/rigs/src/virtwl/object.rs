//! An object of the device: what the program has a descriptor of, and what the host has.

use std::io;
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixStream;

use rustix::fs::{OFlags, fcntl_getfl};
use rustix::net::{RecvFlags, SendFlags, Shutdown, recv, send, shutdown};

use super::queue::Queue;

/// What a descriptor of the device is.
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

    /// Whether it counts among those that a guest may make.
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
    /// There is a byte in that socket: it is readable.
    rung: bool,
    /// The host's side: its socket, or the end of a pipe that crosvm has.
    pub(super) host: Option<OwnedFd>,
    /// The end of a pipe for the host, until it is sent.
    pub(super) remote: Option<OwnedFd>,
    /// What the host has said.
    pub(super) queue: Queue,
    pub(super) hung_up: bool,
    /// In bytes, of memory.
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

    /// One that can be waited for; gives what the program gets too.
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

    /// Whether the host can say something on it.
    pub(super) fn is_heard(&self) -> bool {
        let flags = self.host.as_ref().map(fcntl_getfl);
        flags.is_some_and(|flags| flags.is_ok_and(|f| (f & OFlags::RWMODE) != OFlags::WRONLY))
    }

    /// The host has hung up: so it is for whoever polls it.
    pub(super) fn hang_up(&mut self) {
        self.hung_up = true;
        if let Some(bell) = &self.bell {
            let _ = shutdown(bell, Shutdown::Both);
        }
    }

    /// The descriptor is readable while something is in the queue.
    pub(super) fn ring(&mut self) {
        if let Some(bell) = self.bell.as_ref().filter(|_| !self.rung)
            && send(bell, b"!", SendFlags::NOSIGNAL).is_ok()
        {
            self.rung = true;
        }
    }

    /// The same, when something was taken out; `theirs` is a copy of what the program has.
    pub(super) fn settle(&mut self, theirs: &OwnedFd) {
        if self.rung && self.queue.pages() == 0 {
            let _ = recv(theirs, &mut [0_u8; 1], RecvFlags::DONTWAIT);
            self.rung = false;
        }
    }

    /// Wakes whoever polls it, for nothing: so does the kernel each time that the other end
    /// says that it reads no more. It never did.
    pub(super) fn wake(&self) {
        let bell = self.bell.as_ref().filter(|_| !self.hung_up);
        if let Some(bell) = bell {
            let _ = shutdown(bell, Shutdown::Read);
        }
    }
}
