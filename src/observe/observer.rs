//! One session's observations, as the engine reports them.

use std::io::Write;
use std::time::{Duration, Instant};

use super::Side;
use super::counters::Counters;
use super::decode::Decoded;
use super::ring::Ring;
use crate::protocol::{Interface, InterfaceId, Message};
use crate::wire::Header;

/// Which sides' messages are written to standard error.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LogMessages {
    /// Between client and carafe.
    pub client: bool,
    /// Between carafe and host.
    pub host: bool,
}

/// What one session shows of itself.
pub struct Observer {
    /// How logs call the session.
    pub name: String,
    /// The most recent messages.
    pub ring: Ring,
    /// What crossed.
    pub counters: Counters,
    /// Text of the `wl_display.error` that the host sent, if it did.
    pub host_error: Option<String>,
    log: LogMessages,
    start: Instant,
    now: Duration,
}

impl Observer {
    /// Observes from now on.
    pub fn new(name: String, log: LogMessages) -> Self {
        Self {
            name,
            ring: Ring::default(),
            counters: Counters::default(),
            host_error: None,
            log,
            start: Instant::now(),
            now: Duration::ZERO,
        }
    }

    /// Bytes were read: the messages to come are of this time.
    #[inline]
    pub fn read(&mut self, bytes: usize) {
        self.now = self.start.elapsed();
        self.counters.bytes += bytes as u64;
    }

    /// Keeps a message, with the client's ids.
    #[inline]
    pub fn record(&mut self, side: Side, header: Header, interface: InterfaceId, body: &[u8]) {
        self.ring.push(self.now, side, header, interface, body);
    }

    /// Counts a message that crosses.
    #[inline]
    pub fn count<const FROM_CLIENT: bool>(&mut self, message: &Message) {
        if FROM_CLIENT {
            self.counters.requests += 1;
            self.counters.frames += u64::from(message.is_frame);
        } else {
            self.counters.events += 1;
        }
        self.counters.fds += u64::from(message.fds);
    }

    /// Whether messages are to be written out.
    #[inline]
    pub fn is_logging(&self) -> bool {
        self.log.client || self.log.host
    }

    /// Writes a message as it came in.
    #[cold]
    pub fn log_received(
        &self,
        from: Side,
        header: Header,
        interface: &Interface,
        message: &Message,
        body: &[u8],
    ) {
        match from {
            Side::Client if self.log.client => {
                self.log("client->", header, interface, message, body);
            }
            Side::Host if self.log.host => self.log("host->", header, interface, message, body),
            _ => {}
        }
    }

    /// Writes a message as it goes out.
    #[cold]
    pub fn log_sent(
        &self,
        from: Side,
        header: Header,
        interface: &Interface,
        message: &Message,
        body: &[u8],
    ) {
        match from {
            Side::Client if self.log.host => self.log("->host", header, interface, message, body),
            Side::Host if self.log.client => self.log("->client", header, interface, message, body),
            _ => {}
        }
    }

    fn log(
        &self,
        arrow: &str,
        header: Header,
        interface: &Interface,
        message: &Message,
        body: &[u8],
    ) {
        let decoded = Decoded { object: header.object, interface, message, body };
        let line = format!("{:>13.6} {}: {arrow} {decoded}\n", self.now.as_secs_f64(), self.name);
        // One write a line, so that sessions' lines do not mix. When nobody
        // can read it any more, the log is no reason to stop.
        let _ = std::io::stderr().write_all(line.as_bytes());
    }
}
