//! The sessions, each in a process of its own.

use std::collections::BTreeMap;
use std::io;
use std::os::fd::{AsFd, AsRawFd, RawFd};
use std::process::ExitStatus;
use std::rc::Rc;
use std::sync::Arc;

use calloop::RegistrationToken;

use super::admission::Admission;
use super::last_messages;
use super::line::Line;
use super::report::{Outcome, SessionCommand, SessionReport};
use super::session::{self, CommonSettings, NewClient, Observe, SessionStart};
use super::spare::{SESSION, Serve, Spare, StartedSession};
use crate::fork::{OnParentsEnd, Process};
use crate::observe::{RecorderMemory, log};
use crate::packets::{Packet, Packets, WaitMode};
use crate::peer;
use crate::policy::Rules;
use crate::shared::SharedMemory;

/// Starts sessions, and keeps those that run.
pub struct Sessions {
    /// What all sessions share.
    pub shared: CommonSettings,
    /// The rules for new clients.
    pub rules: Arc<Rules>,
    /// How to observe new sessions.
    pub observe: Observe,
    /// How many were started.
    pub count: u64,
    running: BTreeMap<u64, RunningSession>,
    admission: Admission,
    /// For the next client.
    spare: Option<Spare>,
    /// Spare sessions that were ended, for the caller to reap.
    pub retired: Vec<Process>,
}

/// A session that runs.
pub struct RunningSession {
    /// Its name in logs.
    pub name: String,
    /// Its client's user; `None` for Xwayland.
    pub user: Option<u32>,
    /// The service's end of its line.
    pub line: Rc<Packets>,
    /// Its process.
    pub process: Rc<Process>,
    /// Its recent messages.
    recorder: Option<SharedMemory<RecorderMemory>>,
    /// What it said last.
    pub outcome: Option<Outcome>,
    /// How often it was asked for its messages and has not answered.
    pub owes_messages: u32,
    /// The line as a source of the loop.
    pub source: Option<RegistrationToken>,
}

impl Sessions {
    /// Without a session.
    pub fn new(shared: CommonSettings, rules: Arc<Rules>, observe: Observe) -> Self {
        Self {
            shared,
            rules,
            observe,
            count: 0,
            running: BTreeMap::new(),
            admission: Admission::default(),
            spare: None,
            retired: Vec::new(),
        }
    }

    /// Serves a client in a new process. Returns its number.
    ///
    /// # Errors
    /// When there are too many processes or descriptors.
    pub fn start(&mut self, peer: NewClient) -> io::Result<u64> {
        // Xwayland is carafe's own.
        let user = if peer.wm.is_some() { None } else { peer::user(&peer.client) };
        if let Some(uid) = user
            && let Err(full) = self.admission.come(uid, &self.rules.quotas())
        {
            session::refuse(peer.client, full.to_string());
            return Err(io::Error::other(full));
        }
        let started = self.start_admitted(peer, user);
        if started.is_err() {
            self.left(user);
        }
        started
    }

    fn left(&mut self, user: Option<u32>) {
        if let Some(uid) = user {
            self.admission.gone(uid);
        }
    }

    fn start_admitted(&mut self, peer: NewClient, user: Option<u32>) -> io::Result<u64> {
        let number = self.count + 1;
        let client: String =
            if peer.wm.is_some() { "Xwayland".into() } else { peer::describe(&peer.client) };
        let name = format!("session {number} ({client})");
        let started = match self.hand_over(&peer, number, &client, &name) {
            Some(given) => given,
            None => self.fork(peer, number, &client, &name)?,
        };
        self.count = number;
        self.shared.host.give_away();
        let StartedSession { line, process, recorder } = started;
        let running = RunningSession {
            name,
            user,
            line: Rc::new(line),
            process: Rc::new(process),
            recorder,
            outcome: None,
            owes_messages: 0,
            source: None,
        };
        self.running.insert(number, running);
        Ok(number)
    }

    /// Serves a client in a new process.
    fn fork(
        &self,
        peer: NewClient,
        number: u64,
        client: &str,
        name: &str,
    ) -> io::Result<StartedSession> {
        let (line, theirs) = Packets::pair()?;
        let recorder = last_messages::recorder();
        let descriptors = self.descriptors(&peer, &theirs);
        let Self { shared, rules, observe, .. } = self;
        let session = SessionStart {
            shared,
            rules,
            observe: *observe,
            number,
            client,
            name,
            recorder: recorder.as_ref(),
        };
        let process = Process::start(SESSION, &descriptors, OnParentsEnd::Killed, move || {
            session.run(peer, None, &Line::new(theirs));
            0
        })?;
        let recorder = last_messages::keep_from_others(recorder);
        Ok(StartedSession { line, process, recorder })
    }

    /// Gives a client to the spare session, if that can serve it.
    fn hand_over(
        &mut self,
        peer: &NewClient,
        number: u64,
        client: &str,
        name: &str,
    ) -> Option<StartedSession> {
        // One that has ended is replaced when this client is served.
        self.spare.take_if(|spare| spare.has_ended());
        if self.spare.is_none() || peer.wm.is_some() || peer.sandbox.is_some() {
            return None;
        }
        // If the host is gone or busy, a new session waits for it or tells the client.
        let host = self.shared.host.connect_at_once().ok()?;
        let (client, name) = (client.to_owned(), name.to_owned());
        let serve = Serve { number, client, name, is_watched: self.observe.is_watched };
        let given = self.spare.take()?.serve(&serve, &peer.client, host.as_ref());
        given.map_err(|spare| self.retired.push(spare.end())).ok()
    }

    /// Starts a spare session for the next client, if there is none and it may help.
    pub fn prepare_spare(&mut self) {
        if self.spare.is_some() || !Spare::is_useful(&self.shared.host, &self.rules) {
            return;
        }
        match Spare::start(&self.shared, &self.rules, self.observe, self.count + 1) {
            Ok(spare) => self.spare = Some(spare),
            // The next client's session is started when it comes.
            Err(e) => tracing::debug!("no spare session: {e}"),
        }
    }

    /// Ends the spare session, which knows the old rules.
    pub fn retire_spare(&mut self) {
        self.retired.extend(self.spare.take().map(Spare::end));
    }

    /// The numbers of the descriptors that a session has.
    fn descriptors(&self, peer: &NewClient, line: &Packets) -> Vec<RawFd> {
        let NewClient { client, wm, sandbox } = peer;
        let mut all = vec![client.as_raw_fd(), line.as_fd().as_raw_fd()];
        all.extend(wm.as_ref().map(AsRawFd::as_raw_fd));
        all.extend(sandbox.as_ref().map(|sandbox| sandbox.host.as_fd().as_raw_fd()));
        all.extend(self.shared.host.descriptors());
        all.extend(log::descriptor());
        all
    }

    /// One that runs.
    pub fn get(&mut self, number: u64) -> Option<&mut RunningSession> {
        self.running.get_mut(&number)
    }

    /// How many run.
    pub fn live(&self) -> usize {
        self.running.len()
    }

    /// The numbers of those that run.
    pub fn numbers(&self) -> Vec<u64> {
        self.running.keys().copied().collect()
    }

    /// What a session says next. `None`: its line is closed, or it says what makes no sense and
    /// was killed for it.
    ///
    /// # Errors
    /// `WouldBlock` if it says nothing.
    pub fn hear(&mut self, number: u64) -> io::Result<Option<Packet<SessionReport>>> {
        let Some(running) = self.running.get(&number) else { return Ok(None) };
        match running.line.receive(WaitMode::No) {
            Err(e) if e.kind() != io::ErrorKind::WouldBlock => {
                let why = if e.kind() == io::ErrorKind::InvalidData {
                    "its report makes no sense"
                } else {
                    "the service cannot read its report"
                };
                tracing::error!("{}: is killed, because {why}: {e}", running.name);
                running.process.kill();
                Ok(None)
            }
            heard => heard,
        }
    }

    /// Asks all sessions.
    pub fn ask(&mut self, ask: &SessionCommand) {
        for running in self.running.values_mut() {
            running.owes_messages += u32::from(matches!(ask, SessionCommand::Messages));
            // It fails for one that has ended, or does not answer earlier questions either.
            let _ = running.line.send(ask, &[], WaitMode::No);
        }
    }

    /// Removes one whose process has ended.
    pub fn remove(&mut self, number: u64) -> Option<RunningSession> {
        let running = self.running.remove(&number)?;
        self.left(running.user);
        Some(running)
    }

    /// Kills those that do not end when they are asked to.
    pub fn kill_all(&mut self) {
        for (_, running) in std::mem::take(&mut self.running) {
            tracing::warn!("{}: is killed, because it does not end", running.name);
            running.process.kill();
        }
    }
}

impl RunningSession {
    /// Its result, once its process has ended; and what it did last, if something has killed it.
    pub fn outcome(self) -> (Outcome, Option<SharedMemory<RecorderMemory>>) {
        let Self { name, outcome, process, recorder, .. } = self;
        let status = process.ended();
        if let Some(outcome) = outcome {
            return (outcome, None);
        }
        let how = status.map_or_else(|| "for no known reason".into(), how);
        tracing::error!("{name}: ended {how}; other programs go on");
        (Outcome { failed: true, ..Outcome::default() }, recorder)
    }
}

/// How a process ended that did not report its end.
fn how(status: ExitStatus) -> String {
    use std::os::unix::process::ExitStatusExt;
    let Some(signal) = status.signal() else {
        return format!("with {status} and no report, which is a bug in carafe");
    };
    let name = signal_hook::low_level::signal_name(signal);
    let name = name.map_or_else(|| format!("signal {signal}"), str::to_owned);
    let why = match signal {
        libc::SIGKILL => ": somebody killed it, or the machine had no memory left",
        libc::SIGSYS => ": it did what its sandbox forbids; somebody may have taken it over",
        libc::SIGABRT => ": most likely it got no more memory",
        libc::SIGSEGV | libc::SIGBUS | libc::SIGILL | libc::SIGFPE => ", which is a bug in carafe",
        _ => "",
    };
    format!("by {name}{why}")
}
