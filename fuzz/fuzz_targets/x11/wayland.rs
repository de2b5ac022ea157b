//! Tracks what Xwayland and the host have sent, to generate messages that follow the protocols and
//! are about existing objects.

use std::collections::BTreeMap;
use std::os::fd::OwnedFd;

use carafe::protocol::{Arg, InterfaceId, Message, Tables};
use carafe::session::Flow;
use carafe::wire::{DISPLAY_ID, FdKind, Header, MessageBuilder, SERVER_ID_START};
use rustix::fs::{MemfdFlags, ftruncate, memfd_create};
use rustix::pipe::pipe;

use crate::server::Word;

/// Bound on the objects of a side.
const MAX: usize = 2000;

/// One side's objects: interfaces and versions.
pub struct Side {
    pub objects: BTreeMap<u32, (InterfaceId, u32)>,
    next: u32,
    is_client: bool,
}

/// What the arguments of a message are made of.
pub struct Words<'a> {
    pub words: &'a [Word],
    pub text: &'a str,
    pub bytes: &'a [u8],
}

impl Side {
    pub fn new(tables: &Tables, is_client: bool) -> Self {
        let display = tables.find("wl_display").expect("known");
        let objects = [(DISPLAY_ID, (display, 1))].into();
        let next = if is_client { 2 } else { SERVER_ID_START };
        Self { objects, next, is_client }
    }

    /// A new object that this side makes.
    pub fn make(&mut self, interface: InterfaceId, version: u32) -> u32 {
        self.next += 1;
        self.objects.insert(self.next - 1, (interface, version));
        self.next - 1
    }

    /// The `n`th object, or the `n`th of an interface.
    pub fn pick(&self, want: Option<InterfaceId>, n: u32) -> Option<u32> {
        let fits = |interface| want.is_none_or(|want| want == interface);
        let all = || self.objects.iter().filter(|(_, (interface, _))| fits(*interface));
        let n = n as usize % all().count().max(1);
        all().map(|(id, _)| *id).nth(n)
    }

    /// The last object of an interface.
    pub fn last(&self, tables: &Tables, interface: &str) -> Option<u32> {
        let want = tables.find(interface);
        let mut all = self.objects.iter().rev();
        all.find(|(_, (interface, _))| want == Some(*interface)).map(|(id, _)| *id)
    }

    /// Sends a message that this side may send.
    pub fn say(
        &mut self,
        tables: &Tables,
        flow: &mut Flow,
        (object, opcode): (u32, u8),
        with: &Words<'_>,
    ) {
        let Some(&(interface, version)) = self.objects.get(&object) else { return };
        let known = tables.interface(interface);
        let messages = if self.is_client { &known.requests } else { &known.events };
        let all: Vec<_> = (0u16..).zip(messages).filter(|(_, m)| m.since <= version).collect();
        let Some(&(opcode, message)) = all.get(usize::from(opcode) % all.len().max(1)) else {
            return;
        };
        if self.objects.len() > MAX || known.name == "wl_display" || known.name == "wl_registry" {
            return;
        }
        let mut bytes = Vec::new();
        let (mut new, mut fds) = (Vec::new(), Vec::new());
        let mut builder = MessageBuilder::new(&mut bytes, object, opcode);
        let mut words = with.words.iter().map(|word| word.number()).chain(std::iter::repeat(0));
        for arg in &message.args {
            builder = match arg {
                Arg::Int | Arg::Uint | Arg::Fixed => builder.uint(words.next().unwrap_or(0)),
                Arg::Str(_) => builder.string(with.text),
                Arg::Array => builder.array(with.bytes),
                Arg::Object(want, null) => {
                    let n = words.next().unwrap_or(0);
                    match self.pick(*want, n) {
                        Some(id) if !(*null && n % 8 == 7) => builder.uint(id),
                        _ if *null => builder.uint(0),
                        _ => return,
                    }
                }
                Arg::NewId(Some(made)) => {
                    new.push(*made);
                    builder.uint(self.next + u32::try_from(new.len()).unwrap_or(1) - 1)
                }
                Arg::NewId(None) => return,
                Arg::Fd(kind) => {
                    fds.push(*kind);
                    builder
                }
            };
        }
        builder.finish();
        if !feed(flow, &bytes, &fds) {
            return;
        }
        for interface in new {
            self.make(interface, version);
        }
        if message.destructor {
            self.objects.remove(&object);
        }
    }

    /// Handles a message of the other side. Returns what it destroys.
    pub fn hear(
        &mut self,
        tables: &Tables,
        object: u32,
        header: Header,
        body: &[u8],
    ) -> Option<u32> {
        let (interface, version) = *self.objects.get(&object)?;
        let known = tables.interface(interface);
        let messages = if self.is_client { &known.events } else { &known.requests };
        let message = messages.get(usize::from(header.opcode)).expect("a message of it");
        for (id, interface, version) in new_objects(tables, message, version, body) {
            self.objects.insert(id, (interface, version));
        }
        if message.destructor { self.objects.remove(&object).map(|_| object) } else { None }
    }
}

/// The objects that a message makes: ids, interfaces, versions.
fn new_objects(
    tables: &Tables,
    message: &Message,
    version: u32,
    body: &[u8],
) -> Vec<(u32, InterfaceId, u32)> {
    let (mut at, mut new) = (0, Vec::new());
    let word = |at: usize| {
        u32::from_ne_bytes(*body[at..].first_chunk().expect("a word of a whole message"))
    };
    let (mut text, mut last) = (0, 0);
    for arg in &message.args {
        match arg {
            Arg::Str(_) | Arg::Array => {
                text = at;
                at += (word(at) as usize).next_multiple_of(4);
            }
            Arg::NewId(Some(interface)) => new.push((word(at), *interface, version)),
            // After its name and version.
            Arg::NewId(None) => {
                let name = &body[text + 4..text + 3 + word(text) as usize];
                let interface = tables.find(std::str::from_utf8(name).expect("a name"));
                new.push((word(at), interface.expect("a known one"), last));
            }
            Arg::Fd(_) => continue,
            _ => last = word(at),
        }
        at += 4;
    }
    new
}

/// Adds bytes and descriptors to a flow, if there is room.
pub fn feed(flow: &mut Flow, bytes: &[u8], fds: &[FdKind]) -> bool {
    let room = flow.input.room();
    if room.len() < bytes.len() {
        return false;
    }
    room[..bytes.len()].copy_from_slice(bytes);
    flow.input.filled(bytes.len());
    fds.iter().all(|kind| flow.fds.push(descriptor(*kind), *kind).is_ok())
}

fn descriptor(kind: FdKind) -> OwnedFd {
    if matches!(kind, FdKind::ClientMemory | FdKind::DmaBuf | FdKind::HostFile | FdKind::ClientFile)
    {
        let memory = memfd_create("fuzz", MemfdFlags::CLOEXEC).expect("memory");
        ftruncate(&memory, 10_000).expect("a size");
        return memory;
    }
    let (_, write) = pipe().expect("a pipe");
    write
}

/// A message of words.
pub fn message(object: u32, opcode: u16, words: &[u32]) -> Vec<u8> {
    let mut bytes = Vec::new();
    let start = MessageBuilder::new(&mut bytes, object, opcode);
    words.iter().fold(start, |message, word| message.uint(*word)).finish();
    bytes
}
