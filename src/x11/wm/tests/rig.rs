//! A window manager between two sides that only take notes.

use x11rb_protocol::protocol::Event;
use x11rb_protocol::protocol::xproto::{
    ClientMessageEvent, ConfigWindow, ConfigureNotifyEvent, ConfigureRequestEvent,
    CreateNotifyEvent, MapNotifyEvent, MapRequestEvent, PropertyNotifyEvent, UnmapNotifyEvent,
};

use crate::observe::{LogMessages, MessageText, Observer};
use crate::pixels::Masks;
use crate::protocol::Tables;
use crate::session::{Context, Fits, Global, Globals, Handlers, Objects, Replay};
use crate::wire::{FdQueue, HEADER_LEN, Header, Outbox};
use crate::x11::atoms::Atoms;
use crate::x11::host::Host;
use crate::x11::property::Property;
use crate::x11::query::ShapeQuery;
use crate::x11::rect::Rect;
use crate::x11::seat::Seat;
use crate::x11::server::{ClientMessage, Server};
use crate::x11::settings::Settings;
use crate::x11::surfaces::Surfaces;
use crate::x11::wm::{Env, Root, Wm};

pub const ROOT: u32 = 1;

/// Any new id.
pub const NEW_ID: u32 = 0x0020_0001;

/// The process of a launcher.
pub const LAUNCHER: u32 = 77;

/// Notes what it is asked.
pub struct Fake {
    pub atoms: Atoms,
    pub said: Vec<String>,
    /// Properties that were asked for.
    pub asked: Vec<(u32, Property)>,
    /// Windows for which it was asked whether it has more to say.
    pub settling: Vec<u32>,
    /// How many requests were made.
    pub sent: u64,
    /// Whether windows may have shapes, which are noted then.
    pub has_shapes: bool,
    /// The properties that were written, by their names' numbers.
    pub written: Vec<u32>,
}

impl Fake {
    /// One with nothing noted.
    pub fn new() -> Self {
        Self {
            atoms: Atoms::for_tests(),
            said: Vec::new(),
            asked: Vec::new(),
            settling: Vec::new(),
            sent: 0,
            has_shapes: false,
            written: Vec::new(),
        }
    }

    fn note(&mut self, text: String) {
        self.said.push(text);
    }
}

impl Server for Fake {
    fn atoms(&self) -> &Atoms {
        &self.atoms
    }
    fn ask_property(&mut self, window: u32, property: Property) {
        self.asked.push((window, property));
    }
    fn ask_states(&mut self, _: u32) {}
    fn replace_states(&mut self, window: u32, _: &[u32]) -> u64 {
        self.sent += 1;
        self.note(format!("remove {window} states"));
        self.sent
    }
    fn ask_settled(&mut self, window: u32) {
        self.settling.push(window);
    }
    fn program(&self, pid: u32) -> Option<String> {
        (pid == LAUNCHER).then(|| "GameLauncher.exe".into())
    }
    fn sent(&self) -> u64 {
        self.sent
    }
    fn seen(&self) -> u64 {
        self.sent
    }
    fn ask_keyboard_grab(&mut self, _: u32) -> bool {
        false
    }
    fn ask_shape(&mut self, window: u32, query: ShapeQuery) -> bool {
        if self.has_shapes {
            self.note(format!("shape {window} {query:?}"));
        }
        self.has_shapes
    }
    fn set_numbers(&mut self, window: u32, property: u32, _: u32, values: &[u32]) {
        self.written.push(property);
        self.sent += 1;
        if property == self.atoms._XWAYLAND_ALLOW_COMMITS {
            self.note(format!("allow {window} {values:?}"));
        }
    }
    fn set_text(&mut self, _: u32, _: u32, _: &str) {}
    fn remove_property(&mut self, _: u32, _: u32) {
        self.sent += 1;
    }
    fn watch(&mut self, window: u32) {
        self.note(format!("watch {window}"));
    }
    fn map(&mut self, window: u32) {
        self.note(format!("map {window}"));
    }
    fn unmap(&mut self, window: u32) {
        self.note(format!("unmap {window}"));
    }
    fn configure(&mut self, window: u32, rect: Rect) {
        let Rect { x, y, width, height } = rect;
        self.note(format!("configure {window} {width}x{height}+{x}+{y}"));
    }
    fn set_border(&mut self, _: u32, _: u32) {}
    fn raise(&mut self, _: u32, _: Option<u32>) {}
    fn lower(&mut self, _: u32, _: Option<u32>) {}
    fn tell_place(&mut self, window: u32, rect: Rect, _: u32) {
        self.note(format!("place {window} {}x{}", rect.width, rect.height));
    }
    fn tell_mapped(&mut self, window: u32, mapped: bool) {
        self.note(format!("mapped {window} {mapped}"));
    }
    fn tell(&mut self, message: ClientMessage) {
        let [what, ..] = message.data;
        let name = if what == self.atoms.WM_DELETE_WINDOW { "delete" } else { "other" };
        self.note(format!("tell {} {name}", message.window));
    }
    fn announce(&mut self, _: ClientMessage) {}
    fn ask_time(&mut self) {}
    fn focus(&mut self, window: Option<u32>, _: u32) {
        self.note(format!("focus {window:?}"));
    }
    fn type_key(&mut self, code: u8) {
        self.note(format!("key {code}"));
    }
    fn new_id(&mut self) -> u32 {
        NEW_ID
    }
    fn await_counter(&mut self, alarm: u32, counter: u32, value: i64) {
        self.note(format!("await {counter} {value} by {alarm}"));
    }
    fn forget_alarm(&mut self, alarm: u32) {
        self.note(format!("forget {alarm}"));
    }
    fn kill(&mut self, window: u32) {
        self.note(format!("kill {window}"));
    }
}

/// See the module.
pub struct Rig {
    pub wm: Wm,
    pub x: Fake,
    pub seat: Seat,
    pub surfaces: Surfaces,
    /// What of the surfaces shows.
    pub masks: Masks,
    objects: Objects,
    to_host: Outbox,
    pub as_client: Replay,
    globals: Globals,
    pub fits: Fits,
    observer: Observer,
}

impl Rig {
    /// One whose host has xdg-shell, viewports and aura-shell.
    pub fn new() -> Self {
        Self::with(Settings::default())
    }

    /// The same with settings.
    pub fn with(settings: Settings) -> Self {
        let tables = Tables::get();
        let handlers = Handlers::new(tables, Vec::new()).unwrap();
        let mut globals = Globals::default();
        let offered = [
            ("xdg_wm_base", 6),
            ("wp_viewporter", 1),
            ("zaura_shell", 38),
            ("zxdg_decoration_manager_v1", 1),
        ];
        for (name, (interface, version)) in (1..).zip(offered) {
            let interface = tables.find(interface).unwrap();
            globals.by_name.insert(name, Global { interface, version, offered: true });
        }
        let masks = Masks::default();
        let mut rig = Self {
            wm: Wm::new(settings),
            x: Fake::new(),
            seat: Seat::default(),
            surfaces: Surfaces::new(masks.clone()),
            masks,
            objects: Objects::new(tables, handlers.plans()),
            to_host: Outbox::default(),
            as_client: Replay::default(),
            globals,
            fits: Fits::default(),
            observer: Observer::new("test".into(), LogMessages::default()),
        };
        let root = Root { window: ROOT, check: 2, size: (1000, 800) };
        rig.act(|wm, env| wm.started(root, env));
        rig.said();
        rig
    }

    /// Lets the window manager do something.
    pub fn act<T>(&mut self, act: impl FnOnce(&mut Wm, &mut Env<'_, '_>) -> T) -> T {
        let mut context = Context {
            tables: Tables::get(),
            objects: &mut self.objects,
            to_client: &mut Outbox::default(),
            to_host: &mut self.to_host,
            as_client: &mut self.as_client,
            fds: &mut FdQueue::default(),
            globals: &mut self.globals,
            fits: &mut self.fits,
            observer: &mut self.observer,
        };
        let mut env = Env {
            x: &mut self.x,
            host: Host { context: &mut context },
            memory: None,
            surfaces: &mut self.surfaces,
            seat: &self.seat,
        };
        act(&mut self.wm, &mut env)
    }

    pub fn event(&mut self, event: &Event) {
        self.act(|wm, env| wm.event(event, env)).unwrap();
    }

    /// A client makes a window.
    pub fn create(&mut self, id: u32, rect: Rect, override_redirect: bool) {
        let event = CreateNotifyEvent {
            parent: ROOT,
            window: id,
            x: rect.x.try_into().unwrap(),
            y: rect.y.try_into().unwrap(),
            width: rect.width.try_into().unwrap(),
            height: rect.height.try_into().unwrap(),
            override_redirect,
            ..Default::default()
        };
        self.event(&Event::CreateNotify(event));
    }

    pub fn request_map(&mut self, id: u32) {
        let event = MapRequestEvent { parent: ROOT, window: id, ..Default::default() };
        self.event(&Event::MapRequest(event));
    }

    /// A client wants its window elsewhere.
    pub fn request_place(&mut self, id: u32, (x, y): (i16, i16)) {
        let value_mask = ConfigWindow::X | ConfigWindow::Y;
        let event = ConfigureRequestEvent { window: id, x, y, value_mask, ..Default::default() };
        self.event(&Event::ConfigureRequest(event));
    }

    /// The server has mapped a window, and Xwayland has a surface for it.
    pub fn mapped(&mut self, id: u32, surface: u32) {
        let event = MapNotifyEvent { event: ROOT, window: id, ..Default::default() };
        self.event(&Event::MapNotify(event));
        self.surface(surface);
        let kind = self.x.atoms.WL_SURFACE_ID;
        self.message(id, kind, [surface, 0, 0, 0, 0]);
    }

    /// Xwayland makes a surface that the host gets too.
    pub fn surface(&mut self, surface: u32) {
        let interface = Tables::get().find("wl_surface").unwrap();
        self.objects.mirror_from_client(surface, interface, 4).unwrap();
        self.surfaces.created(surface);
    }

    pub fn message(&mut self, window: u32, kind: u32, data: [u32; 5]) {
        let event = ClientMessageEvent::new(32, window, kind, data);
        self.event(&Event::ClientMessage(event));
    }

    pub fn unmapped(&mut self, id: u32) {
        let event = UnmapNotifyEvent { event: ROOT, window: id, ..Default::default() };
        self.event(&Event::UnmapNotify(event));
    }

    pub fn moved(&mut self, id: u32, rect: Rect) {
        let event = ConfigureNotifyEvent {
            event: ROOT,
            window: id,
            x: rect.x.try_into().unwrap(),
            y: rect.y.try_into().unwrap(),
            width: rect.width.try_into().unwrap(),
            height: rect.height.try_into().unwrap(),
            ..Default::default()
        };
        self.event(&Event::ConfigureNotify(event));
    }

    /// Answers all that was asked for: `values` says what is there, as property, type,
    /// format and bytes; the rest is not.
    pub fn answer(&mut self, values: &[(Property, u32, u8, Vec<u8>)]) {
        for (window, property) in std::mem::take(&mut self.x.asked) {
            let found = values.iter().find(|(known, ..)| *known == property);
            let reply = match found {
                Some((_, kind, format, data)) => reply(*kind, *format, data),
                None => reply(0, 0, &[]),
            };
            self.act(|wm, env| wm.property(window, property, Some(&reply), env)).unwrap();
        }
    }

    /// The server has said all that came before it was asked whether that is so.
    pub fn settle(&mut self) {
        for window in std::mem::take(&mut self.x.settling) {
            self.act(|wm, env| wm.settled(window, env)).unwrap();
        }
    }

    /// A client writes a property.
    pub fn changes(&mut self, window: u32, atom: u32) {
        let event = PropertyNotifyEvent { window, atom, ..Default::default() };
        self.event(&Event::PropertyNotify(event));
    }

    /// What the X server was asked since the last time.
    pub fn said(&mut self) -> Vec<String> {
        std::mem::take(&mut self.x.said)
    }

    /// What the host was told since the last time.
    pub fn host(&mut self) -> Vec<String> {
        let mut bytes = Vec::new();
        self.to_host
            .send(&[], |slices, _| {
                let before = bytes.len();
                for slice in slices {
                    bytes.extend_from_slice(slice);
                }
                Ok(bytes.len() - before)
            })
            .unwrap();
        let mut all = Vec::new();
        let mut rest = bytes.as_slice();
        while let Some(header) = Header::read_unchecked(rest) {
            let (message, behind) = rest.split_at(usize::from(header.len));
            let object = self.objects.host(header.object).unwrap();
            let interface = Tables::get().interface(object.interface);
            let description = &interface.requests[usize::from(header.opcode)];
            let body = &message[HEADER_LEN..];
            let (object, message, secrets) = (header.object, description, true);
            let decoded = MessageText { object, interface, message, body, secrets };
            all.push(decoded.to_string());
            rest = behind;
        }
        all
    }
}

/// A `GetProperty` reply.
pub fn reply(kind: u32, format: u8, data: &[u8]) -> Vec<u8> {
    let mut bytes = vec![1, format, 0, 0];
    let padded = data.len().next_multiple_of(4);
    bytes.extend(u32::try_from(padded / 4).unwrap().to_ne_bytes());
    bytes.extend(kind.to_ne_bytes());
    bytes.extend(0u32.to_ne_bytes());
    let unit = usize::from(format / 8).max(1);
    bytes.extend(u32::try_from(data.len() / unit).unwrap().to_ne_bytes());
    bytes.resize(32, 0);
    bytes.extend_from_slice(data);
    bytes.resize(32 + padded, 0);
    bytes
}

/// A list of numbers as a property has it.
pub fn numbers(values: &[u32]) -> Vec<u8> {
    values.iter().flat_map(|value| value.to_ne_bytes()).collect()
}

/// The last id that a line names: of the object that a request makes.
pub fn made(lines: &[String], request: &str) -> u32 {
    let line = lines.iter().find(|line| line.contains(request)).unwrap();
    let id = line.split("new id ").nth(1).unwrap().split('#').nth(1).unwrap();
    id.trim_end_matches(|c: char| !c.is_ascii_digit())
        .split([',', ')'])
        .next()
        .unwrap()
        .parse()
        .unwrap()
}

/// The host configures a toplevel.
pub fn configure(
    rig: &mut Rig,
    (xdg, toplevel): (u32, u32),
    size: (u32, u32),
    states: &[u32],
    serial: u32,
) {
    rig.wm.toplevel_configure(toplevel, size, &numbers(states));
    rig.act(|wm, env| wm.surface_configure(xdg, serial, env)).unwrap();
    rig.settle();
}
