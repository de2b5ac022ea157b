//! The window manager's connection to Xwayland. Requests are queued and sent when the session's
//! turn ends. Answers are handled when they come, in order with the events between them.
//! Nothing here ever waits.

mod extensions;

#[cfg(test)]
mod tests;

use std::collections::VecDeque;
use std::io::{self, Read, Write};
use std::os::fd::{AsFd, BorrowedFd};
use std::os::unix::net::UnixStream;

use x11rb_protocol::connect::Connect;
use x11rb_protocol::id_allocator::IdAllocator;
use x11rb_protocol::protocol::Event;
use x11rb_protocol::protocol::xproto::{
    GetInputFocusRequest, InternAtomReply, InternAtomRequest, QueryExtensionReply,
    QueryExtensionRequest, Setup,
};
use x11rb_protocol::x11_utils::{ReplyRequest, Request, TryParse, VoidRequest};

use super::atoms::{APPLICATION_NUMBER, Atoms, NAMES};
use super::query::{Extension, Query};
use extensions::Extensions;

/// Bound on one packet of the server. carafe asks for properties in pieces; a longer answer is
/// cut off after its head.
const MAX_SERVER_PACKET: usize = 16 * 1024 * 1024;

/// Bound on the bytes that wait to be sent. If there are more, the server reads nothing any
/// more, and the connection ends.
const MAX_UNSENT: usize = 16 * 1024 * 1024;

/// How many bytes are read at once.
const READ_AT_ONCE: usize = 64 * 1024;

/// After this many requests without an answer carafe asks for one: answers name their request
/// by only 16 bits.
const MAX_UNANSWERED: u64 = 0xf000;

/// Why the connection has ended.
#[derive(Debug, thiserror::Error)]
pub enum ConnectionError {
    /// The kernel's reason.
    #[error("the connection to Xwayland failed: {0}")]
    Io(#[from] io::Error),
    /// Xwayland refuses the window manager.
    #[error("Xwayland refuses the window manager: {0}")]
    Refused(String),
    /// It sends something that makes no sense.
    #[error("Xwayland sends {0}")]
    Garbled(&'static str),
    /// It does not read.
    #[error("Xwayland does not read: {0} bytes wait for it")]
    Stuck(usize),
}

/// A message of the server.
#[derive(Debug)]
pub enum ServerMessage {
    /// Atoms and extensions are known.
    Started,
    /// An event.
    Event(Event),
    /// A query and its answer; `None` is an error.
    Answer(Query, Option<Vec<u8>>),
}

enum ConnectionPhase {
    Connecting(Connect),
    Running(Box<Setup>),
}

/// The window manager's connection.
pub struct Connection {
    stream: UnixStream,
    phase: ConnectionPhase,
    input: Vec<u8>,
    /// How many bytes of `input` were handled.
    at: usize,
    /// How many of the next bytes belong to an answer that was cut off.
    skipped: usize,
    out: Vec<u8>,
    /// The number of the last request.
    sent: u64,
    /// The number of the last request that the server had handled when it sent its last
    /// message.
    seen: u64,
    asked: VecDeque<(u64, Query)>,
    ids: Option<IdAllocator>,
    extensions: Extensions,
    /// The atoms.
    pub atoms: Atoms,
    /// The name of the property that holds the number of a window's program.
    id_property: Option<String>,
    /// The server is gone.
    pub ended: bool,
}

impl Connection {
    /// Makes a connection over a socket whose other end is Xwayland's `-wm`. `id_property`: the name
    /// of the property that holds the number of a window's program.
    ///
    /// # Errors
    /// When the socket cannot be made non-blocking.
    pub fn new(stream: UnixStream, id_property: Option<String>) -> io::Result<Self> {
        stream.set_nonblocking(true)?;
        let (connect, out) = Connect::with_authorization(Vec::new(), Vec::new());
        Ok(Self {
            stream,
            phase: ConnectionPhase::Connecting(connect),
            input: Vec::new(),
            at: 0,
            skipped: 0,
            out,
            sent: 0,
            seen: 0,
            asked: VecDeque::new(),
            ids: None,
            extensions: Extensions::default(),
            atoms: Atoms::default(),
            id_property,
            ended: false,
        })
    }

    /// The descriptor to poll.
    pub fn fd(&self) -> BorrowedFd<'_> {
        self.stream.as_fd()
    }

    /// Whether requests wait for room in the socket.
    pub fn has_output(&self) -> bool {
        !self.out.is_empty()
    }

    /// The root window and its size; zeros before the start.
    pub fn root(&self) -> (u32, u16, u16) {
        let ConnectionPhase::Running(setup) = &self.phase else { return (0, 0, 0) };
        let root = setup.roots.first();
        root.map_or((0, 0, 0), |root| (root.root, root.width_in_pixels, root.height_in_pixels))
    }

    /// A new id for one of carafe's resources; 0 when there are no more.
    pub fn new_id(&mut self) -> u32 {
        self.ids.as_mut().and_then(IdAllocator::generate_id).unwrap_or(0)
    }

    /// The number of the last request.
    pub fn sent(&self) -> u64 {
        self.sent
    }

    /// The number of the last request that the server had handled when it sent its last message.
    pub fn seen(&self) -> u64 {
        self.seen
    }

    /// Whether the server has an extension.
    pub fn has(&self, extension: Extension) -> bool {
        self.extensions.get(extension).is_some()
    }

    /// Queues a request without an answer. A request of an extension that the server lacks is
    /// dropped.
    pub fn send<R: VoidRequest>(&mut self, request: R) {
        if !self.queue(request) {
            return;
        }
        let answered = self.asked.back().map_or(self.seen, |(number, _)| *number);
        if self.sent.saturating_sub(answered) >= MAX_UNANSWERED {
            self.ask(Query::Nothing, GetInputFocusRequest);
        }
    }

    /// Queues a request with an answer.
    pub fn ask<R: ReplyRequest>(&mut self, query: Query, request: R) {
        if self.queue(request) {
            self.asked.push_back((self.sent, query));
        }
    }

    fn queue<R: Request>(&mut self, request: R) -> bool {
        let opcode = match R::EXTENSION_NAME {
            None => 0,
            Some(name) => match self.extensions.opcode(name) {
                Some(opcode) => opcode,
                None => return false,
            },
        };
        let (bytes, _) = request.serialize(opcode);
        self.out.extend_from_slice(&bytes);
        self.sent += 1;
        true
    }

    /// Sends queued requests, as far as the socket takes them.
    ///
    /// # Errors
    /// [`ConnectionError::Stuck`]. It is not an error if the server is gone.
    pub fn flush(&mut self) -> Result<(), ConnectionError> {
        let mut sent = 0;
        while let Some(rest) = self.out.get(sent..).filter(|rest| !rest.is_empty() && !self.ended) {
            match self.stream.write(rest) {
                Ok(0) => self.ended = true,
                Ok(len) => sent += len,
                Err(e) if e.kind() == io::ErrorKind::WouldBlock => break,
                Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
                Err(_) => self.ended = true,
            }
        }
        self.out.drain(..sent.min(self.out.len()));
        if self.ended {
            self.out.clear();
        }
        if self.out.len() > MAX_UNSENT {
            return Err(ConnectionError::Stuck(self.out.len()));
        }
        Ok(())
    }

    /// Reads once; `false` if there was nothing to read.
    ///
    /// # Errors
    /// Never; if the server is gone, this sets [`Connection::ended`].
    pub fn read(&mut self) -> Result<bool, ConnectionError> {
        self.input.drain(..self.at.min(self.input.len()));
        self.at = 0;
        let filled = self.input.len();
        self.input.resize(filled + READ_AT_ONCE, 0);
        let room = self.input.get_mut(filled..).unwrap_or_default();
        let read = self.stream.read(room);
        let len = *read.as_ref().unwrap_or(&0);
        self.input.truncate(filled + len);
        match read {
            Ok(0) => self.ended = true,
            Ok(_) => {}
            Err(e)
                if matches!(e.kind(), io::ErrorKind::WouldBlock | io::ErrorKind::Interrupted) => {}
            Err(_) => self.ended = true,
        }
        Ok(len > 0)
    }

    /// The next complete message.
    ///
    /// # Errors
    /// [`ConnectionError`], after which the connection cannot be used any more.
    pub fn next_message(&mut self) -> Result<Option<ServerMessage>, ConnectionError> {
        if matches!(self.phase, ConnectionPhase::Connecting(_)) && !self.connect()? {
            return Ok(None);
        }
        while let Some(packet) = self.packet()? {
            let message = match packet.first() {
                Some(0 | 1) => self.answer(packet),
                _ => Event::parse(&packet, &self.extensions).ok().map(ServerMessage::Event),
            };
            if message.is_some() {
                return Ok(message);
            }
        }
        Ok(None)
    }

    /// Reads the server's setup. Returns whether it is complete.
    fn connect(&mut self) -> Result<bool, ConnectionError> {
        let ConnectionPhase::Connecting(connect) = &mut self.phase else { return Ok(true) };
        loop {
            let rest = self.input.get(self.at..).unwrap_or_default();
            let room = connect.buffer();
            let len = rest.len().min(room.len());
            if len == 0 {
                return Ok(false);
            }
            let (into, from) = (room.get_mut(..len), rest.get(..len));
            if let (Some(into), Some(from)) = (into, from) {
                into.copy_from_slice(from);
            }
            self.at += len;
            if connect.advance(len) {
                break;
            }
        }
        let (empty, _) = Connect::with_authorization(Vec::new(), Vec::new());
        let connect = std::mem::replace(connect, empty);
        let setup = connect.into_setup().map_err(|e| ConnectionError::Refused(e.to_string()))?;
        self.ids = IdAllocator::new(setup.resource_id_base, setup.resource_id_mask).ok();
        self.phase = ConnectionPhase::Running(Box::new(setup));
        let id_property = self.id_property.take();
        for (n, name) in NAMES.iter().enumerate() {
            let name = match &id_property {
                Some(chosen) if *name == APPLICATION_NUMBER => chosen,
                _ => *name,
            };
            let request = InternAtomRequest { only_if_exists: false, name: name.as_bytes().into() };
            self.ask(Query::Atom(n), request);
        }
        for extension in Extension::ALL {
            let request = QueryExtensionRequest { name: extension.name().as_bytes().into() };
            self.ask(Query::Extension(extension), request);
        }
        self.ask(Query::Started, GetInputFocusRequest);
        Ok(true)
    }

    /// The next complete packet.
    fn packet(&mut self) -> Result<Option<Vec<u8>>, ConnectionError> {
        let skip = self.skipped.min(self.input.len().saturating_sub(self.at));
        self.skipped -= skip;
        self.at += skip;
        let rest = self.input.get(self.at..).unwrap_or_default();
        let Some(head) = rest.first_chunk::<32>() else { return Ok(None) };
        let [kind, _, low, high, l0, l1, l2, l3, ..] = *head;
        // Answers (1) and generic events (35) tell how many more bytes follow their 32.
        let more =
            if kind == 1 || kind & 0x7f == 35 { u32::from_ne_bytes([l0, l1, l2, l3]) } else { 0 };
        let mut len = (more as usize).saturating_mul(4).saturating_add(32);
        if len > MAX_SERVER_PACKET {
            if kind != 1 {
                return Err(ConnectionError::Garbled("an event that is too long"));
            }
            self.skipped = len - head.len();
            len = head.len();
        }
        let Some(packet) = rest.get(..len) else { return Ok(None) };
        let packet = packet.to_vec();
        self.at += len;
        // KeymapNotify (11) is the only event without a request's number.
        if kind & 0x7f != 11 {
            let number = u64::from(u16::from_ne_bytes([low, high]));
            let mut seen = (self.seen & !0xffff) | number;
            if seen < self.seen {
                seen += 0x1_0000;
            }
            self.seen = seen;
        }
        Ok(Some(packet))
    }

    /// Matches an answer or an error with its query.
    fn answer(&mut self, packet: Vec<u8>) -> Option<ServerMessage> {
        let is_error = packet.first() == Some(&0);
        let mine = self.asked.front().is_some_and(|(number, _)| *number <= self.seen);
        let query = if mine { self.asked.pop_front().map(|(_, query)| query) } else { None };
        let Some(query) = query else {
            if is_error {
                // Usually the request was for a window that has just been destroyed.
                let (code, request) = (packet.get(1), packet.get(10));
                tracing::debug!("X11 error {code:?} for request {request:?}");
            }
            return None;
        };
        let packet = (!is_error).then_some(packet);
        match query {
            Query::Nothing => None,
            Query::Atom(n) => {
                let reply = InternAtomReply::try_parse(packet.as_deref()?).ok()?.0;
                *self.atoms.place(n)? = reply.atom;
                None
            }
            Query::Extension(extension) => {
                let reply = QueryExtensionReply::try_parse(packet.as_deref()?).ok()?.0;
                if reply.present {
                    self.extensions.add(extension, &reply);
                }
                None
            }
            Query::Started => Some(ServerMessage::Started),
            Query::Property(..)
            | Query::Shape(..)
            | Query::Depth(_)
            | Query::Resources
            | Query::Replaced
            | Query::StatesBefore(_)
            | Query::StatesReplaced(_)
            | Query::Settled(_)
            | Query::KeyboardGrab(_)
            | Query::Monitors
            | Query::Formats
            | Query::Ready
            | Query::Selection(_) => Some(ServerMessage::Answer(query, packet)),
        }
    }
}
