//! Whether a compositor answers behind a virtual device: such devices do not
//! tell when there is none.

use std::io::{self, IoSlice};
use std::time::Instant;

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use wayland_client::protocol::wl_display::REQ_SYNC_OPCODE;

use crate::channel::{Channel, NO_ANSWER, PATIENCE, ReceiveError};
use crate::wire::{DISPLAY_ID, FdQueue, MessageBuilder};

/// Asks `wl_display.sync` on a fresh connection and waits for anything that comes
/// back.
///
/// # Errors
/// `TimedOut`, or what the channel says.
pub fn wait_for_answer(channel: &mut dyn Channel) -> io::Result<()> {
    let mut request = Vec::new();
    MessageBuilder::new(&mut request, DISPLAY_ID, REQ_SYNC_OPCODE).uint(2).finish();
    let mut fds = FdQueue::default();
    channel.send(&[IoSlice::new(&request)], &mut fds)?;
    let until = Instant::now() + PATIENCE;
    let mut answer = [0; 4096];
    loop {
        match channel.receive(&mut answer, &mut fds) {
            Ok(0) => return Err(io::Error::other("the host closed the connection at once")),
            Ok(_) => return Ok(()),
            Err(ReceiveError::Io(e)) if e.kind() == io::ErrorKind::WouldBlock => {}
            Err(ReceiveError::Io(e)) => return Err(e),
            Err(e) => return Err(io::Error::other(e)),
        }
        let left = until.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return Err(io::Error::new(io::ErrorKind::TimedOut, NO_ANSWER));
        }
        let timeout = Timespec::try_from(left).map_err(io::Error::other)?;
        poll(&mut [PollFd::new(&channel.fd(), PollFlags::IN)], Some(&timeout))?;
    }
}
