//! The two flows of a session and the steps that move messages through them.
//!
//! Most messages are plain: no handler wants them, their length is fixed, they
//! carry no descriptors. [`Engine`] takes runs of those in one tight loop
//! (`plain`) and everything else one by one (`one`), which is also where all
//! mistakes are found.

mod as_client;
mod flow;
mod log;
mod one;
mod plain;
mod plans;

#[cfg(test)]
mod tests;

use std::os::fd::{BorrowedFd, OwnedFd};

use wayland_client::protocol::wl_display::REQ_SYNC_OPCODE;

pub use self::flow::Flow;
use super::fault::Fault;
use super::globals::Globals;
use super::handler::Replay;
use super::handler::{Context, Wait};
use super::handlers::Handlers;
use super::objects::{Object, Objects};
use super::routes::Turn;
use super::unread_events::{MAX_UNREAD, UnreadEvents};
use crate::observe::{Observer, RecorderMemory, Side};
use crate::protocol::{Interface, InterfaceId, Message, Tables};
use crate::surfaces::{Book, Key};
use crate::wire::{DISPLAY_ID, FdQueue, Header, Outbox, ReadBuffer};

/// The state that handlers share, see [`Context`].
struct EngineState {
    tables: &'static Tables,
    objects: Objects,
    globals: Globals,
    book: Book,
    /// Requests that handlers make in the client's name.
    as_client: Replay,
    /// See [`Context::wants_others`].
    wants_others: bool,
}

impl EngineState {
    /// The context for a handler: with the received descriptors, and with the queues for carafe's
    /// own messages to the client and to the host.
    #[inline]
    fn context<'a>(
        &'a mut self,
        (to_client, to_host): (&'a mut Outbox, &'a mut Outbox),
        fds: &'a mut FdQueue,
        observer: &'a mut Observer,
    ) -> Context<'a> {
        let Self { tables, objects, globals, book, as_client, wants_others } = self;
        Context {
            tables,
            objects,
            to_client,
            to_host,
            as_client,
            fds,
            globals,
            book,
            observer,
            wants_others,
        }
    }

    /// Links the object that the current message has made to its entry in the book.
    #[inline]
    fn book_made(&mut self) {
        if let Some((id, slot)) = self.book.take_made()
            && !self.objects.set_slot(id, slot)
        {
            self.book.unmake(id, slot);
        }
    }
}

/// The state of a session, except its sockets.
pub struct Engine {
    state: EngineState,
    handlers: Handlers,
    /// A handler holds back the client's requests until the host says something.
    requests_wait: bool,
    /// What they wait for besides the host: until this is readable.
    wait_for: Option<OwnedFd>,
    /// From the client to the host.
    pub requests: Flow,
    /// From the host to the client.
    pub events: Flow,
    /// Log, ring of recent messages, counters.
    pub observer: Observer,
}

impl Engine {
    /// The state at a session's start, when only `wl_display` exists.
    pub fn new(tables: &'static Tables, handlers: Handlers, observer: Observer) -> Self {
        let state = EngineState {
            tables,
            objects: Objects::new(tables, handlers.plans()),
            globals: Globals::default(),
            book: Book::default(),
            as_client: Replay::default(),
            wants_others: false,
        };
        Self {
            state,
            handlers,
            requests_wait: false,
            wait_for: None,
            requests: Flow::default(),
            events: Flow::default(),
            observer,
        }
    }

    /// Works in memory that outlives this process. Call it before there are messages.
    pub fn record_in(&mut self, recorder: &'static mut RecorderMemory) {
        let (ring, client, host) = recorder.parts();
        self.observer.ring = ring;
        self.requests.input = client;
        self.events.input = host;
    }

    /// The session's objects.
    pub fn objects(&self) -> &Objects {
        &self.state.objects
    }

    /// What could be sent was sent: who watches is told what waits.
    #[inline]
    pub fn sent(&mut self) {
        if self.observer.watch.is_some() {
            self.tell_sent();
        }
    }

    #[cold]
    fn tell_sent(&mut self) {
        if let Some(watch) = &mut self.observer.watch {
            let sent = (self.requests.out.is_empty(), self.events.out.is_empty());
            watch.sent(sent, (self.requests.waiting(), self.events.waiting()));
        }
    }

    /// The descriptor that becomes readable when the client's requests should be tried again.
    #[inline]
    pub fn take_wait(&mut self) -> Option<OwnedFd> {
        self.wait_for.take()
    }

    /// Whether the client's requests wait.
    #[inline]
    pub fn is_waiting(&self) -> bool {
        self.requests_wait
    }

    /// The client's request that waits.
    pub(super) fn waiting_request(&self) -> Option<(Header, InterfaceId)> {
        let header = self.requests.input.peek().ok()?.filter(|_| self.requests_wait)?;
        Some((header, self.state.objects.client(header.object)?.interface))
    }

    /// Notes what a request must wait for. Returns whether it may pass.
    #[inline]
    fn may_pass(&mut self, turns: &[Turn], object: Key) -> bool {
        match self.handlers.must_wait(turns, object, &self.state.book) {
            None => self.requests_wait = false,
            Some(wait) => {
                self.requests_wait = true;
                if let Wait::ForFence(fence) = wait {
                    self.wait_for = Some(fence);
                }
            }
        }
        !self.requests_wait
    }

    /// Whether carafe's own messages have reached their bound.
    pub fn is_full(&self) -> bool {
        self.requests.out.is_full() || self.events.out.is_full()
    }

    /// Whether complete messages wait that [`forward`](Self::forward) could
    /// handle now.
    pub fn is_stalled(&self) -> bool {
        let full = self.is_full();
        let Self { requests, events, requests_wait, .. } = self;
        !full && (requests.input.has_message() && !requests_wait || events.input.has_message())
    }

    /// Handles all complete messages of both sides, as far as the bounds of
    /// the queues allow.
    ///
    /// # Errors
    /// [`Fault`]: the session must end.
    pub fn forward(&mut self) -> Result<(), Fault> {
        self.forward_from::<true>()?;
        self.forward_from::<false>().inspect_err(|_| self.note_refused_event())?;
        if self.requests_wait { self.forward_from::<true>() } else { Ok(()) }
    }

    /// Lets the handlers send the session's first requests to the host.
    ///
    /// # Errors
    /// [`Fault`]: the session must end.
    pub fn start(&mut self) -> Result<(), Fault> {
        self.tell_handlers(Handlers::start)
    }

    /// Asks the host for a sign of life; returns the id of the callback that answers.
    ///
    /// # Errors
    /// [`Fault`]: the session must end.
    #[cold]
    pub fn ask_host(&mut self) -> Result<u32, Fault> {
        let EngineState { tables, objects, .. } = &mut self.state;
        let none = || Fault::service("there is no wl_callback");
        let callback = tables.find("wl_callback").ok_or_else(none)?;
        let id = objects.make_host_only(callback, 1)?;
        self.requests.out.make(DISPLAY_ID, REQ_SYNC_OPCODE, |request| request.uint(id));
        Ok(id)
    }

    /// Moves what the client has not taken to where it is held. `is_cut` tells that part of the
    /// first message was sent.
    ///
    /// # Errors
    /// [`Fault`]: there is too much of it.
    #[cold]
    pub fn hold_events(&mut self, held: &mut UnreadEvents, is_cut: bool) -> Result<(), Fault> {
        let Self {
            state: EngineState { tables, objects, .. },
            events: Flow { input, out, .. },
            ..
        } = self;
        let mut fds = out.take(input.bytes(), |bytes| {
            if is_cut { held.push_rest(bytes) } else { held.push(bytes, tables, objects) }
        });
        let fds = held.push_fds(&mut fds);
        if fds.is_err() || held.len() > MAX_UNREAD {
            let text = "the client takes no events, and there are too many to be held for it";
            return Err(Fault::service(text));
        }
        Ok(())
    }

    /// Lets the handlers look for what other sessions have left for them.
    ///
    /// # Errors
    /// [`Fault`]: the session must end.
    pub fn woken(&mut self) -> Result<(), Fault> {
        self.tell_handlers(Handlers::woken)
    }

    /// Whether a handler has a descriptor to watch.
    #[inline]
    pub fn has_watched(&self) -> bool {
        self.handlers.has_watched()
    }

    /// The descriptor that a handler wants watched, if there is one.
    pub fn watched(&self) -> Option<BorrowedFd<'_>> {
        self.handlers.watched()
    }

    /// Tells the handler that its descriptor is readable.
    ///
    /// # Errors
    /// [`Fault`]: the session must end.
    pub fn ready(&mut self) -> Result<(), Fault> {
        self.tell_handlers(Handlers::ready)
    }

    /// Lets the handler that has a connection of its own send what it has queued.
    ///
    /// # Errors
    /// [`Fault`]: the session must end.
    pub fn flush(&mut self) -> Result<(), Fault> {
        if self.has_watched() { self.flush_handler() } else { Ok(()) }
    }

    #[cold]
    fn flush_handler(&mut self) -> Result<(), Fault> {
        self.tell_handlers(Handlers::flush)?;
        self.replay().map(drop)
    }

    pub(super) fn tell_handlers(
        &mut self,
        tell: impl FnOnce(&mut Handlers, &mut Context<'_>) -> Result<(), Fault>,
    ) -> Result<(), Fault> {
        let Self { state, handlers, requests, events, observer, .. } = self;
        let mut fds = FdQueue::default();
        let mut context = state.context((&mut events.out, &mut requests.out), &mut fds, observer);
        let told = tell(handlers, &mut context);
        self.log_made();
        told
    }

    /// Tells the client why its session ends.
    pub fn tell(&mut self, fault: &Fault) {
        fault.tell(&mut self.events.out);
        self.log_made();
    }

    /// Notes an event that was refused. Events are usually noted when they cross. This one still
    /// has the host's ids, but it is shown nevertheless.
    #[cold]
    fn note_refused_event(&mut self) {
        let input = &self.events.input;
        if let Ok(Some(header)) = input.peek()
            && let Some(object) = self.state.objects.host(header.object)
        {
            self.observer.note(Side::Host, input.position(), object.interface);
        }
    }

    fn forward_from<const FROM_CLIENT: bool>(&mut self) -> Result<(), Fault> {
        while self.forward_some::<FROM_CLIENT>()? {}
        Ok(())
    }

    /// Handles a run of plain messages and the message after it. Returns `false` if no more can be
    /// handled now. It is not inlined, because the compiler would compute values for the loop in
    /// advance that are rarely needed.
    #[inline(never)]
    fn forward_some<const FROM_CLIENT: bool>(&mut self) -> Result<bool, Fault> {
        if self.is_full() {
            return Ok(false);
        }
        if FROM_CLIENT && !self.state.as_client.is_empty() && !self.replay()? {
            return Ok(false);
        }
        if self.state.wants_others {
            self.reroute()?;
        }
        if self.input::<FROM_CLIENT>().is_handled() {
            return Ok(false);
        }
        self.forward_plain::<FROM_CLIENT>()?;
        let rest = self.input::<FROM_CLIENT>();
        if rest.is_handled() { Ok(false) } else { self.forward_next::<FROM_CLIENT>() }
    }

    #[inline]
    fn input<const FROM_CLIENT: bool>(&self) -> &ReadBuffer {
        if FROM_CLIENT { &self.requests.input } else { &self.events.input }
    }

    /// Handles the next message, if it is complete and need not wait.
    #[inline(never)]
    fn forward_next<const FROM_CLIENT: bool>(&mut self) -> Result<bool, Fault> {
        let malformed = |fault| Fault::malformed(FROM_CLIENT, fault);
        match self.input::<FROM_CLIENT>().peek().map_err(malformed)? {
            Some(header) => self.forward_one::<FROM_CLIENT>(header),
            None => Ok(false),
        }
    }
}

/// The object that a message is for.
#[inline]
fn receiver<const FROM_CLIENT: bool>(objects: &Objects, id: u32) -> Option<&Object> {
    if FROM_CLIENT { objects.client(id) } else { objects.host(id) }
}

#[inline]
fn message_of<const FROM_CLIENT: bool>(interface: &Interface, header: Header) -> Option<&Message> {
    let messages = if FROM_CLIENT { &interface.requests } else { &interface.events };
    messages.get(usize::from(header.opcode))
}
