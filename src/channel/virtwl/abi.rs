//! The ioctls of `/dev/wl0` (ChromeOS's `linux/virtwl.h`).
#![expect(unsafe_code, reason = "ioctls")]

use std::io;
use std::os::fd::{AsFd, FromRawFd, OwnedFd, RawFd};

use rustix::io::FdFlags;
use rustix::ioctl::{Direction, Opcode, Updater, ioctl, opcode};

/// Most descriptors in one transaction (`VIRTWL_SEND_MAX_ALLOCS`).
pub const MAX_TXN_FDS: usize = 28;

/// Most bytes of data in one transaction: the rest of a page.
pub const MAX_TXN_DATA: usize = 4096 - TXN_HEAD;

/// Room behind these bytes for reads of one byte that fetch late descriptors: the device's queue
/// holds at most 256 messages.
const ROOM_FOR_LATE_FDS: usize = 256;

#[expect(clippy::cast_possible_truncation, reason = "a page")]
const MAX_TXN_LEN: u32 = MAX_TXN_DATA as u32;

/// Size of `struct virtwl_ioctl_txn` without its data.
const TXN_HEAD: usize = 4 * MAX_TXN_FDS + 4;

const NEW: Opcode = opcode::from_components(Direction::ReadWrite, b'w', 0x00, size_of::<NewVfd>());
const SEND_TXN: Opcode = opcode::from_components(Direction::Read, b'w', 0x01, TXN_HEAD);
const RECV: Opcode = opcode::from_components(Direction::Write, b'w', 0x02, TXN_HEAD);
const DMABUF_SYNC: Opcode = opcode::from_components(Direction::Read, b'w', 0x03, 4);

const NEW_CTX: u32 = 0;
const NEW_ALLOC: u32 = 1;
const NEW_PIPE_READ: u32 = 2;
const NEW_DMABUF: u32 = 4;

const DMABUF_SYNC_WRITE: u32 = 2;
const DMABUF_SYNC_END: u32 = 4;

/// `struct virtwl_ioctl_new`. The nine words stand for its union; each type uses the first
/// ones of them.
#[repr(C)]
#[derive(Clone, Copy)]
struct NewVfd {
    kind: u32,
    fd: RawFd,
    flags: u32,
    /// ALLOC: size. DMABUF: width, height, fourcc; the kernel adds strides and offsets.
    words: [u32; 9],
}

/// `struct virtwl_ioctl_txn` with its data.
#[repr(C)]
pub struct Txn {
    /// Descriptors; -1 where there is none.
    pub fds: [RawFd; MAX_TXN_FDS],
    /// How many bytes of `data` are used.
    pub len: u32,
    /// The bytes.
    pub data: [u8; MAX_TXN_DATA + ROOM_FOR_LATE_FDS],
}

impl Txn {
    /// Makes an empty transaction.
    pub fn new() -> Box<Self> {
        Box::new(Self {
            fds: [-1; MAX_TXN_FDS],
            len: 0,
            data: [0; MAX_TXN_DATA + ROOM_FOR_LATE_FDS],
        })
    }
}

/// Makes a connection to the host's compositor.
///
/// # Errors
/// The device's.
pub fn new_context(device: impl AsFd) -> io::Result<OwnedFd> {
    create(device, NEW_CTX, [0; 9]).map(|(fd, _)| fd)
}

/// Makes memory for both sides.
///
/// # Errors
/// The device's.
pub fn new_memory(device: impl AsFd, len: u32) -> io::Result<OwnedFd> {
    create(device, NEW_ALLOC, [len, 0, 0, 0, 0, 0, 0, 0, 0]).map(|(fd, _)| fd)
}

/// Makes a pipe that the host writes.
///
/// # Errors
/// The device's.
pub fn new_pipe(device: impl AsFd) -> io::Result<OwnedFd> {
    create(device, NEW_PIPE_READ, [0; 9]).map(|(fd, _)| fd)
}

/// Makes a dma-buf; returns it, its strides and its offsets. A call with zero sizes only asks
/// whether the device knows dma-bufs.
///
/// # Errors
/// The device's: ENOTTY if it knows no dma-bufs.
pub fn new_dmabuf(
    device: impl AsFd,
    width: u32,
    height: u32,
    fourcc: u32,
) -> io::Result<(OwnedFd, [u32; 3], [u32; 3])> {
    let (fd, words) = create(device, NEW_DMABUF, [width, height, fourcc, 0, 0, 0, 0, 0, 0])?;
    let [_, _, _, s0, s1, s2, o0, o1, o2] = words;
    Ok((fd, [s0, s1, s2], [o0, o1, o2]))
}

fn create(device: impl AsFd, kind: u32, words: [u32; 9]) -> io::Result<(OwnedFd, [u32; 9])> {
    let mut new = NewVfd { kind, fd: -1, flags: 0, words };
    // SAFETY: the opcode goes with this structure, which is valid for reads and writes.
    unsafe { ioctl(device, Updater::<NEW, NewVfd>::new(&mut new))? };
    if new.fd < 0 {
        return Err(io::ErrorKind::InvalidData.into());
    }
    // SAFETY: the kernel has just made this descriptor for us.
    let fd = unsafe { OwnedFd::from_raw_fd(new.fd) };
    rustix::io::fcntl_setfd(&fd, FdFlags::CLOEXEC)?;
    Ok((fd, new.words))
}

/// Sends a transaction to the host.
///
/// # Errors
/// The device's: EINVAL for descriptors that it does not know.
pub fn send(context: impl AsFd, txn: &mut Txn) -> io::Result<()> {
    txn.len = txn.len.min(MAX_TXN_LEN);
    // SAFETY: the kernel reads the head and as many bytes behind it as `len` says,
    // which is at most what there is.
    unsafe { ioctl(context, Updater::<SEND_TXN, Txn>::new(txn))? };
    Ok(())
}

/// Receives a transaction of the host, at most `len` bytes; returns its descriptors.
///
/// # Errors
/// The device's: EAGAIN when there is nothing to receive.
pub fn receive(
    context: impl AsFd,
    txn: &mut Txn,
    len: usize,
) -> io::Result<impl Iterator<Item = OwnedFd>> {
    #[expect(clippy::cast_possible_truncation, reason = "at most a page")]
    let len = len.min(MAX_TXN_DATA) as u32;
    txn.fds = [-1; MAX_TXN_FDS];
    txn.len = len;
    // SAFETY: the kernel writes the head and at most `len` bytes behind it.
    unsafe { ioctl(context, Updater::<RECV, Txn>::new(txn))? };
    txn.len = txn.len.min(len);
    let fds = txn.fds.into_iter().take_while(|fd| *fd >= 0);
    // SAFETY: the kernel has just made these descriptors for us.
    Ok(fds.map(|fd| unsafe { OwnedFd::from_raw_fd(fd) }))
}

/// Starts or ends writing to a dma-buf.
///
/// # Errors
/// The device's.
pub fn sync_dmabuf(dmabuf: impl AsFd, start: bool) -> io::Result<()> {
    let mut flags = DMABUF_SYNC_WRITE | if start { 0 } else { DMABUF_SYNC_END };
    // SAFETY: the opcode goes with one word.
    unsafe { ioctl(dmabuf, Updater::<DMABUF_SYNC, u32>::new(&mut flags))? };
    Ok(())
}
