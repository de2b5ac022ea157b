//! Handlers: code for messages that need more than forwarding.

use std::os::fd::{BorrowedFd, OwnedFd};
use std::sync::Arc;

use wayland_client::protocol::wl_display::EVT_DELETE_ID_OPCODE;

use super::fault::{ArgFault, Fault};
use super::globals::Globals;
use super::objects::{IdFault, Object, Objects};
use super::routes::Want;
use super::translate::translate;
use crate::observe::Observer;
use crate::protocol::{Interface, Message, Tables};
use crate::surfaces::{Book, Buffer, Key, Surface};
use crate::wire::{
    ArgReader, ArgShape, DISPLAY_ID, FdQueue, HEADER_LEN, Header, MessageBuilder, Outbox,
    SERVER_ID_START,
};

/// A handler's decision about a message.
///
/// Each word is stronger than the ones before it, and the strongest of all handlers counts,
/// whatever their order. Only [`Withhold`](Self::Withhold) also ends the round: handlers further
/// down do not see the message at all. A handler that takes descriptors of a message drops it;
/// those that nobody has taken are closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verdict {
    /// It is sent on, after its ids and coordinates are rewritten.
    Forward,
    /// It is sent on; the handler has already written the receiver's ids and coordinates into it.
    Translated,
    /// It is not sent on. If it makes new objects, the handler must make them.
    Drop,
    /// It is not sent on, and the remaining handlers do not see it either.
    Withhold,
}

/// What a request, and everything after it, must wait for.
#[derive(Debug)]
pub enum Wait {
    /// Until the host sends something.
    ForHost,
    /// Until the host sends something, or this is readable.
    ForFence(OwnedFd),
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
    /// The fault that a refusal of this message means.
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

/// A message as a handler sees it, before it is translated.
pub struct Incoming<'a> {
    /// The object and the opcode as the sender wrote them.
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

    /// The key of a request's object in the book of surfaces.
    pub fn key(&self) -> Key {
        Key { id: self.header.object, slot: self.object.slot }
    }
}

/// Requests that handlers make in the client's name, which wait to be handled
/// (`engine/as_client.rs`). They have no descriptors.
#[derive(Default)]
pub struct Replay {
    bytes: Vec<u8>,
}

impl Replay {
    /// Adds a request; the object and all ids in it are the client's.
    pub fn make(
        &mut self,
        object: u32,
        opcode: u16,
        fill: impl for<'b> FnOnce(MessageBuilder<'b>) -> MessageBuilder<'b>,
    ) {
        fill(MessageBuilder::new(&mut self.bytes, object, opcode)).finish();
    }

    /// Whether there are none.
    #[inline]
    pub(super) fn is_empty(&self) -> bool {
        self.bytes.is_empty()
    }

    /// Takes all of them.
    pub(super) fn take(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.bytes)
    }

    /// Puts some back before those that were added since.
    pub(super) fn put_before(&mut self, mut bytes: Vec<u8>) {
        bytes.append(&mut self.bytes);
        self.bytes = bytes;
    }
}

/// The parts of a session that a handler may use.
pub struct Context<'a> {
    /// The known protocols.
    pub tables: &'a Tables,
    /// The session's objects.
    pub objects: &'a mut Objects,
    /// The queue for carafe's own events to the client.
    pub to_client: &'a mut Outbox,
    /// The queue for carafe's own requests to the host.
    pub to_host: &'a mut Outbox,
    /// Requests to be made in the client's name: ones that were held back, or ones that the client
    /// should have made. They are handled as if the client made them now.
    pub as_client: &'a mut Replay,
    /// The message's descriptors, followed by those of later messages.
    pub fds: &'a mut FdQueue,
    /// The host's globals.
    pub globals: &'a mut Globals,
    /// What the client's surfaces show.
    pub book: &'a mut Book,
    /// The session's log and counters.
    pub observer: &'a mut Observer,
    /// A handler sets this when it [wants](Handler::wants) other messages; it sees them from the
    /// next message on.
    pub wants_others: &'a mut bool,
}

impl Context<'_> {
    /// carafe's own registry at the host.
    ///
    /// # Errors
    /// [`IdFault`] when there are too many objects.
    pub fn own_registry(&mut self) -> Result<u32, IdFault> {
        self.globals.registry(self.tables, self.objects, self.to_host)
    }

    /// Binds a global of the host for carafe itself, once; see [`Globals::bind`].
    ///
    /// # Errors
    /// [`IdFault`] when there are too many objects.
    pub fn bind(&mut self, interface: &str, version: u32) -> Result<Option<(u32, u32)>, IdFault> {
        self.globals.bind(self.tables, self.objects, self.to_host, interface, version)
    }

    /// Makes an object at the host by a global, which it binds for carafe. Returns the global's
    /// object, the new one and its version; `None` if the host does not offer the global. The
    /// request that makes the object is up to the caller.
    ///
    /// # Errors
    /// [`IdFault`] when there are too many objects.
    pub fn make_at_host(
        &mut self,
        global: &str,
        version: u32,
        interface: &str,
    ) -> Result<Option<(u32, u32, u32)>, IdFault> {
        let Some(interface) = self.tables.find(interface) else { return Ok(None) };
        let Some((bound, version)) = self.bind(global, version)? else { return Ok(None) };
        let made = self.objects.make_host_only(interface, version)?;
        Ok(Some((bound, made, version)))
    }

    /// Makes an id for a new object of carafe's own at the host; a request must then name it.
    ///
    /// # Errors
    /// [`Fault`] when there are too many.
    pub fn make_own(&mut self, interface: &'static str, version: u32) -> Result<u32, Fault> {
        let Some(id) = self.tables.find(interface) else {
            return Err(Fault::service(format!("carafe does not know the interface {interface}")));
        };
        Ok(self.objects.make_host_only(id, version)?)
    }

    /// One of the client's objects, if it is of this interface.
    pub fn client_object(&self, id: u32, interface: &str) -> Option<Object> {
        let wanted = self.tables.find(interface)?;
        self.objects.client(id).filter(|object| object.interface == wanted).copied()
    }

    /// The host's id of one of the client's objects, if it is of this interface and the host knows
    /// it.
    pub fn id_at_host(&self, id: u32, interface: &str) -> Option<u32> {
        self.client_object(id, interface).map(|object| object.peer).filter(|peer| *peer != 0)
    }

    /// Makes an object that the host does not know, with an id of the client's choice.
    ///
    /// # Errors
    /// [`IdFault`] if the id cannot be used.
    pub fn make_client_only(
        &mut self,
        id: u32,
        interface: &str,
        version: u32,
    ) -> Result<(), IdFault> {
        match self.tables.find(interface) {
            Some(interface) => self.objects.make_client_only(id, interface, version),
            None => Ok(()),
        }
    }

    /// A surface of the client, by its id.
    pub fn surface(&self, id: u32) -> Option<&Surface> {
        self.book.surface(self.objects.key(id))
    }

    /// The same, mutable.
    pub fn surface_mut(&mut self, id: u32) -> Option<&mut Surface> {
        self.book.surface_mut(self.objects.key(id))
    }

    /// A buffer of the client, by its id.
    pub fn buffer(&self, id: u32) -> Option<&Arc<Buffer>> {
        self.book.buffer(self.objects.key(id))
    }

    /// Sends the host this request with other arguments; the handler then
    /// [withholds](Verdict::Withhold) the original, which must have no descriptors. Ids in the
    /// arguments are the client's.
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
        translate::<true>(&mut body, request, object.versions, self.objects, self.tables)?;
        let len = u16::try_from(HEADER_LEN + body.len()).map_err(|_| ArgShape::Long(body.len()))?;
        let header = Header { object: object.peer, opcode: header.opcode, len };
        self.to_host.copy(&[&header.to_bytes(), &body[..]].concat());
        Ok(())
    }

    /// Frees the id of an object that the client has destroyed, but that goes on at the host: its
    /// version there has no request that destroys it.
    pub fn leave_at_host(&mut self, client_id: u32) {
        self.objects.left_by_client(client_id);
        self.tell_deleted(client_id);
    }

    /// Frees an id that only carafe and the client know, after the client has destroyed the object.
    pub fn delete_client_only(&mut self, client_id: u32) {
        self.objects.destroyed_by_client(client_id);
        self.tell_deleted(client_id);
    }

    fn tell_deleted(&mut self, client_id: u32) {
        if client_id >= SERVER_ID_START {
            return;
        }
        self.to_client.make(DISPLAY_ID, EVT_DELETE_ID_OPCODE, |event| event.uint(client_id));
    }
}

/// Code for messages that need more than forwarding, for one session.
pub trait Handler {
    /// The handler's names for the messages that it wants.
    type Token: Copy + 'static;

    /// The messages that it wants to see. All others pass without it. The list may change, see
    /// [`Context::wants_others`]: so a handler that most sessions do not need costs them nothing.
    fn wants(&self) -> &'static [Want<Self::Token>];

    /// Called at the session's start, before any message.
    ///
    /// # Errors
    /// [`Fault`]: the session ends and the client is told.
    fn start(&mut self, _: &mut Context<'_>) -> Result<(), Fault> {
        Ok(())
    }

    /// Whether a request to this object must wait, given the state of the book before the request.
    /// This is asked only for requests that [may wait](Want::may_wait): before any handler sees the
    /// request, and again whenever the answer may have changed. So each handler handles a request
    /// only once.
    fn must_wait(&self, _: Self::Token, _object: Key, _: &Book) -> Option<Wait> {
        None
    }

    /// Handles a message that it wants to see.
    ///
    /// # Errors
    /// [`Refusal`]: the session ends and the client is told.
    fn handle(
        &mut self,
        token: Self::Token,
        incoming: &mut Incoming<'_>,
        context: &mut Context<'_>,
    ) -> Result<Verdict, Refusal>;

    /// Whether the handler may skip the next frame of a surface if it is like the one that was just
    /// committed: see `session/objects/steady.rs`.
    fn is_steady(&self, _: &Surface) -> bool {
        false
    }

    /// The service has said something: it may be for this handler. There is no message, and so no
    /// descriptors.
    ///
    /// # Errors
    /// [`Fault`]: the session ends and the client is told.
    fn woken(&mut self, _: &mut Context<'_>) -> Result<(), Fault> {
        Ok(())
    }

    /// A descriptor that the session must watch for it. At most one handler of a session may have
    /// one; one that it gets later counts once it [wants others](Context::wants_others).
    fn fd(&self) -> Option<BorrowedFd<'_>> {
        None
    }

    /// Called when that is readable. There is no message, and so there are no descriptors.
    ///
    /// # Errors
    /// [`Fault`]: the session ends and the client is told.
    fn ready(&mut self, _: &mut Context<'_>) -> Result<(), Fault> {
        Ok(())
    }

    /// Called when everything that came is handled, before the results are sent. A handler with an
    /// [`fd`](Self::fd) sends what it has queued there.
    ///
    /// # Errors
    /// [`Fault`]: the session ends and the client is told.
    fn flush(&mut self, _: &mut Context<'_>) -> Result<(), Fault> {
        Ok(())
    }
}
