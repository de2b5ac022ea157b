//! A session's end: when it has come, and what is still said and taken in.

use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, Timespec, poll};

use super::{End, Session};
use crate::session::engine::Flow;
use crate::session::fault::Fault;
use crate::session::port::Port;

/// How long a client is given to take the error that ends its session.
const LAST_WORDS: Duration = Duration::from_millis(500);

/// How long the host is given to answer the last request of a client that is gone.
const LEAVE: Duration = Duration::from_millis(300);

impl Session {
    /// Whether requests wait of a client that is gone: what they would show, nobody will
    /// see, and the host may never let them pass.
    pub(super) fn waits_for_nobody(&self) -> bool {
        self.client.hung_up && self.engine.is_waiting()
    }

    /// A side that is gone ends the session once the other one has all that it
    /// said.
    #[cold]
    pub(super) fn ended(&self) -> Option<End> {
        let done = |port: &Port, flow: &Flow, other: &Port| {
            port.ended && (flow.out.is_empty() || other.deaf || other.ended)
        };
        let is_held = self.is_held() && !self.client.deaf && !self.client.ended;
        if self.waits_for_nobody() {
            Some(End::Client)
        } else if !is_held && done(&self.host, &self.engine.events, &self.client) {
            // Where there is no hang-up of a socket, it takes a word to tell it.
            let is_told = self.presence.is_none() || self.engine.observer.host_error.is_some();
            Some(if is_told { End::Host } else { End::HostIsGone })
        } else if done(&self.client, &self.engine.requests, &self.host) {
            Some(End::Client)
        } else {
            None
        }
    }

    /// Takes in what the host says to what it was asked, where that would stay for good with
    /// nobody to receive it: descriptors of a keymap that a client did not wait for.
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
                let timeout = Timespec { tv_sec: 0, tv_nsec: i64::from(left.subsec_nanos()) };
                let _ = poll(&mut [PollFd::new(&host.channel.fd(), PollFlags::IN)], Some(&timeout));
            }
        }
    }

    /// Tells the client why its session ends, if it listens.
    pub(super) fn last_words(&mut self, fault: &Fault) {
        self.engine.tell(fault);
        if self.is_held() {
            // It does not listen, and others must not wait until it does.
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
