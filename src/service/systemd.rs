//! Telling the service manager that carafe is ready (`sd_notify(3)`).

use sd_notify::NotifyState;

/// Whether a service manager waits for a notification.
pub fn is_waiting() -> bool {
    std::env::var_os("NOTIFY_SOCKET").is_some()
}

/// Notifies the service manager, if there is one.
pub fn notify(state: &str) {
    if !is_waiting() {
        return;
    }
    if let Err(e) = sd_notify::notify(&[NotifyState::Custom(state)]) {
        tracing::warn!("cannot tell the service manager {state}: {e}");
    }
}
