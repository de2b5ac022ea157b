//! Telling a host on a socket that clients are confined, by carafe's own security context
//! (`wp_security_context_v1`), if the host has them. Such a host also restricts these clients
//! itself.

use std::io;
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixStream;
use std::sync::{Arc, Mutex, PoisonError};

use super::host::HostAddress;
use super::host_socket::HostSocket;
use crate::probe;

/// carafe's name as a sandbox engine, in reverse-DNS style as the protocol requires.
const ENGINE: &str = "org.carafe";

/// The context, which is made for the first confined client.
#[derive(Default)]
pub struct Confined(Mutex<ContextState>);

#[derive(Default)]
enum ContextState {
    #[default]
    Unknown,
    /// The host has no security contexts.
    None,
    Open(Arc<OpenContext>),
}

struct OpenContext {
    socket: HostSocket,
    /// The host serves there until this is closed.
    _open: OwnedFd,
}

impl Confined {
    /// Connects to the host in the context. Returns `None` if the host has no contexts.
    ///
    /// # Errors
    /// When the host does not answer, or refuses.
    pub fn connect(&self, host: &HostAddress) -> io::Result<Option<UnixStream>> {
        let Some(path) = host.path() else { return Ok(None) };
        // This lock may wait for the host, like all its clients.
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let ContextState::Open(context) = &*state
            && let Ok(socket) = context.socket.connect()
        {
            return Ok(Some(socket));
        }
        if matches!(*state, ContextState::None) {
            return Ok(None);
        }
        // A restarted host does not know the old context.
        *state = open(host)?;
        if let ContextState::Open(context) = &*state {
            return context.socket.connect().map(Some);
        }
        tracing::info!(
            "the host at {} has no security contexts; only carafe confines clients",
            path.display()
        );
        Ok(None)
    }
}

fn open(host: &HostAddress) -> io::Result<ContextState> {
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
    Ok(if probe::open_context(&mut *channel, context)? {
        ContextState::Open(Arc::new(OpenContext { socket, _open: open }))
    } else {
        ContextState::None
    })
}

/// The app id of carafe's clients at the host: the name of this machine or container.
fn machine() -> String {
    let name = std::fs::read_to_string("/proc/sys/kernel/hostname").unwrap_or_default();
    let name = name.trim();
    if name.is_empty() { "carafe".into() } else { name.into() }
}
