//! The protocol's requests that implement the trait.

use std::borrow::Cow;

use x11rb_protocol::protocol::xproto::{
    AtomEnum, ChangePropertyRequest, ChangeWindowAttributesAux, ChangeWindowAttributesRequest,
    ClientMessageEvent, ConfigureNotifyEvent, ConfigureWindowAux, ConfigureWindowRequest,
    DeletePropertyRequest, EventMask, GetGeometryRequest, GetInputFocusRequest, GetPropertyRequest,
    GrabKeyboardRequest, GrabMode, InputFocus, KEY_PRESS_EVENT, KEY_RELEASE_EVENT,
    KillClientRequest, MAP_NOTIFY_EVENT, MapNotifyEvent, MapWindowRequest, PropMode,
    RotatePropertiesRequest, SendEventRequest, SetInputFocusRequest, StackMode, UNMAP_NOTIFY_EVENT,
    UngrabKeyboardRequest, UnmapNotifyEvent, UnmapWindowRequest,
};
use x11rb_protocol::protocol::{shape, sync, xtest};

use super::{ClientMessage, MAX_PIECE, Server};
use crate::peer;
use crate::x11::Connection;
use crate::x11::atoms::Atoms;
use crate::x11::geometry::Rect;
use crate::x11::property::Property;
use crate::x11::query::{Extension, Query, ShapeQuery};

/// Cuts a number to the 16 bits of the protocol; no window needs more.
fn short(value: i32) -> i16 {
    value.clamp(i16::MIN.into(), i16::MAX.into()).try_into().unwrap_or_default()
}

fn unsigned_short(value: u32) -> u16 {
    u16::try_from(value).unwrap_or(u16::MAX)
}

impl Connection {
    /// Sets a property, in as many requests as it takes.
    pub fn set_property(&mut self, window: u32, property: u32, kind: u32, format: u8, data: &[u8]) {
        let (first, mut rest) = data.split_at(data.len().min(MAX_PIECE));
        self.change_property(PropMode::REPLACE, (window, property), kind, format, first);
        while !rest.is_empty() {
            let (piece, behind) = rest.split_at(rest.len().min(MAX_PIECE));
            self.change_property(PropMode::APPEND, (window, property), kind, format, piece);
            rest = behind;
        }
    }

    /// Makes an empty property, if it does not exist.
    pub fn make_property(&mut self, window: u32, property: u32, kind: u32) {
        self.change_property(PropMode::APPEND, (window, property), kind, 8, &[]);
    }

    fn change_property(
        &mut self,
        mode: PropMode,
        (window, property): (u32, u32),
        kind: u32,
        format: u8,
        data: &[u8],
    ) {
        self.send(ChangePropertyRequest {
            mode,
            window,
            property,
            type_: kind,
            format,
            data_len: u32::try_from(data.len()).unwrap_or_default() / u32::from(format / 8),
            data: Cow::Borrowed(data),
        });
    }

    /// Sends a synthetic event.
    pub fn send_event(&mut self, destination: u32, mask: EventMask, event: &[u8; 32]) {
        self.send(SendEventRequest {
            propagate: false,
            destination,
            event_mask: mask,
            event: Cow::Borrowed(event),
        });
    }

    /// Reads a property: at most `longest` units of four bytes.
    fn read_property(
        &mut self,
        query: Query,
        window: u32,
        property: u32,
        longest: u32,
        delete: bool,
    ) {
        let type_ = AtomEnum::ANY.into();
        let (long_offset, long_length) = (0, longest);
        self.ask(
            query,
            GetPropertyRequest { delete, window, property, type_, long_offset, long_length },
        );
    }

    fn stack(&mut self, window: u32, sibling: Option<u32>, mode: StackMode) {
        let values = ConfigureWindowAux { sibling, stack_mode: Some(mode), ..Default::default() };
        self.send(ConfigureWindowRequest { window, value_list: Cow::Owned(values) });
    }
}

impl Server for Connection {
    fn atoms(&self) -> &Atoms {
        &self.atoms
    }

    fn ask_property(&mut self, window: u32, property: Property) {
        let (query, atom) = (Query::Property(window, property), property.atom(&self.atoms));
        self.read_property(query, window, atom, property.longest(), false);
    }

    fn ask_startup_id(&mut self, window: u32, leader: u32) {
        let property = Property::LeaderStartupId;
        let (query, atom) = (Query::Property(window, property), property.atom(&self.atoms));
        self.read_property(query, leader, atom, property.longest(), false);
    }

    fn ask_depth(&mut self, window: u32) -> bool {
        self.ask(Query::Depth(window), GetGeometryRequest { drawable: window });
        true
    }

    fn ask_states(&mut self, window: u32) {
        let property = Property::NetWmState;
        let (query, atom) = (Query::StatesBefore(window), property.atom(&self.atoms));
        self.read_property(query, window, atom, property.longest(), false);
    }

    fn replace_states(&mut self, window: u32, states: &[u32]) -> u64 {
        let (property, aside) = (self.atoms._NET_WM_STATE, self.atoms._CARAFE_STATES);
        self.set_numbers(window, aside, AtomEnum::ATOM.into(), states);
        let atoms = Cow::Owned(vec![property, aside]);
        self.send(RotatePropertiesRequest { window, delta: 1, atoms });
        let number = self.sent();
        let longest = Property::NetWmState.longest();
        self.read_property(Query::StatesReplaced(window), window, aside, longest, true);
        number
    }

    fn ask_settled(&mut self, window: u32) {
        self.ask(Query::Settled(window), GetInputFocusRequest);
    }

    fn program(&self, pid: u32) -> Option<String> {
        peer::name(pid.try_into().ok()?)
    }

    fn sent(&self) -> u64 {
        Self::sent(self)
    }

    fn seen(&self) -> u64 {
        Self::seen(self)
    }

    fn ask_shape(&mut self, window: u32, query: ShapeQuery) -> bool {
        let rectangles = |source_kind| shape::GetRectanglesRequest { window, source_kind };
        let asked = Query::Shape(window, query);
        match query {
            ShapeQuery::Extents => {
                self.ask(asked, shape::QueryExtentsRequest { destination_window: window });
            }
            ShapeQuery::Bounding => self.ask(asked, rectangles(shape::SK::BOUNDING)),
            ShapeQuery::Input => self.ask(asked, rectangles(shape::SK::INPUT)),
        }
        self.has(Extension::Shape)
    }

    fn ask_keyboard_grab(&mut self, window: u32) -> bool {
        // X has no request to ask for a grab. But trying to grab tells: it fails if another
        // client has grabbed the keyboard.
        let request = GrabKeyboardRequest {
            owner_events: false,
            grab_window: self.root().0,
            time: 0,
            pointer_mode: GrabMode::ASYNC,
            keyboard_mode: GrabMode::ASYNC,
        };
        self.ask(Query::KeyboardGrab(window), request);
        self.send(UngrabKeyboardRequest { time: 0 });
        true
    }

    fn set_numbers(&mut self, window: u32, property: u32, kind: u32, values: &[u32]) {
        let data: Vec<u8> = values.iter().flat_map(|value| value.to_ne_bytes()).collect();
        self.set_property(window, property, kind, 32, &data);
    }

    fn set_text(&mut self, window: u32, property: u32, text: &str) {
        self.set_property(window, property, self.atoms.UTF8_STRING, 8, text.as_bytes());
    }

    fn remove_property(&mut self, window: u32, property: u32) {
        self.send(DeletePropertyRequest { window, property });
    }

    fn watch(&mut self, window: u32) {
        let event_mask = Some(EventMask::PROPERTY_CHANGE | EventMask::FOCUS_CHANGE);
        let values = ChangeWindowAttributesAux { event_mask, ..Default::default() };
        self.send(ChangeWindowAttributesRequest { window, value_list: Cow::Owned(values) });
        self.send(shape::SelectInputRequest { destination_window: window, enable: true });
    }

    fn map(&mut self, window: u32) {
        self.send(MapWindowRequest { window });
    }

    fn unmap(&mut self, window: u32) {
        self.send(UnmapWindowRequest { window });
    }

    fn configure(&mut self, window: u32, rect: Rect) {
        let values = ConfigureWindowAux {
            x: Some(rect.x),
            y: Some(rect.y),
            width: Some(rect.width.max(1)),
            height: Some(rect.height.max(1)),
            ..Default::default()
        };
        self.send(ConfigureWindowRequest { window, value_list: Cow::Owned(values) });
    }

    fn set_border(&mut self, window: u32, width: u32) {
        let values = ConfigureWindowAux { border_width: Some(width), ..Default::default() };
        self.send(ConfigureWindowRequest { window, value_list: Cow::Owned(values) });
    }

    fn raise(&mut self, window: u32, above: Option<u32>) {
        self.stack(window, above, StackMode::ABOVE);
    }

    fn lower(&mut self, window: u32, below: Option<u32>) {
        self.stack(window, below, StackMode::BELOW);
    }

    fn tell_place(&mut self, window: u32, rect: Rect, border: u32) {
        let event = ConfigureNotifyEvent {
            response_type: x11rb_protocol::protocol::xproto::CONFIGURE_NOTIFY_EVENT,
            sequence: 0,
            event: window,
            window,
            above_sibling: 0,
            x: short(rect.x),
            y: short(rect.y),
            width: unsigned_short(rect.width),
            height: unsigned_short(rect.height),
            border_width: unsigned_short(border),
            override_redirect: false,
        };
        self.send_event(window, EventMask::STRUCTURE_NOTIFY, &event.into());
    }

    fn tell_mapped(&mut self, window: u32, mapped: bool) {
        let mask = EventMask::STRUCTURE_NOTIFY;
        if mapped {
            let event = MapNotifyEvent {
                response_type: MAP_NOTIFY_EVENT,
                event: window,
                window,
                ..Default::default()
            };
            self.send_event(window, mask, &event.into());
        } else {
            let event = UnmapNotifyEvent {
                response_type: UNMAP_NOTIFY_EVENT,
                event: window,
                window,
                ..Default::default()
            };
            self.send_event(window, mask, &event.into());
        }
    }

    fn tell(&mut self, message: ClientMessage) {
        let event = ClientMessageEvent::new(32, message.window, message.kind, message.data);
        self.send_event(message.window, EventMask::NO_EVENT, &event.into());
    }

    fn announce(&mut self, message: ClientMessage) {
        let event = ClientMessageEvent::new(32, message.window, message.kind, message.data);
        let root = self.root().0;
        self.send_event(root, EventMask::STRUCTURE_NOTIFY, &event.into());
    }

    fn ask_time(&mut self) {
        let (root, property) = (self.root().0, self.atoms._CARAFE_TIME);
        self.make_property(root, property, AtomEnum::STRING.into());
    }

    fn focus(&mut self, window: Option<u32>, time: u32) {
        let focus = window.unwrap_or(InputFocus::NONE.into());
        self.send(SetInputFocusRequest { revert_to: InputFocus::NONE, focus, time });
    }

    fn type_key(&mut self, code: u8) {
        for kind in [KEY_PRESS_EVENT, KEY_RELEASE_EVENT] {
            self.send(xtest::FakeInputRequest {
                type_: kind,
                detail: code,
                time: 0,
                root: 0,
                root_x: 0,
                root_y: 0,
                deviceid: 0,
            });
        }
    }

    fn new_id(&mut self) -> u32 {
        Self::new_id(self)
    }

    fn await_counter(&mut self, alarm: u32, counter: u32, value: i64) {
        self.send(sync::SetCounterRequest { counter, value: sync::Int64 { hi: 0, lo: 0 } });
        let [h0, h1, h2, h3, l0, l1, l2, l3] = value.to_be_bytes();
        let value = sync::Int64 {
            hi: i32::from_be_bytes([h0, h1, h2, h3]),
            lo: u32::from_be_bytes([l0, l1, l2, l3]),
        };
        let values = sync::CreateAlarmAux {
            counter: Some(counter),
            value_type: Some(sync::VALUETYPE::ABSOLUTE),
            value: Some(value),
            test_type: Some(sync::TESTTYPE::POSITIVE_COMPARISON),
            // A delta of 0 makes the alarm fire once.
            delta: Some(sync::Int64 { hi: 0, lo: 0 }),
            events: Some(1),
        };
        self.send(sync::CreateAlarmRequest { id: alarm, value_list: Cow::Owned(values) });
    }

    fn forget_alarm(&mut self, alarm: u32) {
        self.send(sync::DestroyAlarmRequest { alarm });
    }

    fn kill(&mut self, window: u32) {
        self.send(KillClientRequest { resource: window });
    }
}
