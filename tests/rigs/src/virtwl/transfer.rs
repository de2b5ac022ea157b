//! Moving bytes and descriptors: SEND and RECV, write and read.

use std::os::fd::OwnedFd;

use rustix::fs::{OFlags, SeekFrom, fcntl_getfl, fstat, seek};
use rustix::io::{Errno, Result};

use super::abi;
use super::device::Virtwl;
use super::object::{Kind, Object};
use crate::caller::{Caller, Parked, Reply};
use crate::fault;
use crate::files::FileId;

impl Virtwl {
    pub(super) fn send(&mut self, caller: &mut Caller<'_>, id: FileId) -> Result<Reply> {
        let txn: [u32; abi::TXN_WORDS] = caller.memory().read_words(caller.argument())?;
        let [fds @ .., len] = txn;
        let fds: Vec<u32> = fds.into_iter().take_while(|fd| fd.cast_signed() >= 0).collect();
        let data = caller.argument() + abi::TXN_SIZE;
        self.request(caller, id, &fds, (data, u64::from(len)))
            .map(|sent| sent.map_or(Reply::Parked(Parked::Device), |()| Reply::DONE))
    }

    /// Makes a request to the host: bytes at an address, and descriptors. Returns `None` if it
    /// waits.
    pub(super) fn request(
        &mut self,
        caller: &mut Caller<'_>,
        id: FileId,
        fds: &[u32],
        (address, len): (u64, u64),
    ) -> Result<Option<()>> {
        if let Some(done) = self.done.remove(&caller.call.id) {
            return done.map(Some);
        }
        if self.blocked.is_some() {
            return Ok(None);
        }
        let attached = fds.iter().map(|fd| self.attachment(caller, *fd));
        let attached = attached.collect::<Result<Vec<FileId>>>()?;
        if len == 0 && fds.is_empty() {
            return Ok(Some(()));
        }
        // The kernel cannot allocate more.
        if len + 16 > abi::MOST_BYTES {
            return Err(Errno::NOMEM);
        }
        let mut bytes = vec![0; usize::try_from(len).map_err(|_| Errno::NOMEM)?];
        caller.memory().read(address, &mut bytes)?;
        let target = caller.copy(caller.fd())?;
        self.fail_send(&target)?;
        self.wake_all();
        let kind = self.objects.get(&id).map(|object| object.kind);
        match kind {
            Some(Kind::Context) => {}
            Some(Kind::PipeWrite | Kind::HostPipe) if fds.is_empty() => {}
            Some(Kind::PipeRead) if fds.is_empty() => return Err(Errno::NODEV),
            _ => return Err(Errno::INVAL),
        }
        let files = self.files(caller, fds, &attached)?;
        let is_all =
            if self.is_mute(id) { true } else { self.write(caller.call.id, id, bytes, &files)? };
        self.close_remote_ends(&attached);
        for (fault, is_told) in [(fault::Kind::Hangup, true), (fault::Kind::Reset, false)] {
            if self.faults.is_due(fault) {
                self.lose(id, is_told);
            }
        }
        Ok(is_all.then_some(()))
    }

    fn is_mute(&self, id: FileId) -> bool {
        self.faults.has(fault::Kind::Mute)
            && self.objects.get(&id).is_some_and(|object| object.kind == Kind::Context)
    }

    fn fail_send(&mut self, target: &OwnedFd) -> Result<()> {
        if self.faults.is_due(fault::Kind::Send) {
            return Err(Errno::NODEV);
        }
        let does_not_block = fcntl_getfl(target)?.contains(OFlags::NONBLOCK);
        if self.faults.is_due(fault::Kind::Again) {
            // The driver waits for a second before it says that it is busy.
            return Err(if does_not_block { Errno::AGAIN } else { Errno::BUSY });
        }
        Ok(())
    }

    /// Checks a descriptor that is to go with a message.
    fn attachment(&self, caller: &Caller<'_>, fd: u32) -> Result<FileId> {
        let bad = Errno::from_raw_os_error(abi::EBADFD);
        let id = caller.file(fd).map_err(|_| bad)?;
        match self.objects.get(&id) {
            Some(object) if object.kind.is_memory() || object.remote.is_some() => Ok(id),
            _ => Err(Errno::INVAL),
        }
    }

    /// The files that the host gets.
    fn files(&self, caller: &mut Caller<'_>, fds: &[u32], ids: &[FileId]) -> Result<Vec<OwnedFd>> {
        let file = |(fd, id): (&u32, &FileId)| match self.objects.get(id) {
            Some(Object { remote: Some(remote), .. }) => crate::supervisor::duplicate(remote),
            _ => caller.copy(*fd),
        };
        fds.iter().zip(ids).map(file).collect()
    }

    /// Closes the ends that the host has now: copies here would hide that the host closes them.
    fn close_remote_ends(&mut self, ids: &[FileId]) {
        for id in ids {
            if let Some(object) = self.objects.get_mut(id) {
                object.remote = None;
            }
        }
    }

    pub(super) fn receive(&mut self, caller: &mut Caller<'_>, id: FileId) -> Result<Reply> {
        let txn: [u32; abi::TXN_WORDS] = caller.memory().read_words(caller.argument())?;
        let len = txn[abi::MAX_FDS] as usize;
        let theirs = caller.copy(caller.fd())?;
        let Some(object) = self.objects.get_mut(&id) else { return Err(Errno::INVAL) };
        if object.queue.pages() == 0 && !object.hung_up {
            return wait(&theirs, id);
        }
        let bytes = object.queue.take_bytes(len);
        let files = object.queue.take_files(abi::MAX_FDS);
        object.settle(&theirs);
        if bytes.is_empty() && files.is_empty() && object.queue.has_bytes() {
            // The driver checks again and again, forever.
            self.loops += 1;
            return Ok(Reply::Parked(Parked::ForEver));
        }
        let mut answer = [u32::MAX; abi::TXN_WORDS];
        answer[abi::MAX_FDS] = u32::try_from(bytes.len()).unwrap_or(0);
        for (slot, file) in answer.iter_mut().zip(files) {
            *slot = self.take_in(caller, file)?;
        }
        let memory = caller.memory();
        memory.write(caller.argument() + abi::TXN_SIZE, &bytes)?;
        memory.write_words(caller.argument(), &answer)?;
        Ok(Reply::DONE)
    }

    /// Reads for read(2), which returns only bytes.
    pub(super) fn read(
        &mut self,
        caller: &mut Caller<'_>,
        id: FileId,
        (address, len): (u64, u64),
    ) -> Result<Reply> {
        let theirs = caller.copy(caller.fd())?;
        let Some(object) = self.objects.get_mut(&id) else { return Err(Errno::BADF) };
        let is_over = object.hung_up && object.queue.pages() == 0;
        if !is_over && !object.queue.has_bytes() {
            return wait(&theirs, id);
        }
        let bytes = object.queue.take_bytes(usize::try_from(len).unwrap_or(usize::MAX));
        object.settle(&theirs);
        caller.memory().write(address, &bytes)?;
        Ok(Reply::Value(i64::try_from(bytes.len()).unwrap_or(0)))
    }

    /// Makes an object of a file of the host.
    fn take_in(&mut self, caller: &mut Caller<'_>, file: OwnedFd) -> Result<u32> {
        // A file with a position is memory. (The host shares the position, so it must not change.)
        if seek(&file, SeekFrom::Current(0)).is_ok() {
            let size = u64::try_from(fstat(&file)?.st_size).unwrap_or(0);
            return self.add(caller, &file, Object::memory(Kind::HostMemory, size));
        }
        let (theirs, object) =
            Object::stream(Kind::HostPipe, Some(file)).map_err(|_| Errno::NFILE)?;
        self.add(caller, &theirs, object)
    }
}

/// Waits, because there is nothing to read.
fn wait(theirs: &OwnedFd, id: FileId) -> Result<Reply> {
    if fcntl_getfl(theirs)?.contains(OFlags::NONBLOCK) {
        return Err(Errno::AGAIN);
    }
    Ok(Reply::Parked(Parked::Object(id)))
}
