//! The objects behind the program's handles, and the signals that it can wait for. The host's
//! thread shares them.

use std::os::fd::{AsFd, OwnedFd};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use rustix::event::{EventfdFlags, PollFd, PollFlags, Timespec, eventfd, poll};
use rustix::io::Result;

use super::host::{Host, Job};
use crate::files::FileId;
use crate::supervisor::duplicate;

/// Something that happens once.
#[derive(Debug)]
pub(super) struct Signal(OwnedFd);

impl Signal {
    pub fn new() -> Result<Self> {
        eventfd(0, EventfdFlags::CLOEXEC | EventfdFlags::NONBLOCK).map(Self)
    }

    pub fn raise(&self) {
        let _ = rustix::io::write(&self.0, &1_u64.to_ne_bytes());
    }

    pub fn is_raised(&self) -> bool {
        let mut fds = [PollFd::new(&self.0, PollFlags::IN)];
        poll(&mut fds, Some(&Timespec::default())) == Ok(1)
    }

    /// A descriptor that is readable once it has happened.
    pub fn waiter(&self) -> Result<OwnedFd> {
        duplicate(&self.0)
    }
}

/// The memory of a blob.
#[derive(Debug)]
pub(super) enum Memory {
    /// The host has not made it yet.
    Unknown,
    /// It is this file.
    File(OwnedFd, FileId),
    /// The host could not make it.
    Missing,
}

/// A resource of the device. Dropping the last one releases it at the host.
#[derive(Debug)]
pub(super) struct Blob {
    pub resource: u32,
    pub size: u64,
    pub kind: u32,
    pub flags: u32,
    memory: Mutex<Memory>,
    /// Raised when `memory` is known.
    pub made: Signal,
    /// The last command that used it.
    used: Mutex<Option<Arc<Signal>>>,
    host: Host,
}

impl Blob {
    pub fn new(host: &Host, resource: u32, kind: u32, flags: u32, size: u64) -> Result<Self> {
        Ok(Self {
            resource,
            size,
            kind,
            flags,
            memory: Mutex::new(Memory::Unknown),
            made: Signal::new()?,
            used: Mutex::default(),
            host: host.clone(),
        })
    }

    pub fn set_memory(&self, file: Option<OwnedFd>) {
        *lock(&self.memory) = match file.and_then(|file| Some((FileId::of(&file).ok()?, file))) {
            Some((id, file)) => Memory::File(file, id),
            None => Memory::Missing,
        };
        self.made.raise();
    }

    pub fn memory(&self) -> MutexGuard<'_, Memory> {
        lock(&self.memory)
    }

    /// A copy of its file, if there is one.
    pub fn file(&self) -> Option<OwnedFd> {
        match &*self.memory() {
            Memory::File(file, _) => duplicate(file.as_fd()).ok(),
            _ => None,
        }
    }

    pub fn file_id(&self) -> Option<FileId> {
        match &*self.memory() {
            Memory::File(_, id) => Some(*id),
            _ => None,
        }
    }

    pub fn set_used(&self, signal: &Arc<Signal>) {
        *lock(&self.used) = Some(Arc::clone(signal));
    }

    pub fn used(&self) -> Option<Arc<Signal>> {
        lock(&self.used).clone()
    }
}

impl Drop for Blob {
    fn drop(&mut self) {
        self.host.give(Job::Unref { resource: self.resource });
    }
}

/// Locks a mutex; a panic leaves nothing half done here.
pub(super) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
