//! The end of a session: when it ends, and what is still sent and received.

use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, Timespec, poll};

use super::{End, Session};
use crate::session::engine::Flow;
use crate::session::fault::Fault;
use crate::session::port::Port;

/// How long a client may take to receive the error that ends its session.
const LAST_WORDS: Duration = Duration::from_millis(500);

/// How long the host may take to answer the last request of a client that is gone.
const LEAVE: Duration = Duration::from_millis(300);

impl Session {
    /// Whether requests of a client wait that is gone. Nobody would see their result, and the host
    /// may never let them pass.
    pub(super) fn waits_for_nobody(&self) -> bool {
        self.client.hung_up && self.engine.is_waiting()
    }

    /// If a side is gone, the session ends once the other side has got everything from it.
    #[cold]
    pub(super) fn ended(&self) -> Option<End> {
        let done = |port: &Port, flow: &Flow, other: &Port| {
            port.ended && (flow.out.is_empty() || other.deaf || other.ended)
        };
        let is_held = self.is_held() && !self.client.deaf && !self.client.ended;
        if self.waits_for_nobody() {
            Some(End::Client)
        } else if !is_held && done(&self.host, &self.engine.events, &self.client) {
            // Without a socket's hang-up, only an error message tells it.
            let is_told = self.presence.is_none() || self.engine.observer.host_error.is_some();
            Some(if is_told { End::Host } else { End::HostIsGone })
        } else if done(&self.client, &self.engine.requests, &self.host) {
            Some(End::Client)
        } else {
            None
        }
    }

    /// Receives the host's answers to past requests, whose descriptors would otherwise stay open
    /// for good: for example a keymap for which a client did not wait.
    pub(super) fn leave(&mut self) {
        if self.held.is_some() && !self.host.ended && !self.host.deaf {
            self.receive_the_rest();
        }
    }

    #[cold]
    pub(super) fn receive_the_rest(&mut self) {
        let Self { engine, host, .. } = self;
        let Ok(last) = engine.ask_host() else { return };
        if host.write(&mut engine.requests).is_err() {
            return;
        }
        let until = Instant::now() + LEAVE;
        while !host.ended && !host.deaf {
            let Flow { input, fds, out } = &mut engine.events;
            out.clear();
            fds.close_first(usize::MAX);
            while let Ok(Some(header)) = input.peek() {
                input.advance(usize::from(header.len));
                if header.object == last {
                    return;
                }
            }
            let left = until.saturating_duration_since(Instant::now());
            if left.is_zero() || host.read(&mut engine.events).is_err() {
                return;
            }
            if !engine.events.input.has_message() {
                host.channel.wait(left);
            }
        }
    }

    /// Tells the client why it is not served.
    pub fn refuse(&mut self, fault: &Fault) {
        self.last_words(fault);
        self.leave();
    }

    /// Tells the client why its session ends, if it listens.
    pub(super) fn last_words(&mut self, fault: &Fault) {
        self.engine.tell(fault);
        if self.is_held() {
            // It does not listen, and others must not wait for it.
            let _ = self.write_to_client();
            return;
        }
        let Self { engine, client, .. } = self;
        let until = Instant::now() + LAST_WORDS;
        loop {
            if client.write(&mut engine.events).is_err() {
                return;
            }
            let left = until.saturating_duration_since(Instant::now());
            if engine.events.out.is_empty() || client.ended || left.is_zero() {
                return;
            }
            let timeout = Timespec { tv_sec: 0, tv_nsec: i64::from(left.subsec_nanos()) };
            let _ = poll(&mut [PollFd::new(&client.channel.fd(), PollFlags::OUT)], Some(&timeout));
        }
    }
}
