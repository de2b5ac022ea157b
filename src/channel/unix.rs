//! A unix stream socket: bytes as they are, descriptors by `SCM_RIGHTS`.

#[cfg(test)]
mod tests;

use std::io::{self, IoSlice, IoSliceMut};
use std::mem::MaybeUninit;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::os::unix::net::UnixStream;

use rustix::net::{
    RecvAncillaryBuffer, RecvAncillaryMessage, RecvFlags, ReturnFlags, SendAncillaryBuffer,
    SendAncillaryMessage, SendFlags, recvmsg, send, sendmsg,
};

use super::{Channel, ReceiveError};
use crate::wire::{FdKind, FdQueue};

/// Most descriptors that the kernel puts into one message (`SCM_MAX_FD`). A peer need not
/// keep to libwayland's 28.
const MAX_RECEIVED: usize = 253;

/// Most descriptors that libwayland takes in one read (`MAX_FDS_OUT`).
const MAX_SENT: usize = 28;

/// A connected unix stream socket.
pub struct UnixChannel {
    socket: OwnedFd,
    emptied: bool,
}

impl From<UnixStream> for UnixChannel {
    fn from(stream: UnixStream) -> Self {
        OwnedFd::from(stream).into()
    }
}

impl From<OwnedFd> for UnixChannel {
    fn from(socket: OwnedFd) -> Self {
        Self { socket, emptied: false }
    }
}

impl Channel for UnixChannel {
    fn fd(&self) -> BorrowedFd<'_> {
        self.socket.as_fd()
    }

    fn emptied(&self) -> Option<bool> {
        Some(self.emptied)
    }

    fn receive(&mut self, into: &mut [u8], fds: &mut FdQueue) -> Result<usize, ReceiveError> {
        let mut space = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(MAX_RECEIVED))];
        let mut control = RecvAncillaryBuffer::new(&mut space);
        let flags = RecvFlags::DONTWAIT | RecvFlags::CMSG_CLOEXEC;
        self.emptied = true;
        let message = loop {
            match recvmsg(&self.socket, &mut [IoSliceMut::new(into)], &mut control, flags) {
                Err(rustix::io::Errno::INTR) => {}
                other => break other.map_err(io::Error::from)?,
            }
        };
        // A short read means that the socket is empty, unless it carried descriptors: the
        // kernel ends a read after bytes that have some (unix(7)).
        self.emptied = message.bytes < into.len();
        for ancillary in control.drain() {
            if let RecvAncillaryMessage::ScmRights(received) = ancillary {
                self.emptied = false;
                for fd in received {
                    fds.push(fd, FdKind::Unknown)?;
                }
            }
        }
        if message.flags.contains(ReturnFlags::CTRUNC) {
            return Err(ReceiveError::OutOfFds);
        }
        Ok(message.bytes)
    }

    fn send(&mut self, bytes: &[IoSlice<'_>], fds: &mut FdQueue) -> io::Result<usize> {
        let flags = SendFlags::DONTWAIT | SendFlags::NOSIGNAL;
        let Some(first) = fds.get(0) else {
            return loop {
                let sent = match bytes {
                    // The usual case; `send` costs the kernel less than `sendmsg`.
                    [bytes] => send(&self.socket, bytes, flags),
                    _ => sendmsg(&self.socket, bytes, &mut SendAncillaryBuffer::default(), flags),
                };
                match sent {
                    Err(rustix::io::Errno::INTR) => {}
                    other => break other.map_err(io::Error::from),
                }
            };
        };
        // If there are more descriptors than one message takes, send them ahead of their
        // bytes, one byte with each batch, as libwayland does.
        let count = fds.len().min(MAX_SENT);
        let one = bytes.iter().find_map(|slice| slice.get(..1)).unwrap_or_default();
        let one = [IoSlice::new(one)];
        let bytes = if fds.len() > MAX_SENT { &one } else { bytes };
        let batch: [BorrowedFd<'_>; MAX_SENT] =
            std::array::from_fn(|n| fds.get(n).unwrap_or(first));
        let mut space = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(MAX_SENT))];
        let sent = loop {
            let mut control = SendAncillaryBuffer::new(&mut space);
            let batch = batch.get(..count).unwrap_or_default();
            control.push(SendAncillaryMessage::ScmRights(batch));
            match sendmsg(&self.socket, bytes, &mut control, flags) {
                Err(rustix::io::Errno::INTR) => {}
                other => break other.map_err(io::Error::from)?,
            }
        };
        fds.close_first(count);
        Ok(sent)
    }
}
