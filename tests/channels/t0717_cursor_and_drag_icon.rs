//! Cursors and drag icons are copied like windows.

use std::sync::{Arc, Mutex};

use wayland_client::protocol::wl_data_device::WlDataDevice;
use wayland_client::protocol::wl_data_device_manager::{DndAction, WlDataDeviceManager};
use wayland_client::protocol::wl_data_offer::WlDataOffer;
use wayland_client::protocol::wl_data_source::WlDataSource;
use wayland_client::protocol::wl_pointer::{self, WlPointer};
use wayland_client::protocol::wl_seat::WlSeat;
use wayland_client::{Connection, Dispatch, QueueHandle, delegate_noop};

use crate::canvas::Canvas;
use crate::client::Seen;
use crate::stage::{Stage, everywhere};

/// The last serial of a pointer.
type Serial = Arc<Mutex<u32>>;

impl Dispatch<WlPointer, Serial> for Seen {
    fn event(
        seen: &mut Self,
        _: &WlPointer,
        event: wl_pointer::Event,
        last: &Serial,
        _: &Connection,
        _: &QueueHandle<Self>,
    ) {
        if let wl_pointer::Event::Enter { serial, .. } | wl_pointer::Event::Button { serial, .. } =
            event
        {
            *last.lock().unwrap() = serial;
            seen.events.push("serial".to_owned());
        }
    }
}

impl Dispatch<WlDataDevice, ()> for Seen {
    fn event(
        _: &mut Self,
        _: &WlDataDevice,
        _: wayland_client::protocol::wl_data_device::Event,
        (): &(),
        _: &Connection,
        _: &QueueHandle<Self>,
    ) {
    }

    wayland_client::event_created_child!(Seen, WlDataDevice, [
        wayland_client::protocol::wl_data_device::EVT_DATA_OFFER_OPCODE => (WlDataOffer, ()),
    ]);
}

delegate_noop!(Seen: WlDataDeviceManager);
delegate_noop!(Seen: ignore WlDataOffer);
delegate_noop!(Seen: ignore WlDataSource);

/// Waits for another serial and gives it.
fn next(stage: &mut Stage, serial: &Serial) -> u32 {
    stage.client.wait_for("serial");
    stage.client.seen.events.retain(|event| event != "serial");
    *serial.lock().unwrap()
}

#[test]
fn a_cursor_is_shown() {
    everywhere(|stage| {
        let serial = Serial::default();
        let seat: WlSeat = stage.client.bind(5);
        let pointer = seat.get_pointer(&stage.client.handle(), Arc::clone(&serial));
        let (window, _toplevel) = stage.client.window("window");
        stage.show(&window, &Canvas::new(300, 300));
        stage.rig.ask("pointer move 100 100");
        let entered = next(stage, &serial);
        stage.look("a window");
        let surface = stage.client.surface();
        let mut canvas = Canvas::new(24, 24);
        pointer.set_cursor(entered, Some(&surface), 4, 4);
        let buffer = stage.show(&surface, &canvas);
        stage.look("a cursor");
        stage.update(&surface, &mut canvas, &buffer, [3, 3, 8, 8]);
        stage.look("a part of it");
        stage.rig.ask("pointer move 150 150");
        stage.look("elsewhere");
    });
}

#[test]
fn a_drag_icon_is_shown() {
    everywhere(|stage| {
        let handle = stage.client.handle();
        let serial = Serial::default();
        let seat: WlSeat = stage.client.bind(5);
        seat.get_pointer(&handle, Arc::clone(&serial));
        let manager: WlDataDeviceManager = stage.client.bind(3);
        let device = manager.get_data_device(&seat, &handle, ());
        let source = manager.create_data_source(&handle, ());
        source.offer("text/plain".to_owned());
        source.set_actions(DndAction::Copy);
        let (window, _toplevel) = stage.client.window("window");
        stage.show(&window, &Canvas::new(300, 300));
        stage.rig.ask("pointer move 100 100");
        next(stage, &serial);
        stage.rig.ask("pointer button left press");
        let pressed = next(stage, &serial);
        stage.look("a window");
        let surface = stage.client.surface();
        device.start_drag(Some(&source), &window, Some(&surface), pressed);
        let mut canvas = Canvas::new(24, 24);
        let buffer = stage.show(&surface, &canvas);
        stage.look("an icon");
        stage.update(&surface, &mut canvas, &buffer, [3, 3, 8, 8]);
        stage.look("a part of it");
        stage.rig.ask("pointer move 150 150");
        stage.look("elsewhere");
    });
}
