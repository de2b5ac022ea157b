//! Drag and drop between two clients, each directly on the host or through carafe: both get the
//! same events in the same order, and the data arrives.

use wayland_client::protocol::wl_compositor::WlCompositor;
use wayland_client::protocol::wl_data_device_manager::DndAction;
use wayland_client::protocol::wl_pointer::WlPointer;

use crate::client::Client;
use crate::data_device::{DataDevice, MIME, receive};
use crate::hosts::Host;
use crate::input::Mouse;
use crate::proxy::Carafe;
use crate::screenshot::{Shot, settled};
use crate::window::{LEFT, RIGHT, Window, paint};

const DATA: &[u8] = b"dragged and dropped";

#[test]
fn a_drag_arrives_as_it_does_directly() {
    let host = Host::usual();
    let carafe = Carafe::parent(&host);
    let (guest, direct) = (Carafe::DISPLAY, host.display());
    let pictures = ["without-icon", "with-icon"].map(|name| {
        let with_icon = name == "with-icon";
        let expected = drag(&host, direct, direct, with_icon);
        expected.picture.keep(&format!("drag-{name}-direct"));
        for (from, to) in [(guest, guest), (guest, direct), (direct, guest)] {
            let story = drag(&host, from, to, with_icon);
            assert_eq!(story, expected, "{name}, {from} → {to}");
        }
        expected.picture
    });
    assert!(pictures[0] != pictures[1], "there is no icon to be seen");
    assert_eq!(carafe.stop().clients, 8);
}

/// What the clients learned and the user saw.
#[derive(Debug, PartialEq)]
struct Story {
    source: Vec<String>,
    target: Vec<String>,
    picture: Shot,
}

fn drag(host: &Host, from: &str, to: &str, with_icon: bool) -> Story {
    let mut mouse = Mouse::new(host);
    let mut source = Client::connect(host, from);
    let mut target = Client::connect(host, to);
    let source_window = Window::show(&mut source, "left");
    let target_window = Window::show(&mut target, "right");
    host.put_left_and_right();
    let _pointer: WlPointer = source_window.seat.get_pointer(&source.handle(), ());
    let give = DataDevice::new(&mut source, &source_window);
    let _take = DataDevice::new(&mut target, &target_window);
    mouse.move_to(LEFT);
    mouse.press();
    source.wait_for_event("button Ok(Pressed)");
    let before = host.screenshot();
    source.state.log.clear();
    target.state.log.clear();

    source.state.data = DATA.into();
    let offered = give.source(&source);
    offered.set_actions(DndAction::Copy | DndAction::Move);
    let icon =
        with_icon.then(|| source.bind::<WlCompositor>(3).create_surface(&source.handle(), ()));
    let serial = source.state.button_serial;
    give.device.start_drag(Some(&offered), &source_window.surface, icon.as_ref(), serial);
    if let Some(icon) = &icon {
        paint(&source, icon, 64, 0xffff_4000);
    }
    source.sync();

    mouse.move_to((RIGHT.0 - 20, RIGHT.1));
    mouse.move_to(RIGHT);
    target.wait_for_event("drag enters with offer");
    let offer = target.state.offer.clone().expect("an offer");
    offer.accept(target.state.drag_serial, Some(MIME.into()));
    offer.set_actions(DndAction::Copy | DndAction::Move, DndAction::Move);
    target.sync();
    source.wait_for_event(&format!("target takes Some({MIME:?})"));
    mouse.move_to((RIGHT.0, RIGHT.1 + 50));
    target.wait_for_event("drag moves to 180, 230");
    let picture = settled(host, &before);

    mouse.release();
    target.wait_for_event("drop");
    assert_eq!(receive(&mut target, &mut source), DATA);
    offer.finish();
    target.sync();
    source.wait_for_event("drag finished");
    Story { source: source.state.log, target: target.state.log, picture }
}
