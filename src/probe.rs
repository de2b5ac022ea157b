//! What a compositor answers on a fresh connection: that there is one (virtual devices
//! do not tell), and which globals it offers.

use std::io::{self, IoSlice};
use std::time::Instant;

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use wayland_client::protocol::wl_display::{REQ_GET_REGISTRY_OPCODE, REQ_SYNC_OPCODE};
use wayland_client::protocol::wl_registry::EVT_GLOBAL_OPCODE;

use crate::channel::{Channel, NO_ANSWER, PATIENCE, ReceiveError};
use crate::wire::{ArgReader, DISPLAY_ID, FdQueue, HEADER_LEN, Header, MessageBuilder};

/// The ids of what is made on the connection: a compositor wants them without gaps.
const REGISTRY: u32 = 2;
const CALLBACK: u32 = 3;

/// Bound on the list of globals.
const MAX_LIST: usize = 1 << 20;

/// A global that the host offers.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Global {
    /// Its interface.
    pub interface: String,
    /// The highest version.
    pub version: u32,
}

/// Asks `wl_display.sync` on a fresh connection and waits for anything that comes
/// back.
///
/// # Errors
/// `TimedOut`, or what the channel says.
pub fn wait_for_answer(channel: &mut dyn Channel) -> io::Result<()> {
    let mut request = Vec::new();
    MessageBuilder::new(&mut request, DISPLAY_ID, REQ_SYNC_OPCODE).uint(2).finish();
    ask(channel, &request, |_| Ok(Some(())))
}

/// Asks for all globals on a fresh connection.
///
/// # Errors
/// `TimedOut`, what the channel says, or `InvalidData`.
pub fn globals(channel: &mut dyn Channel) -> io::Result<Vec<Global>> {
    let mut request = Vec::new();
    let registry = MessageBuilder::new(&mut request, DISPLAY_ID, REQ_GET_REGISTRY_OPCODE);
    registry.uint(REGISTRY).finish();
    MessageBuilder::new(&mut request, DISPLAY_ID, REQ_SYNC_OPCODE).uint(CALLBACK).finish();
    let mut received = Vec::new();
    ask(channel, &request, |bytes| {
        received.extend_from_slice(bytes);
        if received.len() > MAX_LIST {
            return Err(invalid("its list of globals has no end"));
        }
        list(&received)
    })
}

/// The globals in all that came, or `None` while the callback is not there yet.
fn list(mut bytes: &[u8]) -> io::Result<Option<Vec<Global>>> {
    let mut globals = Vec::new();
    while let Some(header) = Header::read(bytes).map_err(invalid)? {
        let Some((message, rest)) = bytes.split_at_checked(header.len.into()) else { break };
        match (header.object, header.opcode) {
            (CALLBACK, _) => return Ok(Some(globals)),
            (REGISTRY, EVT_GLOBAL_OPCODE) => {
                let mut body = message.get(HEADER_LEN..).unwrap_or_default().to_vec();
                globals.push(global(&mut body).map_err(invalid)?);
            }
            _ => {}
        }
        bytes = rest;
    }
    Ok(None)
}

fn global(body: &mut [u8]) -> Result<Global, crate::wire::Shape> {
    let mut arguments = ArgReader::new(body);
    let _name = arguments.uint()?;
    let interface = String::from_utf8_lossy(arguments.string()?.unwrap_or_default()).into_owned();
    Ok(Global { interface, version: arguments.uint()? })
}

fn invalid(why: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, why)
}

/// Sends a request and hands over what comes back until `take` has what it wants.
fn ask<T>(
    channel: &mut dyn Channel,
    request: &[u8],
    take: impl FnMut(&[u8]) -> io::Result<Option<T>>,
) -> io::Result<T> {
    channel.send(&[IoSlice::new(request)], &mut FdQueue::default())?;
    hear(channel, Instant::now() + PATIENCE, take)
}

/// The second half of that.
fn hear<T>(
    channel: &mut dyn Channel,
    until: Instant,
    mut take: impl FnMut(&[u8]) -> io::Result<Option<T>>,
) -> io::Result<T> {
    let mut fds = FdQueue::default();
    let mut answer = [0; 4096];
    let mut is_late = false;
    loop {
        match channel.receive(&mut answer, &mut fds) {
            Ok(0) => return Err(io::Error::other("the host closed the connection at once")),
            Ok(len) => {
                if let Some(taken) = take(answer.get(..len).unwrap_or_default())? {
                    return Ok(taken);
                }
            }
            Err(ReceiveError::Io(e)) if e.kind() == io::ErrorKind::WouldBlock => {}
            Err(ReceiveError::Io(e)) => return Err(e),
            Err(e) => return Err(io::Error::other(e)),
        }
        if is_late {
            return Err(io::Error::new(io::ErrorKind::TimedOut, NO_ANSWER));
        }
        // A machine that was stopped meanwhile looks once more for what came in that time.
        let left = until.saturating_duration_since(Instant::now());
        is_late = left.is_zero();
        channel.settle()?;
        let timeout = Timespec::try_from(left).map_err(io::Error::other)?;
        poll(&mut [PollFd::new(&channel.fd(), PollFlags::IN)], Some(&timeout))?;
    }
}

#[cfg(test)]
mod tests;
