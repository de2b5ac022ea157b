//! A whole session with arbitrary bytes and descriptors from both sides, with and without
//! a device, a scale, a policy, sources of other sessions, and masks.
//!
//! The output must be well-formed: complete messages for objects that exist on that side, with
//! exactly their descriptors.
#![no_main]

use std::fs::File;
use std::os::fd::{AsFd, OwnedFd};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, OnceLock};

use arbitrary::Arbitrary;
use carafe::channel::{Area, Crossing, Image, Mapping, Memory, RenderNode, Virtual, virtgpu};
use carafe::handlers::{self, Scaling};
use carafe::observe::{LogMessages, Observer, WatchOptions};
use carafe::pixels::{Mask, PixelRect};
use carafe::protocol::Tables;
use carafe::session::{
    Context, Engine, Fault, Flow, GlobalRule, Handler, Handlers, Incoming, RecentMessages, Refusal,
    Scale, Verdict, Want,
};
use carafe::policy::{LocalSources, Policy, Sharing, SourceId, Transfer};
use carafe::wire::{FdKind, Header};
use libfuzzer_sys::fuzz_target;
use rustix::fs::{MemfdFlags, SealFlags, fcntl_add_seals, ftruncate, memfd_create};
use rustix::pipe::pipe;

/// How the session is set up.
#[derive(Arbitrary, Debug)]
struct Setup {
    device: bool,
    scaled: bool,
    direct: bool,
    watched: bool,
    masked: bool,
    policy: Option<Kept>,
}

/// The policy.
#[derive(Arbitrary, Debug)]
struct Kept {
    ways: [bool; 6],
    prefix: u8,
    denied: Option<u16>,
    version: Option<(u16, u8)>,
}

#[derive(Arbitrary, Debug)]
enum Step {
    /// Another client of carafe asks for a source's data.
    Ask { source: u8, text: bool },
    /// A surface gets a mask of bands.
    Mask { surface: u8, bands: Vec<(u8, u8, u8)> },
    /// Bytes as they are.
    Raw { client: bool, bytes: Vec<u8>, fds: u8 },
    /// A message with a correct header.
    Message { client: bool, object: u8, high: bool, opcode: u8, words: Vec<Word>, fds: u8 },
    /// The host announces a global, the client binds it.
    Bind { interface: u16, version: u8, id: u8 },
    /// The other side reads some bytes.
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
    for n in 0..fds % 4 {
        if flow.fds.push(descriptor(fds / 4 + n), FdKind::Unknown).is_err() {
            return false;
        }
    }
    let room = flow.input.room();
    let len = room.len().min(bytes.len());
    room[..len].copy_from_slice(&bytes[..len]);
    flow.input.filled(len);
    true
}

/// Files that are shorter than their pools, in memory and on a disk, sealed and not; and
/// descriptors that are not files.
fn descriptor(which: u8) -> OwnedFd {
    static ALL: OnceLock<Vec<OwnedFd>> = OnceLock::new();
    let open = || {
        let file = tempfile::tempfile().expect("a file");
        file.set_len(10_000).expect("a size");
        let sealed = |seals| {
            let flags = MemfdFlags::CLOEXEC | MemfdFlags::ALLOW_SEALING;
            let memory = memfd_create("fuzz", flags).expect("memory");
            ftruncate(&memory, 10_000).expect("a size");
            fcntl_add_seals(&memory, seals).expect("seals");
            memory
        };
        let (read, write) = pipe().expect("a pipe");
        vec![
            file.into(),
            sealed(SealFlags::empty()),
            sealed(SealFlags::SHRINK),
            sealed(SealFlags::SHRINK | SealFlags::GROW | SealFlags::WRITE),
            File::open("/dev/null").expect("it is there").into(),
            read,
            write,
        ]
    };
    let all = ALL.get_or_init(open);
    all[usize::from(which) % all.len()].try_clone().expect("a copy")
}

/// The sources of all sessions: this session's, and one of another session.
#[derive(Clone, Default)]
struct Sources(Arc<Mutex<(Vec<SourceId>, Vec<Transfer>)>>);

const ELSEWHERE: SourceId = SourceId(1);

impl LocalSources for Sources {
    fn add(&mut self) -> Option<SourceId> {
        let sources = &mut self.0.lock().expect("one thread").0;
        let source = SourceId(sources.len() as u128 + 2);
        (sources.len() < 16).then(|| sources.push(source))?;
        Some(source)
    }

    fn remove(&mut self, source: SourceId) {
        self.0.lock().expect("one thread").0.retain(|known| *known != source);
    }

    fn knows(&self, source: SourceId) -> bool {
        source == ELSEWHERE || self.0.lock().expect("one thread").0.contains(&source)
    }

    fn ask(&mut self, transfer: Transfer) {
        self.0.lock().expect("one thread").1.push(transfer);
    }

    fn asked(&mut self) -> Vec<Transfer> {
        std::mem::take(&mut self.0.lock().expect("one thread").1)
    }
}

fn policy(kept: &Kept) -> Policy {
    let [a, b, c, d, e, f] = kept.ways;
    let sharing = |to_guest, to_host| Sharing { to_guest, to_host, limit: None };
    let named = |n: u16| {
        let tables = Tables::get();
        tables.iter().nth(usize::from(n) % tables.len()).expect("one of them").name.to_owned()
    };
    let globals = GlobalRule {
        denied: kept.denied.map(named).into_iter().collect(),
        max_versions: kept.version.map(|(n, v)| (named(n), u32::from(v))).into_iter().collect(),
        ..GlobalRule::default()
    };
    Policy {
        globals: Arc::new(globals),
        clipboard: sharing(a, b),
        primary: sharing(c, d),
        dnd: sharing(e, f),
        title_prefix: "é".repeat(usize::from(kept.prefix)),
        app_id_prefix: "a".repeat(usize::from(kept.prefix % 4)),
        ..Policy::default()
    }
}

/// Takes up to `limit` waiting bytes of a flow, with all descriptors.
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

/// A virtual device that uses files as memory.
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

/// Masks that surfaces are to have.
type Masks = Arc<Mutex<Vec<(u32, Option<Arc<Mask>>)>>>;

/// Gives them to the surfaces, as the window manager does.
struct Shapes(Masks);

impl Handler for Shapes {
    type Token = ();

    fn wants(&self) -> &'static [Want<()>] {
        &[]
    }

    fn handle(
        &mut self,
        (): (),
        _: &mut Incoming<'_>,
        _: &mut Context<'_>,
    ) -> Result<Verdict, Refusal> {
        Ok(Verdict::Forward)
    }

    fn woken(&mut self, context: &mut Context<'_>) -> Result<(), Fault> {
        for (surface, mask) in self.0.lock().expect("one thread").drain(..) {
            if let Some(surface) = context.surface_mut(surface) {
                surface.mask = mask;
            }
            context.objects.unsettle(surface);
        }
        Ok(())
    }
}

fuzz_target!(|input: (Setup, Vec<Step>)| {
    let (setup, steps) = input;
    let crossing = if setup.device { device() } else { Crossing::DIRECT };
    let scale = if setup.scaled { 1.5 } else { 1.0 };
    let scaling =
        Scaling { scale: Scale::new(scale), direct: setup.direct, ..Scaling::default() };
    let tables = scaling.tables();
    let policy = Arc::new(setup.policy.as_ref().map(policy).unwrap_or_default());
    let mut sources = Sources::default();
    let local: Option<Box<dyn LocalSources>> =
        if setup.device { Some(Box::new(sources.clone())) } else { None };
    let mut all = handlers::chain(handlers::Setup {
        sources: local,
        has_shapes: setup.masked,
        ..handlers::Setup::new(&crossing, &scaling, &policy)
    });
    let masks = Masks::default();
    if setup.masked {
        all.push(Box::new(Shapes(Arc::clone(&masks))));
    }
    let handlers = Handlers::new(tables, all).expect("what carafe has");
    let observer = Observer::new("fuzz".into(), LogMessages::default());
    let mut engine = Engine::new(tables, handlers, observer);
    let watched = setup.watched;
    engine.watch(WatchOptions { stats: watched, timing: watched, spans: watched });
    let _ = engine.start();
    let (mut to_host, mut to_client) = (Vec::new(), Vec::new());
    feed(&mut engine.requests, &message(1, 1, &2u32.to_ne_bytes()), 0);
    let mut name = 0u32;
    for step in steps {
        match step {
            Step::Ask { source, text } => {
                let mime = if text { "text/plain" } else { "" }.to_owned();
                let (_, to) = pipe().expect("a pipe");
                sources.ask(Transfer { source: SourceId(u128::from(source)), mime, to });
                if engine.woken().is_err() {
                    break;
                }
            }
            Step::Mask { surface, bands } => {
                let mut y = 0;
                let rects = bands.into_iter().map(|(x, width, height)| {
                    y += i32::from(height) + 1;
                    PixelRect::new(i32::from(x), y - 1, i32::from(width), i32::from(height))
                });
                let mask = Mask::new(rects).map(Arc::new);
                masks.lock().expect("one thread").push((u32::from(surface), mask));
                if engine.woken().is_err() {
                    break;
                }
            }
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
        // As the session's loop does, but nothing that is waited for arrives here.
        drop(engine.take_wait());
        assert!(!(engine.is_waiting() && engine.requests.wants_input()), "it would read on");
    }
    drain(&mut engine.requests, usize::MAX, &mut to_host);
    drain(&mut engine.events, usize::MAX, &mut to_client);
    well_formed(&to_host);
    well_formed(&to_client);
    let _ = RecentMessages(&engine).to_string();
});
