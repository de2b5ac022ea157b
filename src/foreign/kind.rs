//! Finding out what a descriptor is, without asking its file system.

use std::os::fd::{AsFd, AsRawFd, BorrowedFd, OwnedFd};
use std::{fs, io, thread};

use rustix::fs::{AtFlags, FileType, OFlags, StatxFlags};
use rustix::fs::{fcntl_get_seals, fcntl_getfl, fstat, fstatfs, statx};

/// `TMPFS_MAGIC` (linux/magic.h): memfds, and files on a tmpfs.
const TMPFS: i64 = 0x0102_1994;

/// File systems on this machine's own disks, which answer after a bounded time. File systems
/// that another program or machine serves (FUSE, 9p, NFS) are not in this list.
const LOCAL_FILE_SYSTEMS: [&str; 11] = [
    "bcachefs", "btrfs", "erofs", "ext2", "ext3", "ext4", "f2fs", "overlay", "ramfs", "xfs", "zfs",
];

/// What can be done with a file without waiting for others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileKind {
    /// The kernel's memory, in ordinary pages: it can be mapped and read at any time. (A read
    /// behind its end still raises SIGBUS. Huge pages do not count as this kind: reading them
    /// raises SIGBUS whenever the machine has none left.)
    Memory,
    /// An ordinary file on a disk of this machine: it can be read, which takes a while.
    LocalFile,
    /// Everything else: any call may wait for ever.
    Other,
}

/// Finds out what a descriptor is. It never waits.
///
/// Only memory has seals, and the kernel knows that without asking the file system. For other
/// files `/proc` tells the mount or, if the client has its own mounts, the device. A file on a
/// device that no mount of this process shows, and every file if there is no `/proc`, is
/// [`FileKind::Other`].
pub fn kind(fd: BorrowedFd<'_>) -> FileKind {
    if fcntl_get_seals(fd).is_ok() {
        // Only the kernel's own memory file systems have seals, so `fstatfs` does not wait.
        let is_plain = fstatfs(fd).is_ok_and(|fs| i128::from(fs.f_type) == i128::from(TMPFS));
        return if is_plain { FileKind::Memory } else { FileKind::Other };
    }
    let file_system = || {
        let fdinfo = fs::read_to_string(format!("/proc/self/fdinfo/{}", fd.as_raw_fd())).ok()?;
        let mount = mount_of(&fdinfo)?;
        let mounts = fs::read_to_string("/proc/self/mountinfo").ok()?;
        let found = file_system_of(&mounts, mount, &device(fd).unwrap_or_default())?;
        Some(found.to_owned())
    };
    let is_local = file_system().is_some_and(|name| LOCAL_FILE_SYSTEMS.contains(&name.as_str()));
    // A device, a socket or a FIFO can also have a name on a local file system.
    let is_file = || {
        fstat(fd).is_ok_and(|stat| FileType::from_raw_mode(stat.st_mode) == FileType::RegularFile)
    };
    if is_local && is_file() { FileKind::LocalFile } else { FileKind::Other }
}

/// Whether `poll` and `epoll` can be used on a descriptor. They can on memory, on dma-bufs, and
/// on everything that has no name in a file system (pipes, sockets, fences). Other descriptors
/// may be files of FUSE, whose `poll` waits for an answer.
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
    is_nameless() || kind(fd) == FileKind::Memory || is_dmabuf()
}

/// The number of a descriptor's mount (from `/proc/PID/fdinfo`).
pub(super) fn mount_of(fdinfo: &str) -> Option<u32> {
    fdinfo.lines().find_map(|line| line.strip_prefix("mnt_id:"))?.trim().parse().ok()
}

/// The device that a file is on, as `mountinfo` writes it. The call asks for no field and
/// allows cached values (`STATX_DONT_SYNC`), so that the kernel's part of FUSE answers it alone.
fn device(fd: BorrowedFd<'_>) -> Option<String> {
    let flags = AtFlags::EMPTY_PATH | AtFlags::STATX_DONT_SYNC;
    let known = statx(fd, "", flags, StatxFlags::empty()).ok()?;
    Some(format!("{}:{}", known.stx_dev_major, known.stx_dev_minor))
}

/// The type of the file system of a mount or, if there is no such mount, of any mount of the
/// device (from `/proc/PID/mountinfo`).
pub(super) fn file_system_of<'a>(mounts: &'a str, mount: u32, device: &str) -> Option<&'a str> {
    fn word(line: &str, n: usize) -> &str {
        line.split(' ').nth(n).unwrap_or_default()
    }
    let of_mount = mounts.lines().find(|line| word(line, 0).parse() == Ok(mount));
    let of_device = || mounts.lines().find(|line| word(line, 2) == device);
    let (_, rest) = of_mount.or_else(of_device)?.split_once(" - ")?;
    Some(word(rest, 0))
}

/// Why a descriptor cannot be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotReadable {
    /// It was opened for writing only, or for nothing (`O_PATH`).
    #[error("it is not open for reading")]
    Closed,
    /// It is of [`FileKind::Other`].
    #[error("it is neither a memfd nor a file on a tmpfs or a local disk, and may never answer")]
    MayWait,
}

impl From<NotReadable> for io::Error {
    fn from(error: NotReadable) -> Self {
        Self::other(error)
    }
}

/// Finds out what a descriptor is, and checks that it can be read without waiting.
///
/// # Errors
/// [`NotReadable`] if it cannot. Close such a descriptor by [`close`].
pub fn readable(fd: BorrowedFd<'_>) -> Result<FileKind, NotReadable> {
    let flags = fcntl_getfl(fd).map_err(|_| NotReadable::Closed)?;
    let access = flags & OFlags::RWMODE;
    if flags.contains(OFlags::PATH) || access != OFlags::RDONLY && access != OFlags::RDWR {
        return Err(NotReadable::Closed);
    }
    match kind(fd) {
        FileKind::Other => Err(NotReadable::MayWait),
        kind => Ok(kind),
    }
}

/// Whether a descriptor can be closed without waiting. Closing a FUSE file waits until its
/// server answers (`FLUSH`). One that was opened for nothing (`O_PATH`) is not an open file there.
pub fn can_close(fd: BorrowedFd<'_>) -> bool {
    let is_path = || fcntl_getfl(fd).is_ok_and(|flags| flags.contains(OFlags::PATH));
    can_poll(fd) || is_path() || kind(fd) == FileKind::LocalFile
}

/// Closes a descriptor, in its own thread if [closing may wait](can_close).
pub fn close(fd: OwnedFd) {
    if !can_close(fd.as_fd()) {
        // If no thread can be started, the error drops the closure and so closes it here. The
        // wait then hits only the session of the client that sent it.
        let _ = thread::Builder::new().name("close".into()).stack_size(STACK).spawn(|| drop(fd));
    }
}

/// The stack of a helper thread in bytes; small, because it calls hardly anything.
pub(super) const STACK: usize = 64 * 1024;
