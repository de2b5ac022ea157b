//! How a protocol that needs more than forwarding takes part in a session.

use std::os::fd::{BorrowedFd, OwnedFd};
use std::sync::Arc;

use wayland_client::protocol::wl_display::EVT_DELETE_ID_OPCODE;

use super::fault::{ArgFault, Fault};
use super::globals::Globals;
use super::objects::{Object, Objects};
use super::routes::Want;
use super::translate::translate;
use crate::observe::Observer;
use crate::protocol::{Interface, Message, Tables};
use crate::surfaces::{Book, Buffer, Key, Surface};
use crate::wire::{
    ArgReader, DISPLAY_ID, FdQueue, HEADER_LEN, Header, MessageBuilder, Outbox, SERVER_ID_START,
    Shape,
};

/// What becomes of a message that a handler has seen.
///
/// Each word is stronger than the ones before it, and the strongest of all handlers counts,
/// whatever their order. Only [`Withhold`](Self::Withhold) also ends the round: handlers further
/// down do not see the message at all. A handler that takes descriptors of a message drops it;
/// those that nobody has taken are closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verdict {
    /// It crosses, its ids and coordinates rewritten.
    Forward,
    /// It crosses; the handler has already put the receiver's ids and coordinates into it.
    Translated,
    /// It does not cross. New objects in it are the handler's to make.
    Drop,
    /// The same, and it is as if it had not been said.
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

/// Requests that handlers make in the client's name, and that wait to be handled
/// (`engine/as_client.rs`). None of them carries descriptors.
#[derive(Default)]
pub struct Replay {
    bytes: Vec<u8>,
}

impl Replay {
    /// Adds a request; object and ids in it are the client's.
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

    /// Takes all of them out.
    pub(super) fn take(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.bytes)
    }

    /// Puts some back in front of those that were made since.
    pub(super) fn put_before(&mut self, mut bytes: Vec<u8>) {
        bytes.append(&mut self.bytes);
        self.bytes = bytes;
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
    /// The session's log and counters.
    pub observer: &'a mut Observer,
    /// A handler sets it when it has begun to [want](Handler::wants) other messages: from the
    /// next message on it sees those.
    pub wants_others: &'a mut bool,
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
        translate::<true>(&mut body, request, object.versions, self.objects, self.tables)?;
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

/// What needs more than forwarding, for one session.
pub trait Handler {
    /// The handler's own word for what it does about a message.
    type Token: Copy + 'static;

    /// The messages that it wants to see. All others pass without it. The list may be another one
    /// later, see [`Context::wants_others`]: so a handler that most sessions do not need costs them
    /// nothing.
    fn wants(&self) -> &'static [Want<Self::Token>];

    /// The session begins: nothing was said yet.
    ///
    /// # Errors
    /// [`Fault`]: the session ends and the client is told.
    fn start(&mut self, _: &mut Context<'_>) -> Result<(), Fault> {
        Ok(())
    }

    /// Whether a request to that object of the client's cannot be handled yet, with what is
    /// in the book before it. Only requests that
    /// [may wait](Want::may_wait) are asked about: before any handler sees them, and once more
    /// for each time that there may be news, so that each of them handles a request once.
    fn must_wait(&self, _: Self::Token, _object: Key, _: &Book) -> Option<Wait> {
        None
    }

    /// A message that it wants to see.
    ///
    /// # Errors
    /// [`Refusal`]: the session ends and the client is told.
    fn handle(
        &mut self,
        token: Self::Token,
        incoming: &mut Incoming<'_>,
        context: &mut Context<'_>,
    ) -> Result<Verdict, Refusal>;

    /// Whether the handler may skip the next frame of a surface if it matches the one that was
    /// just committed: see `session/objects/steady.rs`.
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
