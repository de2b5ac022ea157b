//! The sources of all sessions' selections, and the transfers that one session asks of
//! another (see `handlers::selections`). It is the only state that sessions share.
//!
//! One lock guards everything; nobody holds it while waiting. A transfer is left here for the
//! source's session, and all sessions are woken, because transfers are rare.

#[cfg(test)]
mod tests;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use rustix::rand::{GetRandomFlags, getrandom};

use crate::session::Control;
use crate::sharing::{LocalSources, SourceId, Transfer};

/// Bound on the sources of one session. Programs have one or two of each sort. Sources beyond
/// the bound are reached through the host.
const MAX_SOURCES: usize = 64;

/// Bound on the transfers that wait for one session, which takes them as soon as it wakes.
const MAX_ASKED: usize = 256;

#[derive(Default)]
struct Sources {
    sessions: u64,
    /// The session of each source.
    owners: HashMap<SourceId, u64>,
    /// The transfers that wait for each session.
    asked: HashMap<u64, Vec<Transfer>>,
}

/// The sources of all sessions of a process.
pub struct Broker {
    state: Mutex<Sources>,
    control: Arc<Control>,
}

impl Broker {
    /// Makes a broker that wakes sessions by `control`.
    pub fn new(control: Arc<Control>) -> Arc<Self> {
        Arc::new(Self { state: Mutex::default(), control })
    }

    /// Adds a session.
    pub fn join(self: Arc<Self>) -> Member {
        let mut state = self.state();
        state.sessions += 1;
        let session = state.sessions;
        drop(state);
        Member { broker: self, session }
    }

    /// Locks the state. No use can leave it half changed, so after a panic in one session the
    /// others may go on using it.
    fn state(&self) -> MutexGuard<'_, Sources> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// One session's access to the [`Broker`].
pub struct Member {
    broker: Arc<Broker>,
    session: u64,
}

impl LocalSources for Member {
    fn add(&mut self) -> Option<SourceId> {
        let mut bytes = [0; 16];
        getrandom(&mut bytes, GetRandomFlags::empty()).ok().filter(|len| *len == bytes.len())?;
        let source = SourceId(u128::from_ne_bytes(bytes));
        let mut state = self.broker.state();
        let mine = state.owners.values().filter(|owner| **owner == self.session).count();
        if mine >= MAX_SOURCES {
            return None;
        }
        state.owners.insert(source, self.session);
        Some(source)
    }

    fn remove(&mut self, source: SourceId) {
        let mut state = self.broker.state();
        if state.owners.get(&source) == Some(&self.session) {
            state.owners.remove(&source);
        }
    }

    fn knows(&self, source: SourceId) -> bool {
        self.broker.state().owners.contains_key(&source)
    }

    fn ask(&mut self, transfer: Transfer) {
        let mut state = self.broker.state();
        let Some(owner) = state.owners.get(&transfer.source).copied() else { return };
        let asked = state.asked.entry(owner).or_default();
        if asked.len() >= MAX_ASKED {
            return;
        }
        asked.push(transfer);
        drop(state);
        self.broker.control.wake();
    }

    fn asked(&mut self) -> Vec<Transfer> {
        self.broker.state().asked.remove(&self.session).unwrap_or_default()
    }
}

impl Drop for Member {
    fn drop(&mut self) {
        let mut state = self.broker.state();
        state.owners.retain(|_, owner| *owner != self.session);
        let left = state.asked.remove(&self.session);
        drop(state);
        drop(left);
    }
}
