//! The ioctls of virtio-wl.

use std::fs::File;
use std::os::fd::{AsFd, OwnedFd};

use rustix::io::{Errno, Result};

use crate::sys::ioctl;
use crate::virtwl::abi;

/// `NEW`: the descriptor, and the structure as it came back.
///
/// # Errors
/// The driver's.
pub fn new(
    device: &File,
    kind: u32,
    arguments: &[u32],
) -> Result<(OwnedFd, [u32; abi::NEW_WORDS])> {
    let mut words = [0; abi::NEW_WORDS];
    words[0] = kind;
    words[1] = u32::MAX;
    words[3..3 + arguments.len()].copy_from_slice(arguments);
    ioctl::words(device, abi::NEW, &mut words)?;
    Ok((ioctl::take_fd(words[1]).ok_or(Errno::BADF)?, words))
}

/// `NEW` of a context.
///
/// # Errors
/// The driver's.
pub fn new_context(device: &File) -> Result<OwnedFd> {
    new(device, abi::NEW_CTX, &[]).map(|(fd, _)| fd)
}

/// `SEND`.
///
/// # Errors
/// The driver's.
pub fn send(fd: impl AsFd, bytes: &[u8], fds: &[i32]) -> Result<i32> {
    let mut words = vec![u32::MAX; abi::TXN_WORDS];
    for (word, fd) in words.iter_mut().zip(fds) {
        *word = fd.cast_unsigned();
    }
    words[abi::MAX_FDS] = bytes.len() as u32;
    let mut padded = bytes.to_vec();
    padded.resize(bytes.len().next_multiple_of(4), 0);
    words.extend(padded.as_chunks().0.iter().map(|chunk| u32::from_ne_bytes(*chunk)));
    ioctl::words(fd, abi::SEND, &mut words)
}

/// `RECV`: the bytes.
///
/// # Errors
/// The driver's.
pub fn receive(fd: impl AsFd) -> Result<Vec<u8>> {
    receive_fds(fd).map(|(bytes, _)| bytes)
}

/// `RECV`: the bytes and the descriptors.
///
/// # Errors
/// The driver's.
pub fn receive_fds(fd: impl AsFd) -> Result<(Vec<u8>, Vec<OwnedFd>)> {
    receive_at_most(fd, (1024 - abi::TXN_WORDS) * 4)
}

/// `RECV` of at most this many bytes.
///
/// # Errors
/// The driver's.
pub fn receive_at_most(fd: impl AsFd, space: usize) -> Result<(Vec<u8>, Vec<OwnedFd>)> {
    let mut words = vec![0; abi::TXN_WORDS + space.div_ceil(4)];
    words[abi::MAX_FDS] = space as u32;
    ioctl::words(fd, abi::RECV, &mut words)?;
    let fds = words[..abi::MAX_FDS].iter().filter_map(|number| ioctl::take_fd(*number)).collect();
    let len = (words[abi::MAX_FDS] as usize).min(space);
    let bytes: Vec<u8> = words[abi::TXN_WORDS..].iter().flat_map(|w| w.to_ne_bytes()).collect();
    Ok((bytes[..len].to_vec(), fds))
}
