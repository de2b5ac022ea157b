//! Telling X11 programs the screen's density, by X resources (`Xft.dpi`) and XSETTINGS, so that
//! they draw sharp and in the right size.

mod resource_text;

#[cfg(test)]
mod tests;

use std::borrow::Cow;
use std::time::Instant;

use x11rb_protocol::protocol::Event;
use x11rb_protocol::protocol::xfixes::{
    SelectSelectionInputRequest, SelectionEventMask, SelectionNotifyEvent,
};
use x11rb_protocol::protocol::xproto::{
    AtomEnum, ClientMessageEvent, CreateWindowAux, CreateWindowRequest, EventMask,
    GetPropertyReply, GetPropertyRequest, RotatePropertiesRequest, SetSelectionOwnerRequest,
    WindowClass,
};
use x11rb_protocol::x11_utils::TryParse;

use super::Connection;
use super::property::Writer;
use super::query::Query;
use crate::cursors::CursorLook;
use resource_text::{Resources, UsersCursor};

/// The density at which nothing is enlarged, in dots per inch.
const USUAL_DPI: f64 = 96.0;

/// Bound on X resources in units of four bytes; longer ones are left as they are.
const MAX_RESOURCES: u32 = 1 << 20;

/// The density that programs are told.
pub struct Density {
    /// The cursor for a screen without scaling.
    cursor: CursorLook,
    /// The cursor that the user's resources set.
    users: UsersCursor,
    /// The window that holds the settings; 0 before the start.
    window: u32,
    /// Dots per inch.
    dpi: u32,
    serial: u32,
    resources: Resources,
    reading: ResourceState,
    /// The resources have changed while carafe was reading them.
    is_stale: bool,
    writer: Writer,
}

/// The state of the resources.
#[derive(Default)]
enum ResourceState {
    /// They are as they should be.
    #[default]
    Done,
    /// carafe is reading them.
    Asked,
    /// carafe has replaced them, and waits for the replaced value.
    Replaced {
        /// The expected value, if no other program has written meanwhile.
        before: Vec<u8>,
        /// The new value.
        now: Vec<u8>,
    },
}

impl Density {
    /// Makes it, without telling anything. `cursor` is for a screen without scaling.
    pub fn new(cursor: CursorLook) -> Self {
        Self {
            cursor,
            users: UsersCursor::default(),
            window: 0,
            dpi: 0,
            serial: 0,
            resources: Resources::default(),
            reading: ResourceState::default(),
            is_stale: false,
            writer: Writer::default(),
        }
    }

    /// The theme and size of cursors that programs were told; `None` if they were told nothing.
    pub fn cursor(&self) -> Option<(Option<&str>, u32)> {
        let theme = self.users.theme.as_deref().or(self.cursor.theme.as_deref());
        let size = self.users.size.unwrap_or_else(|| cursor_size(self.cursor.size, self.dpi));
        (self.dpi != 0).then_some((theme, size))
    }

    /// Tells programs the density, if it has changed. `ratio` is the number of X pixels for one
    /// pixel of the usual density; `buckets` are the allowed densities, if not all are.
    pub fn tell(&mut self, ratio: f64, buckets: &[u32], x: &mut Connection) {
        let dpi = nearest(ratio * USUAL_DPI, buckets);
        if dpi == self.dpi || x.root().0 == 0 || x.atoms._XSETTINGS_S0 == 0 {
            return;
        }
        self.dpi = dpi;
        self.serial = self.serial.wrapping_add(1);
        if self.window == 0 {
            self.window = settings_window(x);
            // No other client can own the settings: none is connected yet.
            claim(self.window, 0, x);
        }
        // Write them even if another program owns the settings now: they are needed when it
        // ends.
        let settings = settings(self.serial, dpi, cursor_size(self.cursor.size, dpi));
        let kind = x.atoms._XSETTINGS_SETTINGS;
        x.set_property(self.window, kind, kind, 8, &settings);
        self.read_resources(x);
    }

    /// Handles an event.
    pub fn event(&mut self, event: &Event, x: &mut Connection) {
        match event {
            Event::XfixesSelectionNotify(event) => self.owner_changed(event, x),
            Event::PropertyNotify(event) => {
                let is_resources = event.atom == u32::from(AtomEnum::RESOURCE_MANAGER);
                if event.window == x.root().0 && is_resources && self.writer.changed(x.seen()) {
                    self.read_resources(x);
                }
            }
            _ => {}
        }
    }

    /// Notes a new owner of the settings. When another program that owned them ends, carafe takes
    /// them again.
    fn owner_changed(&mut self, event: &SelectionNotifyEvent, x: &mut Connection) {
        if event.selection != x.atoms._XSETTINGS_S0 || self.window == 0 {
            return;
        }
        if event.owner == 0 {
            // With this time, the server ignores the request if another program has taken the
            // settings since.
            let before = event.timestamp.wrapping_sub(1);
            let is_late = before.wrapping_sub(event.selection_timestamp).cast_signed() >= 0;
            claim(self.window, if is_late { before } else { event.selection_timestamp }, x);
        } else if event.owner == self.window {
            let (root, owner) = (x.root().0, x.atoms._XSETTINGS_S0);
            let data = [event.timestamp, owner, self.window, 0, 0];
            let message = ClientMessageEvent::new(32, root, x.atoms.MANAGER, data);
            x.send_event(root, EventMask::STRUCTURE_NOTIFY, &message.into());
        }
    }

    /// Reads the resources; they are corrected when the answer comes.
    fn read_resources(&mut self, x: &mut Connection) {
        if self.dpi == 0 || !matches!(self.reading, ResourceState::Done) {
            self.is_stale = true;
            return;
        }
        (self.reading, self.is_stale) = (ResourceState::Asked, false);
        ask_resources(Query::Resources, AtomEnum::RESOURCE_MANAGER.into(), x);
    }

    /// Takes the answer with the resources.
    pub fn resources_read(&mut self, answer: Option<&[u8]>, x: &mut Connection) {
        let reply = answer.and_then(|answer| GetPropertyReply::try_parse(answer).ok());
        let Some((reply, _)) = reply.filter(|(reply, _)| reply.bytes_after == 0) else {
            return self.done(x);
        };
        if reply.type_ == 0 {
            // The property does not exist, but `replace` needs one to exchange with.
            let property = AtomEnum::RESOURCE_MANAGER.into();
            x.make_property(x.root().0, property, AtomEnum::STRING.into());
            self.writer.wrote(x.sent());
        }
        let before = reply.value.clone();
        self.replace(&reply, before, x);
    }

    /// Exchanges the resources with corrected ones, in one request. The answer tells the value
    /// that was replaced. If it is not `before`, another program has written meanwhile; then
    /// that value is corrected and written next.
    fn replace(&mut self, read: &GetPropertyReply, before: Vec<u8>, x: &mut Connection) {
        let numbers = [cursor_size(self.cursor.size, self.dpi), self.dpi];
        // Resources that are not text are useless, so they are dropped.
        let is_text = read.format == 8;
        let text = if is_text { read.value.as_slice() } else { &[] };
        self.users = self.resources.cursor(text, Instant::now());
        let mended = self.resources.mended(text, numbers, Instant::now());
        if mended == before {
            return self.done(x);
        }
        let (root, aside) = (x.root().0, x.atoms._CARAFE_RESOURCES);
        let kind = if is_text { read.type_ } else { AtomEnum::STRING.into() };
        x.set_property(root, aside, kind, 8, &mended);
        self.exchange(x);
        ask_resources(Query::Replaced, aside, x);
        self.reading = ResourceState::Replaced { before, now: mended };
    }

    fn exchange(&mut self, x: &mut Connection) {
        let both = [AtomEnum::RESOURCE_MANAGER.into(), x.atoms._CARAFE_RESOURCES];
        let atoms = Cow::Borrowed(both.as_slice());
        x.send(RotatePropertiesRequest { window: x.root().0, delta: 1, atoms });
        self.writer.wrote(x.sent());
    }

    /// Takes the answer with the replaced value.
    pub fn resources_replaced(&mut self, answer: Option<&[u8]>, x: &mut Connection) {
        let reply = answer.and_then(|answer| GetPropertyReply::try_parse(answer).ok());
        let ResourceState::Replaced { before, now } = std::mem::take(&mut self.reading) else {
            return;
        };
        match reply.map(|(reply, _)| reply).filter(|reply| reply.value != before) {
            Some(reply) if reply.bytes_after == 0 && reply.type_ != 0 => {
                self.replace(&reply, now, x);
            }
            // It is too long to correct, so exchange the two again.
            Some(reply) if reply.bytes_after > 0 => {
                self.exchange(x);
                self.done(x);
            }
            _ => self.done(x),
        }
    }

    fn done(&mut self, x: &mut Connection) {
        self.reading = ResourceState::Done;
        if self.is_stale {
            self.read_resources(x);
        }
    }
}

/// Reads a property with resources, and deletes it if it holds the replaced value.
fn ask_resources(query: Query, property: u32, x: &mut Connection) {
    let request = GetPropertyRequest {
        delete: query == Query::Replaced,
        window: x.root().0,
        property,
        type_: AtomEnum::ANY.into(),
        long_offset: 0,
        long_length: MAX_RESOURCES,
    };
    x.ask(query, request);
}

fn nearest(dpi: f64, buckets: &[u32]) -> u32 {
    let distance = |bucket: &u32| (f64::from(*bucket) - dpi).abs();
    let bucket = buckets.iter().copied().min_by(|a, b| distance(a).total_cmp(&distance(b)));
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "bounded")]
    bucket.unwrap_or_else(|| dpi.round().clamp(1.0, 9600.0) as u32)
}

/// The size of cursors at a density, given the size at the usual one.
fn cursor_size(usual: u32, dpi: u32) -> u32 {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "bounded")]
    let size = (f64::from(usual) * f64::from(dpi) / USUAL_DPI).round() as u32;
    size.max(1)
}

/// Makes the window that holds the settings.
fn settings_window(x: &mut Connection) -> u32 {
    let (root, window) = (x.root().0, x.new_id());
    x.send(CreateWindowRequest {
        depth: 0,
        wid: window,
        parent: root,
        x: -1,
        y: -1,
        width: 1,
        height: 1,
        border_width: 0,
        class: WindowClass::INPUT_ONLY,
        visual: 0,
        value_list: Cow::Owned(CreateWindowAux {
            override_redirect: Some(1),
            ..Default::default()
        }),
    });
    x.send(SelectSelectionInputRequest {
        window,
        selection: x.atoms._XSETTINGS_S0,
        event_mask: SelectionEventMask::SET_SELECTION_OWNER
            | SelectionEventMask::SELECTION_WINDOW_DESTROY
            | SelectionEventMask::SELECTION_CLIENT_CLOSE,
    });
    window
}

/// Becomes the owner of the settings, unless another client has done so after `time`; 0 means
/// now.
fn claim(window: u32, time: u32, x: &mut Connection) {
    let selection = x.atoms._XSETTINGS_S0;
    x.send(SetSelectionOwnerRequest { owner: window, selection, time });
}

/// The settings in their binary form (freedesktop.org's XSETTINGS 0.5). GTK multiplies its whole
/// scale with `Gdk/UnscaledDPI`, so that holds only the rest of the density.
fn settings(serial: u32, dpi: u32, cursor: u32) -> Vec<u8> {
    let scale = (dpi / 96).max(1);
    let values = [
        ("Gdk/UnscaledDPI", dpi / scale * 1024),
        ("Gdk/WindowScalingFactor", scale),
        ("Gtk/CursorThemeSize", cursor),
        ("Xft/DPI", dpi * 1024),
    ];
    let order = u8::from(cfg!(target_endian = "big"));
    let mut all = vec![order, 0, 0, 0];
    all.extend(serial.to_ne_bytes());
    all.extend(u32::try_from(values.len()).unwrap_or_default().to_ne_bytes());
    for (name, value) in values {
        // An integer: type, padding, the name's length, the name, the serial of its last change.
        all.extend([0, 0]);
        all.extend(u16::try_from(name.len()).unwrap_or_default().to_ne_bytes());
        all.extend(name.as_bytes());
        all.resize(all.len().next_multiple_of(4), 0);
        all.extend(serial.to_ne_bytes());
        all.extend(value.to_ne_bytes());
    }
    all
}
