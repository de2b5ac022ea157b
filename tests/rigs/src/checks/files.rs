//! Checks that descriptors of virtio-wl do not reveal what they are.

use std::fs::File;
use std::os::fd::{AsFd, OwnedFd};
use std::time::Duration;

use rustix::event::PollFlags;
use rustix::fs::{
    AtFlags, OFlags, SealFlags, SeekFrom, StatxFlags, fcntl_add_seals, fcntl_get_seals,
    fcntl_setfl, fstat, ftruncate, seek, statx,
};
use rustix::io::{Errno, pread, pwrite, read, write};

use super::wl::{new, new_context};
use super::{Checks, failure, wait_for};
use crate::virtwl::abi;

/// Memory, as a file.
pub fn memory(checks: &mut Checks, device: &File) {
    let Ok((memory, _)) = new(device, abi::NEW_ALLOC, &[5000]) else { return };
    tells_nothing(checks, "memory", &memory);
    let _ = fcntl_setfl(&memory, OFlags::NONBLOCK);
    let read = failure(read(&memory, &mut [0_u8; 4]));
    checks.equal("read(2) of memory waits: EAGAIN", read, Errno::AGAIN);
    let written = failure(write(&memory, b"1234"));
    checks.equal("write(2) of memory is EINVAL", written, Errno::INVAL);
    checks.equal("ftruncate of memory is EINVAL", failure(ftruncate(&memory, 1)), Errno::INVAL);
    let sealed = failure(fcntl_add_seals(&memory, SealFlags::SHRINK));
    checks.equal("memory takes no seals: EINVAL", sealed, Errno::INVAL);
    checks.equal("and has none: EINVAL", failure(fcntl_get_seals(&memory)), Errno::INVAL);
    let writable = wait_for(&memory, PollFlags::OUT, Duration::ZERO);
    checks.equal("memory is always writable", writable, PollFlags::OUT);
    let copy = crate::supervisor::duplicate(&memory);
    if let Some(copy) = checks.value("a copy of its descriptor", copy) {
        tells_nothing(checks, "a copy", &copy);
    }
}

/// Everything else, as a file.
pub fn others(checks: &mut Checks, device: &File) {
    let Ok(context) = new_context(device) else { return };
    tells_nothing(checks, "a context", &context);
    let Ok((reader, _)) = new(device, abi::NEW_PIPE_READ, &[]) else { return };
    tells_nothing(checks, "a pipe", &reader);
    let mapped = failure(super::super::sys::mapping::Mapping::new(&reader, 0, 4096));
    checks.equal("a pipe cannot be mapped: EACCES", mapped, Errno::ACCESS);
    let inodes = [fstat(&context), fstat(&reader)].map(|stat| stat.map(|stat| stat.st_ino));
    checks.that("all have one inode", inodes[0].is_ok() && inodes[0] == inodes[1], inodes);
}

fn tells_nothing(checks: &mut Checks, what: &str, fd: &OwnedFd) {
    let size = fstat(fd).map(|stat| stat.st_size);
    checks.equal(&format!("fstat of {what} gives no size"), size, Ok(0));
    let size = statx(fd, c"", AtFlags::EMPTY_PATH, StatxFlags::SIZE).map(|stat| stat.stx_size);
    checks.equal(&format!("nor does statx of {what}"), size, Ok(0));
    let end = failure(seek(fd.as_fd(), SeekFrom::End(0)));
    checks.equal(&format!("lseek of {what} is ESPIPE"), end, Errno::SPIPE);
    let read = failure(pread(fd, &mut [0_u8; 1], 0));
    checks.equal(&format!("pread of {what} is ESPIPE"), read, Errno::SPIPE);
    let written = failure(pwrite(fd, b"1", 0));
    checks.equal(&format!("pwrite of {what} is ESPIPE"), written, Errno::SPIPE);
}
