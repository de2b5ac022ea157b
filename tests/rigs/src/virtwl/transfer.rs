//! Moving bytes and descriptors: SEND and RECV.

use std::io::{IoSlice, IoSliceMut};
use std::mem::MaybeUninit;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::fs::{OFlags, SeekFrom, fcntl_getfl, seek};
use rustix::io::{Errno, Result};
use rustix::net::{
    RecvAncillaryBuffer, RecvAncillaryMessage, RecvFlags, SendAncillaryBuffer,
    SendAncillaryMessage, SendFlags, Shutdown, recvmsg, sendmsg, shutdown,
};

use super::abi;
use super::device::{Object, Virtwl};
use crate::caller::{Caller, Reply};
use crate::fault::Kind;
use crate::files::FileId;

/// No message is longer; the kernel has no such bound, but would have to find the memory.
const LONGEST: usize = 1 << 20;

impl Virtwl {
    pub(super) fn send(&mut self, caller: &mut Caller<'_>, id: FileId) -> Result<Reply> {
        let txn: [u32; abi::TXN_WORDS] = caller.memory().read_words(caller.argument())?;
        let [fds @ .., len] = txn;
        let fds: Vec<u32> = fds.into_iter().take_while(|fd| fd.cast_signed() >= 0).collect();
        let attached = fds.iter().map(|fd| self.attachment(caller, *fd));
        let attached = attached.collect::<Result<Vec<FileId>>>()?;
        if len == 0 && fds.is_empty() {
            return Ok(Reply::DONE);
        }
        let len = usize::try_from(len).ok().filter(|len| *len <= LONGEST).ok_or(Errno::NOMEM)?;
        let mut bytes = vec![0; len];
        caller.memory().read(caller.argument() + abi::TXN_SIZE, &mut bytes)?;
        let target = caller.copy(caller.fd())?;

        let sent = self.sent.remove(&caller.call.id);
        if sent.is_none() {
            self.fail_send(&target)?;
        }
        let sent = sent.unwrap_or(0);
        let files = if sent == 0 { self.files(caller, &fds, &attached)? } else { Vec::new() };
        let files: Vec<BorrowedFd<'_>> = files.iter().map(AsFd::as_fd).collect();
        let rest = bytes.get(sent..).unwrap_or_default();
        let done = match self.objects.get(&id) {
            Some(Object::Context { mute: Some(_) }) => Ok(rest.len()),
            Some(Object::Context { mute: None }) => to_socket(&target, rest, &files),
            Some(Object::Pipe { .. } | Object::HostPipe) if files.is_empty() => {
                to_pipe(&target, rest)
            }
            _ => return Err(Errno::INVAL),
        };
        let sent = match done {
            Ok(done) => sent + done,
            Err(Errno::AGAIN) => sent,
            // crosvm drops a connection when its end is seen; then it is no context any more.
            Err(Errno::PIPE | Errno::CONNRESET) => return Err(Errno::INVAL),
            Err(_) => return Err(Errno::NODEV),
        };
        if sent > 0 || bytes.is_empty() {
            self.close_remote_ends(&attached);
        }
        if sent < bytes.len() {
            // The driver waits for the host whatever O_NONBLOCK says.
            self.sent.insert(caller.call.id, sent);
            return Ok(Reply::When(target, PollFlags::OUT));
        }
        if self.faults.is_due(Kind::Hangup) {
            let _ = shutdown(&target, Shutdown::Both);
        }
        Ok(Reply::DONE)
    }

    fn fail_send(&mut self, target: &OwnedFd) -> Result<()> {
        if self.faults.is_due(Kind::Send) {
            return Err(Errno::NODEV);
        }
        let does_not_block = fcntl_getfl(target)?.contains(OFlags::NONBLOCK);
        if self.faults.is_due(Kind::Again) && does_not_block {
            return Err(Errno::AGAIN);
        }
        Ok(())
    }

    /// Checks a descriptor that is to go with a message.
    fn attachment(&self, caller: &Caller<'_>, fd: u32) -> Result<FileId> {
        let bad = Errno::from_raw_os_error(abi::EBADFD);
        let id = caller.file(fd).map_err(|_| bad)?;
        match self.objects.get(&id) {
            None | Some(Object::HostPipe | Object::Pipe { remote: None, .. }) => Err(Errno::INVAL),
            Some(_) => Ok(id),
        }
    }

    /// The files that the host gets.
    fn files(&self, caller: &mut Caller<'_>, fds: &[u32], ids: &[FileId]) -> Result<Vec<OwnedFd>> {
        let file = |(fd, id): (&u32, &FileId)| match self.objects.get(id) {
            Some(Object::Pipe { remote: Some(remote), .. }) => crate::supervisor::duplicate(remote),
            _ => caller.copy(*fd),
        };
        fds.iter().zip(ids).map(file).collect()
    }

    /// The host has them now; here they would hide that it closes them.
    fn close_remote_ends(&mut self, ids: &[FileId]) {
        for id in ids {
            if let Some(Object::Pipe { remote, .. }) = self.objects.get_mut(id) {
                *remote = None;
            }
        }
    }

    pub(super) fn receive(&mut self, caller: &mut Caller<'_>, id: FileId) -> Result<Reply> {
        let txn: [u32; abi::TXN_WORDS] = caller.memory().read_words(caller.argument())?;
        let len = txn[abi::MAX_FDS] as usize;
        let mut bytes = vec![0; len.min(LONGEST)];
        let source = caller.copy(caller.fd())?;
        let received = match self.objects.get(&id) {
            Some(Object::Context { .. }) => from_socket(&source, &mut bytes),
            Some(Object::Pipe { is_writable: false, .. } | Object::HostPipe) => {
                from_pipe(&source, &mut bytes)
            }
            // Nothing ever comes from it.
            _ => return caller.wait(source, PollFlags::empty()),
        };
        let (len, files) = match received {
            Err(Errno::AGAIN) => return caller.wait(source, PollFlags::IN),
            // The device takes every failure of the host for its end.
            Err(_) => (0, Vec::new()),
            Ok(received) => received,
        };
        let mut answer = [u32::MAX; abi::TXN_WORDS];
        answer[abi::MAX_FDS] = u32::try_from(len).unwrap_or(0);
        for (slot, file) in answer.iter_mut().zip(files) {
            // What has a position is memory. (It is the host's too: not to be moved.)
            let is_file = seek(&file, SeekFrom::Current(0)).is_ok();
            let object = if is_file { Object::HostMemory } else { Object::HostPipe };
            *slot = self.add(caller, &file, object)?;
        }
        let memory = caller.memory();
        memory.write(caller.argument() + abi::TXN_SIZE, bytes.get(..len).unwrap_or_default())?;
        memory.write_words(caller.argument(), &answer)?;
        Ok(Reply::DONE)
    }
}

fn to_socket(socket: &OwnedFd, bytes: &[u8], files: &[BorrowedFd<'_>]) -> Result<usize> {
    let mut space = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(abi::MAX_FDS))];
    let mut control = SendAncillaryBuffer::new(&mut space);
    if !files.is_empty() {
        control.push(SendAncillaryMessage::ScmRights(files));
    }
    let flags = SendFlags::DONTWAIT | SendFlags::NOSIGNAL;
    sendmsg(socket, &[IoSlice::new(bytes)], &mut control, flags)
}

/// Writes what is sure not to block: the descriptor may be one that does.
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

type Received = (usize, Vec<OwnedFd>);

fn from_socket(socket: &OwnedFd, bytes: &mut [u8]) -> Result<Received> {
    let mut space = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(abi::MAX_FDS))];
    let mut control = RecvAncillaryBuffer::new(&mut space);
    let flags = RecvFlags::DONTWAIT | RecvFlags::CMSG_CLOEXEC;
    let message = recvmsg(socket, &mut [IoSliceMut::new(bytes)], &mut control, flags)?;
    let files = control.drain().filter_map(|message| match message {
        RecvAncillaryMessage::ScmRights(files) => Some(files),
        _ => None,
    });
    Ok((message.bytes, files.flatten().collect()))
}

fn from_pipe(pipe: &OwnedFd, bytes: &mut [u8]) -> Result<Received> {
    if !is_ready(pipe, PollFlags::IN)? {
        return Err(Errno::AGAIN);
    }
    Ok((rustix::io::read(pipe, bytes)?, Vec::new()))
}

fn is_ready(fd: &OwnedFd, flags: PollFlags) -> Result<bool> {
    poll(&mut [PollFd::new(fd, flags)], Some(&Timespec::default())).map(|n| n > 0)
}
