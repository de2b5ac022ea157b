//! Cursors and drag icons are sharp, and their hotspots are right.

use wayland_client::protocol::wl_data_device::{self, WlDataDevice};
use wayland_client::protocol::wl_data_device_manager::WlDataDeviceManager;
use wayland_client::protocol::wl_data_offer::WlDataOffer;
use wayland_client::{Connection, Dispatch, QueueHandle, delegate_noop, event_created_child};

use crate::client::Seen;
use crate::hands::Hands;
use crate::rig::{Path, Rig, pair, proxied};
use crate::scales::{Knows, SCALES, whole_length};

fn cursor_is_in_place(path: Path, s: f64, h: f64, knows: Knows) {
    let mut rig = Rig::new(path, s, &[]);
    rig.ask(&format!("scale {h}"));
    let mut app = rig.app(knows);
    let hands = Hands::new(&mut app.client);
    let _window = app.window("window", (334, 221));
    rig.ask("pointer move 100 80");
    app.client.sync();
    let whole = whole_length(s);
    let mut cursor = app.board((2 * whole, 2 * whole));
    for hotspot in [(whole, whole), (5, 7)] {
        let what = format!("{path:?} {knows:?} S={s} H={h}, hotspot {hotspot:?}");
        hands.pointer.set_cursor(hands.serial(), Some(&cursor.surface), hotspot.0, hotspot.1);
        app.draw(&mut cursor);
        app.settle(&mut cursor);
        rig.ask("sync");
        let surface = rig.ask("state")["cursor_surfaces"][0].clone();
        let exact = [100 - hotspot.0, 80 - hotspot.1];
        let near = [100.0 - f64::from(hotspot.0) / s, 80.0 - f64::from(hotspot.1) / s];
        let place = pair(&surface["place"]);
        for (place, near) in place.iter().zip(near) {
            assert!((*place as f64 - near).abs() <= 0.5, "{what}: at {place} instead of {near}");
        }
        if s == 1.0 {
            assert_eq!(place, exact.map(i64::from), "{what}");
        }
        if hotspot == (whole, whole) {
            rig.assert_sharp(&what, "HOST-1", &cursor, &surface);
        }
    }
    rig.stop();
}

fn icon_is_in_place(path: Path, s: f64, h: f64, knows: Knows) {
    let mut rig = Rig::new(path, s, &[]);
    rig.ask(&format!("scale {h}"));
    let mut app = rig.app(knows);
    let handle = app.client.handle();
    let hands = Hands::new(&mut app.client);
    let manager: WlDataDeviceManager = app.client.bind(3);
    let device = manager.get_data_device(&hands.seat, &handle, ());
    let window = app.window("window", (334, 221));
    rig.ask("pointer move 100 80");
    rig.ask("pointer button left press");
    app.client.sync();
    let whole = whole_length(s);
    let mut icon = app.board((2 * whole, 2 * whole));
    device.start_drag(None, &window.board.surface, Some(&icon.surface), hands.serial());
    app.draw(&mut icon);
    app.settle(&mut icon);
    // Move it away from the host's own cursor.
    icon.surface.offset(whole, whole);
    app.draw(&mut icon);
    rig.ask("sync");
    let surface = rig.ask("state")["icon_surfaces"][0].clone();
    let what = format!("{path:?} {knows:?} S={s} H={h}, an icon");
    let exact = [100.0, 80.0].map(|pointer| pointer + f64::from(whole) / s);
    assert_eq!(pair(&surface["place"]).map(|n| n as f64), exact, "{what}");
    rig.assert_sharp(&what, "HOST-1", &icon, &surface);
    rig.ask("pointer button left release");
    rig.stop();
}

#[test]
fn cursor_and_icon_are_shown_without_a_scale() {
    for path in proxied() {
        cursor_is_in_place(path, 1.0, 1.5, Knows::Fractions);
        icon_is_in_place(path, 1.0, 2.0, Knows::Integers);
    }
}

#[test]
fn the_cursor_is_sharp() {
    for s in SCALES {
        cursor_is_in_place(Path::Socket, s, s, Knows::Nothing);
    }
    for path in proxied() {
        cursor_is_in_place(path, 1.5, 1.0, Knows::Fractions);
    }
}

#[test]
fn the_drag_icon_is_sharp() {
    for s in SCALES {
        icon_is_in_place(Path::Socket, s, s, Knows::Nothing);
    }
    for path in proxied() {
        icon_is_in_place(path, 1.5, 1.0, Knows::Fractions);
    }
}

impl Dispatch<WlDataDevice, ()> for Seen {
    fn event(
        _: &mut Self,
        _: &WlDataDevice,
        _: wl_data_device::Event,
        (): &(),
        _: &Connection,
        _: &QueueHandle<Self>,
    ) {
    }

    event_created_child!(Seen, WlDataDevice, [
        wl_data_device::EVT_DATA_OFFER_OPCODE => (WlDataOffer, ()),
    ]);
}

delegate_noop!(Seen: WlDataDeviceManager);
delegate_noop!(Seen: ignore WlDataOffer);
