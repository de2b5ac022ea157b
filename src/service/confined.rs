//! How the host is told that clients are confined: a security context of carafe's own
//! (`wp_security_context_v1`), for hosts on a socket that have them. Such a host keeps what is
//! privileged from these clients itself.

use std::io;
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixStream;
use std::sync::{Arc, Mutex, PoisonError};

use super::host::Host;
use super::host_socket::HostSocket;
use crate::probe;

/// How hosts know carafe among those that confine: in the style of reverse DNS, as the protocol
/// wants it.
const ENGINE: &str = "org.carafe";

/// The context, made when the first confined client comes.
#[derive(Default)]
pub struct Confined(Mutex<State>);

#[derive(Default)]
enum State {
    #[default]
    Unknown,
    /// The host knows no contexts.
    None,
    Open(Arc<Context>),
}

struct Context {
    socket: HostSocket,
    /// The host serves there until this is closed.
    _open: OwnedFd,
}

impl Confined {
    /// A connection to the host in the context. `None`: the host has no such thing.
    ///
    /// # Errors
    /// When the host does not answer, or refuses.
    pub fn connect(&self, host: &Host) -> io::Result<Option<UnixStream>> {
        let Some(path) = host.path() else { return Ok(None) };
        // Who waits here waits for the host, as all its clients do.
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let State::Open(context) = &*state
            && let Ok(socket) = context.socket.connect()
        {
            return Ok(Some(socket));
        }
        if matches!(*state, State::None) {
            return Ok(None);
        }
        // A host that was started again knows nothing of it.
        *state = open(host)?;
        match &*state {
            State::Open(context) => context.socket.connect().map(Some),
            _ => {
                tracing::info!(
                    "the host at {} knows no security contexts: carafe alone confines clients",
                    path.display()
                );
                Ok(None)
            }
        }
    }
}

fn open(host: &Host) -> io::Result<State> {
    let mut channel = host.connect()?.channel;
    let (socket, listener) = HostSocket::new()?;
    let (close, open) = rustix::pipe::pipe_with(rustix::pipe::PipeFlags::CLOEXEC)?;
    let mut number = [0; 4];
    rustix::rand::getrandom(&mut number, rustix::rand::GetRandomFlags::empty())?;
    let context = probe::Context {
        engine: ENGINE,
        app_id: &machine(),
        instance: &format!("{}-{:08x}", std::process::id(), u32::from_ne_bytes(number)),
        listener,
        close,
    };
    Ok(if probe::open_context(&mut *channel, context)? {
        State::Open(Arc::new(Context { socket, _open: open }))
    } else {
        State::None
    })
}

/// What the host knows carafe's clients as: the name of this machine, which containers have
/// of their own.
fn machine() -> String {
    let name = std::fs::read_to_string("/proc/sys/kernel/hostname").unwrap_or_default();
    let name = name.trim();
    if name.is_empty() { "carafe".into() } else { name.into() }
}
