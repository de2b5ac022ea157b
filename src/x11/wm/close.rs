//! Closing windows, and clients that do not answer.

use std::time::{Duration, Instant};

use super::decisions::Decision;
use super::{Env, Wm};
use crate::session::Fault;
use crate::x11::server::ClientMessage;

/// A client that does not answer for this long may be killed.
const HUNG: Duration = Duration::from_secs(5);

impl Wm {
    /// Handles `xdg_toplevel.close`.
    ///
    /// # Errors
    /// [`Fault::resources`] when there are too many objects at the host.
    pub fn close_requested(&mut self, object: u32, env: &mut Env<'_, '_>) -> Result<(), Fault> {
        match self.by_object.get(&object).copied() {
            Some(id) => self.decide_for_host(id, Decision::Close, env),
            None => Ok(()),
        }
    }

    /// Asks a window's client to close it. A client that does not support this is killed, and so is
    /// one that has not answered an earlier request for a while.
    pub(super) fn close(&mut self, id: u32, env: &mut Env<'_, '_>) {
        let Some(window) = self.windows.get_mut(&id) else { return };
        let protocols = window.properties.protocols;
        // A client that no longer supports pings need not answer.
        window.pinged = window.pinged.filter(|_| protocols.ping);
        let hung = window.pinged.is_some_and(|since| since.elapsed() >= HUNG);
        if !protocols.delete || hung {
            return env.x.kill(id);
        }
        let atoms = *env.x.atoms();
        let kind = atoms.WM_PROTOCOLS;
        let data = [atoms.WM_DELETE_WINDOW, self.focus.time, 0, 0, 0];
        env.x.tell(ClientMessage { window: id, kind, data });
        // An earlier ping stays: its age tells that the client hangs.
        if protocols.ping && window.pinged.is_none() {
            window.pinged = Some(Instant::now());
            let data = [atoms._NET_WM_PING, self.focus.time, id, 0, 0];
            env.x.tell(ClientMessage { window: id, kind, data });
        }
    }

    /// Notes that a client has answered.
    pub(super) fn ponged(&mut self, id: u32) {
        if let Some(window) = self.windows.get_mut(&id) {
            window.pinged = None;
        }
    }
}
