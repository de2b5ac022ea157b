//! Messages between carafe's own processes, with descriptors: each is one packet of a pair of
//! sockets. A long one is in memory of its own, of which the packet has the descriptor.
//!
//! A process that a client has taken over may send anything: what is no message is an error, and
//! its descriptors are closed by [`foreign::close`].

#[cfg(test)]
mod tests;

use std::cell::RefCell;
use std::fs::File;
use std::io::{self, IoSlice, IoSliceMut};
use std::mem::MaybeUninit;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::os::unix::fs::FileExt;

use rustix::fs::{MemfdFlags, memfd_create};
use rustix::io::Errno;
use rustix::net::{
    AddressFamily, RecvAncillaryBuffer, RecvAncillaryMessage, RecvFlags, SendAncillaryBuffer,
    SendAncillaryMessage, SendFlags, SocketFlags, SocketType, recvmsg, sendmsg, socketpair,
};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::foreign;

/// Most bytes of a packet: four of them fit into a socket of the usual size.
const MAX_PACKET: usize = 48 * 1024;

/// Bound on a long message in bytes.
const MAX_LONG: usize = 16 << 20;

/// Most descriptors of a packet, with the one of a long message.
pub const MAX_FDS: usize = 4;

/// Where the message is: the first byte of a packet.
const HERE: u8 = 0;
const IN_MEMORY: u8 = 1;

thread_local! {
    /// Where packets are received.
    static BUFFER: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
}

/// Whether a call waits until it can be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WaitMode {
    /// It does. For those whose peer waits for nobody.
    Yes,
    /// It fails with `WouldBlock`.
    No,
}

/// One end of the pair.
pub struct Packets(OwnedFd);

/// A message and its descriptors. Those that nobody takes are closed without waiting for others.
#[derive(Debug)]
pub struct Packet<T> {
    /// The message.
    pub message: T,
    /// Its descriptors.
    pub fds: Fds,
}

/// Descriptors of another process.
#[derive(Debug, Default)]
pub struct Fds(Vec<OwnedFd>);

impl Fds {
    /// All of them, if there are that many.
    pub fn take<const N: usize>(&mut self) -> Option<[OwnedFd; N]> {
        if self.0.len() == N { std::mem::take(&mut self.0).try_into().ok() } else { None }
    }
}

impl Drop for Fds {
    fn drop(&mut self) {
        self.0.drain(..).for_each(foreign::close);
    }
}

impl AsFd for Packets {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.0.as_fd()
    }
}

/// Another process's end. Anything else is closed without waiting for others.
impl TryFrom<OwnedFd> for Packets {
    type Error = ();

    fn try_from(fd: OwnedFd) -> Result<Self, ()> {
        if rustix::net::sockopt::socket_type(&fd) == Ok(SocketType::SEQPACKET) {
            Ok(Self(fd))
        } else {
            foreign::close(fd);
            Err(())
        }
    }
}

impl Packets {
    /// Both ends.
    ///
    /// # Errors
    /// When there are no descriptors left.
    pub fn pair() -> io::Result<(Self, Self)> {
        let flags = SocketFlags::CLOEXEC;
        let (one, other) = socketpair(AddressFamily::UNIX, SocketType::SEQPACKET, flags, None)?;
        Ok((Self(one), Self(other)))
    }

    /// Sends a message.
    ///
    /// # Errors
    /// When the other end is closed; when there is no room, or no memory for a long one.
    pub fn send<T: Serialize>(
        &self,
        message: &T,
        fds: &[BorrowedFd<'_>],
        blocking: WaitMode,
    ) -> io::Result<()> {
        let bytes = postcard::to_stdvec(message).map_err(io::Error::other)?;
        if bytes.len() < MAX_PACKET {
            return self.send_packet(HERE, &bytes, fds, blocking);
        }
        let memory = File::from(memfd_create("carafe", MemfdFlags::CLOEXEC)?);
        memory.write_all_at(&bytes, 0)?;
        let all: Vec<BorrowedFd<'_>> = [memory.as_fd()].iter().chain(fds).copied().collect();
        self.send_packet(IN_MEMORY, &[], &all, blocking)
    }

    fn send_packet(
        &self,
        place: u8,
        bytes: &[u8],
        fds: &[BorrowedFd<'_>],
        blocking: WaitMode,
    ) -> io::Result<()> {
        let flags = match blocking {
            WaitMode::Yes => SendFlags::NOSIGNAL,
            WaitMode::No => SendFlags::NOSIGNAL | SendFlags::DONTWAIT,
        };
        let parts = [IoSlice::new(std::slice::from_ref(&place)), IoSlice::new(bytes)];
        let mut space = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(MAX_FDS))];
        loop {
            let mut control = SendAncillaryBuffer::new(&mut space);
            if !fds.is_empty() && !control.push(SendAncillaryMessage::ScmRights(fds)) {
                return Err(io::ErrorKind::InvalidInput.into());
            }
            match sendmsg(&self.0, &parts, &mut control, flags) {
                Err(Errno::INTR) => {}
                other => return other.map(drop).map_err(Into::into),
            }
        }
    }

    /// Receives a message. `None`: the other end is closed.
    ///
    /// # Errors
    /// `WouldBlock`, `InvalidData` if it is none, and the kernel's.
    pub fn receive<T: DeserializeOwned>(
        &self,
        blocking: WaitMode,
    ) -> io::Result<Option<Packet<T>>> {
        BUFFER.with_borrow_mut(|bytes| {
            bytes.resize(MAX_PACKET, 0);
            self.receive_into(bytes, blocking)
        })
    }

    fn receive_into<T: DeserializeOwned>(
        &self,
        bytes: &mut [u8],
        blocking: WaitMode,
    ) -> io::Result<Option<Packet<T>>> {
        let mut space = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(MAX_FDS))];
        let mut control = RecvAncillaryBuffer::new(&mut space);
        let flags = match blocking {
            WaitMode::Yes => RecvFlags::CMSG_CLOEXEC,
            WaitMode::No => RecvFlags::CMSG_CLOEXEC | RecvFlags::DONTWAIT,
        };
        let received = loop {
            match recvmsg(&self.0, &mut [IoSliceMut::new(bytes)], &mut control, flags) {
                // `CONNRESET`: the other end was closed with unread packets. Its own come first.
                Err(Errno::INTR | Errno::CONNRESET) => {}
                other => break other?,
            }
        };
        let mut fds = Fds::default();
        for ancillary in control.drain() {
            if let RecvAncillaryMessage::ScmRights(received) = ancillary {
                fds.0.extend(received);
            }
        }
        let message = match bytes.get(..received.bytes).unwrap_or_default() {
            [] => return Ok(None),
            [HERE, message @ ..] => postcard::from_bytes(message),
            [IN_MEMORY] if !fds.0.is_empty() => postcard::from_bytes(&read(fds.0.remove(0))?),
            _ => return Err(io::ErrorKind::InvalidData.into()),
        };
        let invalid = |e| io::Error::new(io::ErrorKind::InvalidData, e);
        Ok(Some(Packet { message: message.map_err(invalid)?, fds }))
    }
}

/// Reads a long message.
fn read(memory: OwnedFd) -> io::Result<Vec<u8>> {
    if foreign::kind(memory.as_fd()) != foreign::FileKind::Memory {
        foreign::close(memory);
        return Err(io::ErrorKind::InvalidData.into());
    }
    let memory = File::from(memory);
    let len = usize::try_from(memory.metadata()?.len()).unwrap_or(usize::MAX);
    if len > MAX_LONG {
        return Err(io::ErrorKind::InvalidData.into());
    }
    let mut bytes = Vec::new();
    bytes.try_reserve_exact(len).map_err(|_| io::ErrorKind::OutOfMemory)?;
    bytes.resize(len, 0);
    memory.read_exact_at(&mut bytes, 0)?;
    Ok(bytes)
}
