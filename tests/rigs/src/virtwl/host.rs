//! The host's side of the device: one thread, as in crosvm.

use std::io::{IoSlice, IoSliceMut};
use std::mem::MaybeUninit;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};

use rustix::event::epoll::{self, EventData, EventFlags};
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::{Errno, Result};
use rustix::net::{
    RecvAncillaryBuffer, RecvAncillaryMessage, RecvFlags, SendAncillaryBuffer,
    SendAncillaryMessage, SendFlags, recvmsg, sendmsg,
};

use super::abi;
use super::device::Virtwl;
use super::object::Kind;
use super::queue::PAGE;
use crate::files::FileId;

/// A request that the host has taken only partly. Other requests wait for it.
#[derive(Debug)]
pub(super) struct Blocked {
    /// The call that waits, if its thread still lives.
    call: u64,
    kind: Kind,
    to: OwnedFd,
    bytes: Vec<u8>,
    sent: usize,
}

impl Virtwl {
    /// Writes to the host. Returns `false` if it accepts no more, and everything must wait for it.
    pub(super) fn write(
        &mut self,
        call: u64,
        id: FileId,
        bytes: Vec<u8>,
        files: &[OwnedFd],
    ) -> Result<bool> {
        let Some(object) = self.objects.get(&id) else { return Err(Errno::INVAL) };
        let Some(host) = &object.host else { return Err(Errno::INVAL) };
        let kind = object.kind;
        let files: Vec<BorrowedFd<'_>> = files.iter().map(AsFd::as_fd).collect();
        let sent = match write_some(kind, host, &bytes, &files) {
            Ok(sent) => sent,
            Err(Errno::AGAIN) => 0,
            Err(_) => return Err(Errno::NODEV),
        };
        if sent == bytes.len() {
            return Ok(true);
        }
        let to = crate::supervisor::duplicate(host)?;
        epoll::add(&self.takes, &to, EventData::new_u64(0), EventFlags::OUT)?;
        self.blocked = Some(Blocked { call, kind, to, bytes, sent });
        Ok(false)
    }

    /// Continues the blocked request.
    pub(super) fn unblock(&mut self) {
        let Some(mut blocked) = self.blocked.take() else { return };
        let rest = blocked.bytes.get(blocked.sent..).unwrap_or_default();
        let done = match write_some(blocked.kind, &blocked.to, rest, &[]) {
            Ok(sent) => {
                blocked.sent += sent;
                Ok(())
            }
            Err(Errno::AGAIN) => Ok(()),
            Err(_) => Err(Errno::NODEV),
        };
        if done.is_ok() && blocked.sent < blocked.bytes.len() {
            self.blocked = Some(blocked);
            return;
        }
        let _ = epoll::delete(&self.takes, &blocked.to);
        self.done.insert(blocked.call, done);
    }

    /// Handles one message of the host, or its end.
    pub(super) fn hear(&mut self, id: FileId) {
        let Some(object) = self.objects.get_mut(&id) else { return };
        let Some(host) = &object.host else { return };
        let heard = match object.kind {
            Kind::Context => from_socket(host),
            _ => from_pipe(host),
        };
        match heard {
            Err(Errno::AGAIN | Errno::INTR) => {}
            // A reset does not count as the end: the guest is not told.
            Err(_) => self.lose(id, false),
            Ok((data, files)) if data.is_empty() && files.is_empty() => self.lose(id, true),
            Ok((data, files)) => {
                object.queue.push(data, files);
                object.ring();
                self.news.insert(id);
            }
        }
    }
}

fn write_some(kind: Kind, host: &OwnedFd, bytes: &[u8], files: &[BorrowedFd<'_>]) -> Result<usize> {
    if kind != Kind::Context {
        return to_pipe(host, bytes);
    }
    let mut space = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(abi::MAX_FDS))];
    let mut control = SendAncillaryBuffer::new(&mut space);
    if !files.is_empty() {
        control.push(SendAncillaryMessage::ScmRights(files));
    }
    sendmsg(host, &[IoSlice::new(bytes)], &mut control, SendFlags::DONTWAIT | SendFlags::NOSIGNAL)
}

/// Writes only as much as cannot block, because the descriptor may be blocking.
fn to_pipe(pipe: &OwnedFd, bytes: &[u8]) -> Result<usize> {
    let mut done = 0;
    for piece in bytes.chunks(4096) {
        if !is_ready(pipe, PollFlags::OUT)? {
            return if done > 0 { Ok(done) } else { Err(Errno::AGAIN) };
        }
        done += rustix::io::write(pipe, piece)?;
    }
    Ok(done)
}

type Heard = (Vec<u8>, Vec<OwnedFd>);

fn from_socket(socket: &OwnedFd) -> Result<Heard> {
    let mut bytes = vec![0; PAGE - 4 * abi::MAX_FDS];
    let mut space = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(abi::MAX_FDS))];
    let mut control = RecvAncillaryBuffer::new(&mut space);
    let flags = RecvFlags::DONTWAIT | RecvFlags::CMSG_CLOEXEC;
    let message = recvmsg(socket, &mut [IoSliceMut::new(&mut bytes)], &mut control, flags)?;
    let files = control.drain().filter_map(|message| match message {
        RecvAncillaryMessage::ScmRights(files) => Some(files),
        _ => None,
    });
    let files = files.flatten().collect();
    bytes.truncate(message.bytes);
    Ok((bytes, files))
}

fn from_pipe(pipe: &OwnedFd) -> Result<Heard> {
    if !is_ready(pipe, PollFlags::IN)? {
        return Err(Errno::AGAIN);
    }
    let mut bytes = vec![0; PAGE];
    let len = rustix::io::read(pipe, &mut bytes)?;
    bytes.truncate(len);
    Ok((bytes, Vec::new()))
}

fn is_ready(fd: &OwnedFd, flags: PollFlags) -> Result<bool> {
    poll(&mut [PollFd::new(fd, flags)], Some(&Timespec::default())).map(|n| n > 0)
}
