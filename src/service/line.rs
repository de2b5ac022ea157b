//! A session's line to the service. The service waits for no client and no host, so a session may
//! wait for it.

#[cfg(test)]
mod tests;

use std::cell::RefCell;
use std::collections::HashSet;
use std::io;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::rc::Rc;
use std::time::Duration;

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::rand::{GetRandomFlags, getrandom};
use serde::de::DeserializeOwned;

use super::broker::MAX_SOURCES;
use super::host_socket::HostSocket;
use super::report::{SessionCommand, SessionReport};
use crate::packets::{Packet, Packets, WaitMode};
use crate::policy::{LocalSources, PrimarySelection, SourceId, Transfer};

/// Bound on the transfers that wait until the session's handler takes them. It does at once.
const MAX_ASKED: usize = 256;

/// How long a session waits for the answer to a question. On a machine that is so slow, data goes
/// to the host and back.
const ANSWER_PATIENCE: Duration = Duration::from_secs(1);

/// A session's end of the line.
pub struct Line {
    packets: Packets,
    /// What this session's sources were asked for.
    asked: RefCell<Vec<Transfer>>,
    /// The session's sources, of all its handlers.
    sources: RefCell<HashSet<SourceId>>,
    /// The news about the primary selection.
    #[expect(clippy::option_option, reason = "that there is none any more is news, too")]
    primary: RefCell<Option<Option<PrimarySelection>>>,
}

impl Line {
    /// Makes it from its end of the pair.
    pub fn new(packets: Packets) -> Rc<Self> {
        Rc::new(Self {
            packets,
            asked: RefCell::default(),
            sources: RefCell::default(),
            primary: RefCell::default(),
        })
    }

    /// Tells the service something.
    pub fn report(&self, report: &SessionReport, fds: &[BorrowedFd<'_>]) {
        // The service is gone only if this process is about to be killed.
        let _ = self.packets.send(report, fds, WaitMode::Yes);
    }

    /// Asks the service something; returns its answer and so many descriptors.
    ///
    /// # Errors
    /// When the service does not answer in time, or there are no descriptors left.
    fn question<T: DeserializeOwned, const N: usize>(
        &self,
        question: &SessionReport,
    ) -> io::Result<(T, [OwnedFd; N])> {
        let (answer, theirs) = Packets::pair()?;
        self.report(question, &[theirs.as_fd()]);
        drop(theirs);
        let patience = Timespec::try_from(ANSWER_PATIENCE).map_err(io::Error::other)?;
        poll(&mut [PollFd::new(&answer, PollFlags::IN)], Some(&patience))?;
        let refused = || io::Error::other("the service has none");
        let Packet { message, mut fds } = answer.receive(WaitMode::No)?.ok_or_else(refused)?;
        Ok((message, fds.take().ok_or_else(refused)?))
    }

    /// A socket at which the host accepts the clients of a security context, and its listener.
    ///
    /// # Errors
    /// When there are no descriptors left, or the service cannot make it.
    pub fn host_socket(&self) -> io::Result<(HostSocket, OwnedFd)> {
        let ((), [host, listener]) = self.question(&SessionReport::HostSocket)?;
        Ok((host.into(), listener))
    }

    /// What the service asks, if it asks something. Transfers and the primary selection are kept for
    /// their handlers.
    pub fn asks(&self) -> Option<SessionCommand> {
        loop {
            match self.packets.receive(WaitMode::No) {
                Ok(Some(mut packet)) => match packet.message {
                    SessionCommand::Transfer(source, mime) => {
                        let mut asked = self.asked.borrow_mut();
                        if let Some([to]) = packet.fds.take()
                            && asked.len() < MAX_ASKED
                            && self.sources.borrow().contains(&source)
                        {
                            asked.push(Transfer { source, mime, to });
                        }
                    }
                    SessionCommand::Primary(selected) => {
                        self.primary.replace(Some(selected));
                    }
                    other => return Some(other),
                },
                Err(e) if e.kind() == std::io::ErrorKind::WouldBlock => return None,
                // The service is gone.
                Ok(None) | Err(_) => return Some(SessionCommand::Stop),
            }
        }
    }
}

/// Readable when the service asks something.
impl AsFd for Line {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.packets.as_fd()
    }
}

/// The sources of all sessions, and this session's share of them.
pub struct SessionSources {
    line: Rc<Line>,
    own: HashSet<SourceId>,
}

impl SessionSources {
    /// For a session without sources.
    pub fn new(line: Rc<Line>) -> Self {
        Self { line, own: HashSet::new() }
    }
}

impl LocalSources for SessionSources {
    fn add(&mut self) -> Option<SourceId> {
        if self.own.len() >= MAX_SOURCES {
            return None;
        }
        let mut bytes = [0; 16];
        getrandom(&mut bytes, GetRandomFlags::empty()).ok().filter(|len| *len == bytes.len())?;
        let source = SourceId(u128::from_ne_bytes(bytes));
        self.own.insert(source);
        self.line.sources.borrow_mut().insert(source);
        self.line.report(&SessionReport::Source(source), &[]);
        Some(source)
    }

    fn remove(&mut self, source: SourceId) {
        if self.own.remove(&source) {
            self.line.sources.borrow_mut().remove(&source);
            self.line.asked.borrow_mut().retain(|transfer| transfer.source != source);
            self.line.report(&SessionReport::SourceGone(source), &[]);
        }
    }

    fn knows(&self, source: SourceId) -> bool {
        let ask = || self.line.question(&SessionReport::IsKnown(source));
        self.own.contains(&source) || matches!(ask(), Ok((true, [])))
    }

    fn ask(&mut self, transfer: Transfer) {
        let Transfer { source, mime, to } = transfer;
        self.line.report(&SessionReport::Transfer(source, mime), &[to.as_fd()]);
    }

    fn asked(&mut self) -> Vec<Transfer> {
        // A session may have several handlers with sources.
        let mut asked = self.line.asked.borrow_mut();
        asked.extract_if(.., |transfer| self.own.contains(&transfer.source)).collect()
    }

    fn follow_primary(&self) {
        self.line.report(&SessionReport::FollowPrimary, &[]);
    }

    fn select_primary(&self, selected: Option<PrimarySelection>) {
        self.line.report(&SessionReport::Primary(selected), &[]);
    }

    fn primary(&self) -> Option<Option<PrimarySelection>> {
        self.line.primary.take()
    }
}
