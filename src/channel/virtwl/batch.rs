//! What comes from the host with one read.

use std::io;
use std::os::fd::{AsFd, OwnedFd};

use rustix::event::{PollFd, PollFlags, Timespec, poll};

use super::abi::{self, Txn};

/// Bytes and descriptors, of which the first ones may have been taken.
pub struct Batch {
    txn: Box<Txn>,
    fds: Vec<OwnedFd>,
    /// How many bytes were taken.
    taken: usize,
}

impl Batch {
    /// Makes an empty one.
    pub fn new() -> Self {
        Self { txn: Txn::new(), fds: Vec::with_capacity(abi::MAX_TXN_FDS), taken: 0 }
    }

    /// Receives into it. Bytes never come before their descriptors.
    ///
    /// # Errors
    /// The device's.
    pub fn receive(&mut self, context: impl AsFd) -> io::Result<()> {
        let Self { txn, fds, taken } = self;
        *taken = 0;
        fds.clear();
        fds.extend(abi::receive(&context, txn, abi::MAX_TXN_DATA)?);
        if fds.len() == abi::MAX_TXN_FDS { self.receive_late(context) } else { Ok(()) }
    }

    /// One read joins the bytes of several messages but returns at most 28 descriptors, so bytes
    /// overtake descriptors. This gets the rest of them.
    #[cold]
    fn receive_late(&mut self, context: impl AsFd) -> io::Result<()> {
        let Self { txn, fds, .. } = self;
        let mut late = Txn::new();
        let mut came = abi::MAX_TXN_FDS;
        while came == abi::MAX_TXN_FDS
            && is_readable(&context)
            && let Some(place) = txn.data.get_mut(txn.len as usize)
        {
            let before = fds.len();
            // Ask for one byte, because a read of no bytes loops in the kernel for ever.
            fds.extend(abi::receive(&context, &mut late, 1)?);
            came = fds.len() - before;
            if late.len > 0 {
                [*place, ..] = late.data;
                txn.len += 1;
            }
        }
        Ok(())
    }

    /// Whether it says that the host has hung up. Only for one that nothing was taken from.
    pub fn is_end(&self) -> bool {
        self.txn.len == 0 && self.fds.is_empty()
    }

    /// Its descriptors.
    pub fn fds(&mut self) -> &mut Vec<OwnedFd> {
        &mut self.fds
    }

    /// Takes as many bytes as fit; returns the number.
    pub fn take(&mut self, into: &mut [u8]) -> usize {
        let rest = self.txn.data.get(self.taken..self.txn.len as usize).unwrap_or_default();
        let len = rest.len().min(into.len());
        if let (Some(into), Some(bytes)) = (into.get_mut(..len), rest.get(..len)) {
            into.copy_from_slice(bytes);
        }
        self.taken += len;
        len
    }

    /// Whether all bytes were taken.
    pub fn is_taken(&self) -> bool {
        self.taken >= self.txn.len as usize
    }
}

/// Whether there is something to read now.
fn is_readable(context: impl AsFd) -> bool {
    let now = Timespec { tv_sec: 0, tv_nsec: 0 };
    let mut polled = [PollFd::new(&context, PollFlags::IN)];
    poll(&mut polled, Some(&now)).is_ok_and(|ready| ready > 0)
        && polled.iter().all(|context| context.revents().contains(PollFlags::IN))
}
