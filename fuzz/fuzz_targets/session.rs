//! A whole session with arbitrary bytes and descriptors from both sides.
//!
//! What comes out must be well-formed: whole messages for objects that were
//! announced on that side, with exactly the descriptors that they name.
#![no_main]

use std::fs::File;
use std::os::fd::{AsFd, OwnedFd};
use std::path::PathBuf;
use std::sync::{Arc, OnceLock};

use arbitrary::Arbitrary;
use carafe::channel::{Area, Crossing, Image, Mapping, Memory, RenderNode, Virtual, virtgpu};
use carafe::handlers::{self, Scaling};
use carafe::observe::{LogMessages, Observer, Wanted};
use carafe::session::{Engine, Flow, Handlers, RecentMessages, Scale};
use carafe::wire::{FdKind, Header};
use libfuzzer_sys::fuzz_target;

#[derive(Arbitrary, Debug)]
enum Step {
    /// Bytes as they are.
    Raw { client: bool, bytes: Vec<u8>, fds: u8 },
    /// A message with a header that fits.
    Message { client: bool, object: u8, high: bool, opcode: u8, words: Vec<Word>, fds: u8 },
    /// The host announces a global, the client binds it.
    Bind { interface: u16, version: u8, id: u8 },
    /// The other side takes so much.
    Send { client: bool, bytes: u16 },
}

#[derive(Arbitrary, Debug)]
enum Word {
    Small(u8),
    High(u8),
    Any(u32),
    Text(String),
}

fn message(object: u32, opcode: u16, body: &[u8]) -> Vec<u8> {
    let len = (body.len() + 8).min(65_532) as u16;
    let header = Header { object, opcode, len };
    [header.to_bytes().as_slice(), &body[..usize::from(len) - 8]].concat()
}

fn text(body: &mut Vec<u8>, text: &str) {
    body.extend((text.len() as u32 + 1).to_ne_bytes());
    body.extend(text.as_bytes());
    body.push(0);
    body.resize(body.len().next_multiple_of(4), 0);
}

fn feed(flow: &mut Flow, bytes: &[u8], fds: u8) -> bool {
    if !flow.wants_input() {
        return true;
    }
    for _ in 0..fds % 4 {
        if flow.fds.push(file(), FdKind::Unknown).is_err() {
            return false;
        }
    }
    let room = flow.input.room();
    let len = room.len().min(bytes.len());
    room[..len].copy_from_slice(&bytes[..len]);
    flow.input.filled(len);
    true
}

fn file() -> OwnedFd {
    static FILE: OnceLock<File> = OnceLock::new();
    // A file that can be mapped, and that is shorter than pools say.
    let open = || {
        let file = tempfile::tempfile().expect("a file");
        file.set_len(10_000).expect("a size");
        file
    };
    FILE.get_or_init(open).try_clone().expect("a copy").into()
}

/// Takes up to `limit` bytes that wait in a flow; all the descriptors go with them.
fn drain(flow: &mut Flow, mut limit: usize, into: &mut Vec<u8>) {
    let Flow { input, out, .. } = flow;
    out.send(input.bytes(), |slices, fds| {
        if limit == 0 {
            return Err(std::io::ErrorKind::WouldBlock.into());
        }
        let before = into.len();
        for slice in slices {
            let len = slice.len().min(limit);
            into.extend(&slice[..len]);
            limit -= len;
        }
        fds.close_first(usize::MAX);
        Ok(into.len() - before)
    })
    .expect("nothing fails here");
}

fn well_formed(mut bytes: &[u8]) {
    while let Some(header) = Header::read(bytes).expect("a header that fits") {
        let Some(rest) = bytes.get(usize::from(header.len)..) else { return };
        assert_ne!(header.object, 0);
        bytes = rest;
    }
}

/// A virtual device whose memory is files.
struct Files;

impl Memory for Files {
    fn has_images(&self) -> bool {
        false
    }

    fn allocate(&self, len: usize) -> std::io::Result<Area> {
        if len > 1 << 20 {
            return Err(std::io::ErrorKind::OutOfMemory.into());
        }
        let file = tempfile::tempfile()?;
        file.set_len(len as u64)?;
        let map = Mapping::new(file.as_fd(), 0, len)?;
        Ok(Area { fd: file.into(), map })
    }

    fn image(&self, _: u32, _: u32, _: u32) -> std::io::Result<Image> {
        Err(std::io::ErrorKind::Unsupported.into())
    }
}

fn device() -> Crossing {
    let node = Some(RenderNode { path: PathBuf::from("/dev/dri/renderD128"), number: 1 });
    let device = Some(Virtual { memory: Arc::new(Files), node });
    Crossing { carried: virtgpu::CARRIED, device }
}

fuzz_target!(|steps: Vec<Step>| {
    // Half of the runs are behind a virtual device.
    let crossing = if steps.len() % 4 < 2 { Crossing::DIRECT } else { device() };
    // A third has a scale.
    let scale = if steps.len() % 3 == 0 { 1.5 } else { 1.0 };
    let direct = steps.len() % 9 == 0;
    let scaling = Scaling { scale: Scale::new(scale), direct, ..Scaling::default() };
    let tables = scaling.tables();
    let handlers = Handlers::new(tables, handlers::all(tables, &crossing, None, &scaling, &Arc::default(), None));
    let observer = Observer::new("fuzz".into(), LogMessages::default());
    let mut engine = Engine::new(tables, handlers, observer);
    // Every other run is watched.
    let watched = steps.len() % 2 == 1;
    engine.watch(Wanted { stats: watched, timing: watched, spans: watched });
    let _ = engine.start();
    let (mut to_host, mut to_client) = (Vec::new(), Vec::new());
    feed(&mut engine.requests, &message(1, 1, &2u32.to_ne_bytes()), 0);
    let mut name = 0u32;
    for step in steps {
        match step {
            Step::Raw { client, bytes, fds } => {
                let flow = if client { &mut engine.requests } else { &mut engine.events };
                if !feed(flow, &bytes, fds) {
                    break;
                }
            }
            Step::Message { client, object, high, opcode, words, fds } => {
                let mut body = Vec::new();
                for word in words {
                    match word {
                        Word::Small(n) => body.extend(u32::from(n).to_ne_bytes()),
                        Word::High(n) => body.extend((0xff00_0000 | u32::from(n)).to_ne_bytes()),
                        Word::Any(n) => body.extend(n.to_ne_bytes()),
                        Word::Text(string) => text(&mut body, &string),
                    }
                }
                let base = if high { 0xff00_0000 } else { 0 };
                let bytes = message(base + u32::from(object), u16::from(opcode), &body);
                let flow = if client { &mut engine.requests } else { &mut engine.events };
                if !feed(flow, &bytes, fds) {
                    break;
                }
            }
            Step::Bind { interface, version, id } => {
                let Some(found) = tables.iter().nth(usize::from(interface) % tables.len()) else {
                    continue;
                };
                name += 1;
                let mut body = name.to_ne_bytes().to_vec();
                text(&mut body, found.name);
                body.extend(found.version.to_ne_bytes());
                feed(&mut engine.events, &message(2, 0, &body), 0);
                if engine.forward().is_err() {
                    break;
                }
                let mut body = name.to_ne_bytes().to_vec();
                text(&mut body, found.name);
                body.extend(u32::from(version).clamp(1, found.version).to_ne_bytes());
                body.extend(u32::from(id).to_ne_bytes());
                feed(&mut engine.requests, &message(2, 0, &body), 0);
            }
            Step::Send { client, bytes } => {
                let limit = usize::from(bytes);
                if client {
                    drain(&mut engine.events, limit, &mut to_client);
                } else {
                    drain(&mut engine.requests, limit, &mut to_host);
                }
                engine.sent();
            }
        }
        let failed = engine.forward().is_err();
        if failed {
            break;
        }
    }
    drain(&mut engine.requests, usize::MAX, &mut to_host);
    drain(&mut engine.events, usize::MAX, &mut to_client);
    well_formed(&to_host);
    well_formed(&to_client);
    let _ = RecentMessages(&engine).to_string();
});
