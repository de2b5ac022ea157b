//! Windows that are beside each other at the host, and on top of each other at the X server: the
//! window under the pointer gets the input, and so does its menu.

use carafe_fixture::process::wait_for;
use x11rb::protocol::xproto::ConnectionExt;

use crate::client::{Client, New};
use crate::stage::Stage;

/// The window that is under the pointer for the X server.
fn under_pointer(client: &Client) -> u32 {
    client.x.query_pointer(client.root).unwrap().reply().unwrap().child
}

#[test]
fn the_window_under_the_pointer() {
    let mut stage = Stage::new();
    let client = stage.client();
    let [first, second] = ["first", "second"].map(|name| {
        let window = client.show(&New::named(name, 0xff_00_00));
        stage.host().wait_for_window(name);
        window
    });
    assert_eq!(client.geometry(first), client.geometry(second));
    for request in ["place first 100 100", "place second 500 100"] {
        stage.host().ask(request).unwrap();
    }
    for (place, window) in [("150 150", first), ("550 150", second), ("151 151", first)] {
        stage.host().ask(&format!("pointer move {place}")).unwrap();
        wait_for("the window", || (under_pointer(&client) == window).then_some(()));
    }

    // A menu stays above the window that it is on.
    let [x, y, ..] = client.geometry(second);
    let menu = client.create(&New::popup(0x00_00_ff, (x as i16 + 20, y as i16 + 20), (50, 50)));
    client.set_numbers(menu, "WM_TRANSIENT_FOR", "WINDOW", &[second]);
    client.map(menu);
    stage.host().wait_for_colour([520, 120, 50, 50], "0000ff");
    for (place, window) in [("590 200", second), ("530 130", menu), ("591 201", second)] {
        stage.host().ask(&format!("pointer move {place}")).unwrap();
        wait_for("the window", || (under_pointer(&client) == window).then_some(()));
    }
    stage.end();
}
