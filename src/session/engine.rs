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
use super::held::{Held, LIMIT};
use super::objects::{Object, Objects};
use super::routes::Turn;
use crate::observe::{Observer, Side, Watch, WatchOptions};
use crate::protocol::{Interface, InterfaceId, Message, Tables};
use crate::surfaces::{Book, Key};
use crate::wire::{DISPLAY_ID, FdQueue, Header, Outbox, ReadBuffer};

/// What handlers share, see [`Context`].
struct State {
    tables: &'static Tables,
    objects: Objects,
    globals: Globals,
    book: Book,
    /// Requests of handlers in the client's name.
    as_client: Replay,
    /// See [`Context::wants_others`].
    wants_others: bool,
}

impl State {
    /// For a handler, with the descriptors that came and where messages of carafe's own go:
    /// to the client, to the host.
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

    /// What the message under way has made is in the book: the object leads there.
    #[inline]
    fn book_made(&mut self) {
        if let Some((id, slot)) = self.book.take_made()
            && !self.objects.set_slot(id, slot)
        {
            self.book.unmake(id, slot);
        }
    }
}

/// The state of a session, without its sockets.
pub struct Engine {
    state: State,
    handlers: Handlers,
    /// A handler waits with the client's requests until the host says something.
    requests_wait: bool,
    /// What they wait for besides the host: until it is readable.
    wait_for: Option<OwnedFd>,
    /// From the client to the host.
    pub requests: Flow,
    /// From the host to the client.
    pub events: Flow,
    /// Log, ring of recent messages, counters.
    pub observer: Observer,
}

impl Engine {
    /// A session's start: only `wl_display` is there.
    pub fn new(tables: &'static Tables, handlers: Handlers, observer: Observer) -> Self {
        let state = State {
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

    /// The session's objects.
    pub fn objects(&self) -> &Objects {
        &self.state.objects
    }

    /// Watches what is wanted from now on, or nothing any more. Messages of the
    /// watched interfaces are then forwarded one by one.
    pub fn watch(&mut self, wanted: WatchOptions) {
        if wanted.any() == self.observer.watch.is_some() {
            return;
        }
        self.observer.watch = wanted.any().then(|| Box::new(Watch::new(self.state.tables, wanted)));
        self.set_plans();
    }

    fn set_plans(&mut self) {
        let Self { handlers, state, observer, .. } = self;
        let is_watched = observer.watch.is_some();
        let plans = if is_watched { handlers.watched_plans() } else { handlers.plans() };
        state.objects.set_plans(plans);
    }

    /// Finds out anew who sees which messages.
    #[cold]
    fn reroute(&mut self) -> Result<(), Fault> {
        self.state.wants_others = false;
        let rerouted = self.handlers.reroute(self.state.tables);
        rerouted.map_err(|e| Fault::service(e.to_string()))?;
        self.set_plans();
        Ok(())
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

    /// What becomes readable when the client's requests are worth another try.
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

    /// Notes what a request has to wait for. Gives whether it may pass.
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

    /// Whether what carafe makes itself has reached its bound.
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

    /// Lets the handlers say the session's first words to the host.
    ///
    /// # Errors
    /// [`Fault`]: the session must end.
    pub fn start(&mut self) -> Result<(), Fault> {
        self.tell_handlers(Handlers::start)
    }

    /// Asks the host for a word: gives the id of the callback that answers.
    ///
    /// # Errors
    /// [`Fault`]: the session must end.
    #[cold]
    pub fn ask_host(&mut self) -> Result<u32, Fault> {
        let State { tables, objects, .. } = &mut self.state;
        let none = || Fault::service("there is no wl_callback");
        let callback = tables.find("wl_callback").ok_or_else(none)?;
        let id = objects.make_host_only(callback, 1)?;
        self.requests.out.make(DISPLAY_ID, REQ_SYNC_OPCODE, |request| request.uint(id));
        Ok(id)
    }

    /// Moves what the client has not taken to where it is held. `is_cut`: of the first
    /// message a part was sent.
    ///
    /// # Errors
    /// [`Fault`]: there is too much of it.
    #[cold]
    pub fn hold_events(&mut self, held: &mut Held, is_cut: bool) -> Result<(), Fault> {
        let Self { state: State { tables, objects, .. }, events: Flow { input, out, .. }, .. } =
            self;
        let mut fds = out.take(input.bytes(), |bytes| {
            if is_cut { held.push_rest(bytes) } else { held.push(bytes, tables, objects) }
        });
        let fds = held.push_fds(&mut fds);
        if fds.is_err() || held.len() > LIMIT {
            let text = "the client takes no events, and there are too many to be held for it";
            return Err(Fault::service(text));
        }
        Ok(())
    }

    /// Lets the handlers look for what other sessions have left them.
    ///
    /// # Errors
    /// [`Fault`]: the session must end.
    pub fn woken(&mut self) -> Result<(), Fault> {
        self.tell_handlers(Handlers::woken)
    }

    /// Whether anything is watched for a handler.
    #[inline]
    pub fn has_watched(&self) -> bool {
        self.handlers.has_watched()
    }

    /// What is watched for a handler, if there is anything.
    pub fn watched(&self) -> Option<BorrowedFd<'_>> {
        self.handlers.watched()
    }

    /// What is watched for a handler is readable.
    ///
    /// # Errors
    /// [`Fault`]: the session must end.
    pub fn ready(&mut self) -> Result<(), Fault> {
        self.tell_handlers(Handlers::ready)
    }

    /// Lets the handler that has a connection of its own send what it has.
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

    /// Events are noted when they cross. One that was refused has the host's ids, and is
    /// shown all the same.
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

    /// Handles a run of plain messages and the one behind it. `false`: no more can be
    /// handled now. (Not inlined: what the loop of its caller needs again and again would
    /// be computed in front of it, and most of that it never needs.)
    #[inline(never)]
    fn forward_some<const FROM_CLIENT: bool>(&mut self) -> Result<bool, Fault> {
        if self.is_full() || FROM_CLIENT && !self.replay()? {
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

    /// Handles the next message, if all of it is there and need not wait.
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
