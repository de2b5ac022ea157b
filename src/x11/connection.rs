//! The connection to Xwayland as its window manager. Requests are queued and sent when
//! the session's turn ends; answers are handled as they come, in the order of the events
//! between them. Nothing here ever waits.

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

use super::atoms::{Atoms, NAMES};
use super::query::{Extension, Query};
use extensions::Extensions;

/// Bound on one packet of the server's. Properties are asked for in pieces; answers that
/// are longer all the same are cut off behind their head.
const MAX_PACKET: usize = 16 * 1024 * 1024;

/// Bound on what waits to be sent: a server that reads nothing is lost.
const MAX_WAITING: usize = 16 * 1024 * 1024;

/// How much is read at once.
const READ: usize = 64 * 1024;

/// After so many requests without an answer one is asked for: answers name requests
/// by 16 bits.
const MAX_UNANSWERED: u64 = 0xf000;

/// Why there is no connection any more.
#[derive(Debug, thiserror::Error)]
pub enum ConnectionError {
    /// The kernel's reason.
    #[error("the connection to Xwayland: {0}")]
    Io(#[from] io::Error),
    /// Xwayland refuses the window manager.
    #[error("Xwayland refuses the window manager: {0}")]
    Refused(String),
    /// It says what makes no sense.
    #[error("Xwayland sends {0}")]
    Garbled(&'static str),
    /// It reads nothing.
    #[error("Xwayland reads nothing: {0} bytes wait for it")]
    Stuck(usize),
}

/// Something that the server said.
#[derive(Debug)]
pub enum Message {
    /// All that is needed from the start is known.
    Started,
    /// An event.
    Event(Event),
    /// What was asked, and the answer; `None`: an error.
    Answer(Query, Option<Vec<u8>>),
}

enum Phase {
    Connecting(Connect),
    Running(Box<Setup>),
}

/// See the module.
pub struct Connection {
    stream: UnixStream,
    phase: Phase,
    input: Vec<u8>,
    /// How much of `input` was handled.
    at: usize,
    /// How much of what comes next belongs to an answer that was cut off.
    skipped: usize,
    out: Vec<u8>,
    /// The number of the last request.
    sent: u64,
    /// The number of the request that the server was at when it last said something.
    seen: u64,
    asked: VecDeque<(u64, Query)>,
    ids: Option<IdAllocator>,
    extensions: Extensions,
    /// The numbers of names.
    pub atoms: Atoms,
    /// The server has gone.
    pub ended: bool,
}

impl Connection {
    /// Over one end of the socket pair whose other end is Xwayland's `-wm`.
    ///
    /// # Errors
    /// When it cannot be made non-blocking.
    pub fn new(stream: UnixStream) -> io::Result<Self> {
        stream.set_nonblocking(true)?;
        let (connect, out) = Connect::with_authorization(Vec::new(), Vec::new());
        Ok(Self {
            stream,
            phase: Phase::Connecting(connect),
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
            ended: false,
        })
    }

    /// What becomes readable.
    pub fn fd(&self) -> BorrowedFd<'_> {
        self.stream.as_fd()
    }

    /// Whether something waits for room in the socket.
    pub fn has_output(&self) -> bool {
        !self.out.is_empty()
    }

    /// The root window and its size; zeros before the start.
    pub fn root(&self) -> (u32, u16, u16) {
        let Phase::Running(setup) = &self.phase else { return (0, 0, 0) };
        let root = setup.roots.first();
        root.map_or((0, 0, 0), |root| (root.root, root.width_in_pixels, root.height_in_pixels))
    }

    /// A new id for something of ours; 0 when there are no more.
    pub fn new_id(&mut self) -> u32 {
        self.ids.as_mut().and_then(IdAllocator::generate_id).unwrap_or(0)
    }

    /// The number of the last request.
    pub fn sent(&self) -> u64 {
        self.sent
    }

    /// The number of the request that the server was at when it said the last message.
    pub fn seen(&self) -> u64 {
        self.seen
    }

    /// Whether the server has an extension.
    pub fn has(&self, extension: Extension) -> bool {
        self.extensions.get(extension).is_some()
    }

    /// Queues a request without an answer. One of an extension that the server lacks
    /// is dropped.
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

    /// Sends what waits, as far as the server takes it.
    ///
    /// # Errors
    /// [`ConnectionError::Stuck`]; a server that has gone is no error.
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
        if self.out.len() > MAX_WAITING {
            return Err(ConnectionError::Stuck(self.out.len()));
        }
        Ok(())
    }

    /// Reads once. `false`: there was nothing.
    ///
    /// # Errors
    /// Never for a server that has gone: see [`Connection::ended`].
    pub fn read(&mut self) -> Result<bool, ConnectionError> {
        self.input.drain(..self.at.min(self.input.len()));
        self.at = 0;
        let filled = self.input.len();
        self.input.resize(filled + READ, 0);
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

    /// The next message that is complete.
    ///
    /// # Errors
    /// [`ConnectionError`]: the connection is of no use any more.
    pub fn next_message(&mut self) -> Result<Option<Message>, ConnectionError> {
        if matches!(self.phase, Phase::Connecting(_)) && !self.connect()? {
            return Ok(None);
        }
        while let Some(packet) = self.packet()? {
            let message = match packet.first() {
                Some(0 | 1) => self.answer(packet),
                _ => Event::parse(&packet, &self.extensions).ok().map(Message::Event),
            };
            if message.is_some() {
                return Ok(message);
            }
        }
        Ok(None)
    }

    /// Takes the server's first words. Gives whether they are complete.
    fn connect(&mut self) -> Result<bool, ConnectionError> {
        let Phase::Connecting(connect) = &mut self.phase else { return Ok(true) };
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
        self.phase = Phase::Running(Box::new(setup));
        for (n, name) in NAMES.iter().enumerate() {
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

    /// The next whole packet.
    fn packet(&mut self) -> Result<Option<Vec<u8>>, ConnectionError> {
        let skip = self.skipped.min(self.input.len().saturating_sub(self.at));
        self.skipped -= skip;
        self.at += skip;
        let rest = self.input.get(self.at..).unwrap_or_default();
        let Some(head) = rest.first_chunk::<32>() else { return Ok(None) };
        let [kind, _, low, high, l0, l1, l2, l3, ..] = *head;
        // Answers and generic events say how much follows.
        let more =
            if kind == 1 || kind & 0x7f == 35 { u32::from_ne_bytes([l0, l1, l2, l3]) } else { 0 };
        let mut len = (more as usize).saturating_mul(4).saturating_add(32);
        if len > MAX_PACKET {
            if kind != 1 {
                return Err(ConnectionError::Garbled("an event that is too long"));
            }
            self.skipped = len - head.len();
            len = head.len();
        }
        let Some(packet) = rest.get(..len) else { return Ok(None) };
        let packet = packet.to_vec();
        self.at += len;
        // KeymapNotify has no number.
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

    /// An answer, or an error.
    fn answer(&mut self, packet: Vec<u8>) -> Option<Message> {
        let is_error = packet.first() == Some(&0);
        let mine = self.asked.front().is_some_and(|(number, _)| *number <= self.seen);
        let query = if mine { self.asked.pop_front().map(|(_, query)| query) } else { None };
        let Some(query) = query else {
            if is_error {
                // A window that has just gone, most often.
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
            Query::Started => Some(Message::Started),
            Query::Property(..)
            | Query::Shape(..)
            | Query::Resources
            | Query::Replaced
            | Query::StatesBefore(_)
            | Query::StatesReplaced(_)
            | Query::Settled(_)
            | Query::KeyboardGrab(_)
            | Query::Monitors
            | Query::Formats
            | Query::Ready
            | Query::Selection(_) => Some(Message::Answer(query, packet)),
        }
    }
}
