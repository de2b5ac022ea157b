//! Sequences of messages by the protocols' grammar: one side of a connection says what its objects
//! allow, and now and then something that is slightly wrong.

use std::collections::BTreeMap;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};

use carafe::protocol::{Arg, InterfaceId, Message as Known, Tables};
use carafe::wire::{FdKind, SERVER_ID_START};
use carafe_fixture::wire::{Message, Peer};
use fastrand::Rng;

const DISPLAY: u32 = 1;
const DELETE_ID: u16 = 1;

/// Bound on the objects of a side.
const MAX_OBJECTS: usize = 600;

/// Numbers at which arithmetic goes wrong.
const EDGES: [u32; 20] = [
    0,
    1,
    2,
    3,
    7,
    8,
    255,
    256,
    1000,
    4096,
    0x7fff,
    0x8000,
    0xffff,
    0x1_0000,
    0x7fff_ff00,
    0x7fff_ffff,
    0x8000_0000,
    0xffff_0000,
    0xffff_ff00,
    0xffff_ffff,
];

const TEXTS: [&str; 7] =
    ["", "a", "text/plain", "text/plain;charset=utf-8", "wl_shm", "ééééé", "\u{202e}x\n"];

/// One side of a connection, and the objects that it knows.
pub struct Side {
    pub peer: Peer,
    tables: &'static Tables,
    objects: BTreeMap<u32, (InterfaceId, u32)>,
    free: Vec<u32>,
    next: u32,
    is_client: bool,
    /// Whether it has said something wrong: then the other side may take its objects for others.
    has_slipped: bool,
    /// The globals that the registry has announced: number, name, version.
    pub globals: Vec<(u32, String, u32)>,
}

impl Side {
    pub fn new(peer: Peer, is_client: bool) -> Self {
        let objects = [(DISPLAY, (InterfaceId::DISPLAY, 1))].into();
        let next = if is_client { 2 } else { SERVER_ID_START };
        let (free, globals) = (Vec::new(), Vec::new());
        let (tables, has_slipped) = (Tables::get(), false);
        Self { peer, tables, objects, free, next, is_client, has_slipped, globals }
    }

    fn id(&mut self) -> u32 {
        self.free.pop().unwrap_or_else(|| {
            self.next += 1;
            self.next - 1
        })
    }

    /// A new object that this side makes.
    pub fn make(&mut self, interface: &str, version: u32) -> u32 {
        let id = self.id();
        self.add(id, interface, version);
        id
    }

    /// A new object of either side.
    fn add(&mut self, id: u32, interface: &str, version: u32) {
        if let Some(interface) = self.tables.find(interface) {
            self.objects.insert(id, (interface, version));
        }
    }

    /// Sends a message, unless the other end is gone.
    pub fn tell(&mut self, message: &Message) {
        let _ = self.peer.try_send_bytes(&message.to_bytes(), &[]);
    }

    /// Asks for an answer, as a client. The callback is gone once it has come.
    pub fn sync(&mut self) -> u32 {
        let id = self.make("wl_callback", 1);
        self.tell(&Message::new(DISPLAY, 0).uint(id));
        id
    }

    /// Binds a global that was announced, as a client with one registry.
    pub fn bind(&mut self, interface: &str) -> u32 {
        let global = self.globals.iter().find(|(_, name, _)| name == interface).cloned();
        let (number, name, version) = global.expect("it was announced");
        let id = self.make(&name, version);
        let registry = 2;
        let bind = Message::new(registry, 0).uint(number).string(&name);
        self.tell(&bind.uint(version).uint(id));
        id
    }

    /// Whether there is such an object.
    pub fn knows(&self, id: u32) -> bool {
        self.objects.contains_key(&id)
    }

    /// The name of an object's interface.
    fn interface(&self, id: u32) -> &'static str {
        self.objects.get(&id).map_or("", |(interface, _)| self.tables.interface(*interface).name)
    }

    fn pick(&self, rng: &mut Rng, want: Option<InterfaceId>) -> Option<u32> {
        let fits = |(interface, _): &(InterfaceId, u32)| want.is_none_or(|want| want == *interface);
        let all: Vec<u32> =
            self.objects.iter().filter(|(_, object)| fits(object)).map(|(id, _)| *id).collect();
        rng.choice(all)
    }

    /// Takes note of a message that this side has received. Returns the object that it destroys.
    pub fn hear(&mut self, message: &Message) -> Option<u32> {
        let &(interface, version) = self.objects.get(&message.object)?;
        let interface = self.tables.interface(interface);
        if self.is_client && message.object == DISPLAY && message.opcode == DELETE_ID {
            let id = message.word(0);
            self.objects.remove(&id);
            self.free.push(id);
            return None;
        }
        if self.is_client && interface.name == "wl_registry" && message.opcode == 0 {
            let at = 2 + (message.word(1) as usize).div_ceil(4);
            self.globals.push((message.word(0), message.text(1), message.word(at)));
        }
        let all = if self.is_client { &interface.events } else { &interface.requests };
        let Some(known) = all.get(usize::from(message.opcode)) else {
            assert!(self.has_slipped, "{} has no {message:?}", interface.name);
            return None;
        };
        for (id, interface) in new_objects(known, message) {
            self.objects.insert(id, (interface, version));
        }
        if !known.destructor {
            return None;
        }
        self.objects.remove(&message.object);
        Some(message.object)
    }

    /// Says something about one of its objects. One message in `slips` is slightly wrong.
    pub fn say(&mut self, rng: &mut Rng, slips: u32) {
        let Some(object) = self.pick(rng, None) else { return };
        let (interface, version) = self.objects[&object];
        let interface = self.tables.interface(interface);
        if matches!(interface.name, "wl_display" | "wl_registry")
            || self.objects.len() > MAX_OBJECTS
        {
            return;
        }
        let all = if self.is_client { &interface.requests } else { &interface.events };
        let all: Vec<_> = (0..).zip(all).filter(|(_, known)| known.since <= version).collect();
        let Some((opcode, known)) = rng.choice(all) else { return };
        // Otherwise little lives long enough to be used.
        if known.destructor && rng.u8(..4) > 0 {
            return;
        }
        let saved = (self.free.clone(), self.next);
        let Some((message, new, mut fds)) = self.message(rng, object, opcode, known) else {
            (self.free, self.next) = saved;
            return;
        };
        let mut bytes = message.to_bytes();
        if slips > 0 && rng.u32(..slips) == 0 {
            self.has_slipped = true;
            slip(rng, &mut bytes, &mut fds);
        }
        let fds: Vec<BorrowedFd<'_>> = fds.iter().map(AsFd::as_fd).collect();
        if self.peer.try_send_bytes(&bytes, &fds).is_err() {
            return;
        }
        for (id, interface) in new {
            self.objects.insert(id, (interface, version));
        }
        if known.destructor {
            self.objects.remove(&object);
            self.deleted(object);
        }
    }

    /// What a host says after an object of the client is gone.
    pub fn deleted(&mut self, id: u32) {
        if !self.is_client && id < SERVER_ID_START {
            let message = Message::new(DISPLAY, DELETE_ID).uint(id);
            let _ = self.peer.try_send_bytes(&message.to_bytes(), &[]);
        }
    }

    /// Lets a host answer what it has heard.
    pub fn answer(&mut self, message: &Message) {
        let destroyed = self.hear(message);
        let id = if message.body.len() >= 4 { message.word(0) } else { 0 };
        let mut replies = Vec::new();
        match (self.interface(message.object), message.opcode) {
            ("wl_display", 0) => {
                self.objects.remove(&id);
                replies.push(Message::new(id, 0).uint(7));
                replies.push(Message::new(DISPLAY, DELETE_ID).uint(id));
            }
            ("wl_display", 1) => {
                self.add(id, "wl_registry", 1);
                let all = (1..).zip(all_globals());
                replies.extend(all.map(|(number, (name, version))| {
                    Message::new(id, 0).uint(number).string(name).uint(version)
                }));
            }
            ("wl_registry", 0) => {
                let at = 2 + (message.word(1) as usize).div_ceil(4);
                self.add(message.word(at + 1), &message.text(1), message.word(at));
            }
            _ => {}
        }
        let bytes: Vec<u8> = replies.iter().flat_map(Message::to_bytes).collect();
        let _ = self.peer.try_send_bytes(&bytes, &[]);
        if let Some(id) = destroyed {
            self.deleted(id);
        }
    }

    /// A message, the objects that it makes, and its descriptors. `None` if there is no object for
    /// it.
    #[allow(clippy::type_complexity, reason = "three parts of one thing, used once")]
    fn message(
        &mut self,
        rng: &mut Rng,
        object: u32,
        opcode: u16,
        known: &Known,
    ) -> Option<(Message, Vec<(u32, InterfaceId)>, Vec<OwnedFd>)> {
        let mut message = Message::new(object, opcode);
        let (mut new, mut fds) = (Vec::new(), Vec::new());
        for arg in &known.args {
            message = match arg {
                Arg::Int | Arg::Uint | Arg::Fixed => message.uint(number(rng)),
                Arg::Str(true) if rng.u8(..5) == 0 => message.uint(0),
                Arg::Str(_) => message.string(&text(rng)),
                Arg::Array => message.array(&noise(rng)),
                Arg::Object(_, true) if rng.u8(..5) == 0 => message.uint(0),
                Arg::Object(want, null) => match self.pick(rng, *want) {
                    Some(id) => message.uint(id),
                    None if *null => message.uint(0),
                    None => return None,
                },
                Arg::NewId(interface) => {
                    let id = self.id();
                    new.push((id, (*interface)?));
                    message.uint(id)
                }
                // Only sockets are taken, which make processes that outlive the session.
                Arg::Fd(FdKind::Listener) => return None,
                Arg::Fd(kind) => {
                    fds.push(descriptor(rng, *kind));
                    message
                }
            };
        }
        Some((message, new, fds))
    }
}

/// The globals of a host that has all: interfaces that no message creates, and their versions.
fn all_globals() -> Vec<(&'static str, u32)> {
    let tables = Tables::get();
    let made: Vec<&str> = tables
        .iter()
        .flat_map(|interface| interface.requests.iter().chain(&interface.events))
        .flat_map(|message| &message.args)
        .filter_map(|arg| match arg {
            Arg::NewId(Some(made)) => Some(tables.interface(*made).name),
            _ => None,
        })
        .collect();
    let is_global = |name: &str| !made.contains(&name) && name != "wl_display";
    let all = tables.iter().filter(|interface| is_global(interface.name));
    all.map(|interface| (interface.name, interface.version)).collect()
}

fn new_objects(known: &Known, message: &Message) -> Vec<(u32, InterfaceId)> {
    let (mut at, mut new) = (0, Vec::new());
    for arg in &known.args {
        match arg {
            Arg::Fd(_) => continue,
            Arg::Str(_) | Arg::Array => at += (message.word(at) as usize).div_ceil(4),
            Arg::NewId(Some(interface)) => new.push((message.word(at), *interface)),
            _ => {}
        }
        at += 1;
    }
    new
}

fn number(rng: &mut Rng) -> u32 {
    if rng.u8(..10) < 3 { EDGES[rng.usize(..EDGES.len())] } else { rng.u32(..400) }
}

fn text(rng: &mut Rng) -> String {
    if rng.u8(..8) == 0 {
        return "x".repeat(rng.usize(..300));
    }
    TEXTS[rng.usize(..TEXTS.len())].into()
}

fn noise(rng: &mut Rng) -> Vec<u8> {
    let len = rng.usize(..400) / [1, 8, 100][rng.usize(..3)];
    std::iter::repeat_with(|| rng.u8(..)).take(len).collect()
}

/// A descriptor of that kind, or another one.
fn descriptor(rng: &mut Rng, kind: FdKind) -> OwnedFd {
    let is_pipe = matches!(kind, FdKind::PipeToWrite);
    match rng.u8(..10) {
        0 => std::fs::File::open("/dev/null").expect("it is there").into(),
        1 => rustix::event::eventfd(0, rustix::event::EventfdFlags::CLOEXEC).expect("a descriptor"),
        2..4 => rustix::pipe::pipe().expect("a pipe").0,
        4..8 if is_pipe => rustix::pipe::pipe().expect("a pipe").1,
        _ => memory(rng),
    }
}

fn memory(rng: &mut Rng) -> OwnedFd {
    use rustix::fs::{MemfdFlags, SealFlags, fcntl_add_seals, ftruncate, memfd_create};
    let flags = MemfdFlags::CLOEXEC | MemfdFlags::ALLOW_SEALING;
    let memory = memfd_create("grammar", flags).expect("memory");
    ftruncate(&memory, [100, 4096, 65_536][rng.usize(..3)]).expect("a size");
    if rng.bool() {
        fcntl_add_seals(&memory, SealFlags::SHRINK).expect("a seal");
    }
    memory
}

/// Makes a message slightly wrong.
fn slip(rng: &mut Rng, bytes: &mut Vec<u8>, fds: &mut Vec<OwnedFd>) {
    let word = |bytes: &mut Vec<u8>, at: usize, word: u32| {
        bytes[at..at + 4].copy_from_slice(&word.to_ne_bytes());
    };
    let opcode = u32::from(bytes[4]);
    let len = u32::try_from(bytes.len()).expect("short");
    match rng.u8(..8) {
        0 => word(bytes, 0, number(rng)),
        1 => word(bytes, 4, len << 16 | rng.u32(..80)),
        2 if len > 8 => {
            bytes.truncate(bytes.len() - 4);
            word(bytes, 4, (len - 4) << 16 | opcode);
        }
        3 => {
            bytes.extend([0; 4]);
            word(bytes, 4, (len + 4) << 16 | opcode);
        }
        4 => word(bytes, 4, [0, 4, 10, 0xfffc][rng.usize(..4)] << 16 | opcode),
        5 => drop(fds.pop()),
        6 => fds.push(memory(rng)),
        _ if len > 8 => {
            let at = rng.usize(2..bytes.len() / 4) * 4;
            word(bytes, at, [number(rng), SERVER_ID_START, u32::MAX][rng.usize(..3)]);
        }
        _ => bytes.extend(std::iter::repeat_with(|| rng.u8(..)).take(64)),
    }
}
