//! Readiness and socket activation (`sd_notify(3)`, `sd_listen_fds(3)`).

use std::io;
use std::os::fd::OwnedFd;

use sd_notify::NotifyState;

use super::inherited;

/// Whether a service manager waits to be told.
pub fn is_waiting() -> bool {
    std::env::var_os("NOTIFY_SOCKET").is_some()
}

/// Tells the service manager, if there is one.
pub fn notify(state: &str) {
    if !is_waiting() {
        return;
    }
    if let Err(e) = sd_notify::notify(&[NotifyState::Custom(state)]) {
        tracing::warn!("cannot tell the service manager {state}: {e}");
    }
}

/// The listening sockets that the service manager passed on.
///
/// # Errors
/// When the variables that name them make no sense.
pub fn sockets() -> io::Result<Vec<OwnedFd>> {
    Ok(sd_notify::listen_fds()?.filter_map(inherited::take).collect())
}
