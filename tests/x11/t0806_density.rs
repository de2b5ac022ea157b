//! On dense screens one X pixel is one pixel of the host, and programs learn the density.

use carafe_fixture::process::wait_for;
use x11rb::protocol::xproto::{AtomEnum, ConnectionExt};

use crate::client::{Client, New};
use crate::stage::Stage;

fn resources(client: &Client) -> String {
    let property = AtomEnum::RESOURCE_MANAGER;
    let reply = client.x.get_property(false, client.root, property, AtomEnum::STRING, 0, 1024);
    String::from_utf8(reply.unwrap().reply().unwrap().value).unwrap()
}

#[test]
fn windows_and_menus_are_the_hosts_pixels() {
    for (scale, dpi, logical) in [("2", 192, [100, 75]), ("1.5", 144, [133, 100])] {
        let mut stage = Stage::with(&[&format!("--scale={scale}"), "--size=1200x900"], &[]);
        let client = stage.client();
        wait_for("the screen's size", || {
            (client.geometry(client.root)[2..] == [1200, 900]).then_some(())
        });
        wait_for("the density", || {
            resources(&client).contains(&format!("Xft.dpi:\t{dpi}")).then_some(())
        });
        let window = client.show(&New::named("red", 0xff_00_00));
        let [x, y, width, height] = stage.host().wait_for_window("red").geometry;
        assert_eq!([width, height], logical);
        let scale: f64 = scale.parse().unwrap();
        let pixel = |logical: i64| (logical as f64 * scale).round() as i64;
        let (px, py) = (pixel(x), pixel(y));
        stage.host().wait_for_colour([px, py, 199, 149], "ff0000");

        let [rx, ry, ..] = client.geometry(window);
        let place = ((rx + 30) as i16, (ry + 60) as i16);
        let menu = client.create(&New::popup(0x00_00_ff, place, (60, 90)));
        client.set_numbers(menu, "WM_TRANSIENT_FOR", "WINDOW", &[window]);
        client.map(menu);
        stage.host().wait_for_colour([px + 30, py + 60, 60, 90], "0000ff");
        stage.end();
    }
}

#[test]
fn the_host_sizes_windows_in_its_own_units() {
    let mut stage = Stage::with(&["--scale=2", "--size=1200x900"], &[]);
    let mut client = stage.client();
    let window = client.show(&New::named("red", 0xff_00_00));
    stage.host().wait_for_window("red");
    stage.host().ask("configure red 151 99").unwrap();
    client.wait_for_size(window, (302, 198));
    wait_for("the size", || {
        (stage.host().wait_for_window("red").geometry[2..] == [151, 99]).then_some(())
    });
    stage.end();
}
