//! What the engine reports about one session.

use super::Side;
use super::clock;
use super::counters::Counters;
use super::decode::MessageText;
use super::log;
use super::ring::Ring;
use super::spans::Work;
use super::watch::Watch;
use crate::protocol::{InterfaceId, Message, Special};
use crate::shared::ValuePlace;
use crate::wire::Header;

/// Which sides' messages are written to standard error.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LogMessages {
    /// Between client and carafe.
    pub client: bool,
    /// Between carafe and host.
    pub host: bool,
    /// Show also what the user types, reads or copies; this applies to the recent messages of
    /// an error too.
    pub secrets: bool,
}

/// Whether a message arrives at carafe or leaves it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Leg {
    /// It arrives.
    In,
    /// It leaves.
    Out,
}

/// The observations of one session.
pub struct Observer {
    /// The session's name in logs.
    pub name: String,
    /// The most recent messages.
    pub ring: ValuePlace<Ring>,
    /// Counts of what crossed.
    pub counters: Counters,
    /// The text of the host's `wl_display.error`, if it sent one.
    pub host_error: Option<String>,
    /// The expensive observations, while somebody asks for them.
    pub watch: Option<Box<Watch>>,
    log: LogMessages,
    /// When it started, by [`clock::now`].
    pub since: u64,
}

impl Observer {
    /// Starts to observe a session.
    pub fn new(name: String, log: LogMessages) -> Self {
        Self {
            name,
            ring: ValuePlace::Own(Box::default()),
            counters: Counters::default(),
            host_error: None,
            watch: None,
            log,
            since: clock::now(),
        }
    }

    /// Notes that bytes were read from a side.
    #[inline]
    pub fn read(&mut self, side: Side, bytes: usize) {
        match side {
            Side::Client => self.counters.request_bytes += bytes as u64,
            Side::Host => self.counters.event_bytes += bytes as u64,
        }
        if self.watch.is_some() {
            self.watch_read();
        }
    }

    #[cold]
    fn watch_read(&mut self) {
        if let Some(watch) = &mut self.watch {
            watch.read();
        }
    }

    /// Passes a message, with the client's id of its object, to [`watch`](Self::watch).
    #[cold]
    pub fn watch_message(
        &mut self,
        side: Side,
        header: Header,
        interface: InterfaceId,
        body: &[u8],
    ) {
        match (&mut self.watch, side) {
            (Some(watch), Side::Client) => watch.request(header, interface, body),
            (Some(watch), Side::Host) => watch.event(header, interface),
            (None, _) => {}
        }
    }

    /// The time, for [`span`](Self::span); `None` if nobody asks for a trace.
    #[inline]
    pub fn span_start(&self) -> Option<u64> {
        if self.watch.is_some() { self.watched_start() } else { None }
    }

    #[cold]
    fn watched_start(&self) -> Option<u64> {
        self.watch.as_ref()?.span_start()
    }

    /// Notes the work that was done since `start`, if there is one. Returns the current time.
    #[inline]
    pub fn span(&mut self, work: Work, start: Option<u64>, note: usize) -> Option<u64> {
        self.watched_span(work, start?, note)
    }

    #[cold]
    fn watched_span(&mut self, work: Work, start: u64, note: usize) -> Option<u64> {
        let note = u32::try_from(note).unwrap_or(u32::MAX);
        self.watch.as_mut()?.span(work, start, note)
    }

    /// Notes a message. Its bytes, with the sender's ids, are at `position` of its
    /// direction's stream.
    #[inline]
    pub fn note(&mut self, side: Side, position: u32, interface: InterfaceId) {
        self.ring.start_run(side, position, false);
        self.ring.push(0, interface);
    }

    /// Counts a run of messages without descriptors.
    #[inline]
    pub fn count_plain(&mut self, side: Side, messages: usize, frames: u64) {
        let messages = messages as u64;
        match side {
            Side::Client => self.counters.requests += messages,
            Side::Host => self.counters.events += messages,
        }
        self.counters.frames += frames;
    }

    /// Counts a message.
    #[inline]
    pub fn count(&mut self, side: Side, message: &Message) {
        match side {
            Side::Client => {
                self.counters.requests += 1;
                self.counters.frames += u64::from(message.special == Special::Commits);
            }
            Side::Host => self.counters.events += 1,
        }
        self.counters.fds += u64::from(message.fds);
    }

    /// Whether the user wants messages in the log.
    #[inline]
    pub fn is_logging(&self) -> bool {
        self.log.client || self.log.host
    }

    /// Whether logs show also what the user types, reads or copies.
    pub fn shows_secrets(&self) -> bool {
        self.log.secrets
    }

    /// Writes a message of `from` to the log, as it arrives or as it leaves.
    #[cold]
    pub fn log(&self, from: Side, leg: Leg, message: &MessageText<'_>) {
        let (shown, arrow) = match (from, leg) {
            (Side::Client, Leg::In) => (self.log.client, "client->"),
            (Side::Client, Leg::Out) => (self.log.host, "->host"),
            (Side::Host, Leg::In) => (self.log.host, "host->"),
            (Side::Host, Leg::Out) => (self.log.client, "->client"),
        };
        if !shown {
            return;
        }
        #[expect(clippy::cast_precision_loss, reason = "seconds with four digits")]
        let now = (clock::now() - self.since) as f64 / 1e9;
        let line = format!("{now:>11.4} {}: {arrow} {message}\n", self.name);
        log::write(line);
    }
}
