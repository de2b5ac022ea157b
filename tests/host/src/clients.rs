//! Connections.

use std::os::unix::net::UnixStream;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use smithay::reexports::wayland_server::backend::{ClientData, ClientId, DisconnectReason};
use smithay::wayland::compositor::CompositorClientState;
use smithay::wayland::security_context::SecurityContext;

use crate::host::Host;

/// What belongs to one client.
pub struct ClientState {
    /// smithay's part.
    pub compositor: CompositorClientState,
    /// The restricted socket through which it connected, if any.
    pub context: Option<SecurityContext>,
    gone: Arc<AtomicU64>,
}

impl ClientData for ClientState {
    fn initialized(&self, _client: ClientId) {}

    fn disconnected(&self, _client: ClientId, reason: DisconnectReason) {
        self.gone.fetch_add(1, Ordering::Relaxed);
        if let DisconnectReason::ProtocolError(error) = reason {
            eprintln!("carafe-host: a client's error: {error}");
        }
    }
}

impl Host {
    /// Adds a client.
    pub fn insert_client(&mut self, stream: UnixStream, context: Option<SecurityContext>) {
        let gone = self.clients_gone.clone();
        let compositor = CompositorClientState::default();
        let state = ClientState { compositor, context, gone };
        self.counters.clients += 1;
        if let Err(error) = self.display.insert_client(stream, Arc::new(state)) {
            eprintln!("carafe-host: a client that was not taken in: {error}");
        }
    }

    /// Closes connections without an error, as a dying host does.
    pub fn hang_up(&mut self, clients: Vec<ClientId>) {
        for client in clients {
            self.display.backend_handle().kill_client(client, DisconnectReason::ConnectionClosed);
        }
    }

    /// All clients.
    pub fn client_ids(&self) -> Vec<ClientId> {
        let mut clients = Vec::new();
        self.display.backend_handle().with_all_clients(|client| clients.push(client));
        clients
    }
}
