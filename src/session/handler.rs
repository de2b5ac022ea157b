//! How a protocol that needs more than forwarding takes part in a session.

use std::os::fd::{BorrowedFd, OwnedFd};
use std::sync::Arc;

use wayland_client::protocol::wl_display::EVT_DELETE_ID_OPCODE;

use super::engine::Replay;
use super::fault::{ArgFault, Fault};
use super::fits::Fits;
use super::globals::Globals;
use super::objects::{Object, Objects, Seen};
use super::translate::translate;
use crate::observe::{Observer, Side, Work};
use crate::protocol::{Interface, InterfaceId, Message, Tables};
use crate::surfaces::{Book, Buffer, Key, Surface};
use crate::wire::{
    ArgReader, DISPLAY_ID, FdQueue, HEADER_LEN, Header, Outbox, SERVER_ID_START, Shape,
};

/// What becomes of a message that a handler has seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It crosses, its ids rewritten.
    Forward,
    /// It crosses; the handler has already put the receiver's ids into it.
    Translated,
    /// It does not cross. Its descriptors are closed. New objects in it are
    /// the handler's to make.
    Drop,
    /// The same, but the handler has taken the descriptors.
    Took,
    /// It does not cross, and the handlers behind this one do not see it either.
    Withhold,
}

/// What a request has to wait for, and all behind it.
#[derive(Debug)]
pub enum Wait {
    /// Until the host has said something.
    ForHost,
    /// Until the host has said something, or this is readable.
    ForFence(OwnedFd),
}

impl Verdict {
    /// What handlers say together when the next one has spoken, and whether that is the
    /// last word.
    fn then(self, next: Self) -> (Self, bool) {
        match (self, next) {
            (_, Self::Withhold) => (Self::Drop, true),
            // Descriptors that were taken are not to be closed.
            (Self::Forward, next) | (_, next @ Self::Took) => (next, false),
            (before, _) => (before, false),
        }
    }
}

/// Why a handler refuses a message.
#[derive(Debug)]
pub enum Refusal {
    /// Its arguments are wrong.
    Args(ArgFault),
    /// Another reason.
    Fault(Fault),
}

impl Refusal {
    /// The fault that it is, of that message.
    pub(super) fn into_fault(
        self,
        from_client: bool,
        header: Header,
        interface: &Interface,
        message: &Message,
    ) -> Fault {
        match self {
            Self::Fault(fault) => fault,
            Self::Args(args) => Fault::arguments(from_client, header, interface, message, &args),
        }
    }
}

impl<T: Into<ArgFault>> From<T> for Refusal {
    fn from(fault: T) -> Self {
        Self::Args(fault.into())
    }
}

impl From<Fault> for Refusal {
    fn from(fault: Fault) -> Self {
        Self::Fault(fault)
    }
}

/// A message that a handler looks at, before it is translated.
pub struct Incoming<'a> {
    /// Object and opcode as the sender wrote them.
    pub header: Header,
    /// The object that it is for.
    pub object: Object,
    /// Its arguments, which the handler may change in place.
    pub body: &'a mut [u8],
}

impl Incoming<'_> {
    /// A cursor over the arguments.
    pub fn args(&mut self) -> ArgReader<'_> {
        ArgReader::new(self.body)
    }

    /// How a request's object leads into the book of surfaces.
    pub fn key(&self) -> Key {
        Key { id: self.header.object, slot: self.object.slot }
    }
}

/// What a handler may touch of its session.
pub struct Context<'a> {
    /// The known protocols.
    pub tables: &'a Tables,
    /// The session's objects.
    pub objects: &'a mut Objects,
    /// Where events of carafe's own for the client go.
    pub to_client: &'a mut Outbox,
    /// Where requests of carafe's own for the host go.
    pub to_host: &'a mut Outbox,
    /// Requests that the client has made earlier, or should have: they are handled as if
    /// it made them now.
    pub as_client: &'a mut Replay,
    /// The message's descriptors, and those of later ones behind them.
    pub fds: &'a mut FdQueue,
    /// What the host offers.
    pub globals: &'a mut Globals,
    /// What the client's surfaces show.
    pub book: &'a mut Book,
    /// Surfaces that are shown at another size than their own.
    pub fits: &'a mut Fits,
    /// The session's log and counters.
    pub observer: &'a mut Observer,
}

impl Context<'_> {
    /// carafe's own registry at the host.
    ///
    /// # Errors
    /// [`IdFault`](super::IdFault) when there are too many objects.
    pub fn own_registry(&mut self) -> Result<u32, super::IdFault> {
        self.globals.registry(self.tables, self.objects, self.to_host)
    }

    /// A surface of the client's, by its id.
    pub fn surface(&self, id: u32) -> Option<&Surface> {
        self.book.surface(self.objects.key(id))
    }

    /// The same, to be changed.
    pub fn surface_mut(&mut self, id: u32) -> Option<&mut Surface> {
        self.book.surface_mut(self.objects.key(id))
    }

    /// A buffer of the client's, by its id.
    pub fn buffer(&self, id: u32) -> Option<&Arc<Buffer>> {
        self.book.buffer(self.objects.key(id))
    }

    /// Sends the host a request with other arguments in the place of one without descriptors,
    /// which the handler then [withholds](Verdict::Withhold). Ids in them are the client's.
    ///
    /// # Errors
    /// [`Refusal`]: the arguments are wrong.
    pub fn send_instead(
        &mut self,
        incoming: &Incoming<'_>,
        mut body: Vec<u8>,
    ) -> Result<(), Refusal> {
        let Incoming { header, object, .. } = incoming;
        let interface = self.tables.interface(object.interface);
        let request = interface.requests.get(usize::from(header.opcode));
        let request = request.ok_or(ArgFault::UnknownObject(header.object))?;
        translate::<true>(&mut body, request, object.version, self.objects, self.tables)?;
        let len = u16::try_from(HEADER_LEN + body.len()).map_err(|_| Shape::Long(body.len()))?;
        let header = Header { object: object.peer, opcode: header.opcode, len };
        self.to_host.copy(&[&header.to_bytes(), &body[..]].concat());
        Ok(())
    }

    /// Frees an id that only carafe and the client know, after the client
    /// destroyed the object there.
    pub fn delete_client_only(&mut self, client_id: u32) {
        self.objects.destroyed_by_client(client_id);
        if client_id >= SERVER_ID_START {
            return;
        }
        self.to_client.make(DISPLAY_ID, EVT_DELETE_ID_OPCODE, |event| event.uint(client_id));
    }
}

/// One protocol's exceptions from forwarding, for one session.
pub trait Handler: Send {
    /// The interfaces whose messages it wants to see.
    fn interfaces(&self) -> &'static [&'static str];

    /// Whether it wants to see the plain ones among an interface's messages from that side:
    /// those of fixed length without descriptors, to objects that both sides know. Where not,
    /// they are forwarded in runs.
    fn sees_plain(&self, _interface: &str, _from: Side) -> bool {
        true
    }

    /// The session begins: nothing was said yet.
    ///
    /// # Errors
    /// [`Fault`]: the session ends and the client is told.
    fn start(&mut self, _: &mut Context<'_>) -> Result<(), Fault> {
        Ok(())
    }

    /// Whether [`must_wait`](Self::must_wait) is to be asked at all.
    fn may_wait(&self) -> bool {
        false
    }

    /// Whether a request cannot be handled yet. That is asked before any handler sees it,
    /// once more for each time that there may be news, so that each of them handles it once.
    fn must_wait(&self, _: Header, _: &Object) -> Option<Wait> {
        None
    }

    /// A request of the client.
    ///
    /// # Errors
    /// [`Refusal`]: the session ends and the client is told.
    fn request(&mut self, _: &mut Incoming<'_>, _: &mut Context<'_>) -> Result<Verdict, Refusal> {
        Ok(Verdict::Forward)
    }

    /// An event of the host.
    ///
    /// # Errors
    /// [`Refusal`]: the session ends and the client is told.
    fn event(&mut self, _: &mut Incoming<'_>, _: &mut Context<'_>) -> Result<Verdict, Refusal> {
        Ok(Verdict::Forward)
    }

    /// Whether the handler may skip the next frame of a surface if it matches the one that was
    /// just committed: see `session/objects/steady.rs`.
    fn is_steady(&self, _surface: u32) -> bool {
        false
    }

    /// All sessions were woken ([`Control::wake`](super::Control::wake)): another
    /// one may have left something here. There is no message, and so no descriptors.
    ///
    /// # Errors
    /// [`Fault`]: the session ends and the client is told.
    fn woken(&mut self, _: &mut Context<'_>) -> Result<(), Fault> {
        Ok(())
    }

    /// What the session watches for it besides messages. At most one handler of a
    /// session has something.
    fn fd(&self) -> Option<BorrowedFd<'_>> {
        None
    }

    /// That is readable. There is no message, and so no descriptors.
    ///
    /// # Errors
    /// [`Fault`]: the session ends and the client is told.
    fn ready(&mut self, _: &mut Context<'_>) -> Result<(), Fault> {
        Ok(())
    }

    /// All that came has been handled, and what was made of it is about to be sent: for
    /// a handler with an [`fd`](Self::fd), to send what it has there.
    ///
    /// # Errors
    /// [`Fault`]: the session ends and the client is told.
    fn flush(&mut self, _: &mut Context<'_>) -> Result<(), Fault> {
        Ok(())
    }
}

/// Bound on the handlers of one interface.
const MAX_CHAIN: usize = 8;

/// The handlers of an interface in their order: indices plus one, then 0.
type Chain = [u8; MAX_CHAIN];

/// The handlers of a session, found by interface.
pub struct Handlers {
    all: Vec<Box<dyn Handler>>,
    by_interface: Box<[Chain]>,
    /// The indices of those that may have a request wait.
    waiting: Vec<usize>,
    /// The index of the one that has something to be watched.
    watching: Option<usize>,
}

impl Handlers {
    /// At most 255 handlers, of which four may name the same interface: all of them see
    /// its messages, in their order, and the first verdict other than to forward counts;
    /// but one that withholds or refuses ends it.
    pub fn new(tables: &Tables, handlers: Vec<Box<dyn Handler>>) -> Self {
        let mut by_interface = vec![Chain::default(); tables.len()].into_boxed_slice();
        for (number, handler) in (1..=u8::MAX).zip(&handlers) {
            for name in handler.interfaces() {
                let chain = tables.find(name).and_then(|id| by_interface.get_mut(id.index()));
                let mut places = chain.into_iter().flatten();
                if let Some(place) = places.find(|place| **place == 0) {
                    *place = number;
                }
            }
        }
        let watching = handlers.iter().position(|handler| handler.fd().is_some());
        let indices = handlers.iter().enumerate();
        let waiting = indices.filter(|(_, handler)| handler.may_wait()).map(|(n, _)| n).collect();
        Self { all: handlers, by_interface, waiting, watching }
    }

    fn in_chain(&self, chain: &Chain) -> impl Iterator<Item = &dyn Handler> {
        let handler = |number: &u8| self.all.get(usize::from(number.checked_sub(1)?));
        chain.iter().filter_map(handler).map(Box::as_ref)
    }

    /// Whose plain messages a handler wants to see.
    pub fn seeing_plain(&self, tables: &Tables) -> Seen {
        let all = |from| {
            let sees = |(interface, chain): (&Interface, &Chain)| {
                self.in_chain(chain).any(|handler| handler.sees_plain(interface.name, from))
            };
            tables.iter().zip(&self.by_interface).map(sees).collect()
        };
        Seen { requests: all(Side::Client), events: all(Side::Host) }
    }

    /// Tells all of them, see [`Handler::start`].
    pub fn start(&mut self, context: &mut Context<'_>) -> Result<(), Fault> {
        self.all.iter_mut().try_for_each(|handler| handler.start(context))
    }

    /// Tells all of them, see [`Handler::woken`].
    pub fn woken(&mut self, context: &mut Context<'_>) -> Result<(), Fault> {
        self.all.iter_mut().try_for_each(|handler| handler.woken(context))
    }

    /// Whether one has something to be watched.
    #[inline]
    pub fn has_watched(&self) -> bool {
        self.watching.is_some()
    }

    /// See [`Handler::fd`].
    pub fn watched(&self) -> Option<BorrowedFd<'_>> {
        self.all.get(self.watching?)?.fd()
    }

    /// See [`Handler::ready`].
    pub fn ready(&mut self, context: &mut Context<'_>) -> Result<(), Fault> {
        self.watching().map_or(Ok(()), |handler| handler.ready(context))
    }

    /// See [`Handler::flush`].
    pub fn flush(&mut self, context: &mut Context<'_>) -> Result<(), Fault> {
        self.watching().map_or(Ok(()), |handler| handler.flush(context))
    }

    fn watching(&mut self) -> Option<&mut Box<dyn Handler>> {
        self.all.get_mut(self.watching?)
    }

    /// Whether all handlers of an interface, of which there is one, say so of a surface: see
    /// [`Handler::is_steady`].
    pub(super) fn are_steady(&self, interface: InterfaceId, surface: u32) -> bool {
        let Some(chain) = self.by_interface.get(interface.index()) else { return false };
        *chain != Chain::default() && self.in_chain(chain).all(|one| one.is_steady(surface))
    }

    /// What a request has to wait for, see [`Handler::must_wait`].
    #[inline]
    pub(super) fn must_wait(&self, header: Header, object: &Object) -> Option<Wait> {
        let mut waiting = self.waiting.iter().filter_map(|index| self.all.get(*index));
        waiting.find_map(|handler| handler.must_wait(header, object))
    }

    /// Shows a message to all handlers of its object's interface: what they say together.
    ///
    /// # Errors
    /// [`Refusal`]: one refuses it.
    pub(super) fn handle<const FROM_CLIENT: bool>(
        &mut self,
        header: Header,
        object: Object,
        body: &mut [u8],
        context: &mut Context<'_>,
    ) -> Result<Verdict, Refusal> {
        let interface = object.interface.index();
        let mut verdict = Verdict::Forward;
        if FROM_CLIENT {
            // What a steady surface's frame does not have.
            context.objects.unsettle(header.object);
        }
        for number in self.by_interface.get(interface).copied().unwrap_or_default() {
            let Some(index) = usize::from(number).checked_sub(1) else { break };
            let Some(handler) = self.all.get_mut(index) else { break };
            let mut incoming = Incoming { header, object, body: &mut *body };
            let start = context.observer.span_start();
            let seen = if FROM_CLIENT {
                handler.request(&mut incoming, context)
            } else {
                handler.event(&mut incoming, context)
            };
            context.observer.span(Work::Handle, start, interface);
            let last;
            (verdict, last) = verdict.then(seen?);
            if last {
                break;
            }
        }
        Ok(verdict)
    }
}
