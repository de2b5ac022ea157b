//! A session's loop: waits for its two channels and moves what comes.

mod end;
mod farewell;
mod patience;
mod presence;

use std::io;
use std::ops::ControlFlow;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::time::Instant;

use rustix::event::Timespec;
use rustix::event::epoll::{self, EventData, EventFlags};

use super::engine::{Engine, Flow};
use super::fault::Fault;
use super::port::Port;
use super::unread_events::UnreadEvents;
use crate::channel::{Channel, ReceiveError, Waits};
use crate::observe::{Side, Work};
pub use end::End;
use end::HOST_IS_GONE;
use presence::Presence;

const CLIENT_EVENTS: u64 = 0;
const HOST: u64 = 1;
const SERVICE: u64 = 2;
/// The number of the descriptor that the client's requests wait for.
const FENCE: u64 = 3;
/// The number of a handler's descriptor.
const HANDLER: u64 = 4;
/// The first number for the descriptors of the host's channel.
const CHANNEL: u64 = 5;

const AT_ONCE: Timespec = Timespec { tv_sec: 0, tv_nsec: 0 };

/// A client, its host connection, and the engine between them.
pub struct Session {
    // The fields are dropped in this order: the connections first, because closing a descriptor of
    // the client may wait for its file system.
    client: Port,
    host: Port,
    engine: Engine,
    epoll: OwnedFd,
    /// Whether the host's channel has descriptors of its own.
    has_own_descriptors: bool,
    /// Whether the host is alive, for a host that may vanish without a sign.
    presence: Option<Presence>,
    /// What the client's requests wait for.
    fence: Option<OwnedFd>,
    /// What the client has not taken, while the host must be read all the same.
    held: Option<Box<UnreadEvents>>,
    watches_handler: bool,
}

impl Session {
    /// Joins a client's and a host's channel. `service` is readable when the service says
    /// something.
    ///
    /// # Errors
    /// When the kernel gives no epoll instance.
    pub fn new(
        engine: Engine,
        client: Box<dyn Channel>,
        host: Box<dyn Channel>,
        service: BorrowedFd<'_>,
    ) -> io::Result<Self> {
        let epoll = epoll::create(epoll::CreateFlags::CLOEXEC)?;
        epoll::add(&epoll, service, EventData::new_u64(SERVICE), EventFlags::IN)?;
        let (client, host) = (Port::new(client), Port::new(host));
        let has_own_descriptors = host.channel.has_own_descriptors();
        let presence = host.channel.doubt().map(Presence::new);
        let held = host.channel.must_be_read().then(Box::default);
        Ok(Self {
            engine,
            client,
            host,
            epoll,
            has_own_descriptors,
            presence,
            fence: None,
            held,
            watches_handler: false,
        })
    }

    /// The session's state.
    pub fn engine(&mut self) -> &mut Engine {
        &mut self.engine
    }

    /// Serves until one side is gone. When the service says something, `hear` takes all of it, and
    /// breaks when the session is to end.
    pub fn run(&mut self, mut hear: impl FnMut(&mut Engine) -> ControlFlow<()>) -> End {
        let mut turned = self.start().map(|()| None);
        loop {
            match turned {
                Ok(None) => {}
                Ok(Some(mut end)) => {
                    if matches!(end, End::HostIsGone) {
                        self.last_words(&Fault::service(HOST_IS_GONE));
                        // If the client left at the same time, it misses nothing.
                        if self.client.deaf {
                            end = End::Host;
                        }
                    }
                    self.leave();
                    return end;
                }
                Err(fault) => {
                    self.last_words(&fault);
                    self.leave();
                    return End::Fault(fault);
                }
            }
            turned = self.turn(&mut hear);
        }
    }

    fn start(&mut self) -> Result<(), Fault> {
        if self.has_own_descriptors {
            let waits = self.epoll.try_clone().map(|epoll| Waits::new(epoll, CHANNEL));
            let joined = waits.and_then(|waits| self.host.channel.join(waits));
            joined.map_err(|e| Fault::resources(format!("cannot listen to the host: {e}")))?;
        }
        self.engine.start()?;
        self.pump(Side::Client, None, 0)
    }

    fn turn(
        &mut self,
        hear: &mut impl FnMut(&mut Engine) -> ControlFlow<()>,
    ) -> Result<Option<End>, Fault> {
        self.register().map_err(cannot_wait)?;
        if self.has_own_descriptors {
            self.settle_channel()?;
        }
        let mut events =
            [epoll::Event { flags: EventFlags::empty(), data: EventData::new_u64(0) }; 3];
        let (mut client_due, mut host_due) = (self.client.is_due(), self.host.is_due());
        let timeout = if client_due || host_due { Some(AT_ONCE) } else { self.timeout()? };
        let count = match epoll::wait(&self.epoll, &mut events, timeout.as_ref()) {
            Err(rustix::io::Errno::INTR) => return Ok(None),
            other => other.map_err(cannot_wait)?,
        };
        for event in events.iter().take(count) {
            match event.data.u64() {
                CLIENT_EVENTS => {
                    self.client.told(event.flags);
                    client_due = true;
                }
                HOST => {
                    self.host.told(event.flags);
                    host_due = true;
                }
                number => {
                    let end = self.woken_by(number, hear)?;
                    if end.is_some() {
                        return Ok(end);
                    }
                }
            }
        }
        if client_due {
            self.serve_client()?;
        }
        if host_due {
            self.serve_host()?;
        }
        let over = self.client.ended || self.host.ended || self.waits_for_nobody();
        Ok(if over { self.ended() } else { None })
    }

    /// Handles another descriptor than those of the two ends.
    #[cold]
    fn woken_by(
        &mut self,
        number: u64,
        hear: &mut impl FnMut(&mut Engine) -> ControlFlow<()>,
    ) -> Result<Option<End>, Fault> {
        match number {
            FENCE => {
                if let Some(fence) = self.fence.take() {
                    // Other processes have the same file open, so closing it does not remove it
                    // from epoll.
                    let _ = epoll::delete(&self.epoll, &fence);
                }
            }
            HANDLER => self.engine.ready()?,
            number @ CHANNEL.. => {
                self.host.channel.ready(number - CHANNEL);
                return Ok(None);
            }
            _ => {
                if hear(&mut self.engine).is_break() {
                    return Ok(Some(End::Stopped));
                }
                self.engine.woken()?;
            }
        }
        self.pump(Side::Client, None, 0)?;
        Ok(None)
    }

    #[cold]
    fn settle_channel(&mut self) -> Result<(), Fault> {
        let settled = self.host.channel.settle();
        settled.map_err(|e| Fault::service(format!("the way to the host is broken: {e}")))
    }

    /// Registers for input where there is room for it, and for output where something waits.
    fn register(&mut self) -> io::Result<()> {
        let Self { engine, client, host, epoll, held, .. } = self;
        let wanted = |port: &Port, from: &Flow, to: &Flow| {
            let mut flags = EventFlags::empty();
            if !port.ended && from.wants_input() && !to.out.is_full() {
                flags |= EventFlags::IN;
            }
            if !to.out.is_empty() {
                flags |= EventFlags::OUT;
            }
            flags
        };
        let mut of_client = wanted(client, &engine.requests, &engine.events);
        if held.as_ref().is_some_and(|held| !held.is_empty()) {
            of_client |= EventFlags::OUT;
        }
        let of_host = wanted(host, &engine.events, &engine.requests);
        client.register(epoll.as_fd(), CLIENT_EVENTS, of_client)?;
        host.register(epoll.as_fd(), HOST, of_host)?;
        if engine.has_watched() { self.register_handler() } else { Ok(()) }
    }

    #[cold]
    fn register_handler(&mut self) -> io::Result<()> {
        let Self { engine, epoll, watches_handler, .. } = self;
        let wanted = engine.watched().filter(|_| !engine.is_full());
        if wanted.is_some() != *watches_handler {
            *watches_handler = wanted.is_some();
            let data = EventData::new_u64(HANDLER);
            match (wanted, engine.watched()) {
                (Some(fd), _) => epoll::add(&epoll, fd, data, EventFlags::IN)?,
                (None, Some(fd)) => epoll::delete(&epoll, fd)?,
                (None, None) => {}
            }
        }
        Ok(())
    }

    fn serve_client(&mut self) -> Result<(), Fault> {
        let start = self.engine.observer.span_start();
        let read = self.client.read(&mut self.engine.requests).map_err(|e| received(&e, true))?;
        self.pump(Side::Client, start, read)
    }

    /// Reads from the host; returns the number of bytes.
    fn serve_host(&mut self) -> Result<usize, Fault> {
        let start = self.engine.observer.span_start();
        let read = self.host.read(&mut self.engine.events).map_err(|e| received(&e, false))?;
        if read > 0
            && let Some(presence) = &mut self.presence
        {
            presence.heard();
        }
        self.pump(Side::Host, start, read)?;
        Ok(read)
    }

    /// Handles and sends everything that is possible, after this many bytes were read from a side.
    fn pump(&mut self, side: Side, start: Option<u64>, read: usize) -> Result<(), Fault> {
        let mut time = start;
        if read > 0 {
            time = self.engine.observer.span(Work::Read, start, read);
            self.engine.observer.read(side, read);
        }
        loop {
            let mut forwarded = self.engine.forward();
            if side == Side::Client && self.engine.has_watched() {
                // Send first, so that a frame does not wait for the handler's other work.
                forwarded = forwarded.and(self.write_to_host());
                self.engine.sent();
            }
            let forwarded = forwarded.and_then(|()| self.engine.flush());
            time = self.engine.observer.span(Work::Forward, time, read);
            let to_host = self.write_to_host();
            let to_client = self.write_to_client();
            time = self.engine.observer.span(Work::Send, time, read);
            self.engine.sent();
            if forwarded.is_err() || to_host.is_err() || to_client.is_err() {
                return first_fault(forwarded, to_host, to_client);
            }
            if let Some(fence) = self.engine.take_wait() {
                self.wait_for(fence)?;
            }
            if !self.engine.is_stalled() {
                return Ok(());
            }
        }
    }

    fn write_to_host(&mut self) -> Result<(), Fault> {
        if let Some(presence) = &mut self.presence
            && !self.engine.requests.out.is_empty()
        {
            presence.sent(Instant::now);
        }
        self.host.write(&mut self.engine.requests)
    }

    fn write_to_client(&mut self) -> Result<(), Fault> {
        if self.held.is_some() {
            self.write_or_hold()
        } else {
            self.client.write(&mut self.engine.events)
        }
    }

    /// Sends to the client. What it does not take is held, so that the host's next messages need
    /// not wait.
    #[cold]
    fn write_or_hold(&mut self) -> Result<(), Fault> {
        let Self { engine, client, held: Some(held), .. } = self else { return Ok(()) };
        let is_first = held.is_empty();
        if is_first {
            client.write(&mut engine.events)?;
        }
        if !engine.events.out.is_empty() {
            engine.hold_events(held, is_first)?;
        }
        if held.is_empty() { Ok(()) } else { client.write_held(held) }
    }

    /// Whether anything is held for the client.
    fn is_held(&self) -> bool {
        self.held.as_ref().is_some_and(|held| !held.is_empty())
    }

    /// Waits until a fence was reached.
    #[cold]
    fn wait_for(&mut self, fence: OwnedFd) -> Result<(), Fault> {
        if self.fence.is_some() {
            return Ok(());
        }
        let data = EventData::new_u64(FENCE);
        epoll::add(&self.epoll, &fence, data, EventFlags::IN)
            .map_err(|e| Fault::resources(format!("cannot wait for a fence: {e}")))?;
        self.fence = Some(fence);
        Ok(())
    }
}

#[cold]
fn cannot_wait(error: impl Into<io::Error>) -> Fault {
    let error: io::Error = error.into();
    Fault::service(format!("cannot wait for messages: {error}"))
}

#[cold]
fn first_fault(
    forwarded: Result<(), Fault>,
    to_host: Result<(), Fault>,
    to_client: Result<(), Fault>,
) -> Result<(), Fault> {
    forwarded.and(to_host).and(to_client)
}

#[cold]
fn received(error: &ReceiveError, from_client: bool) -> Fault {
    use super::fault::DisplayError;
    match error {
        ReceiveError::TooManyFds(e) if from_client => {
            Fault::display(DisplayError::InvalidMethod, e.to_string())
        }
        ReceiveError::TooManyFds(e) => Fault::host(e.to_string()),
        ReceiveError::Garbled(text) => Fault::host(text.clone()),
        ReceiveError::Io(_) | ReceiveError::OutOfFds => Fault::resources(error.to_string()),
    }
}
