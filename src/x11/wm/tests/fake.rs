//! A fake X server that records requests.

use crate::x11::atoms::Atoms;
use crate::x11::geometry::Rect;
use crate::x11::property::Property;
use crate::x11::query::ShapeQuery;
use crate::x11::server::{ClientMessage, Server};

/// Any new id.
pub const NEW_ID: u32 = 0x0020_0001;

/// The process id of a game launcher.
pub const LAUNCHER: u32 = 77;

/// A fake X server.
pub struct Fake {
    pub atoms: Atoms,
    pub said: Vec<String>,
    /// The properties that were asked for.
    pub asked: Vec<(u32, Property)>,
    /// The windows whose states were asked for before they were written.
    pub asked_states: Vec<u32>,
    /// The windows for which the server was asked whether it has more to say.
    pub settling: Vec<u32>,
    /// The number of requests.
    pub sent: u64,
    /// Whether the server has the SHAPE extension; then requests for shapes are recorded.
    pub has_shapes: bool,
    /// The properties that were written, as atoms.
    pub written: Vec<u32>,
}

impl Fake {
    /// Without any records.
    pub fn new() -> Self {
        Self {
            atoms: Atoms::for_tests(),
            said: Vec::new(),
            asked: Vec::new(),
            asked_states: Vec::new(),
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
    fn ask_startup_id(&mut self, window: u32, leader: u32) {
        self.note(format!("startup id of {leader}"));
        self.asked.push((window, Property::LeaderStartupId));
    }
    fn ask_depth(&mut self, _: u32) -> bool {
        false
    }
    fn ask_states(&mut self, window: u32) {
        self.asked_states.push(window);
    }
    fn replace_states(&mut self, window: u32, states: &[u32]) -> u64 {
        self.sent += 1;
        self.note(match states {
            [] => format!("remove {window} states"),
            _ => format!("give {window} states {states:?}"),
        });
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
