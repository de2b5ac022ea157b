//! Telling a host on a socket that a client is confined, by a security context of its own
//! (`wp_security_context_v1`), if the host has them. Such a host also restricts the client itself.

use std::io;
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixStream;

use super::host::HostAddress;
use super::host_socket::HostSocket;
use crate::probe;

/// carafe's name as a sandbox engine, in reverse-DNS style as the protocol requires.
const ENGINE: &str = "org.carafe";

/// A connection in a context of its own.
pub struct ConfinedConnection {
    /// The connection.
    pub socket: UnixStream,
    /// The context ends when this is closed.
    pub open: OwnedFd,
}

/// Connects to the host in a new context. Returns `None` if the host has no contexts.
///
/// # Errors
/// When the host does not answer, or refuses.
pub fn connect(host: &HostAddress) -> io::Result<Option<ConfinedConnection>> {
    let Some(path) = host.path() else { return Ok(None) };
    let mut channel = host.connect()?.channel;
    let (socket, listener) = HostSocket::new()?;
    let (close, open) = rustix::pipe::pipe_with(rustix::pipe::PipeFlags::CLOEXEC)?;
    let mut number = [0; 4];
    rustix::rand::getrandom(&mut number, rustix::rand::GetRandomFlags::empty())?;
    let context = probe::SecurityContext {
        engine: ENGINE,
        app_id: &machine(),
        instance: &format!("{}-{:08x}", std::process::id(), u32::from_ne_bytes(number)),
        listener,
        close,
    };
    if probe::open_context(&mut *channel, context)? {
        return Ok(Some(ConfinedConnection { socket: socket.connect()?, open }));
    }
    tracing::info!(
        once = true,
        "the host at {} has no security contexts; only carafe confines clients",
        path.display()
    );
    Ok(None)
}

/// The app id of carafe's clients at the host: the name of this machine or container.
fn machine() -> String {
    let name = std::fs::read_to_string("/proc/sys/kernel/hostname").unwrap_or_default();
    let name = name.trim();
    if name.is_empty() { "carafe".into() } else { name.into() }
}
