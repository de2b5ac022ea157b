//! The X server as selections and drags use it. It is a trait, so that tests need no server.

use std::borrow::Cow;

use x11rb_protocol::protocol::xfixes::{SelectSelectionInputRequest, SelectionEventMask};
use x11rb_protocol::protocol::xproto::{
    AtomEnum, ChangePropertyRequest, ChangeWindowAttributesAux, ChangeWindowAttributesRequest,
    ClientMessageEvent, ConvertSelectionRequest, CreateWindowAux, CreateWindowRequest,
    DestroyWindowRequest, EventMask, GetAtomNameRequest, GetPropertyRequest, InternAtomRequest,
    PropMode, SELECTION_NOTIFY_EVENT, SelectionNotifyEvent, SetSelectionOwnerRequest,
    TranslateCoordinatesRequest, WindowClass,
};

use crate::x11::Connection;
use crate::x11::query::{Query, SelectionQuery};
use crate::x11::server::{ClientMessage, Server};

/// How many bytes of a property are read or written at once.
pub const PIECE: usize = 64 * 1024;

/// A request for a selection's data (`ConvertSelection`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Conversion {
    /// The window that asks.
    pub requestor: u32,
    /// The selection.
    pub selection: u32,
    /// The form of the data.
    pub target: u32,
    /// The property of the window for the data.
    pub property: u32,
    /// The time of the request.
    pub time: u32,
}

/// The content of a property.
#[derive(Clone, Copy, Debug)]
pub struct NewProperty<'a> {
    /// Its window.
    pub window: u32,
    /// Its name.
    pub property: u32,
    /// Its type.
    pub kind: u32,
    /// The number of bits of an item.
    pub format: u8,
    /// Its items.
    pub data: &'a [u8],
}

/// The server. Requests are queued; no method waits.
pub trait SelectionServer: Server {
    /// Makes a window that is never shown and whose properties are watched. Its parent is
    /// another window, or the root window (`None`).
    fn create_window(&mut self, parent: Option<u32>) -> u32;

    /// Destroys such a window.
    fn destroy_window(&mut self, window: u32);

    /// Asks for events about a selection's owners.
    fn watch_selection(&mut self, selection: u32, window: u32);

    /// Makes a window the owner of a selection; 0 for no owner.
    fn own(&mut self, selection: u32, owner: u32);

    /// Asks a selection's owner for data.
    fn convert(&mut self, conversion: Conversion);

    /// Answers a request: the data is there, or (`given` is false) the request has failed.
    fn answer(&mut self, conversion: Conversion, given: bool);

    /// Reads a piece of a property at an offset in units of four bytes; reading the last
    /// piece deletes the property.
    fn read(&mut self, query: SelectionQuery, window: u32, property: u32, offset: u32);

    /// Reads a piece of a property at an offset in units of four bytes, without deleting it.
    fn look(&mut self, query: SelectionQuery, window: u32, property: u32, offset: u32);

    /// Asks for a window's child at a position relative to the root window.
    fn ask_child(&mut self, query: SelectionQuery, window: u32, at: (i32, i32));

    /// Sends a client message about a window to another window.
    fn tell_by(&mut self, destination: u32, message: ClientMessage);

    /// Sets a property.
    fn write(&mut self, property: NewProperty<'_>);

    /// Asks for events about the properties of another client's window.
    fn watch_properties(&mut self, window: u32);

    /// Asks for a name's atom.
    fn ask_atom(&mut self, name: &str);

    /// Asks for an atom's name.
    fn ask_name(&mut self, atom: u32);
}

/// A request for a piece of a property.
fn piece(window: u32, property: u32, offset: u32) -> GetPropertyRequest {
    GetPropertyRequest {
        delete: false,
        window,
        property,
        type_: AtomEnum::ANY.into(),
        long_offset: offset,
        long_length: u32::try_from(PIECE / 4).unwrap_or_default(),
    }
}

impl SelectionServer for Connection {
    fn create_window(&mut self, parent: Option<u32>) -> u32 {
        let wid = self.new_id();
        let values = CreateWindowAux {
            override_redirect: Some(1),
            event_mask: Some(EventMask::PROPERTY_CHANGE),
            ..Default::default()
        };
        self.send(CreateWindowRequest {
            depth: 0,
            wid,
            parent: parent.unwrap_or(self.root().0),
            x: -1,
            y: -1,
            width: 1,
            height: 1,
            border_width: 0,
            class: WindowClass::INPUT_ONLY,
            visual: 0,
            value_list: Cow::Owned(values),
        });
        wid
    }

    fn destroy_window(&mut self, window: u32) {
        self.send(DestroyWindowRequest { window });
    }

    fn watch_selection(&mut self, selection: u32, window: u32) {
        let event_mask = SelectionEventMask::SET_SELECTION_OWNER
            | SelectionEventMask::SELECTION_WINDOW_DESTROY
            | SelectionEventMask::SELECTION_CLIENT_CLOSE;
        self.send(SelectSelectionInputRequest { window, selection, event_mask });
    }

    fn own(&mut self, selection: u32, owner: u32) {
        self.send(SetSelectionOwnerRequest { owner, selection, time: 0 });
    }

    fn convert(&mut self, conversion: Conversion) {
        let Conversion { requestor, selection, target, property, time } = conversion;
        self.send(ConvertSelectionRequest { requestor, selection, target, property, time });
    }

    fn answer(&mut self, conversion: Conversion, given: bool) {
        let Conversion { requestor, selection, target, property, time } = conversion;
        let event = SelectionNotifyEvent {
            response_type: SELECTION_NOTIFY_EVENT,
            sequence: 0,
            time,
            requestor,
            selection,
            target,
            property: if given { property } else { 0 },
        };
        self.send_event(requestor, EventMask::NO_EVENT, &event.into());
    }

    fn read(&mut self, query: SelectionQuery, window: u32, property: u32, offset: u32) {
        let request = GetPropertyRequest { delete: true, ..piece(window, property, offset) };
        self.ask(Query::Selection(query), request);
    }

    fn look(&mut self, query: SelectionQuery, window: u32, property: u32, offset: u32) {
        self.ask(Query::Selection(query), piece(window, property, offset));
    }

    fn ask_child(&mut self, query: SelectionQuery, window: u32, (x, y): (i32, i32)) {
        let short = |at: i32| i16::try_from(at).unwrap_or(i16::MAX);
        let request = TranslateCoordinatesRequest {
            src_window: self.root().0,
            dst_window: window,
            src_x: short(x),
            src_y: short(y),
        };
        self.ask(Query::Selection(query), request);
    }

    fn tell_by(&mut self, destination: u32, message: ClientMessage) {
        let event = ClientMessageEvent::new(32, message.window, message.kind, message.data);
        self.send_event(destination, EventMask::NO_EVENT, &event.into());
    }

    fn write(&mut self, new: NewProperty<'_>) {
        let NewProperty { window, property, kind, format, data } = new;
        let units = u32::try_from(data.len()).unwrap_or_default() / u32::from(format / 8);
        self.send(ChangePropertyRequest {
            mode: PropMode::REPLACE,
            window,
            property,
            type_: kind,
            format,
            data_len: units,
            data: Cow::Borrowed(data),
        });
    }

    fn watch_properties(&mut self, window: u32) {
        // This replaces the window manager's event mask for the window, so it includes that.
        let event_mask = Some(EventMask::PROPERTY_CHANGE | EventMask::FOCUS_CHANGE);
        let values = ChangeWindowAttributesAux { event_mask, ..Default::default() };
        self.send(ChangeWindowAttributesRequest { window, value_list: Cow::Owned(values) });
    }

    fn ask_atom(&mut self, name: &str) {
        let request = InternAtomRequest { only_if_exists: false, name: name.as_bytes().into() };
        self.ask(Query::Selection(SelectionQuery::Atom), request);
    }

    fn ask_name(&mut self, atom: u32) {
        self.ask(Query::Selection(SelectionQuery::Name(atom)), GetAtomNameRequest { atom });
    }
}
