//! An X client that starts and accepts drags, as toolkits do it (XDND, version 5).

use carafe_fixture::process::wait_for;
use x11rb::connection::Connection;
use x11rb::protocol::Event;
use x11rb::protocol::xproto::{
    AtomEnum, ClientMessageEvent, ConfigureWindowAux, ConnectionExt, EventMask, PropMode,
    SELECTION_NOTIFY_EVENT, SelectionNotifyEvent, SelectionRequestEvent, Window,
};
use x11rb::wrapper::ConnectionExt as _;

use crate::client::{Client, New};
use crate::stage::Stage;

pub const FILES: &[u8] = b"file:///etc/hosts\r\n";
pub const TYPES: [&str; 4] = ["text/uri-list", "UTF8_STRING", "text/html", "image/png"];

fn tell(client: &Client, to: Window, kind: &str, data: [u32; 5]) {
    let message = ClientMessageEvent::new(32, to, client.atom(kind), data);
    client.x.send_event(false, to, EventMask::NO_EVENT, message).unwrap();
    client.x.flush().unwrap();
}

/// Waits for a message of XDND.
fn wait_for_message(client: &mut Client, window: Window, kind: &str) -> [u32; 5] {
    let atom = client.atom(kind);
    client.wait(kind, |event| match event {
        Event::ClientMessage(message) if message.window == window && message.type_ == atom => {
            Some(message.data.as_data32())
        }
        _ => None,
    })
}

/// A window that accepts drags.
pub struct Taker {
    pub client: Client,
    pub window: Window,
    version: u32,
    /// The source of the drag.
    pub source: Window,
    /// How far a place may differ: Xwayland rounds those of touches.
    pub slack: i32,
    answer: [u32; 5],
}

impl Taker {
    pub fn new(client: Client, window: Window) -> Self {
        Self::of_version(5, client, window)
    }

    /// A window with an old version of XDND.
    pub fn of_version(version: u32, client: Client, window: Window) -> Self {
        client.set_numbers(window, "XdndAware", "ATOM", &[version]);
        Self { client, window, version, source: 0, slack: 0, answer: [0; 5] }
    }

    /// Waits for a drag. Returns the names of its types.
    pub fn entered(&mut self) -> Vec<String> {
        let data = wait_for_message(&mut self.client, self.window, "XdndEnter");
        self.source = data[0];
        assert_eq!(data[1] >> 24, self.version);
        let types = if data[1] & 1 == 0 {
            data[2..].iter().copied().filter(|kind| *kind != 0).collect()
        } else {
            self.client.numbers(self.source, "XdndTypeList")
        };
        let name = |kind| self.client.x.get_atom_name(kind).unwrap().reply().unwrap().name;
        types.into_iter().map(|kind| String::from_utf8(name(kind)).unwrap()).collect()
    }

    /// Waits until the drag is at a place relative to the root window, and answers with an action,
    /// or `None` to refuse it. Returns the suggested action.
    pub fn at(&mut self, place: (i32, i32), action: Option<&str>) -> String {
        loop {
            let data = wait_for_message(&mut self.client, self.window, "XdndPosition");
            let chosen = action.map_or(0, |action| self.client.atom(action));
            let answer = [self.window, u32::from(action.is_some()), 0, 0, chosen];
            tell(&self.client, self.source, "XdndStatus", answer);
            self.answer = answer;
            let (x, y) = ((data[2] >> 16) as i32, (data[2] & 0xffff) as i32);
            if (x - place.0).abs().max((y - place.1).abs()) <= self.slack {
                let name = self.client.x.get_atom_name(data[4]).unwrap().reply().unwrap().name;
                return String::from_utf8(name).unwrap();
            }
        }
    }

    pub fn left(&mut self) {
        wait_for_message(&mut self.client, self.window, "XdndLeave");
        self.client.events.clear();
    }

    /// Waits for the drop, and gets the data of a type.
    pub fn dropped(&mut self, kind: &str) -> Vec<u8> {
        let [position, drop] = ["XdndPosition", "XdndDrop"].map(|name| self.client.atom(name));
        let data = loop {
            let (kind, data) = self.client.wait("XdndDrop", |event| match event {
                Event::ClientMessage(message) if [position, drop].contains(&message.type_) => {
                    Some((message.type_, message.data.as_data32()))
                }
                _ => None,
            });
            if kind == drop {
                break data;
            }
            tell(&self.client, self.source, "XdndStatus", self.answer);
        };
        let client = &mut self.client;
        let [selection, target, property] =
            ["XdndSelection", kind, "DROPPED"].map(|name| client.atom(name));
        client.x.convert_selection(self.window, selection, target, property, data[2]).unwrap();
        client.x.flush().unwrap();
        let given = client.wait("what was dropped", |event| match event {
            Event::SelectionNotify(event) => Some(event.property),
            _ => None,
        });
        assert_eq!(given, property, "it is not to be had");
        let any = AtomEnum::ANY;
        let reply = client.x.get_property(true, self.window, property, any, 0, 1 << 20);
        reply.unwrap().reply().unwrap().value
    }

    pub fn finish(&self, action: &str) {
        // Old versions send no result in `XdndFinished`.
        let done = [1, self.client.atom(action)].map(|n| if self.version < 5 { 0 } else { n });
        tell(&self.client, self.source, "XdndFinished", [self.window, done[0], done[1], 0, 0]);
    }
}

/// The source of a drag.
pub struct Giver {
    pub client: Client,
    pub window: Window,
    types: Vec<u32>,
    data: Vec<u8>,
    action: u32,
    /// The window that the drag is over, and whether it accepts.
    over: Window,
    taken: Option<u32>,
    is_dragging: bool,
    /// Its version of XDND.
    pub version: u32,
    /// The icon window, and its place relative to the pointer.
    pub icon: Option<(Window, (i16, i16))>,
    /// A log of the events.
    pub log: Vec<String>,
}

impl Giver {
    pub fn new(client: Client, window: Window) -> Self {
        let (types, data, log) = (Vec::new(), Vec::new(), Vec::new());
        let (action, over, taken, is_dragging) = (0, 0, None, false);
        Self {
            client,
            window,
            types,
            data,
            action,
            over,
            taken,
            is_dragging,
            version: 5,
            icon: None,
            log,
        }
    }

    /// Starts a drag; the button is down on the window.
    pub fn drag(&mut self, types: &[&str], action: &str, data: &[u8]) {
        self.client.wait("the button", |event| match event {
            Event::ButtonPress(_) => Some(()),
            _ => None,
        });
        self.types = types.iter().map(|kind| self.client.atom(kind)).collect();
        (self.action, self.data) = (self.client.atom(action), data.to_vec());
        self.client.set_numbers(self.window, "XdndTypeList", "ATOM", &self.types);
        let selection = self.client.atom("XdndSelection");
        self.client.x.set_selection_owner(self.window, selection, 0u32).unwrap();
        self.client.x.flush().unwrap();
        self.is_dragging = true;
    }

    /// The window that the drag is over, if it accepts drags; else 0.
    pub fn over(&self) -> Window {
        self.over
    }

    /// The window under the pointer that accepts drags, and the pointer's place.
    fn under_pointer(&self) -> (Window, u32) {
        let x = &self.client.x;
        let root = x.query_pointer(self.client.root).unwrap().reply().unwrap();
        let place = (root.root_x as u32 & 0xffff) << 16 | root.root_y as u32 & 0xffff;
        let mut window = root.child;
        while window != 0 {
            if !self.client.numbers(window, "XdndAware").is_empty() {
                return (window, place);
            }
            window = x.query_pointer(window).unwrap().reply().unwrap().child;
        }
        (0, place)
    }

    fn moved(&mut self) {
        let (over, place) = self.under_pointer();
        if let Some((icon, (x, y))) = self.icon {
            let at = |half: u32, from: i16| i32::from(half as u16 as i16) + i32::from(from);
            let values = ConfigureWindowAux::new().x(at(place >> 16, x)).y(at(place, y));
            self.client.configure(icon, &values);
        }
        if over != self.over {
            if self.over != 0 {
                tell(&self.client, self.over, "XdndLeave", [self.window, 0, 0, 0, 0]);
            }
            (self.over, self.taken) = (over, None);
            if over != 0 {
                let mut data =
                    [self.window, self.version << 24 | u32::from(self.types.len() > 3), 0, 0, 0];
                for (place, kind) in data[2..].iter_mut().zip(&self.types) {
                    *place = *kind;
                }
                tell(&self.client, over, "XdndEnter", data);
            }
        }
        if over != 0 {
            tell(&self.client, over, "XdndPosition", [self.window, 0, place, 0, self.action]);
        }
    }

    fn let_go(&mut self) {
        self.is_dragging = false;
        let taken = self.taken.is_some();
        let kind = if taken { "XdndDrop" } else { "XdndLeave" };
        self.log.push(if taken { "drops" } else { "gives up" }.to_owned());
        if self.over != 0 {
            tell(&self.client, self.over, kind, [self.window, 0, 0, 0, 0]);
        }
        (self.over, self.taken) = (0, None);
    }

    fn asked(&self, event: &SelectionRequestEvent) {
        let x = &self.client.x;
        let known = self.types.contains(&event.target);
        if known {
            let (window, property) = (event.requestor, event.property);
            x.change_property8(PropMode::REPLACE, window, property, event.target, &self.data)
                .unwrap();
        }
        let answer = SelectionNotifyEvent {
            response_type: SELECTION_NOTIFY_EVENT,
            sequence: 0,
            time: event.time,
            requestor: event.requestor,
            selection: event.selection,
            target: event.target,
            property: if known { event.property } else { 0 },
        };
        x.send_event(false, event.requestor, EventMask::NO_EVENT, answer).unwrap();
        x.flush().unwrap();
    }

    /// Handles the events that have come.
    pub fn pump(&mut self) {
        let [status, finished] = ["XdndStatus", "XdndFinished"].map(|name| self.client.atom(name));
        while let Some(event) = self.client.x.poll_for_event().unwrap() {
            match event {
                Event::MotionNotify(_) if self.is_dragging => self.moved(),
                Event::ButtonRelease(_) if self.is_dragging => self.let_go(),
                Event::SelectionRequest(event) => self.asked(&event),
                Event::ClientMessage(message) => {
                    let data = message.data.as_data32();
                    let name = |atom| {
                        let name = self.client.x.get_atom_name(atom).unwrap().reply().unwrap();
                        String::from_utf8(name.name).unwrap()
                    };
                    if message.type_ == status && data[0] == self.over {
                        self.taken = (data[1] & 1 != 0).then_some(data[4]);
                        let text = self.taken.map_or("not taken".to_owned(), name);
                        if self.log.last() != Some(&text) {
                            self.log.push(text);
                        }
                    } else if message.type_ == finished {
                        let done = (data[1] & 1 != 0).then_some(data[2]);
                        let done = done.map_or("nothing".to_owned(), name);
                        self.log.push(format!("finished: {done}"));
                    }
                }
                _ => {}
            }
        }
    }

    /// Waits for a line in the log, while `others` runs again and again.
    #[track_caller]
    pub fn wait(&mut self, wanted: &str, mut others: impl FnMut()) {
        let until = std::time::Instant::now() + std::time::Duration::from_secs(10);
        loop {
            self.pump();
            others();
            if let Some(at) = self.log.iter().position(|line| line == wanted) {
                self.log.drain(..=at);
                return;
            }
            assert!(std::time::Instant::now() < until, "no {wanted:?}: {:?}", self.log);
        }
    }
}

/// An X window with the button down on it.
pub fn begin(stage: &mut Stage) -> Giver {
    let client = stage.client();
    let window = client.show(&New::named("giver", 0x00_ff_00));
    stage.host().wait_for_window("giver");
    stage.host().ask("place giver 100 100").unwrap();
    for request in ["pointer move 150 150", "pointer button left press", "sync"] {
        stage.host().ask(request).unwrap();
    }
    Giver::new(client, window)
}

/// Moves the pointer around a place until something has happened.
pub fn move_about(
    stage: &mut Stage,
    giver: &mut Giver,
    place: (i32, i32),
    done: impl FnMut(&mut Giver) -> bool,
) {
    move_about_with(hear, stage, giver, place, done);
}

/// As [`move_about`], with a function that moves.
pub fn move_about_with(
    go: fn(&mut Stage, &mut Giver, &str),
    stage: &mut Stage,
    giver: &mut Giver,
    (x, y): (i32, i32),
    mut done: impl FnMut(&mut Giver) -> bool,
) {
    let mut n = 0;
    wait_for("word of a drag", || {
        n ^= 1;
        go(stage, giver, &format!("{} {y}", x + n));
        done(giver).then_some(())
    });
}

/// Starts a drag, and waits until it is over carafe's stand-in window for the host.
pub fn drag(stage: &mut Stage, giver: &mut Giver, action: &str) {
    giver.drag(&TYPES, action, FILES);
    move_about(stage, giver, (160, 160), |giver| giver.log.iter().any(|line| line == "not taken"));
}

/// Ends the program, and waits until the host knows it.
pub fn end(stage: &mut Stage, giver: Giver) {
    drop(giver);
    wait_for("the end of its window", || {
        let windows = stage.host().windows().unwrap();
        (!windows.iter().any(|window| window.app_id == "giver")).then_some(())
    });
}

/// Moves the pointer, and lets the program handle it.
pub fn hear(stage: &mut Stage, giver: &mut Giver, place: &str) {
    stage.host().ask(&format!("pointer move {place}")).unwrap();
    for _ in 0..50 {
        giver.pump();
        std::thread::sleep(std::time::Duration::from_millis(2));
    }
}
