//! The positions of mouse, fingers and pen, as a client gets them.

use std::sync::{Arc, Mutex};

use wayland_client::backend::ObjectId;
use wayland_client::protocol::wl_pointer::{self, WlPointer};
use wayland_client::protocol::wl_seat::WlSeat;
use wayland_client::protocol::wl_touch::{self, WlTouch};
use wayland_client::{
    Connection, Dispatch, Proxy, QueueHandle, delegate_noop, event_created_child,
};
use wayland_protocols::wp::tablet::zv2::client::zwp_tablet_manager_v2::ZwpTabletManagerV2;
use wayland_protocols::wp::tablet::zv2::client::zwp_tablet_pad_v2::ZwpTabletPadV2;
use wayland_protocols::wp::tablet::zv2::client::zwp_tablet_seat_v2::{
    self, EVT_PAD_ADDED_OPCODE, EVT_TABLET_ADDED_OPCODE, EVT_TOOL_ADDED_OPCODE, ZwpTabletSeatV2,
};
use wayland_protocols::wp::tablet::zv2::client::zwp_tablet_tool_v2::{self, ZwpTabletToolV2};
use wayland_protocols::wp::tablet::zv2::client::zwp_tablet_v2::ZwpTabletV2;

use crate::client::{Client, Seen};

/// The last events of one of them.
#[derive(Default)]
pub struct Felt {
    /// The surface under it: that of the last `enter`, `down`, `proximity_in`.
    pub surface: Option<ObjectId>,
    /// The place on it.
    pub place: Option<(f64, f64)>,
    /// The last serial.
    pub serial: u32,
    /// The events of each pen's object.
    pens: Vec<Log>,
}

type Log = Arc<Mutex<Felt>>;

/// A seat's mouse, fingers and pen.
pub struct Hands {
    pub seat: WlSeat,
    pub pointer: WlPointer,
    log: Log,
}

impl Hands {
    /// Listens to them.
    pub fn new(client: &mut Client) -> Self {
        let handle = client.handle();
        let log = Log::default();
        let seat: WlSeat = client.bind(7);
        let pointer = seat.get_pointer(&handle, Arc::clone(&log));
        seat.get_touch(&handle, Arc::clone(&log));
        if client.offers("zwp_tablet_manager_v2").is_some() {
            let manager: ZwpTabletManagerV2 = client.bind(1);
            manager.get_tablet_seat(&seat, &handle, Arc::clone(&log));
        }
        client.sync();
        Self { seat, pointer, log }
    }

    /// The last event of any of them: the surface and the place on it.
    pub fn felt(&self) -> Option<(ObjectId, (f64, f64))> {
        let take = |felt: &mut Felt| felt.surface.clone().zip(felt.place.take());
        let mut felt = self.log.lock().unwrap();
        take(&mut felt).or_else(|| felt.pens.iter().find_map(|pen| take(&mut pen.lock().unwrap())))
    }

    /// The last serial.
    pub fn serial(&self) -> u32 {
        self.log.lock().unwrap().serial
    }
}

/// Records an event.
macro_rules! felt {
    ($($interface:ty, $event:path, |$felt:ident, $pattern:pat_param| $action:expr;)+) => {
        $(impl Dispatch<$interface, Log> for Seen {
            fn event(
                _: &mut Self,
                _: &$interface,
                event: $event,
                log: &Log,
                _: &Connection,
                _: &QueueHandle<Self>,
            ) {
                let mut $felt = log.lock().unwrap();
                let $pattern = event;
                $action
            }
        })+
    };
}

felt! {
    WlPointer, wl_pointer::Event, |felt, event| match event {
        wl_pointer::Event::Enter { serial, surface, surface_x, surface_y } => {
            felt.serial = serial;
            felt.surface = Some(surface.id());
            felt.place = Some((surface_x, surface_y));
        }
        wl_pointer::Event::Motion { surface_x, surface_y, .. } => {
            felt.place = Some((surface_x, surface_y));
        }
        wl_pointer::Event::Button { serial, .. } => felt.serial = serial,
        _ => {}
    };
    WlTouch, wl_touch::Event, |felt, event| match event {
        wl_touch::Event::Down { surface, x, y, .. } => {
            felt.surface = Some(surface.id());
            felt.place = Some((x, y));
        }
        wl_touch::Event::Motion { x, y, .. } => felt.place = Some((x, y)),
        _ => {}
    };
    ZwpTabletToolV2, zwp_tablet_tool_v2::Event, |felt, event| match event {
        zwp_tablet_tool_v2::Event::ProximityIn { surface, .. } => {
            felt.surface = Some(surface.id());
        }
        zwp_tablet_tool_v2::Event::Motion { x, y } => felt.place = Some((x, y)),
        _ => {}
    };
}

impl Dispatch<ZwpTabletSeatV2, Log> for Seen {
    fn event(
        _: &mut Self,
        _: &ZwpTabletSeatV2,
        event: zwp_tablet_seat_v2::Event,
        log: &Log,
        _: &Connection,
        _: &QueueHandle<Self>,
    ) {
        if let zwp_tablet_seat_v2::Event::ToolAdded { id } = event {
            let pen = id.data::<Log>().expect("made below");
            log.lock().unwrap().pens.push(Arc::clone(pen));
        }
    }

    event_created_child!(Seen, ZwpTabletSeatV2, [
        EVT_TABLET_ADDED_OPCODE => (ZwpTabletV2, ()),
        EVT_TOOL_ADDED_OPCODE => (ZwpTabletToolV2, Log::default()),
        EVT_PAD_ADDED_OPCODE => (ZwpTabletPadV2, ()),
    ]);
}

delegate_noop!(Seen: ZwpTabletManagerV2);
delegate_noop!(Seen: ignore ZwpTabletV2);
delegate_noop!(Seen: ignore ZwpTabletPadV2);
