//! Asking a compositor on a new connection: whether there is one (virtual devices do not
//! tell), and which globals it offers.

use std::io::{self, IoSlice};
use std::os::fd::OwnedFd;
use std::time::Instant;

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use wayland_client::protocol::wl_display::{
    EVT_ERROR_OPCODE, REQ_GET_REGISTRY_OPCODE, REQ_SYNC_OPCODE,
};
use wayland_client::protocol::wl_registry::{EVT_GLOBAL_OPCODE, REQ_BIND_OPCODE};
use wayland_protocols::wp::security_context::v1::client::{
    wp_security_context_manager_v1::REQ_CREATE_LISTENER_OPCODE,
    wp_security_context_v1::{
        REQ_COMMIT_OPCODE, REQ_SET_APP_ID_OPCODE, REQ_SET_INSTANCE_ID_OPCODE,
        REQ_SET_SANDBOX_ENGINE_OPCODE,
    },
};

use crate::channel::{Channel, NO_ANSWER, PATIENCE, ReceiveError};
use crate::wire::{ArgReader, DISPLAY_ID, FdKind, FdQueue, HEADER_LEN, Header, MessageBuilder};

/// The ids of the objects that are made on the connection. A compositor wants ids without
/// gaps.
const REGISTRY: u32 = 2;
const CALLBACK: u32 = 3;

/// Bound on the list of globals.
const MAX_LIST: usize = 1 << 20;

/// A global that the host offers.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct HostGlobal {
    /// Its name in registries.
    pub name: u32,
    /// Its interface.
    pub interface: String,
    /// Its highest version.
    pub version: u32,
}

/// A security context: the identity of its clients, and the socket where the host accepts them.
pub struct SecurityContext<'a> {
    /// `set_sandbox_engine`
    pub engine: &'a str,
    /// `set_app_id`
    pub app_id: &'a str,
    /// `set_instance_id`
    pub instance: &'a str,
    /// The socket where they connect.
    pub listener: OwnedFd,
    /// Its hang-up ends the context.
    pub close: OwnedFd,
}

/// Makes a security context on a new connection. Returns `false` if the host has none.
///
/// # Errors
/// As [`globals`], and the host's protocol errors.
pub fn open_context(channel: &mut dyn Channel, context: SecurityContext<'_>) -> io::Result<bool> {
    const MANAGER: &str = "wp_security_context_manager_v1";
    let offered = globals(channel)?;
    let Some(manager) = offered.iter().find(|global| global.interface == MANAGER) else {
        return Ok(false);
    };
    let [bound, made, callback] = [CALLBACK + 1, CALLBACK + 2, CALLBACK + 3];
    let mut request = Vec::new();
    let mut say = |object, opcode, fill: &dyn Fn(MessageBuilder<'_>)| {
        fill(MessageBuilder::new(&mut request, object, opcode));
    };
    say(REGISTRY, REQ_BIND_OPCODE, &|m| {
        m.uint(manager.name).string(MANAGER).uint(1).uint(bound).finish();
    });
    say(bound, REQ_CREATE_LISTENER_OPCODE, &|m| m.uint(made).finish());
    say(made, REQ_SET_SANDBOX_ENGINE_OPCODE, &|m| m.string(context.engine).finish());
    say(made, REQ_SET_APP_ID_OPCODE, &|m| m.string(context.app_id).finish());
    say(made, REQ_SET_INSTANCE_ID_OPCODE, &|m| m.string(context.instance).finish());
    say(made, REQ_COMMIT_OPCODE, &|m| m.finish());
    say(DISPLAY_ID, REQ_SYNC_OPCODE, &|m| m.uint(callback).finish());
    let mut fds = FdQueue::default();
    for fd in [context.listener, context.close] {
        fds.push(fd, FdKind::Unknown).map_err(io::Error::other)?;
    }
    let mut rest = request.as_slice();
    while !rest.is_empty() {
        let sent = channel.send(&[IoSlice::new(rest)], &mut fds)?;
        rest = rest.get(sent..).unwrap_or_default();
    }
    let mut received = Vec::new();
    hear(channel, Instant::now() + PATIENCE, |bytes| {
        received.extend_from_slice(bytes);
        is_done(&received, callback)
    })?;
    Ok(true)
}

/// Whether the events contain a callback.
fn is_done(mut bytes: &[u8], callback: u32) -> io::Result<Option<()>> {
    while let Some(header) = Header::read(bytes).map_err(invalid)? {
        let Some((message, rest)) = bytes.split_at_checked(header.len.into()) else { break };
        match (header.object, header.opcode) {
            (DISPLAY_ID, EVT_ERROR_OPCODE) => {
                let text = String::from_utf8_lossy(message.get(HEADER_LEN..).unwrap_or_default());
                let text = text.chars().filter(|letter| !letter.is_control());
                return Err(io::Error::other(text.collect::<String>()));
            }
            (object, _) if object == callback => return Ok(Some(())),
            _ => {}
        }
        bytes = rest;
    }
    Ok(None)
}

/// Asks `wl_display.sync` on a fresh connection and waits for anything that comes
/// back.
///
/// # Errors
/// `TimedOut`, or the channel's error.
pub fn wait_for_answer(channel: &mut dyn Channel) -> io::Result<()> {
    let mut request = Vec::new();
    MessageBuilder::new(&mut request, DISPLAY_ID, REQ_SYNC_OPCODE).uint(2).finish();
    ask(channel, &request, |_| Ok(Some(())))
}

/// Asks for all globals on a new connection.
///
/// # Errors
/// `TimedOut`, `InvalidData`, or the channel's error.
pub fn globals(channel: &mut dyn Channel) -> io::Result<Vec<HostGlobal>> {
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

/// The globals in the received bytes; `None` if the callback is not among them yet.
fn list(mut bytes: &[u8]) -> io::Result<Option<Vec<HostGlobal>>> {
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

fn global(body: &mut [u8]) -> Result<HostGlobal, crate::wire::ArgShape> {
    let mut arguments = ArgReader::new(body);
    let name = arguments.uint()?;
    let interface = String::from_utf8_lossy(arguments.string()?.unwrap_or_default()).into_owned();
    Ok(HostGlobal { name, interface, version: arguments.uint()? })
}

fn invalid(why: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, why)
}

/// Sends a request and passes the answers to `take` until it returns something.
fn ask<T>(
    channel: &mut dyn Channel,
    request: &[u8],
    take: impl FnMut(&[u8]) -> io::Result<Option<T>>,
) -> io::Result<T> {
    channel.send(&[IoSlice::new(request)], &mut FdQueue::default())?;
    hear(channel, Instant::now() + PATIENCE, take)
}

/// Passes the answers to `take` until it returns something.
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
        // Even when the time is over, read once more: if the machine was suspended, the answer
        // may be there by now.
        let left = until.saturating_duration_since(Instant::now());
        is_late = left.is_zero();
        channel.settle()?;
        let timeout = Timespec::try_from(left).map_err(io::Error::other)?;
        poll(&mut [PollFd::new(&channel.fd(), PollFlags::IN)], Some(&timeout))?;
    }
}

#[cfg(test)]
mod tests;
