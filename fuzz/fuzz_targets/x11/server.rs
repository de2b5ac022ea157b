//! An X server that accepts every request and sends what the input says.

use std::collections::VecDeque;
use std::io::{ErrorKind, Read, Write};
use std::os::unix::net::UnixStream;

use arbitrary::Arbitrary;
use carafe::x11::atoms::NAMES;

/// The root window.
pub const ROOT: u32 = 1;

/// The first id of the window manager.
const OWN: u32 = 0x0020_0000;

/// How many windows each client has.
pub const CLIENTS: u8 = 8;

/// The first atom that is not predefined.
const FIRST_ATOM: u32 = 1000;

/// The requests that have a reply: those of the core protocol, and of each extension in the order
/// of [`MAJORS`].
const ASKS: [u8; 7] = [16, 17, 20, 31, 40, 43, 98];
const EXTENSIONS: [(&str, &[u8]); 8] = [
    ("Composite", &[0]),
    ("RANDR", &[0, 42]),
    ("RENDER", &[0, 1]),
    ("SHAPE", &[0, 5, 8]),
    ("SYNC", &[0]),
    ("XFIXES", &[0]),
    ("XTEST", &[0]),
    ("X-Resource", &[0, 4]),
];

/// The number of the first extension's requests; its events start there too, 8 for each.
const FIRST_MAJOR: u8 = 128;
const FIRST_EVENT: u8 = 65;

/// A meaningful number.
#[derive(Arbitrary, Clone, Copy, Debug)]
pub enum Word {
    Window(u8),
    Atom(u8),
    Small(u8),
    Pair(i16, i16),
    Any(u32),
}

impl Word {
    pub fn number(self) -> u32 {
        match self {
            Self::Window(n) => window(n),
            // The predefined atoms, then those that carafe uses, then others.
            Self::Atom(n) if n < 69 => n.into(),
            Self::Atom(n) => FIRST_ATOM + u32::from(n) - 69,
            Self::Small(n) => n.into(),
            Self::Pair(low, high) => {
                u32::from(low.cast_unsigned()) | u32::from(high.cast_unsigned()) << 16
            }
            Self::Any(n) => n,
        }
    }
}

/// Windows of two clients, of carafe, the root window, and none.
pub fn window(n: u8) -> u32 {
    match n {
        0 => ROOT,
        1 => 0,
        2..32 => OWN + u32::from(n) - 2,
        // Only a few, so that messages are often about an existing one.
        _ => (1 + u32::from(n % 2)) << 22 | u32::from(n / 2 % CLIENTS),
    }
}

/// An answer.
#[derive(Arbitrary, Debug)]
pub enum Answer {
    Error(u8),
    /// No such property, or a window without children.
    Nothing,
    /// A number of items, which repeat the given ones.
    Property {
        kind: Word,
        format: u8,
        after: u8,
        items: [Word; 5],
        count: u8,
    },
    Any {
        detail: u8,
        head: [Word; 6],
        rest: Vec<Word>,
    },
}

/// The X server.
pub struct Server {
    stream: UnixStream,
    input: Vec<u8>,
    connected: bool,
    /// The number of the last request.
    number: u16,
    /// The open requests: their numbers and, if the input does not choose it, the reply.
    asked: VecDeque<(u16, Option<Vec<u8>>)>,
    atoms: u32,
    /// The last request that has a reply, for finding out why there are too many.
    pub last: Vec<u8>,
    /// The number of requests.
    pub requests: usize,
}

impl Server {
    pub fn new(stream: UnixStream) -> Self {
        stream.set_nonblocking(true).expect("a flag");
        Self {
            stream,
            input: Vec::new(),
            connected: false,
            number: 0,
            asked: VecDeque::new(),
            atoms: FIRST_ATOM,
            last: Vec::new(),
            requests: 0,
        }
    }

    /// Sends bytes, if there is room.
    pub fn say(&mut self, bytes: &[u8]) {
        let _ = self.stream.write_all(bytes);
    }

    /// Sends an event: its first byte, its second one, and the words after its number.
    pub fn event(&mut self, code: u8, detail: u8, words: &[u32; 7]) {
        let mut bytes = vec![code, detail];
        bytes.extend(self.number.to_ne_bytes());
        bytes.extend(words.iter().flat_map(|word| word.to_ne_bytes()));
        self.say(&bytes);
    }

    /// Sends a message as Xwayland does for `WL_SURFACE_ID`.
    pub fn message(&mut self, window: u32, name: &str, first: u32) {
        self.event(33, 32, &[window, named(name), first, 0, 0, 0, 0]);
    }

    /// How many requests are open.
    pub fn awaited(&self) -> usize {
        self.asked.len()
    }

    /// Answers the next `many` requests.
    pub fn answer(&mut self, many: usize, how: &Answer) {
        for _ in 0..many {
            let Some((number, known)) = self.asked.pop_front() else { return };
            let reply = known.unwrap_or_else(|| reply(how));
            let mut bytes = reply;
            bytes[2..4].copy_from_slice(&number.to_ne_bytes());
            self.say(&bytes);
        }
    }

    /// Takes the window manager's requests.
    pub fn take(&mut self) {
        let mut buffer = [0; 16 * 1024];
        loop {
            match self.stream.read(&mut buffer) {
                Ok(0) => break,
                Ok(len) => self.input.extend(&buffer[..len]),
                Err(e) if e.kind() == ErrorKind::WouldBlock => break,
                Err(e) => panic!("{e}"),
            }
        }
        let input = std::mem::take(&mut self.input);
        let mut rest = input.as_slice();
        if !self.connected && rest.len() >= 12 {
            self.connected = true;
            rest = &rest[12..];
            self.say(&setup());
        }
        while let Some(request) = rest.get(..4) {
            let units = u16::from_ne_bytes([request[2], request[3]]);
            assert_ne!(units, 0, "a request without a length");
            let Some(request) = rest.get(..usize::from(units) * 4) else { break };
            self.request(request);
            rest = &rest[request.len()..];
        }
        self.input = rest.to_vec();
    }

    fn request(&mut self, request: &[u8]) {
        self.requests += 1;
        self.number = self.number.wrapping_add(1);
        let (major, minor) = (request[0], request[1]);
        let extension = major.checked_sub(FIRST_MAJOR).map(usize::from);
        let asks = match extension {
            None => ASKS.contains(&major),
            Some(n) => EXTENSIONS.get(n).expect("an extension").1.contains(&minor),
        };
        if !asks {
            return;
        }
        let name = request.get(8..).unwrap_or_default();
        let starts = |name: &[u8], with: &str| name.starts_with(with.as_bytes());
        let known = match major {
            16 => {
                self.atoms += 1;
                Some(words(&[self.atoms - 1]))
            }
            98 => {
                let n = EXTENSIONS.iter().position(|(known, _)| starts(name, known));
                let n = u8::try_from(n.expect("one of those")).expect("a few");
                let numbers = [1, FIRST_MAJOR + n, FIRST_EVENT + 8 * n, 128 + n];
                Some(words(&[u32::from_ne_bytes(numbers)]))
            }
            _ => None,
        };
        self.asked.push_back((self.number, known));
        self.last = request.to_vec();
    }
}

/// The atom of a name that carafe uses.
fn named(name: &str) -> u32 {
    let place = NAMES.iter().position(|known| *known == name).expect("it is known");
    FIRST_ATOM + u32::try_from(place).expect("a few")
}

/// A reply of words.
fn words(words: &[u32]) -> Vec<u8> {
    let mut bytes = vec![1, 0, 0, 0, 0, 0, 0, 0];
    bytes.extend(words.iter().flat_map(|word| word.to_ne_bytes()));
    bytes.resize(bytes.len().max(32), 0);
    let more = u32::try_from((bytes.len() - 32) / 4).expect("short");
    bytes[4..8].copy_from_slice(&more.to_ne_bytes());
    bytes
}

fn reply(how: &Answer) -> Vec<u8> {
    match how {
        Answer::Error(code) => {
            let mut bytes = vec![0; 32];
            bytes[1] = *code;
            bytes
        }
        Answer::Nothing => words(&[]),
        Answer::Property { kind, format, after, items, count } => {
            let format = [8, 16, 32, 32, *format][usize::from(*format % 5)];
            let items = items.iter().cycle().take((*count).into());
            let items: Vec<u32> = items.map(|item| item.number()).collect();
            let len = items.len() * 32 / usize::from(format.max(1));
            let len = u32::try_from(len).expect("short");
            let head = [kind.number(), u32::from(*after) * 1000, len, 0, 0, 0];
            let mut bytes = words(&[&head, items.as_slice()].concat());
            bytes[1] = format;
            bytes
        }
        Answer::Any { detail, head, rest } => {
            let all: Vec<u32> = head.iter().chain(rest).map(|word| word.number()).collect();
            let mut bytes = words(&all[..all.len().min(512)]);
            bytes[1] = *detail;
            bytes
        }
    }
}

/// The server's setup message: one screen of 1000×800.
fn setup() -> Vec<u8> {
    let mut body = Vec::new();
    for word in [1, OWN, 0x001f_ffff, 0] {
        body.extend(u32::to_ne_bytes(word));
    }
    // The vendor's name is empty; the largest request; one screen, no formats.
    body.extend([0, 0, 0xff, 0xff, 1, 0, 0, 0, 32, 32, 8, 255, 0, 0, 0, 0]);
    for word in [ROOT, 0x20, 0xff_ffff, 0, 0, 1000 | 800 << 16, 300 | 200 << 16] {
        body.extend(u32::to_ne_bytes(word));
    }
    body.extend([1, 0, 1, 0, 0x21, 0, 0, 0, 0, 0, 24, 0]);
    let mut bytes = vec![1, 0, 11, 0, 0, 0];
    bytes.extend(u16::try_from(body.len() / 4).expect("short").to_ne_bytes());
    bytes.extend(body);
    bytes
}
