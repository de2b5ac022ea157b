//! Windows become toplevels at the host, with their names and pixels, and end with the windows.

use carafe_fixture::process::wait_for;

use crate::client::New;
use crate::stage::Stage;

#[test]
fn a_window_with_an_icon_goes_and_xwayland_stays() {
    let mut stage = Stage::new();
    let client = stage.client();
    client.show(&New::named("other", 0x00_ff_00));
    stage.host().wait_for_window("other");
    let xwayland = stage.carafe.xwayland();
    for size in [16, 32] {
        let window = client.create(&New::named("main", 0xff_00_00));
        let mut icon = vec![size, size];
        icon.resize(2 + (size * size) as usize, 0xff00_ff00);
        client.set_numbers(window, "_NET_WM_ICON", "CARDINAL", &icon);
        client.map(window);
        stage.host().wait_for_window("main");
        // Another icon replaces it.
        icon[2] = 0;
        client.set_numbers(window, "_NET_WM_ICON", "CARDINAL", &icon);
        client.destroy(window);
        wait_for("its end", || (stage.host().windows().ok()?.len() == 1).then_some(()));
    }
    assert_eq!(stage.carafe.xwayland(), xwayland, "the same Xwayland");
    stage.end();
}

#[test]
fn a_window_is_shown_with_its_title_class_and_pixels() {
    let mut stage = Stage::new();
    let client = stage.client();
    let window = client.show(&New::named("red", 0xff_00_00));
    let shown = stage.host().wait_for_window("red");
    assert_eq!(shown.title, "red");
    let [x, y, width, height] = shown.geometry;
    assert_eq!([width, height], [200, 150]);
    stage.host().wait_for_colour([x, y, width, height], "ff0000");

    let utf8 = client.atom("UTF8_STRING");
    let name = client.atom("_NET_WM_NAME");
    use x11rb::wrapper::ConnectionExt as _;
    let title = "größer € 日本";
    client
        .x
        .change_property8(
            x11rb::protocol::xproto::PropMode::REPLACE,
            window,
            name,
            utf8,
            title.as_bytes(),
        )
        .unwrap();
    x11rb::connection::Connection::flush(&client.x).unwrap();
    wait_for("the new title", || {
        (stage.host().wait_for_window("red").title == title).then_some(())
    });

    client.unmap(window);
    wait_for("the window's end", || stage.host().windows().unwrap().is_empty().then_some(()));
    client.map(window);
    stage.host().wait_for_window("red");
    drop(client);
    wait_for("the window's end", || stage.host().windows().unwrap().is_empty().then_some(()));
    stage.end();
}

#[test]
fn a_hundred_windows_come_and_go() {
    let mut stage = Stage::new();
    let client = stage.client();
    let windows: Vec<_> =
        (0..100).map(|n| client.show(&New::named("many", 0x10_00_00 + n))).collect();
    wait_for("all windows", || {
        let shown = stage.host().windows().unwrap();
        (shown.iter().filter(|window| window.mapped).count() == 100).then_some(())
    });
    let listed = client.numbers(client.root, "_NET_CLIENT_LIST");
    assert_eq!(listed, windows);
    for window in windows {
        client.unmap(window);
    }
    wait_for("their end", || stage.host().windows().unwrap().is_empty().then_some(()));
    wait_for("an empty list", || {
        client.numbers(client.root, "_NET_CLIENT_LIST").is_empty().then_some(())
    });
    stage.end();
}
