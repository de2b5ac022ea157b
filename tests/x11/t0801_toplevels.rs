//! Windows come to the host as toplevels, with their names and pixels, and go.

use carafe_fixture::process::wait_for;

use crate::client::New;
use crate::stage::Stage;

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
