//! The session of an Xwayland, with its window manager and selections, between an X server, an
//! Xwayland and a host that send arbitrary messages in any order.
//!
//! The output must be well-formed and bounded, it must end when no more input comes, and the host
//! must have nothing of destroyed windows.
#![no_main]

#[path = "x11/server.rs"]
mod server;
#[path = "x11/wayland.rs"]
mod wayland;

use std::os::unix::net::UnixStream;
use std::sync::Arc;

use arbitrary::{Arbitrary, Unstructured};
use carafe::channel::Crossing;
use carafe::handlers::{self, Scaling, X11};
use carafe::observe::{LogMessages, Observer};
use carafe::protocol::Tables;
use carafe::session::{Engine, Fault, Flow, Handlers, Scale};
use carafe::policy::{LocalSources, SourceId, Transfer};
use carafe::wire::{DISPLAY_ID, FdKind, Header, MessageBuilder};
use carafe::x11::Selections;
use carafe::x11::settings::Settings;
use libfuzzer_sys::fuzz_target;
use server::{Answer, CLIENTS, ROOT, Server, Word, window};
use wayland::{Side, Words, feed, message};

/// The host's globals; the first ones are always there.
const GLOBALS: [&str; 20] = [
    "wl_compositor",
    "wl_shm",
    "wl_seat",
    "wl_output",
    "xdg_wm_base",
    "wp_viewporter",
    "wl_subcompositor",
    "wl_data_device_manager",
    "zwp_primary_selection_device_manager_v1",
    "ext_data_control_manager_v1",
    "zwlr_data_control_manager_v1",
    "zxdg_output_manager_v1",
    "zxdg_decoration_manager_v1",
    "xdg_activation_v1",
    "zaura_shell",
    "zwlr_layer_shell_v1",
    "zwp_keyboard_shortcuts_inhibit_manager_v1",
    "wp_alpha_modifier_v1",
    "zwp_tablet_manager_v2",
    "xdg_wm_dialog_v1",
];

const ALWAYS: usize = 4;

/// Xwayland's ids at the start.
const REGISTRY: u32 = 2;

/// Bound on carafe's X requests per step.
const REQUESTS: usize = 2000;

/// How often carafe may ask again if the answers are empty.
const ROUNDS: usize = 100;

/// How many objects carafe may have at the host when there are no windows.
const OWN: usize = 300;

#[derive(Arbitrary, Debug)]
struct Setup {
    offered: u32,
    scale: u8,
    options: [bool; 6],
}

#[derive(Arbitrary, Debug)]
enum Step {
    /// A window appears as real programs do it.
    Show { window: u8, popup: bool, place: (i16, i16), size: (u8, u8), answers: [Answer; 4] },
    /// It is destroyed in the same way.
    Destroy { window: u8 },
    /// An event of the X server.
    Event { code: u8, sent: bool, detail: u8, words: [Word; 7] },
    /// Bytes of the X server.
    X(Vec<u8>),
    /// The X server answers some requests.
    Answer { many: u8, how: Answer },
    /// The host or Xwayland sends a message.
    Say {
        client: bool,
        interface: u8,
        object: u8,
        opcode: u8,
        words: [Word; 6],
        text: u8,
        bytes: [u8; 12],
    },
    /// The host removes a global.
    Remove(u8),
    /// Another client of carafe wants something.
    Wake,
}

/// The events that the window manager may get: the core protocol's, then the extensions'.
const EVENTS: [u8; 24] =
    [9, 10, 12, 16, 17, 18, 19, 20, 21, 22, 23, 26, 27, 28, 29, 30, 31, 33, 34, 73, 81, 90, 97, 98];

const TEXTS: [&str; 8] = [
    "",
    "text/plain",
    "text/plain;charset=utf-8",
    "UTF8_STRING",
    "text/uri-list",
    "image/png",
    "application/x-carafe-local;id=00000000000000000000000000000001",
    "é",
];

/// The sources of other sessions: none.
struct Nobody(u128);

impl LocalSources for Nobody {
    fn add(&mut self) -> Option<SourceId> {
        self.0 += 1;
        (self.0 < 64).then_some(SourceId(self.0))
    }
    fn remove(&mut self, _: SourceId) {}
    fn knows(&self, source: SourceId) -> bool {
        source == SourceId(1)
    }
    fn ask(&mut self, _: Transfer) {}
    fn asked(&mut self) -> Vec<Transfer> {
        Vec::new()
    }
}

/// The session and the three around it.
struct World {
    tables: &'static Tables,
    engine: Engine,
    server: Server,
    host: Side,
    xwayland: Side,
    offered: Vec<&'static str>,
    steps: usize,
}

impl World {
    fn new(setup: &Setup) -> Self {
        let scale = Scale::new([1.0, 1.25, 1.5, 2.0][usize::from(setup.scale % 4)]);
        let scaling = Scaling { scale, direct: true, ..Scaling::default() };
        let [keep_fullscreen, ignore_stateless, emulate_screen, move_windows, fits, keeps] =
            setup.options;
        let settings = Settings {
            keep_fullscreen,
            ignore_stateless,
            emulate_screen,
            move_windows,
            viewport_resize: fits,
            keeps_selections: keeps,
            ..Settings::default()
        };
        let tables = scaling.tables();
        let policy = Arc::default();
        let crossing = Crossing::DIRECT;
        let (ours, theirs) = UnixStream::pair().expect("sockets");
        let selections = Selections::new(&settings, Box::new(Nobody(1))).expect("descriptors");
        let x11 = X11::new(ours, selections, &crossing, &scaling, settings);
        let all = handlers::chain(handlers::Setup {
            x11: Some(x11.expect("descriptors")),
            has_shapes: true,
            ..handlers::Setup::new(&crossing, &scaling, &policy)
        });
        let handlers = Handlers::new(tables, all).expect("what carafe has");
        let observer = Observer::new("fuzz".into(), LogMessages::default());
        let is_offered = |n: usize| n < ALWAYS || setup.offered & 1 << n != 0;
        let offered = (0..).zip(GLOBALS).filter(|(n, _)| is_offered(*n));
        Self {
            tables,
            engine: Engine::new(tables, handlers, observer),
            server: Server::new(theirs),
            host: Side::new(tables, false),
            xwayland: Side::new(tables, true),
            offered: offered.map(|(_, name)| name).collect(),
            steps: 0,
        }
    }

    /// Delivers what waits for both sides, and sends the answers that must follow.
    fn turn(&mut self) -> Result<(), Fault> {
        let before = self.server.requests;
        self.engine.forward()?;
        self.engine.ready()?;
        self.engine.flush()?;
        drop(self.engine.take_wait());
        let said = drain(&mut self.engine.requests);
        for (header, body) in messages(&said) {
            self.host_gets(header, body);
        }
        let said = drain(&mut self.engine.events);
        for (header, body) in messages(&said) {
            self.xwayland_gets(header, body);
        }
        self.engine.sent();
        self.server.take();
        let asked = self.server.requests - before;
        assert!(asked <= REQUESTS + 100 * self.steps, "{asked} requests in a turn");
        Ok(())
    }

    fn host_gets(&mut self, header: Header, body: &[u8]) {
        let mut gone = self.host.hear(self.tables, header.object, header, body);
        let events = &mut self.engine.events;
        if (header.object, header.opcode) == (DISPLAY_ID, 0) {
            let callback = u32::from_ne_bytes(*body.first_chunk().expect("an id"));
            feed(events, &message(callback, 0, &[0]), &[]);
            self.host.objects.remove(&callback);
            gone = Some(callback);
        }
        if (header.object, header.opcode) == (DISPLAY_ID, 1) {
            let registry = u32::from_ne_bytes(*body.first_chunk().expect("an id"));
            for (name, interface) in (1..).zip(&self.offered) {
                let known = self.tables.find(interface).expect("a known global");
                let version = self.tables.interface(known).version;
                let mut bytes = Vec::new();
                let global = MessageBuilder::new(&mut bytes, registry, 0);
                global.uint(name).string(interface).uint(version).finish();
                feed(events, &bytes, &[]);
            }
        }
        if let Some(gone) = gone.filter(|gone| *gone < carafe::wire::SERVER_ID_START) {
            feed(events, &message(DISPLAY_ID, 1, &[gone]), &[]);
        }
    }

    /// Xwayland binds the globals.
    fn xwayland_gets(&mut self, header: Header, body: &[u8]) {
        self.xwayland.hear(self.tables, header.object, header, body);
        if (header.object, header.opcode) != (REGISTRY, 0) {
            return;
        }
        let name = u32::from_ne_bytes(*body.first_chunk().expect("a name"));
        let len = u32::from_ne_bytes(*body[4..].first_chunk().expect("a length")) as usize;
        let interface = std::str::from_utf8(&body[8..7 + len]).expect("text");
        let version = &body[8 + len.next_multiple_of(4)..];
        let version = u32::from_ne_bytes(*version.first_chunk().expect("a version"));
        let known = self.tables.find(interface).expect("a known global");
        let id = self.xwayland.make(known, version);
        let mut bytes = Vec::new();
        let bind = MessageBuilder::new(&mut bytes, REGISTRY, 0);
        bind.uint(name).string(interface).uint(version).uint(id).finish();
        feed(&mut self.engine.requests, &bytes, &[]);
    }

    /// Sends a message from one side, by its name and with numbers.
    fn say(&mut self, client: bool, interface: &str, name: &str, words: &[u32], fds: &[FdKind]) {
        let side = if client { &mut self.xwayland } else { &mut self.host };
        let Some(object) = side.last(self.tables, interface) else { return };
        let known = self.tables.interface(self.tables.find(interface).expect("known"));
        let all = if client { &known.requests } else { &known.events };
        let opcode = all.iter().position(|m| m.name == name).expect("a message of it");
        let flow = if client { &mut self.engine.requests } else { &mut self.engine.events };
        let opcode = u16::try_from(opcode).expect("a few");
        feed(flow, &message(object, opcode, words), fds);
    }

    /// Xwayland makes an object by a request whose first argument is the new id.
    fn make(&mut self, by: &str, request: &str, made: &str, words: &[u32], fds: &[FdKind]) -> u32 {
        let interface = self.tables.find(made).expect("known");
        let version = self
            .xwayland
            .last(self.tables, by)
            .map_or(1, |by| self.xwayland.objects.get(&by).map_or(1, |(_, version)| *version));
        let id = self.xwayland.make(interface, version);
        self.say(true, by, request, &[&[id], words].concat(), fds);
        id
    }

    /// Runs until Xwayland has a seat and a buffer, and the window manager has started.
    fn start(&mut self) -> Result<(), Fault> {
        self.engine.start()?;
        let registry = self.tables.find("wl_registry").expect("known");
        let registry = self.xwayland.make(registry, 1);
        assert_eq!(registry, REGISTRY);
        feed(&mut self.engine.requests, &message(DISPLAY_ID, 1, &[registry]), &[]);
        for _ in 0..6 {
            self.turn()?;
            self.server.answer(usize::MAX, &Answer::Nothing);
        }
        self.say(false, "wl_seat", "capabilities", &[7], &[]);
        self.say(false, "wl_output", "mode", &[1, 1000, 800, 60_000], &[]);
        self.say(false, "wl_output", "scale", &[2], &[]);
        self.say(false, "wl_output", "done", &[], &[]);
        self.make("wl_shm", "create_pool", "wl_shm_pool", &[10_000], &[FdKind::ClientMemory]);
        self.make("wl_shm_pool", "create_buffer", "wl_buffer", &[0, 20, 20, 80, 0], &[]);
        for (request, made) in [
            ("get_pointer", "wl_pointer"),
            ("get_keyboard", "wl_keyboard"),
            ("get_touch", "wl_touch"),
        ] {
            self.make("wl_seat", request, made, &[], &[]);
        }
        self.turn()
    }

    fn show(
        &mut self,
        id: u32,
        popup: bool,
        (x, y): (i16, i16),
        (width, height): (u8, u8),
        answers: &[Answer],
    ) -> Result<(), Fault> {
        let pair = |a: i16, b: i16| Word::Pair(a, b).number();
        let (place, size) = (pair(x, y), pair(width.into(), height.into()));
        self.server.event(16, 0, &[ROOT, id, place, size, u32::from(popup) << 16, 0, 0]);
        if !popup {
            self.server.event(20, 0, &[ROOT, id, 0, 0, 0, 0, 0]);
        }
        self.turn()?;
        for how in answers {
            self.server.answer(1, how);
        }
        self.server.answer(usize::MAX, &Answer::Nothing);
        self.turn()?;
        let surface = self.make("wl_compositor", "create_surface", "wl_surface", &[], &[]);
        self.server.event(19, 0, &[ROOT, id, u32::from(popup), 0, 0, 0, 0]);
        self.server.message(id, "WL_SURFACE_ID", surface);
        self.turn()?;
        self.server.answer(usize::MAX, &Answer::Nothing);
        self.turn()?;
        let buffer = self.xwayland.last(self.tables, "wl_buffer").unwrap_or(0);
        self.say(true, "wl_surface", "attach", &[buffer, 0, 0], &[]);
        self.say(true, "wl_surface", "commit", &[], &[]);
        Ok(())
    }

    fn step(&mut self, step: Step) -> Result<(), Fault> {
        self.steps += 1;
        match step {
            Step::Show { window: n, popup, place, size, answers } => {
                self.show(window(n), popup, place, size, &answers)?;
            }
            Step::Destroy { window: n } => {
                self.server.event(17, 0, &[ROOT, window(n), 0, 0, 0, 0, 0]);
            }
            Step::Event { code, sent, detail, words } => {
                let code = EVENTS[usize::from(code) % EVENTS.len()] | u8::from(sent) << 7;
                self.server.event(code, detail, &words.map(Word::number));
            }
            Step::X(bytes) => self.server.say(&bytes),
            Step::Answer { many, how } => self.server.answer(many.into(), &how),
            Step::Say { client, interface, object, opcode, words, text, bytes } => {
                let (side, flow) = if client {
                    (&mut self.xwayland, &mut self.engine.requests)
                } else {
                    (&mut self.host, &mut self.engine.events)
                };
                // Choose the interface first, because there are many callbacks and few toplevels.
                let mut all: Vec<_> = side.objects.values().map(|(known, _)| *known).collect();
                all.sort_by_key(|known| known.index());
                all.dedup();
                let want = all.get(usize::from(interface) % all.len().max(1)).copied();
                let text = TEXTS[usize::from(text) % TEXTS.len()];
                let with = Words { words: &words, text, bytes: &bytes };
                if let Some(object) = side.pick(want, object.into()) {
                    side.say(self.tables, flow, (object, opcode), &with);
                }
            }
            Step::Remove(name) => {
                if let Some(registry) = self.host.last(self.tables, "wl_registry") {
                    let name = u32::from(name) % 24;
                    feed(&mut self.engine.events, &message(registry, 1, &[name]), &[]);
                }
            }
            Step::Wake => self.engine.woken()?,
        }
        self.turn()
    }

    /// Destroys all windows, and checks that the session becomes quiet and nothing of them is
    /// left.
    fn end(&mut self) -> Result<(), Fault> {
        for n in 32..32 + 2 * CLIENTS {
            self.server.event(17, 0, &[ROOT, window(n), 0, 0, 0, 0, 0]);
        }
        let surfaces = self.tables.find("wl_surface");
        let all = self.xwayland.objects.iter();
        let all: Vec<_> =
            all.filter(|(_, (known, _))| Some(*known) == surfaces).map(|(id, _)| *id).collect();
        for surface in all {
            self.turn()?;
            feed(&mut self.engine.requests, &message(surface, 0, &[]), &[]);
        }
        for round in 0.. {
            self.turn()?;
            if self.server.awaited() == 0 {
                break;
            }
            assert!(round < ROUNDS, "it asks for ever: {:?}", self.server.last);
            self.server.answer(usize::MAX, &Answer::Nothing);
        }
        let of_xwayland = self.xwayland.objects.len();
        let (at_host, own) = (self.host.objects.len(), OWN + of_xwayland);
        assert!(at_host <= own, "{at_host} objects at the host, {of_xwayland} of Xwayland's");
        Ok(())
    }
}

/// Takes all that waits to be sent.
fn drain(flow: &mut Flow) -> Vec<u8> {
    let mut all = Vec::new();
    let Flow { input, out, .. } = flow;
    out.send(input.bytes(), |slices, fds| {
        let before = all.len();
        slices.iter().for_each(|slice| all.extend_from_slice(slice));
        fds.close_first(usize::MAX);
        Ok(all.len() - before)
    })
    .expect("nothing fails here");
    all
}

fn messages(mut bytes: &[u8]) -> Vec<(Header, &[u8])> {
    let mut all = Vec::new();
    while let Some(header) = Header::read(bytes).expect("a header that fits") {
        let (message, rest) = bytes.split_at(usize::from(header.len));
        all.push((header, &message[8..]));
        bytes = rest;
    }
    all
}

fuzz_target!(|input: &[u8]| {
    let mut input = Unstructured::new(input);
    let Ok(setup) = input.arbitrary() else { return };
    let mut world = World::new(&setup);
    world.start().expect("a good start");
    while !input.is_empty() {
        let Ok(step) = input.arbitrary() else { return };
        if world.step(step).is_err() {
            return;
        }
    }
    let _ = world.end();
});
