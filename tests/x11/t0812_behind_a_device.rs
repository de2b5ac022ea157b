//! Windows, menus and icons behind virtual devices, where carafe copies buffers.

use x11rb::protocol::xproto::ConfigureWindowAux;

use crate::client::New;
use crate::stage::Stage;
use crate::ways::{Way, all};

#[test]
fn windows_menus_and_icons_cross() {
    for way in all() {
        shows(way);
    }
}

fn shows(way: Way) {
    eprintln!("{}", way.name);
    let mut stage = Stage::behind(way);
    let mut client = stage.client();
    let window = client.create(&New::named("main", 0xff_00_00));
    let mut icon = vec![32, 32];
    icon.resize(2 + 32 * 32, 0xff00_ff00);
    client.set_numbers(window, "_NET_WM_ICON", "CARDINAL", &icon);
    client.map(window);
    let [wx, wy, ..] = stage.host().wait_for_window("main").geometry;
    stage.host().wait_for_colour([wx, wy, 200, 150], "ff0000");
    let [x, y, ..] = client.geometry(window);
    for n in 0..3 {
        let place = ((x + 30 + n) as i16, (y + 40) as i16);
        let menu = client.create(&New::popup(0x00_00_ff, place, (60, 80)));
        client.set_numbers(menu, "WM_TRANSIENT_FOR", "WINDOW", &[window]);
        client.map(menu);
        stage.host().wait_for_colour([wx + 30 + i64::from(n), wy + 40, 60, 80], "0000ff");
        client.unmap(menu);
        stage.host().wait_for_colour([wx, wy, 200, 150], "ff0000");
    }
    stage.host().ask("configure main 320 240").unwrap();
    client.wait_for_size(window, (320, 240));
    stage.host().wait_for_colour([wx, wy, 320, 240], "ff0000");
    client.configure(window, &ConfigureWindowAux::new().width(90).height(70));
    stage.host().wait_for_colour([wx + 100, wy, 200, 150], "203040");
    stage.end();
}
