//! Logging what a session did last when something has killed it, in a shut-in process of its own: a
//! client that had taken over the session may have written anything there.

use std::io;

use super::session::{CommonSettings, Enclosure};
use crate::fork::{OnParentsEnd, Process};
use crate::observe::{Recording, log};
use crate::session::LastMessages;
use crate::shared::SharedMemory;

/// Memory for a new session's recent messages. Without it, they are lost when the session is killed.
pub fn recording() -> Option<SharedMemory<Recording>> {
    let made = SharedMemory::new();
    made.inspect_err(|e| tracing::debug!("no memory for recent messages: {e}")).ok()
}

/// Keeps it from all other sessions, once its own has started.
pub fn keep_from_others(
    recording: Option<SharedMemory<Recording>>,
) -> Option<SharedMemory<Recording>> {
    recording.filter(|recording| recording.give_to_children(false).is_ok())
}

/// Logs what remains of the session of that number and name.
///
/// # Errors
/// When there are too many processes or descriptors.
pub fn show(
    remains: &SharedMemory<Recording>,
    (number, name): (u64, &str),
    shared: &CommonSettings,
    secrets: bool,
) -> io::Result<Process> {
    remains.give_to_children(true)?;
    let keep: Vec<_> = log::descriptor().into_iter().collect();
    Process::start(c"carafe-messages", &keep, OnParentsEnd::Killed, || {
        let _enclosure = Enclosure::new(shared, number, false);
        if let Some(recording) = remains.take() {
            let lines = LastMessages { recording, secrets };
            tracing::warn!(%lines, "{name}: its last messages, requests with the host's ids:");
        }
        0
    })
}
