//! A system call of the program that waits for its answer, and ways to answer it.

use std::ops::Range;
use std::os::fd::{AsFd, OwnedFd, RawFd};

use rustix::event::PollFlags;
use rustix::fs::{OFlags, fcntl_getfl};
use rustix::io::{Errno, Result};

use crate::files::{FileId, Processes};
use crate::report::Counts;
use crate::sys::inject;
use crate::sys::listener::{Listener, Notification};
use crate::sys::memory::Memory;

/// The outcome of a call that did not fail.
#[derive(Debug)]
pub enum Reply {
    /// It returns this.
    Value(i64),
    /// It is not for the device: the kernel does it.
    Native,
    /// It has been answered, or its thread has died.
    Answered,
    /// It waits, and is tried again when the descriptor has these events.
    When(OwnedFd, PollFlags),
    /// It waits, and is tried again when the device says so.
    Parked(Parked),
}

/// What a call waits for inside the device.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Parked {
    /// A change of one of its objects.
    Object(FileId),
    /// The device, which handles one request at a time.
    Device,
    /// Nothing: it waits until its thread dies.
    ForEver,
}

impl Reply {
    /// It returns 0.
    pub const DONE: Self = Self::Value(0);
}

/// A waiting call.
#[derive(Debug)]
pub struct Caller<'a> {
    /// The call.
    pub call: Notification,
    /// Where to count what it does.
    pub counts: &'a mut Counts,
    /// The program's first process.
    pub root: u32,
    pub(crate) listener: &'a Listener,
    pub(crate) processes: &'a mut Processes,
}

impl Caller<'_> {
    /// The descriptor that an ioctl is made on, as the program numbers it.
    pub fn fd(&self) -> u32 {
        low(self.call.arguments[0])
    }

    /// The ioctl's number.
    pub fn request(&self) -> u32 {
        low(self.call.arguments[1])
    }

    /// The ioctl's argument.
    pub fn argument(&self) -> u64 {
        self.call.arguments[2]
    }

    /// The program's memory.
    pub fn memory(&self) -> Memory {
        Memory::of(self.call.thread)
    }

    /// The program's file with the number `fd`.
    ///
    /// # Errors
    /// `EBADF` when that is nothing.
    pub fn file(&self, fd: u32) -> Result<FileId> {
        FileId::in_program(self.call.thread, fd)
    }

    /// A copy of the program's descriptor `fd`.
    ///
    /// # Errors
    /// `EBADF` when that is nothing.
    pub fn copy(&mut self, fd: u32) -> Result<OwnedFd> {
        let id = self.file(fd)?;
        self.processes.copy(self.call.thread, fd, id)
    }

    /// Adds a descriptor to the program. Returns its number there.
    ///
    /// # Errors
    /// `EMFILE` when the program has no number left.
    pub fn install(&self, fd: impl AsFd) -> Result<RawFd> {
        self.listener.install(self.call.id, fd.as_fd())
    }

    /// Adds a descriptor to the program, at the first free number of a range from `from` on.
    /// Returns the number.
    ///
    /// # Errors
    /// `EMFILE` when the program has none left.
    pub fn install_in(&self, numbers: &Range<u32>, from: u32, fd: impl AsFd) -> Result<u32> {
        let all = (from..numbers.end).chain(numbers.start..from);
        let thread = self.call.thread;
        let is_free = |number: &u32| {
            std::fs::symlink_metadata(format!("/proc/{thread}/fd/{number}")).is_err()
        };
        let number = { all }.find(is_free).ok_or(Errno::MFILE)?;
        self.replace(number, fd).map(|()| number)
    }

    /// Replaces the program's descriptor `number`.
    ///
    /// # Errors
    /// When the program has died.
    pub fn replace(&self, number: u32, fd: impl AsFd) -> Result<()> {
        self.listener.replace(self.call.id, number, fd.as_fd())
    }

    /// Maps `file` from its start in place of the requested mapping.
    ///
    /// # Errors
    /// None: the program has its answer.
    pub fn map_instead(&self, file: impl AsFd) -> Result<Reply> {
        let _ = inject::map(self.listener, &self.call, file.as_fd());
        Ok(Reply::Answered)
    }

    /// The low half of an argument, for system calls other than ioctl.
    pub fn low(&self, n: usize) -> u32 {
        low(self.call.arguments.get(n).copied().unwrap_or(0))
    }

    /// Lets a call wait if `fd` is blocking; else fails with `EAGAIN`.
    ///
    /// # Errors
    /// `EAGAIN`.
    pub fn wait(&self, fd: OwnedFd, flags: PollFlags) -> Result<Reply> {
        if fcntl_getfl(&fd)?.contains(OFlags::NONBLOCK) {
            return Err(Errno::AGAIN);
        }
        Ok(Reply::When(fd, flags))
    }
}

/// The kernel looks at 32 bits of descriptors and requests only.
fn low(argument: u64) -> u32 {
    argument as u32
}
