//! A session's loop: waits for its two channels and moves what comes.

use std::io;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::time::{Duration, Instant};

use rustix::event::epoll::{self, EventData, EventFlags};
use rustix::event::{EventfdFlags, PollFd, PollFlags, Timespec, eventfd, poll};

use super::engine::{Engine, Flow};
use super::fault::Fault;
use crate::channel::{CannotCross, Channel, NO_ANSWER, ReceiveError, Waits};

/// How long a client is given to take the error that ends its session.
const LAST_WORDS: Duration = Duration::from_millis(500);

/// What the service tells its sessions.
pub struct Control {
    stop: AtomicBool,
    dumps: AtomicU32,
    wake: OwnedFd,
}

impl Control {
    /// One for all sessions of a process.
    ///
    /// # Errors
    /// When the kernel gives no eventfd.
    pub fn new() -> io::Result<Arc<Self>> {
        let wake = eventfd(0, EventfdFlags::CLOEXEC | EventfdFlags::NONBLOCK)?;
        Ok(Arc::new(Self { stop: AtomicBool::new(false), dumps: AtomicU32::new(0), wake }))
    }

    /// Ends all sessions.
    pub fn stop(&self) {
        self.stop.store(true, Ordering::Release);
        self.wake();
    }

    /// Asks all sessions for their recent messages.
    pub fn dump(&self) {
        self.dumps.fetch_add(1, Ordering::Release);
        self.wake();
    }

    /// Sessions watch the eventfd edge-triggered and never read it, so that
    /// one write wakes each of them once.
    fn wake(&self) {
        // It fails only when the counter is full: then all are awake already.
        let _ = rustix::io::write(&self.wake, &1u64.to_ne_bytes());
    }
}

/// Why a session ended.
#[derive(Debug, thiserror::Error)]
pub enum End {
    /// The client closed its connection.
    #[error("closed by the client")]
    Client,
    /// The host closed the connection.
    #[error("closed by the host")]
    Host,
    /// carafe is stopping.
    #[error("stopped")]
    Stopped,
    /// Somebody broke the protocol, or resources ran out; the client was told.
    #[error(transparent)]
    Fault(#[from] Fault),
}

/// One end of a session with what is registered for it.
struct Port {
    channel: Box<dyn Channel>,
    /// What epoll was told; `None`: not registered, because epoll reports a
    /// hang-up even where nothing is asked for, and would spin.
    registered: Option<EventFlags>,
    /// The peer is gone: nothing more comes.
    ended: bool,
    /// The peer takes nothing more: what was for it is dropped.
    deaf: bool,
}

impl Port {
    fn new(channel: Box<dyn Channel>) -> Self {
        Self { channel, registered: None, ended: false, deaf: false }
    }

    fn register(&mut self, epoll: BorrowedFd<'_>, data: u64, wanted: EventFlags) -> io::Result<()> {
        let wanted = (!wanted.is_empty()).then_some(wanted);
        if wanted == self.registered {
            return Ok(());
        }
        let fd = self.channel.fd();
        match (self.registered, wanted) {
            (None, Some(flags)) => epoll::add(epoll, fd, EventData::new_u64(data), flags)?,
            (Some(_), Some(flags)) => epoll::modify(epoll, fd, EventData::new_u64(data), flags)?,
            (Some(_), None) => epoll::delete(epoll, fd)?,
            (None, None) => {}
        }
        self.registered = wanted;
        Ok(())
    }

    /// Reads once into a flow that wants input. Gives the number of bytes.
    fn read(&mut self, flow: &mut Flow) -> Result<usize, ReceiveError> {
        if self.ended || !flow.wants_input() {
            return Ok(0);
        }
        match self.channel.receive(flow.input.room(), &mut flow.fds) {
            Ok(0) => self.ended = true,
            Ok(len) => {
                flow.input.filled(len);
                return Ok(len);
            }
            Err(ReceiveError::Io(e)) if e.kind() == io::ErrorKind::WouldBlock => {}
            // A reset or anything else that the socket says: it is over.
            Err(ReceiveError::Io(_)) => self.ended = true,
            Err(e) => return Err(e),
        }
        Ok(0)
    }

    fn write(&mut self, flow: &mut Flow) -> Result<(), Fault> {
        if flow.out.is_empty() {
            return Ok(());
        }
        let mut fault = Ok(());
        if !self.deaf {
            let Flow { input, out, .. } = flow;
            let sent = out.send(input.bytes(), |bytes, fds| self.channel.send(bytes, fds));
            if let Err(e) = sent {
                // What the peer said before it went is still to be read.
                self.deaf = true;
                if CannotCross::is_in(&e) {
                    fault = Err(Fault::Service(e.to_string()));
                }
            }
        }
        if self.deaf {
            flow.out.clear();
        }
        fault
    }
}

const CLIENT: u64 = 0;
const HOST: u64 = 1;
const CONTROL: u64 = 2;
/// From here on: descriptors that the host's channel waits for.
const CHANNEL: u64 = 3;

/// Whether the host has said anything yet.
#[derive(Clone, Copy)]
enum Silence {
    /// It was not asked anything; then it has this long to answer.
    Patient(Duration),
    /// It must answer by then.
    Until(Instant),
    /// It has, or it need not.
    Over,
}

/// A client, its host connection, and the engine between them.
pub struct Session {
    engine: Engine,
    client: Port,
    host: Port,
    epoll: OwnedFd,
    /// The host's channel waits for more than its one descriptor.
    has_own_descriptors: bool,
    silence: Silence,
    control: Arc<Control>,
    /// How many dumps were asked for and given.
    dumps: u32,
}

impl Session {
    /// Joins a client's and a host's channel.
    ///
    /// # Errors
    /// When the kernel gives no epoll instance.
    pub fn new(
        engine: Engine,
        client: Box<dyn Channel>,
        host: Box<dyn Channel>,
        control: Arc<Control>,
    ) -> io::Result<Self> {
        let epoll = epoll::create(epoll::CreateFlags::CLOEXEC)?;
        let flags = EventFlags::IN | EventFlags::ET;
        epoll::add(&epoll, control.wake.as_fd(), EventData::new_u64(CONTROL), flags)?;
        let dumps = control.dumps.load(Ordering::Acquire);
        let (client, mut host) = (Port::new(client), Port::new(host));
        let has_own_descriptors = host.channel.has_own_descriptors();
        if has_own_descriptors {
            host.channel.join(Waits::new(epoll.try_clone()?, CHANNEL));
        }
        let silence = host.channel.patience().map_or(Silence::Over, Silence::Patient);
        Ok(Self { engine, client, host, epoll, has_own_descriptors, silence, control, dumps })
    }

    /// The session's state.
    pub fn engine(&self) -> &Engine {
        &self.engine
    }

    /// Serves until one side is gone; `dump` gets the engine when the service
    /// asks for recent messages.
    pub fn run(&mut self, mut dump: impl FnMut(&Engine)) -> End {
        loop {
            match self.turn(&mut dump) {
                Ok(None) => {}
                Ok(Some(end)) => return end,
                Err(fault) => {
                    self.last_words(&fault);
                    return End::Fault(fault);
                }
            }
        }
    }

    fn turn(&mut self, dump: &mut impl FnMut(&Engine)) -> Result<Option<End>, Fault> {
        let broken = |e: io::Error| Fault::Service(format!("cannot wait for messages: {e}"));
        self.register().map_err(broken)?;
        if self.has_own_descriptors {
            let settled = self.host.channel.settle();
            settled.map_err(|e| Fault::Service(format!("the way to the host is broken: {e}")))?;
        }
        let mut events =
            [epoll::Event { flags: EventFlags::empty(), data: EventData::new_u64(0) }; 3];
        let timeout = self.timeout()?;
        let count = match epoll::wait(&self.epoll, &mut events, timeout.as_ref()) {
            Err(rustix::io::Errno::INTR) => return Ok(None),
            other => other.map_err(|e| broken(e.into()))?,
        };
        for event in events.iter().take(count) {
            match event.data.u64() {
                CLIENT => self.serve_client()?,
                HOST => self.serve_host()?,
                number @ CHANNEL.. => self.host.channel.ready(number - CHANNEL),
                _ => {
                    if self.control.stop.load(Ordering::Acquire) {
                        return Ok(Some(End::Stopped));
                    }
                    let asked = self.control.dumps.load(Ordering::Acquire);
                    if std::mem::replace(&mut self.dumps, asked) != asked {
                        dump(&self.engine);
                    }
                }
            }
        }
        Ok(self.ended())
    }

    /// How long to wait: for good, but for a host that has not said a word yet, or
    /// that takes nothing any more and may not say that it is gone.
    fn timeout(&mut self) -> Result<Option<Timespec>, Fault> {
        if self.host.deaf && self.has_own_descriptors && !self.host.ended {
            if self.serve_host_once()? == 0 {
                self.host.ended = true;
            }
            return Ok(Some(Timespec { tv_sec: 0, tv_nsec: 0 }));
        }
        let Silence::Until(until) = self.silence else { return Ok(None) };
        let left = until.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return Err(Fault::Service(NO_ANSWER.into()));
        }
        Ok(Timespec::try_from(left).ok())
    }

    /// A side that is gone ends the session once the other one has all that it
    /// said.
    fn ended(&self) -> Option<End> {
        let done = |port: &Port, flow: &Flow, other: &Port| {
            port.ended && (flow.out.is_empty() || other.deaf || other.ended)
        };
        if done(&self.host, &self.engine.events, &self.client) {
            Some(End::Host)
        } else if done(&self.client, &self.engine.requests, &self.host) {
            Some(End::Client)
        } else {
            None
        }
    }

    /// Asks for input where the way on is free, and for room where something
    /// could not be sent.
    fn register(&mut self) -> io::Result<()> {
        let Self { engine, client, host, epoll, .. } = self;
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
        let of_client = wanted(client, &engine.requests, &engine.events);
        let of_host = wanted(host, &engine.events, &engine.requests);
        client.register(epoll.as_fd(), CLIENT, of_client)?;
        host.register(epoll.as_fd(), HOST, of_host)
    }

    fn serve_client(&mut self) -> Result<(), Fault> {
        let read = self.client.read(&mut self.engine.requests).map_err(|e| received(&e, true))?;
        self.pump(read)
    }

    fn serve_host(&mut self) -> Result<(), Fault> {
        self.serve_host_once().map(drop)
    }

    /// Gives how many bytes there were.
    fn serve_host_once(&mut self) -> Result<usize, Fault> {
        let read = self.host.read(&mut self.engine.events).map_err(|e| received(&e, false))?;
        if read > 0 {
            self.silence = Silence::Over;
        }
        self.pump(read)?;
        Ok(read)
    }

    /// Handles and sends all that can be.
    fn pump(&mut self, read: usize) -> Result<(), Fault> {
        if read > 0 {
            self.engine.observer.read(read);
        }
        loop {
            let forwarded = self.engine.forward();
            if let Silence::Patient(patience) = self.silence
                && !self.engine.requests.out.is_empty()
            {
                self.silence = Silence::Until(Instant::now() + patience);
            }
            let sent = self.host.write(&mut self.engine.requests);
            self.client.write(&mut self.engine.events)?;
            forwarded.and(sent)?;
            if !self.engine.is_stalled() {
                return Ok(());
            }
        }
    }

    /// Tells the client why its session ends, if it listens.
    fn last_words(&mut self, fault: &Fault) {
        let Self { engine, client, .. } = self;
        fault.tell(&mut engine.events.out);
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

fn received(error: &ReceiveError, from_client: bool) -> Fault {
    use super::fault::DisplayError;
    match error {
        ReceiveError::TooManyFds(e) if from_client => {
            Fault::display(DisplayError::InvalidMethod, e.to_string())
        }
        ReceiveError::TooManyFds(e) => Fault::Host(e.to_string()),
        ReceiveError::Garbled(text) => Fault::Host(text.clone()),
        ReceiveError::Io(_) | ReceiveError::OutOfFds => Fault::Resources(error.to_string()),
    }
}
