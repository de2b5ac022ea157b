//! The core protocol's clipboard: it follows the keyboard's focus.

use std::fs::File;
use std::io::Read;

use wayland_client::protocol::wl_pointer::WlPointer;

use crate::client::Client;
use crate::data_device::{DataDevice, MIME, receive};
use crate::hosts::Host;
use crate::input::Mouse;
use crate::proxy::Carafe;
use crate::window::{LEFT, RIGHT, Window};

const SIZE: u64 = 4 << 20;

#[test]
fn the_clipboard_follows_the_keyboards_focus() {
    let host = Host::usual();
    let carafe = Carafe::parent(&host);
    let (guest, direct) = (Carafe::DISPLAY, host.display());
    for (from, to) in [(guest, direct), (direct, guest), (guest, guest)] {
        copy_and_paste(&host, from, to);
    }
    assert_eq!(carafe.stop().clients, 4);
}

fn copy_and_paste(host: &Host, from: &str, to: &str) {
    let mut data = Vec::new();
    File::open("/dev/urandom").expect("noise").take(SIZE).read_to_end(&mut data).expect("noise");
    let mut mouse = Mouse::new(host);
    let mut source = Client::connect(host, from);
    let mut target = Client::connect(host, to);
    let source_window = Window::show(&mut source, "left");
    let target_window = Window::show(&mut target, "right");
    host.put_left_and_right();
    let _pointer: WlPointer = source_window.seat.get_pointer(&source.handle(), ());
    let copy = DataDevice::new(&mut source, &source_window);
    let _paste = DataDevice::new(&mut target, &target_window);

    // The compositor accepts a selection only from a client that was clicked on.
    mouse.click(LEFT);
    source.wait_for_event("button Ok(Pressed)");
    source.state.data.clone_from(&data);
    let offered = copy.source(&source);
    copy.device.set_selection(Some(&offered), source.state.button_serial);
    source.sync();

    target.state.log.clear();
    mouse.click(RIGHT);
    target.wait_for_event("selection");
    assert!(target.state.log.contains(&format!("offered {MIME}")), "{:?}", target.state.log);
    let pasted = receive(&mut target, &mut source);
    assert!(pasted == data, "{from} → {to}: {} other bytes were pasted", pasted.len());
}
