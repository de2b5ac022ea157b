//! What a descriptor is, asked without its file system.

use std::os::fd::{AsFd, AsRawFd, BorrowedFd, OwnedFd};
use std::{fs, io, thread};

use rustix::fs::{AtFlags, FileType, OFlags, StatxFlags};
use rustix::fs::{fcntl_get_seals, fcntl_getfl, fstat, fstatfs, statx};

/// `TMPFS_MAGIC` (linux/magic.h): memfds, and files on a tmpfs.
const TMPFS: i64 = 0x0102_1994;

/// File systems of this machine's own disks, which answer after a bounded time. Those that
/// another program or machine serves (FUSE, 9p, NFS) are not among them.
const LOCAL: [&str; 11] = [
    "bcachefs", "btrfs", "erofs", "ext2", "ext3", "ext4", "f2fs", "overlay", "ramfs", "xfs", "zfs",
];

/// What may be done with a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Memory of the kernel's, in ordinary pages: it can be mapped and read at any time.
    /// (A read behind its end raises SIGBUS all the same. Huge pages are not among this:
    /// they raise it wherever the machine has none left.)
    Memory,
    /// An ordinary file on a disk of this machine: it can be read, which takes a while.
    LocalFile,
    /// Whatever else: any call may wait for good.
    Other,
}

/// Says what a descriptor is. It never waits.
///
/// Only memory has seals, and for all else the kernel says so without asking the file
/// system. Then `/proc` tells from which mount a file is or, where the client has mounts of
/// its own, from which device. One that no mount of this process has, and all where there is
/// no `/proc`, are [`Kind::Other`].
pub fn kind(fd: BorrowedFd<'_>) -> Kind {
    if fcntl_get_seals(fd).is_ok() {
        // These two are the kernel's own: this does not wait either.
        let is_plain = fstatfs(fd).is_ok_and(|fs| i128::from(fs.f_type) == i128::from(TMPFS));
        return if is_plain { Kind::Memory } else { Kind::Other };
    }
    let file_system = || {
        let fdinfo = fs::read_to_string(format!("/proc/self/fdinfo/{}", fd.as_raw_fd())).ok()?;
        let mount = mount_of(&fdinfo)?;
        let mounts = fs::read_to_string("/proc/self/mountinfo").ok()?;
        let found = file_system_of(&mounts, mount, &device(fd).unwrap_or_default())?;
        Some(found.to_owned())
    };
    let is_local = file_system().is_some_and(|name| LOCAL.contains(&name.as_str()));
    // A device, a socket or a FIFO can have its name on any of them.
    let is_file = || {
        fstat(fd).is_ok_and(|stat| FileType::from_raw_mode(stat.st_mode) == FileType::RegularFile)
    };
    if is_local && is_file() { Kind::LocalFile } else { Kind::Other }
}

/// Whether `poll` and `epoll` may be asked about a descriptor: memory, a dma-buf, or what has
/// no name in any file system (pipes, sockets, fences). Others may be files of FUSE, whose
/// `poll` waits for an answer.
pub fn can_poll(fd: BorrowedFd<'_>) -> bool {
    let number = fd.as_raw_fd();
    let of_dmabuf = |line: &str| line.starts_with("exp_name:");
    let is_dmabuf = || {
        let fdinfo = fs::read_to_string(format!("/proc/self/fdinfo/{number}"));
        fdinfo.is_ok_and(|text| text.lines().any(of_dmabuf))
    };
    let is_nameless = || {
        let name = fs::read_link(format!("/proc/self/fd/{number}"));
        name.is_ok_and(|name| name.is_relative())
    };
    kind(fd) == Kind::Memory || is_nameless() || is_dmabuf()
}

/// The number of the mount that a descriptor is from (`/proc/PID/fdinfo`).
pub(super) fn mount_of(fdinfo: &str) -> Option<u32> {
    fdinfo.lines().find_map(|line| line.strip_prefix("mnt_id:"))?.trim().parse().ok()
}

/// The device that a file is on, as `mountinfo` writes it. What is asked for is nothing, and
/// what is known already: FUSE answers that by itself.
fn device(fd: BorrowedFd<'_>) -> Option<String> {
    let flags = AtFlags::EMPTY_PATH | AtFlags::STATX_DONT_SYNC;
    let known = statx(fd, "", flags, StatxFlags::empty()).ok()?;
    Some(format!("{}:{}", known.stx_dev_major, known.stx_dev_minor))
}

/// The type of the file system of a mount or, if that is not there, of any mount of a device
/// (`/proc/PID/mountinfo`).
pub(super) fn file_system_of<'a>(mounts: &'a str, mount: u32, device: &str) -> Option<&'a str> {
    fn word(line: &str, n: usize) -> &str {
        line.split(' ').nth(n).unwrap_or_default()
    }
    let of_mount = mounts.lines().find(|line| word(line, 0).parse() == Ok(mount));
    let of_device = || mounts.lines().find(|line| word(line, 2) == device);
    let (_, rest) = of_mount.or_else(of_device)?.split_once(" - ")?;
    Some(word(rest, 0))
}

/// Why a descriptor is not read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotReadable {
    /// It was opened for writing only, or for nothing (`O_PATH`).
    #[error("it is not open for reading")]
    Closed,
    /// It is of [`Kind::Other`].
    #[error("it is neither a memfd nor a file on a tmpfs or a local disk, and may never answer")]
    MayWait,
}

impl From<NotReadable> for io::Error {
    fn from(error: NotReadable) -> Self {
        Self::other(error)
    }
}

/// Says what a descriptor is that is to be read.
///
/// # Errors
/// [`NotReadable`]: it cannot be, or not without waiting. Such a one is best closed by
/// [`close`].
pub fn readable(fd: BorrowedFd<'_>) -> Result<Kind, NotReadable> {
    let flags = fcntl_getfl(fd).map_err(|_| NotReadable::Closed)?;
    let access = flags & OFlags::RWMODE;
    if flags.contains(OFlags::PATH) || access != OFlags::RDONLY && access != OFlags::RDWR {
        return Err(NotReadable::Closed);
    }
    match kind(fd) {
        Kind::Other => Err(NotReadable::MayWait),
        kind => Ok(kind),
    }
}

/// Whether a descriptor can be closed without waiting: a FUSE file is not closed before its
/// server answers (`FLUSH`).
pub fn can_close(fd: BorrowedFd<'_>) -> bool {
    can_poll(fd) || kind(fd) == Kind::LocalFile
}

/// Closes a descriptor, in a thread of its own where [that may wait](can_close).
pub fn close(fd: OwnedFd) {
    if !can_close(fd.as_fd()) {
        // Without a thread it is closed here: the client has only itself to blame.
        let _ = thread::Builder::new().name("close".into()).stack_size(STACK).spawn(|| drop(fd));
    }
}

/// A helper's stack in bytes: it calls little.
pub(super) const STACK: usize = 64 * 1024;
