//! The program's open files, seen from outside.

use std::collections::{HashMap, HashSet};
use std::fs;
use std::os::fd::{AsFd, OwnedFd};
use std::path::Path;

use rustix::fs::Stat;
use rustix::io::{Errno, Result};
use rustix::process::{Pid, PidfdFlags, PidfdGetfdFlags, pidfd_getfd, pidfd_open};

/// Identifies a file, independently of its descriptors.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct FileId {
    device: u64,
    inode: u64,
}

impl From<Stat> for FileId {
    fn from(stat: Stat) -> Self {
        Self { device: stat.st_dev, inode: stat.st_ino }
    }
}

impl FileId {
    /// Of an open file.
    pub fn of(fd: impl AsFd) -> Result<Self> {
        rustix::fs::fstat(fd).map(Self::from)
    }

    /// The file that a thread of the program has open as `fd`.
    ///
    /// # Errors
    /// `EBADF` when it has nothing open there.
    pub fn in_program(thread: u32, fd: u32) -> Result<Self> {
        rustix::fs::stat(format!("/proc/{thread}/fd/{fd}")).map(Self::from).map_err(|_| Errno::BADF)
    }
}

/// Copies the program's descriptors. Remembers the processes of threads.
#[derive(Debug, Default)]
pub struct Processes(HashMap<u32, OwnedFd>);

impl Processes {
    /// A copy of the descriptor `fd` of `thread`, which must be `id`.
    ///
    /// # Errors
    /// `EBADF` when it is not, or no longer.
    pub fn copy(&mut self, thread: u32, fd: u32, id: FileId) -> Result<OwnedFd> {
        // Another process may have a new thread with this number.
        if let Ok(copy) = self.try_copy(thread, fd, id) {
            return Ok(copy);
        }
        self.0.remove(&thread);
        self.try_copy(thread, fd, id)
    }

    fn try_copy(&mut self, thread: u32, fd: u32, id: FileId) -> Result<OwnedFd> {
        if self.0.len() > 500 {
            self.0.clear();
        }
        let process = match self.0.entry(thread) {
            std::collections::hash_map::Entry::Occupied(entry) => entry.into_mut(),
            std::collections::hash_map::Entry::Vacant(entry) => entry.insert(open(thread)?),
        };
        let number = i32::try_from(fd).map_err(|_| Errno::BADF)?;
        let copy = pidfd_getfd(process, number, PidfdGetfdFlags::empty())?;
        if FileId::of(&copy)? == id { Ok(copy) } else { Err(Errno::BADF) }
    }
}

/// The process of a thread. (Threads themselves can be opened only since Linux 6.9.)
fn open(thread: u32) -> Result<OwnedFd> {
    let status = fs::read_to_string(format!("/proc/{thread}/status")).map_err(|_| Errno::SRCH)?;
    let process = status
        .lines()
        .find_map(|line| line.strip_prefix("Tgid:")?.trim().parse().ok())
        .and_then(Pid::from_raw)
        .ok_or(Errno::SRCH)?;
    pidfd_open(process, PidfdFlags::empty())
}

/// All files that a program and its descendants have open or mapped.
#[derive(Debug, Default)]
pub struct OpenFiles {
    open: HashSet<FileId>,
    mapped: HashMap<FileId, u64>,
}

impl OpenFiles {
    /// Looks at process `root` and all that descend from it.
    pub fn of(root: u32) -> Self {
        let mut this = Self::default();
        for process in descendants(root) {
            this.add(Path::new(&format!("/proc/{process}")));
        }
        this
    }

    /// Whether a file is open somewhere.
    pub fn is_open(&self, id: FileId) -> bool {
        self.open.contains(&id)
    }

    /// How many mappings there are of it.
    pub fn mappings(&self, id: FileId) -> u64 {
        self.mapped.get(&id).copied().unwrap_or(0)
    }

    /// Whether it is open or mapped, and so exists.
    pub fn has(&self, id: FileId) -> bool {
        self.is_open(id) || self.mappings(id) > 0
    }

    fn add(&mut self, process: &Path) {
        for entry in fs::read_dir(process.join("fd")).into_iter().flatten().flatten() {
            self.open.extend(rustix::fs::stat(entry.path()).map(FileId::from));
        }
        let maps = fs::read_to_string(process.join("maps")).unwrap_or_default();
        for id in maps.lines().filter_map(mapped_file) {
            *self.mapped.entry(id).or_default() += 1;
        }
    }
}

/// `ADDRESSES PERMISSIONS OFFSET MAJOR:MINOR INODE PATH`
fn mapped_file(line: &str) -> Option<FileId> {
    let mut fields = line.split_ascii_whitespace().skip(3);
    let (major, minor) = fields.next()?.split_once(':')?;
    let major = u32::from_str_radix(major, 16).ok()?;
    let minor = u32::from_str_radix(minor, 16).ok()?;
    let inode = fields.next()?.parse().ok().filter(|inode| *inode != 0)?;
    Some(FileId { device: rustix::fs::makedev(major, minor), inode })
}

/// Only these processes are looked at: a process of somebody else may be one that nobody can read
/// of without waiting, such as one that hangs in a file system.
fn descendants(root: u32) -> HashSet<u32> {
    let mut found = HashSet::new();
    let mut next = vec![root];
    while let Some(process) = next.pop() {
        if !found.insert(process) {
            continue;
        }
        for task in fs::read_dir(format!("/proc/{process}/task")).into_iter().flatten().flatten() {
            let children = fs::read_to_string(task.path().join("children")).unwrap_or_default();
            next.extend(children.split_ascii_whitespace().filter_map(|id| id.parse::<u32>().ok()));
        }
    }
    found
}
