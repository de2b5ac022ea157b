//! An X11 client that tests control.

use carafe_fixture::process::wait_for;
use x11rb::connection::Connection;
use x11rb::protocol::Event;
use x11rb::protocol::xproto::{
    AtomEnum, ClientMessageEvent, ConfigureNotifyEvent, ConfigureWindowAux, ConnectionExt,
    CreateWindowAux, EventMask, PropMode, Window, WindowClass,
};
use x11rb::rust_connection::RustConnection;
use x11rb::wrapper::ConnectionExt as _;

/// A connection, and the events that came.
pub struct Client {
    pub x: RustConnection,
    pub root: Window,
    pub events: Vec<Event>,
}

/// The description of a new window.
pub struct New {
    pub place: (i16, i16),
    pub size: (u16, u16),
    /// Its colour, `rrggbb`.
    pub colour: u32,
    pub override_redirect: bool,
    /// Title, and class as an application id.
    pub name: &'static str,
}

impl New {
    pub fn named(name: &'static str, colour: u32) -> Self {
        Self { place: (0, 0), size: (200, 150), colour, override_redirect: false, name }
    }

    pub fn popup(colour: u32, place: (i16, i16), size: (u16, u16)) -> Self {
        Self { place, size, colour, override_redirect: true, name: "" }
    }
}

impl Client {
    pub fn connect(display: &str) -> Self {
        let (x, screen) = x11rb::connect(Some(display)).expect("an X11 display");
        let root = x.setup().roots[screen].root;
        Self { x, root, events: Vec::new() }
    }

    /// Makes a window without mapping it.
    pub fn create(&self, new: &New) -> Window {
        let id = self.x.generate_id().unwrap();
        let events = EventMask::STRUCTURE_NOTIFY
            | EventMask::FOCUS_CHANGE
            | EventMask::PROPERTY_CHANGE
            | EventMask::KEY_PRESS
            | EventMask::BUTTON_PRESS
            | EventMask::BUTTON_RELEASE
            | EventMask::EXPOSURE
            | EventMask::POINTER_MOTION;
        let values = CreateWindowAux::new()
            .background_pixel(new.colour)
            .override_redirect(u32::from(new.override_redirect))
            .event_mask(events);
        let (width, height) = new.size;
        let (x, y) = new.place;
        let class = WindowClass::INPUT_OUTPUT;
        self.x.create_window(0, id, self.root, x, y, width, height, 0, class, 0, &values).unwrap();
        if !new.name.is_empty() {
            self.set_text(id, AtomEnum::WM_NAME.into(), new.name);
            self.set_text(id, AtomEnum::WM_CLASS.into(), &format!("{0}\0{0}\0", new.name));
        }
        id
    }

    /// Makes a window and maps it.
    pub fn show(&self, new: &New) -> Window {
        let id = self.create(new);
        self.map(id);
        id
    }

    pub fn map(&self, window: Window) {
        self.x.map_window(window).unwrap();
        self.x.flush().unwrap();
    }

    pub fn unmap(&self, window: Window) {
        self.x.unmap_window(window).unwrap();
        self.x.flush().unwrap();
    }

    pub fn destroy(&self, window: Window) {
        self.x.destroy_window(window).unwrap();
        self.x.flush().unwrap();
    }

    pub fn configure(&self, window: Window, values: &ConfigureWindowAux) {
        self.x.configure_window(window, values).unwrap();
        self.x.flush().unwrap();
    }

    pub fn atom(&self, name: &str) -> u32 {
        self.x.intern_atom(false, name.as_bytes()).unwrap().reply().unwrap().atom
    }

    pub fn set_text(&self, window: Window, property: u32, text: &str) {
        let kind = AtomEnum::STRING;
        self.x
            .change_property8(PropMode::REPLACE, window, property, kind, text.as_bytes())
            .unwrap();
        self.x.flush().unwrap();
    }

    pub fn set_bytes(&self, window: Window, property: u32, kind: u32, bytes: &[u8]) {
        self.x.change_property8(PropMode::REPLACE, window, property, kind, bytes).unwrap();
        self.x.flush().unwrap();
    }

    pub fn set_numbers(&self, window: Window, property: &str, kind: &str, values: &[u32]) {
        let (property, kind) = (self.atom(property), self.atom(kind));
        self.x.change_property32(PropMode::REPLACE, window, property, kind, values).unwrap();
        self.x.flush().unwrap();
    }

    /// A property's numbers; none if there is no such property.
    pub fn numbers(&self, window: Window, property: &str) -> Vec<u32> {
        let property = self.atom(property);
        let reply = self.x.get_property(false, window, property, AtomEnum::ANY, 0, 1 << 16);
        let reply = reply.unwrap().reply().unwrap();
        reply.value32().map(Iterator::collect).unwrap_or_default()
    }

    /// A property's text; empty if there is no such property.
    pub fn text(&self, window: Window, property: &str) -> String {
        let property = self.atom(property);
        let reply = self.x.get_property(false, window, property, AtomEnum::ANY, 0, 1 << 16);
        String::from_utf8(reply.unwrap().reply().unwrap().value).unwrap()
    }

    /// The names of a window's `_NET_WM_STATE`.
    pub fn states(&self, window: Window) -> Vec<String> {
        let name = |atom| {
            let reply = self.x.get_atom_name(atom).unwrap().reply().unwrap();
            let name = String::from_utf8(reply.name).unwrap();
            name.trim_start_matches("_NET_WM_STATE_").to_lowercase()
        };
        let mut states: Vec<_> =
            self.numbers(window, "_NET_WM_STATE").into_iter().map(name).collect();
        states.sort();
        states
    }

    /// Sends a client message to the window manager.
    pub fn ask(&self, window: Window, kind: &str, data: [u32; 5]) {
        let message = ClientMessageEvent::new(32, window, self.atom(kind), data);
        let mask = EventMask::SUBSTRUCTURE_NOTIFY | EventMask::SUBSTRUCTURE_REDIRECT;
        self.x.send_event(false, self.root, mask, message).unwrap();
        self.x.flush().unwrap();
    }

    /// Place and size of a window.
    pub fn geometry(&self, window: Window) -> [i32; 4] {
        let reply = self.x.get_geometry(window).unwrap().reply().unwrap();
        [reply.x.into(), reply.y.into(), reply.width.into(), reply.height.into()]
    }

    /// Waits for an event.
    pub fn wait<T>(&mut self, what: &str, mut wanted: impl FnMut(&Event) -> Option<T>) -> T {
        wait_for(what, || {
            while let Some(event) = self.x.poll_for_event().unwrap() {
                self.events.push(event);
            }
            let found = self.events.iter().position(|event| wanted(event).is_some())?;
            wanted(&self.events.remove(found))
        })
    }

    /// Waits until a window has that size.
    pub fn wait_for_size(&mut self, window: Window, size: (u16, u16)) -> ConfigureNotifyEvent {
        self.wait(&format!("a size of {size:?}"), |event| match event {
            Event::ConfigureNotify(event)
                if event.window == window && (event.width, event.height) == size =>
            {
                Some(*event)
            }
            _ => None,
        })
    }

    /// Waits for a message of the window manager, and returns its data.
    pub fn wait_for_message(&mut self, window: Window, protocol: &str) -> [u32; 5] {
        let protocol = self.atom(protocol);
        self.wait("a message of the window manager's", |event| match event {
            Event::ClientMessage(message) if message.window == window => {
                let data = message.data.as_data32();
                (data[0] == protocol).then_some(data)
            }
            _ => None,
        })
    }
}
