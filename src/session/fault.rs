//! Errors that end a session, and telling the client.

use wayland_client::protocol::wl_display::EVT_ERROR_OPCODE;

use super::objects::IdFault;
use super::versions::Versions;
use crate::protocol::{Interface, Message};
use crate::wire::{ArgShape, DISPLAY_ID, Header, HeaderError, Outbox};

/// `wl_display.error` codes (wayland.xml).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u32)]
pub enum DisplayError {
    /// There is no such object.
    InvalidObject = 0,
    /// There is no such request, or it is malformed.
    InvalidMethod = 1,
    /// There is no memory.
    NoMemory = 2,
    /// The compositor itself has failed.
    Implementation = 3,
}

/// An error in a message's arguments.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ArgFault {
    /// Their layout.
    #[error(transparent)]
    Shape(#[from] ArgShape),
    /// A null object or string where none is allowed.
    #[error("null where it is not allowed")]
    Null,
    /// An object that does not exist.
    #[error("unknown object {0}")]
    UnknownObject(u32),
    /// An object with another interface than the message needs.
    #[error("object {id} is {have}, not {want}")]
    WrongInterface {
        /// The object.
        id: u32,
        /// Its interface.
        have: &'static str,
        /// The interface that it should have.
        want: &'static str,
    },
    /// An object that carafe keeps for itself.
    #[error("object {0} is not known on the other side")]
    OneSided(u32),
    /// A new id that cannot be used.
    #[error("new object: {0}")]
    NewId(#[from] IdFault),
    /// A new object of an interface that carafe does not know.
    #[error("new object of unknown interface {0}")]
    UnknownInterface(String),
    /// A string that is not UTF-8.
    #[error("string is not UTF-8")]
    NotUtf8,
    /// A message without its file descriptor.
    #[error("file descriptor expected")]
    MissingFd,
    /// A descriptor whose kind is not in carafe's tables.
    #[error("file descriptor of unknown kind")]
    UnknownFdKind,
}

/// An error that ends a session. It is one word long, so that results that may hold it stay in
/// registers.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(transparent)]
pub struct Fault(Box<FaultKind>);

/// carafe cannot make an object for itself.
impl From<IdFault> for Fault {
    fn from(fault: IdFault) -> Self {
        Self::resources(format!("an object of carafe's own: {fault}"))
    }
}

/// Whose error it is, and the reason.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FaultKind {
    /// The client's: it gets this as `wl_display.error`.
    #[error("client's error: {text}")]
    Client {
        /// The object that the error is about.
        object: u32,
        /// The error's number in that object's interface.
        code: u32,
        /// The text for people.
        text: String,
    },
    /// The host's.
    #[error("host's error: {0}")]
    Host(String),
    /// carafe's: it cannot serve the client.
    #[error("{0}")]
    Service(String),
    /// carafe has too little of something.
    #[error("{0}")]
    Resources(String),
}

impl Fault {
    /// Whose error it is, and the reason.
    pub fn kind(&self) -> &FaultKind {
        &self.0
    }

    /// See [`FaultKind::Client`].
    #[cold]
    pub fn client(object: u32, code: u32, text: impl Into<String>) -> Self {
        Self(Box::new(FaultKind::Client { object, code, text: text.into() }))
    }

    /// See [`FaultKind::Host`].
    #[cold]
    pub fn host(text: impl Into<String>) -> Self {
        Self(Box::new(FaultKind::Host(text.into())))
    }

    /// See [`FaultKind::Service`].
    #[cold]
    pub fn service(text: impl Into<String>) -> Self {
        Self(Box::new(FaultKind::Service(text.into())))
    }

    /// See [`FaultKind::Resources`].
    #[cold]
    pub fn resources(text: impl Into<String>) -> Self {
        Self(Box::new(FaultKind::Resources(text.into())))
    }

    /// An error of the client about `wl_display`: libwayland's server reports all malformed
    /// messages so.
    pub fn display(code: DisplayError, text: String) -> Self {
        Self::client(DISPLAY_ID, code as u32, text)
    }

    /// Object, code and text of the `wl_display.error` for the client.
    fn to_error_event(&self) -> (u32, u32, String) {
        let own = |code: DisplayError| (DISPLAY_ID, code as u32, format!("carafe: {self}"));
        match self.kind() {
            FaultKind::Client { object, code, text } => (*object, *code, text.clone()),
            FaultKind::Host(_) | FaultKind::Service(_) => own(DisplayError::Implementation),
            FaultKind::Resources(_) => own(DisplayError::NoMemory),
        }
    }

    /// Queues the `wl_display.error` for the client.
    pub fn tell(&self, out: &mut Outbox) {
        let (object, code, text) = self.to_error_event();
        out.make(DISPLAY_ID, EVT_ERROR_OPCODE, |event| event.uint(object).uint(code).string(&text));
    }

    /// A fault of the side that sent a wrong message.
    fn of(client: bool, code: DisplayError, text: String) -> Self {
        if client { Self::display(code, text) } else { Self::host(text) }
    }

    #[cold]
    pub(super) fn malformed(client: bool, fault: HeaderError) -> Self {
        Self::of(client, DisplayError::InvalidMethod, fault.to_string())
    }

    #[cold]
    pub(super) fn unknown_object(client: bool, header: Header) -> Self {
        let text = format!("invalid object {}", header.object);
        let text = if client { text } else { format!("event {} for {text}", header.opcode) };
        Self::of(client, DisplayError::InvalidObject, text)
    }

    #[cold]
    pub(super) fn unknown_opcode(client: bool, header: Header, interface: &Interface) -> Self {
        let kind = if client { "method" } else { "event" };
        let Header { object, opcode, .. } = header;
        let text = format!("invalid {kind} {opcode}, object {}#{object}", interface.name);
        Self::of(client, DisplayError::InvalidMethod, text)
    }

    #[cold]
    pub(super) fn too_new(
        header: Header,
        interface: &Interface,
        message: &Message,
        has: Versions,
    ) -> Self {
        let Header { object, opcode, .. } = header;
        let has = has.client();
        let (name, since) = (interface.name, message.since);
        let text =
            format!("invalid method {opcode} (since {has} < {since}), object {name}#{object}");
        Self::display(DisplayError::InvalidMethod, text)
    }

    #[cold]
    pub(super) fn arguments(
        client: bool,
        header: Header,
        interface: &Interface,
        message: &Message,
        fault: &ArgFault,
    ) -> Self {
        let (name, object, message) = (interface.name, header.object, message.name);
        let text = format!("invalid arguments for {name}#{object}.{message}: {fault}");
        let code = match fault {
            ArgFault::NewId(IdFault::TooMany | IdFault::NoMemory) => DisplayError::NoMemory,
            _ => DisplayError::InvalidMethod,
        };
        Self::of(client, code, text)
    }
}
