//! A window manager between a fake X server and a fake host.

pub use super::fake::{Fake, LAUNCHER, NEW_ID};
use crate::observe::{LogMessages, MessageText, Observer};
use crate::protocol::Tables;
use crate::session::{Context, Global, Globals, Handlers, Objects, Replay};
use crate::surfaces::Book;
use crate::wire::{FdQueue, HEADER_LEN, Header, Outbox};
use crate::x11::geometry::Rect;
use crate::x11::host::Host;
use crate::x11::property::Property;
use crate::x11::seat::Seat;
use crate::x11::settings::Settings;
use crate::x11::surfaces::XwaylandSurfaces;
use crate::x11::wm::{Env, Root, Wm};
use x11rb_protocol::protocol::Event;
use x11rb_protocol::protocol::xproto::{
    ClientMessageEvent, ConfigWindow, ConfigureNotifyEvent, ConfigureRequestEvent,
    CreateNotifyEvent, MapNotifyEvent, MapRequestEvent, PropertyNotifyEvent, UnmapNotifyEvent,
};

pub const ROOT: u32 = 1;

/// The rig.
pub struct Rig {
    pub wm: Wm,
    pub x: Fake,
    pub seat: Seat,
    pub surfaces: XwaylandSurfaces,
    pub objects: Objects,
    to_host: Outbox,
    pub as_client: Replay,
    globals: Globals,
    pub book: Book,
    observer: Observer,
}

impl Rig {
    /// With a host that has xdg-shell and viewports.
    pub fn new() -> Self {
        Self::with(Settings::default())
    }

    /// The same, with settings.
    pub fn with(settings: Settings) -> Self {
        let tables = Tables::get();
        let handlers = Handlers::new(tables, Vec::new()).unwrap();
        let mut globals = Globals::default();
        let offered = [("xdg_wm_base", 6), ("wp_viewporter", 1), ("zxdg_decoration_manager_v1", 1)];
        for (name, (interface, version)) in (1..).zip(offered) {
            let interface = tables.find(interface).unwrap();
            globals
                .by_name
                .insert(name, Global { interface, version, at_host: version, offered: true });
        }
        let mut rig = Self {
            wm: Wm::new(settings),
            x: Fake::new(),
            seat: Seat::default(),
            surfaces: XwaylandSurfaces::default(),
            objects: Objects::new(tables, handlers.plans()),
            to_host: Outbox::default(),
            as_client: Replay::default(),
            globals,
            book: Book::default(),
            observer: Observer::new("test".into(), LogMessages::default()),
        };
        let root = Root { window: ROOT, check: 2, size: (1000, 800) };
        rig.act(|wm, env| wm.started(root, env));
        rig.said();
        rig
    }

    /// The same, with `ChromeOS`'s shell.
    pub fn on_chromeos(settings: Settings) -> Self {
        let mut rig = Self::with(settings);
        rig.offer("zaura_shell", 65);
        rig
    }

    /// Adds a global to the host.
    pub fn offer(&mut self, interface: &str, version: u32) {
        let interface = Tables::get().find(interface).unwrap();
        let name = u32::try_from(self.globals.by_name.len()).unwrap() + 1;
        self.globals
            .by_name
            .insert(name, Global { interface, version, at_host: version, offered: true });
    }

    /// Calls the window manager.
    pub fn act<T>(&mut self, act: impl FnOnce(&mut Wm, &mut Env<'_, '_>) -> T) -> T {
        let mut context = Context {
            tables: Tables::get(),
            objects: &mut self.objects,
            to_client: &mut Outbox::default(),
            to_host: &mut self.to_host,
            as_client: &mut self.as_client,
            fds: &mut FdQueue::default(),
            globals: &mut self.globals,
            book: &mut self.book,
            observer: &mut self.observer,
            wants_others: &mut false,
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

    /// A client asks for another place of its window.
    pub fn request_place(&mut self, id: u32, (x, y): (i16, i16)) {
        let value_mask = ConfigWindow::X | ConfigWindow::Y;
        let event = ConfigureRequestEvent { window: id, x, y, value_mask, ..Default::default() };
        self.event(&Event::ConfigureRequest(event));
    }

    /// The server has mapped a window, and Xwayland makes a surface for it.
    pub fn mapped(&mut self, id: u32, surface: u32) {
        let event = MapNotifyEvent { event: ROOT, window: id, ..Default::default() };
        self.event(&Event::MapNotify(event));
        self.surface(surface);
        let kind = self.x.atoms.WL_SURFACE_ID;
        self.message(id, kind, [surface, 0, 0, 0, 0]);
    }

    /// Xwayland makes a surface that also exists at the host.
    pub fn surface(&mut self, surface: u32) {
        let interface = Tables::get().find("wl_surface").unwrap();
        self.objects.mirror_from_client(surface, interface, 4).unwrap();
        self.book.create_surface(surface);
        let (id, slot) = self.book.take_made().unwrap();
        assert!(self.objects.set_slot(id, slot));
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

    /// Answers all queries. `values` are the existing properties, as property, type, format and
    /// bytes.
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

    /// Answers the queries for windows' states from before carafe wrote them.
    pub fn answer_states(&mut self, states: &[u32]) {
        let before = reply(4, 32, &numbers(states));
        for window in std::mem::take(&mut self.x.asked_states) {
            self.act(|wm, env| wm.states_before(window, Some(&before), env));
        }
    }

    /// Answers that the server has sent everything that came before the question.
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

    /// The requests to the X server since the last call.
    pub fn said(&mut self) -> Vec<String> {
        std::mem::take(&mut self.x.said)
    }

    /// The requests to the host since the last call.
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

/// A list of numbers as the bytes of a property.
pub fn numbers(values: &[u32]) -> Vec<u8> {
    values.iter().flat_map(|value| value.to_ne_bytes()).collect()
}

/// The last id in the last such request, which is the new object's.
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

/// The `xdg_surface` and `xdg_toplevel` that the requests for a new window have made.
pub fn made_toplevel(lines: &[String]) -> (u32, u32) {
    (made(lines, "get_xdg_surface"), made(lines, "get_toplevel"))
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
