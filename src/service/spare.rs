//! A session that was started ahead of need, and waits for its client in its sandbox: a new client
//! gets it at once, and need not wait until one is forked and shut in.
//!
//! It knows nothing of its client, so it is only there if all clients get the same policy, and it
//! opens nothing itself: the service connects to the host. One that has ended unnoticed costs
//! nothing: its client gets a new session.

use std::ffi::CStr;
use std::io;
use std::os::fd::{AsFd, AsRawFd, OwnedFd};
use std::os::unix::net::UnixStream;

use serde::{Deserialize, Serialize};

use super::host::HostAddress;
use super::last_messages;
use super::limits;
use super::line::Line;
use super::session::{CommonSettings, NewClient, Observe, SessionStart};
use super::session_sandbox::Enclosure;
use crate::fork::{OnParentsEnd, Process};
use crate::observe::{RecorderMemory, log};
use crate::packets::{Packets, WaitMode};
use crate::policy::{Client, Rules};
use crate::shared::SharedMemory;

/// The name of a session's process.
pub const SESSION: &CStr = c"carafe-session";

/// A spare session, as the service sees it.
pub struct Spare(StartedSession);

/// A new session, as the service sees it.
pub struct StartedSession {
    /// The service's end of its line.
    pub line: Packets,
    /// Its process.
    pub process: Process,
    /// Its recent messages.
    pub recorder: Option<SharedMemory<RecorderMemory>>,
}

/// What a spare session is told. With it go the client's socket and, if the host has one, the
/// host's.
#[derive(Serialize, Deserialize)]
pub struct Serve {
    /// The session's number.
    pub number: u64,
    /// Its client, as `peer::describe` has it.
    pub client: String,
    /// Its name in logs.
    pub name: String,
    /// Whether a `carafe stats` runs.
    pub is_watched: bool,
}

impl Spare {
    /// Whether a spare session can serve all clients.
    pub fn is_useful(host: &HostAddress, rules: &Rules) -> bool {
        let is_confined = || rules.policy(&Client::default(), false).globals.keeps_all_privileged();
        !rules.depend_on_client()
            && match host {
                HostAddress::Virtwl(..) => true,
                HostAddress::Socket(_) => !is_confined(),
                // It opens a file, or there is only one connection.
                HostAddress::Virtgpu(..) | HostAddress::Connection(_) => false,
            }
    }

    /// Starts one, which will have this number at the earliest.
    ///
    /// # Errors
    /// When there are too many processes or descriptors.
    pub fn start(
        shared: &CommonSettings,
        rules: &Rules,
        observe: Observe,
        number: u64,
    ) -> io::Result<Self> {
        let (line, theirs) = Packets::pair()?;
        let recorder = last_messages::recorder();
        let mut keep = vec![theirs.as_fd().as_raw_fd()];
        keep.extend(shared.host.descriptors());
        keep.extend(log::descriptor());
        let process = Process::start(c"carafe-spare", &keep, OnParentsEnd::Killed, || {
            limits::raise_open_files();
            let enclosure = Enclosure::new(&shared.sandbox, number, false);
            if let Some((message, client, host)) = wait(&theirs) {
                let _ = rustix::thread::set_name(SESSION);
                let Serve { number, client: described, name, is_watched } = message;
                let observe = Observe { is_watched, ..observe };
                let (described, name) = (&*described, &*name);
                let recorder = recorder.as_ref();
                let session = SessionStart {
                    shared,
                    rules,
                    observe,
                    number,
                    client: described,
                    name,
                    recorder,
                };
                session.run(client, Some((enclosure, host)), &Line::new(theirs));
            }
            0
        })?;
        let recorder = last_messages::keep_from_others(recorder);
        Ok(Self(StartedSession { line, process, recorder }))
    }

    /// Whether something has ended it.
    pub fn has_ended(&self) -> bool {
        self.0.process.ended().is_some()
    }

    /// Gives it a client and its connection to the host; returns the session.
    ///
    /// # Errors
    /// Itself, if it does not take them.
    pub fn serve(
        self,
        message: &Serve,
        client: &UnixStream,
        host: Option<&OwnedFd>,
    ) -> Result<StartedSession, Self> {
        let mut fds = vec![client.as_fd()];
        fds.extend(host.map(AsFd::as_fd));
        match self.0.line.send(message, &fds, WaitMode::No) {
            Ok(()) => Ok(self.0),
            Err(_) => Err(self),
        }
    }

    /// Ends it; returns its process.
    pub fn end(self) -> Process {
        self.0.process.kill();
        self.0.process
    }
}

/// Waits until the service says what to serve. `None`: it wants nothing any more.
fn wait(line: &Packets) -> Option<(Serve, NewClient, Option<OwnedFd>)> {
    let mut packet = line.receive::<Serve>(WaitMode::Yes).ok()??;
    let (client, host) = if let Some([client, host]) = packet.fds.take() {
        (client, Some(host))
    } else {
        let [client] = packet.fds.take()?;
        (client, None)
    };
    Some((packet.message, UnixStream::from(client).into(), host))
}
