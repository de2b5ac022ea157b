//! Popups are at their positioner's place, and close after a click elsewhere.

use wayland_client::protocol::wl_seat::WlSeat;
use wayland_client::protocol::wl_shm::Format;
use wayland_client::protocol::wl_surface::WlSurface;

use crate::client::{Client, Place, memory};
use crate::rig::Rig;

fn fill(client: &mut Client, surface: &WlSurface, size: u32, pixel: [u8; 4]) {
    let place = Place { offset: 0, width: size, height: size, stride: size * 4 };
    let file = memory((size * size * 4) as usize, &pixel);
    let buffer = client.shm(&file, place, Format::Xrgb8888);
    client.show(surface, &buffer);
}

#[test]
fn a_menu() {
    let mut rig = Rig::new(&["--size=200x200"]);
    let mut client = rig.client();
    let handle = client.handle();
    client.bind::<WlSeat>(7).get_keyboard(&handle, ());
    let (window, _toplevel) = client.window("parent");
    fill(&mut client, &window, 100, [255, 0, 0, 0]);
    client.seen.events.clear();
    let popup = client.popup((10, 90), (50, 50), true);
    fill(&mut client, &popup, 50, [0, 255, 0, 0]);
    client.wait_for("popup 10 90 50 50");
    client.wait_for("keyboard enter");
    let control = rig.control();
    let pixels = control.pixels(30, 110, 50, 50).unwrap();
    assert_eq!((pixels.colours, pixels.first.as_str()), (1, "00ff00"));
    let windows = control.windows().unwrap();
    assert_eq!(windows[0].all["popups"][0]["geometry"].to_string(), "[10,90,50,50]");
    rig.ask("pointer move 40 150");
    rig.ask("pointer button left press");
    rig.ask("pointer button left release");
    client.sync();
    assert!(!client.seen.events.contains(&"popup done".to_owned()), "the click was on it");
    rig.ask("pointer move 190 10");
    rig.ask("pointer button left press");
    client.wait_for("popup done");
}

#[test]
fn at_the_edge_it_slides() {
    let rig = Rig::new(&["--size=200x200"]);
    let mut client = rig.client();
    let (window, _toplevel) = client.window("parent");
    fill(&mut client, &window, 100, [255; 4]);
    client.popup((150, 50), (80, 20), false);
    // The screen ends at 200, the window begins at 20.
    client.wait_for("popup 100 50 80 20");
}
