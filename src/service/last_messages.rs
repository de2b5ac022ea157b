//! Logging what a session did last when something has killed it, in a shut-in process of its own: a
//! client that had taken over the session may have written anything there.

use std::io;

use super::session::CommonSettings;
use super::session_sandbox::Enclosure;
use crate::fork::{OnParentsEnd, Process};
use crate::observe::{RecorderMemory, log};
use crate::session::LastMessages;
use crate::shared::SharedMemory;

/// Memory for a new session's recent messages. Without it, they are lost when the session is killed.
pub fn recorder() -> Option<SharedMemory<RecorderMemory>> {
    let made = SharedMemory::new();
    made.inspect_err(|e| tracing::debug!("no memory for recent messages: {e}")).ok()
}

/// Keeps it from all other sessions, once its own has started.
pub fn keep_from_others(
    recorder: Option<SharedMemory<RecorderMemory>>,
) -> Option<SharedMemory<RecorderMemory>> {
    recorder.filter(|recorder| recorder.give_to_children(false).is_ok())
}

/// Logs what remains of the session of that number and name.
///
/// # Errors
/// When there are too many processes or descriptors.
pub fn show(
    remains: &SharedMemory<RecorderMemory>,
    (number, name): (u64, &str),
    shared: &CommonSettings,
    secrets: bool,
) -> io::Result<Process> {
    remains.give_to_children(true)?;
    let keep: Vec<_> = log::descriptor().into_iter().collect();
    Process::start(c"carafe-messages", &keep, OnParentsEnd::Killed, || {
        let _enclosure = Enclosure::new(&shared.sandbox, number, false);
        if let Some(recorder) = remains.take() {
            let lines = LastMessages { recorder, secrets };
            tracing::warn!(%lines, "{name}: its last messages, requests with the host's ids:");
        }
        0
    })
}
