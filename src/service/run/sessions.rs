//! What sessions say, and their ends.

use std::os::fd::{AsFd, BorrowedFd, OwnedFd};

use calloop::PostAction;
use serde::Serialize;

use super::{Service, write_messages};
use crate::foreign;
use crate::observe::{RecorderMemory, Snapshot};
use crate::packets::{Fds, Packet, Packets, WaitMode};
use crate::policy::SourceId;
use crate::service::host_socket::HostSocket;
use crate::service::last_messages;
use crate::service::report::{Records, SessionCommand, SessionReport};
use crate::service::sessions::Sessions;
use crate::shared::SharedMemory;

/// How many reports of one session are read before others have their turn.
const TURN: u32 = 16;

impl Service {
    /// Hears some of what a session says.
    pub(super) fn hear_some(&mut self, number: u64) -> PostAction {
        for _ in 0..TURN {
            match self.sessions.hear(number) {
                Ok(Some(packet)) => self.heard(number, packet),
                Ok(None) => {
                    if let Some(running) = self.sessions.get(number) {
                        running.source = None;
                    }
                    return PostAction::Remove;
                }
                Err(_) => return PostAction::Continue,
            }
        }
        PostAction::Continue
    }

    fn heard(&mut self, number: u64, packet: Packet<SessionReport>) {
        let Packet { message, mut fds } = packet;
        let Some(running) = self.sessions.get(number) else { return };
        let name = || running.name.clone();
        match message {
            SessionReport::Messages(text, records) if running.owes_messages > 0 => {
                running.owes_messages -= 1;
                let records = Records { session: number, name: running.name.clone(), ..records };
                write_messages(&text);
                self.watching.traces.add(records);
            }
            // Nobody asked.
            SessionReport::Messages(..) => {}
            SessionReport::Stats(snapshot) => {
                let snapshot = Snapshot { session: number, name: name(), ..snapshot };
                if self.watching.watchers.is_watching() {
                    self.watching.watchers.session(snapshot);
                }
            }
            SessionReport::Period(surfaces) => {
                if self.watching.files.is_wanted() {
                    self.watching.files.add(number, &surfaces);
                }
            }
            SessionReport::Source(source) => self.broker.add(source, number),
            SessionReport::SourceGone(source) => {
                if self.broker.remove(source, number) {
                    self.tell_primary();
                }
            }
            SessionReport::FollowPrimary => {
                self.broker.follow(number);
                let ask = SessionCommand::Primary(self.broker.primary().cloned());
                // It fails for one that has ended.
                let _ = running.line.send(&ask, &[], WaitMode::No);
            }
            SessionReport::Primary(selected) => {
                if self.broker.select(selected, number) {
                    self.tell_primary();
                }
            }
            SessionReport::IsKnown(source) => {
                let is_known = self.is_known(source);
                answer(fds, &is_known, &[]);
            }
            SessionReport::Transfer(source, mime) => {
                if let Some([to]) = fds.take() {
                    self.transfer(source, mime, to);
                }
            }
            // A session in its sandbox cannot make one.
            SessionReport::HostSocket => match HostSocket::new() {
                Ok((host, listener)) => answer(fds, &(), &[host.as_fd(), listener.as_fd()]),
                Err(e) => tracing::error!("no socket for a security context: {e}"),
            },
            SessionReport::Context(app_id) => {
                if let Some(fds) = fds.take() {
                    self.open_context(app_id, fds);
                }
            }
            SessionReport::End(outcome) => running.outcome = Some(outcome),
        }
    }

    /// Whether some session has a source.
    fn is_known(&mut self, source: SourceId) -> bool {
        let has = self.broker.owner(source).is_some();
        if !has && !std::mem::replace(&mut self.broker.is_catching_up, true) {
            // A session may have said so, and was not heard yet.
            for number in self.sessions.numbers() {
                self.hear_some(number);
            }
            self.broker.is_catching_up = false;
        }
        self.broker.owner(source).is_some()
    }

    /// Tells the sessions that follow it what the primary selection is.
    fn tell_primary(&mut self) {
        let ask = SessionCommand::Primary(self.broker.primary().cloned());
        for number in self.broker.followers() {
            if let Some(follower) = self.sessions.get(number) {
                // It fails for one that has ended, or does not hear earlier news either.
                let _ = follower.line.send(&ask, &[], WaitMode::No);
            }
        }
    }

    /// Asks a source's session for data. If that is gone or has too much to do already, the pipe
    /// is closed.
    fn transfer(&mut self, source: SourceId, mime: String, to: OwnedFd) {
        let owner = self.broker.owner(source).and_then(|owner| self.sessions.get(owner));
        if let Some(owner) = owner {
            let _ = owner.line.send(
                &SessionCommand::Transfer(source, mime),
                &[to.as_fd()],
                WaitMode::No,
            );
        }
        foreign::close(to);
    }

    /// A session's process has ended.
    pub(super) fn session_ended(&mut self, number: u64) {
        // What it said last was not heard yet, maybe.
        while matches!(self.sessions.get(number), Some(running) if running.source.is_some()) {
            match self.sessions.hear(number) {
                Ok(Some(packet)) => self.heard(number, packet),
                Ok(None) | Err(_) => break,
            }
        }
        let Some(mut running) = self.sessions.remove(number) else { return };
        if let Some(source) = running.source.take() {
            self.handle.remove(source);
        }
        if self.broker.session_ended(number) {
            self.tell_primary();
        }
        let name = running.name.clone();
        let (mut outcome, remains) = running.outcome();
        let shows_remains =
            remains.is_some_and(|remains| self.show_remains(&remains, number, &name));
        outcome.records.session = number;
        outcome.records.name = name;
        self.totals += outcome.counters;
        let failed = outcome.failed;
        self.xwayland_session_ended(number);
        self.watching.session_ended(outcome);
        if self.one_client && number == 1 {
            // Sessions with other numbers belong to sandboxes of the one client.
            self.exit_status = u8::from(failed);
            if !shows_remains {
                self.signal.stop();
            }
        } else if self.stopping {
            self.stop_if_done();
        }
    }

    /// Logs what a session did last that something has killed. Returns whether a process does that.
    fn show_remains(
        &mut self,
        remains: &SharedMemory<RecorderMemory>,
        number: u64,
        name: &str,
    ) -> bool {
        let Sessions { shared, observe, .. } = &self.sessions;
        let shown = last_messages::show(remains, (number, name), shared, observe.log.secrets)
            .and_then(|process| {
                self.reap(process, move |service| {
                    if service.one_client && number == 1 {
                        service.signal.stop();
                    }
                })
            });
        shown.inspect_err(|e| tracing::warn!("{name}: its last messages are lost: {e}")).is_ok()
    }
}

/// Answers a question on the socket that came with it.
fn answer(mut fds: Fds, message: &impl Serialize, with: &[BorrowedFd<'_>]) {
    if let Some([to]) = fds.take()
        && let Ok(to) = Packets::try_from(to)
    {
        // If this fails, nobody waits for it any more.
        let _ = to.send(message, with, WaitMode::No);
    }
}
