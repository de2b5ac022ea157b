//! Accepting the clients of a sandbox, in a process of its own: the descriptors come from the
//! sandbox, which can make `accept` or even `poll` block. Then only this process waits.

use std::io;
use std::os::fd::{AsFd, AsRawFd, OwnedFd};
use std::time::Duration;

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::Errno;
use rustix::net::{SocketFlags, accept_with};

use super::limits::BREATHER;
use crate::fork::{OnParentsEnd, Process};
use crate::observe::log;
use crate::packets::{Packets, WaitMode};

/// Bound on the contexts of a session that are not complete, and on those that are in all.
pub const MAX_CONTEXTS: usize = 64;

/// Starts the process, which sends each client that comes.
///
/// # Errors
/// When there are too many processes or descriptors.
pub fn start(clients: &OwnedFd, close: &OwnedFd) -> io::Result<(Process, Packets)> {
    let (ours, service) = Packets::pair()?;
    let mut keep = vec![clients.as_raw_fd(), close.as_raw_fd(), service.as_fd().as_raw_fd()];
    keep.extend(log::descriptor());
    let process = Process::start(c"carafe-sandbox", &keep, OnParentsEnd::Killed, || {
        accept_all(clients, close, &service);
        0
    })?;
    Ok((process, ours))
}

/// Accepts clients until the context is closed.
fn accept_all(clients: &OwnedFd, close: &OwnedFd, service: &Packets) {
    while !is_closed(close, &[PollFd::new(clients, PollFlags::IN)], None) {
        match accept_with(clients, SocketFlags::CLOEXEC) {
            // `accept` may have waited for a long time, so check again.
            Ok(_) if is_closed(close, &[], Some(Duration::ZERO)) => return,
            Ok(client) => {
                if service.send(&(), &[client.as_fd()], WaitMode::Yes).is_err() {
                    return;
                }
            }
            Err(Errno::INTR | Errno::AGAIN | Errno::CONNABORTED) => {}
            Err(Errno::MFILE | Errno::NFILE | Errno::NOBUFS | Errno::NOMEM) => {
                if is_closed(close, &[], Some(BREATHER)) {
                    return;
                }
            }
            Err(_) => return,
        }
    }
}

/// Blocking for one of `others`, or until the context is closed; returns whether it is closed.
fn is_closed(close: &OwnedFd, others: &[PollFd<'_>], timeout: Option<Duration>) -> bool {
    // poll reports a hang-up without being asked.
    let mut all = vec![PollFd::new(close, PollFlags::empty())];
    all.extend_from_slice(others);
    let timeout = timeout.and_then(|timeout| Timespec::try_from(timeout).ok());
    match poll(&mut all, timeout.as_ref()) {
        Err(Errno::INTR) => false,
        Err(_) => true,
        Ok(_) => all.first().is_none_or(|close| !close.revents().is_empty()),
    }
}
