//! Windows that keep their size are scaled to the host's size: `--viewport-resize`, and a quirk
//! for single windows.

use carafe_fixture::process::wait_for;
use x11rb::connection::Connection;
use x11rb::protocol::Event;
use x11rb::protocol::xproto::{
    ConfigureWindowAux, ConnectionExt, CreateWindowAux, Window, WindowClass,
};

use crate::client::{Client, New};
use crate::stage::Stage;
use crate::ways::all;

const RED: u32 = 0xff_00_00;

/// A window of fixed size, with a blue lower right quarter.
fn fixed(client: &Client, name: &'static str) -> Window {
    let window = client.create(&New::named(name, RED));
    let mut hints = [0; 18];
    hints[0] = 1 << 4 | 1 << 5;
    hints[5..9].copy_from_slice(&[200, 150, 200, 150]);
    client.set_numbers(window, "WM_NORMAL_HINTS", "WM_SIZE_HINTS", &hints);
    let quarter = client.x.generate_id().unwrap();
    let values = CreateWindowAux::new().background_pixel(0xff);
    let class = WindowClass::INPUT_OUTPUT;
    let x = &client.x;
    x.create_window(0, quarter, window, 100, 75, 100, 75, 0, class, 0, &values).unwrap();
    x.map_window(quarter).unwrap();
    client.map(window);
    window
}

fn place(stage: &mut Stage, name: &str) -> [i64; 4] {
    stage.host().wait_for_window(name).geometry
}

fn wait_for_host_size(stage: &mut Stage, name: &str, size: [i64; 2]) -> [i64; 2] {
    wait_for(&format!("{size:?} at the host"), || {
        let [x, y, width, height] = place(stage, name);
        ([width, height] == size).then_some([x, y])
    })
}

/// Waits until the pointer is at a place on a window.
fn wait_for_pointer(client: &Client, window: Window, at: (i16, i16)) {
    wait_for(&format!("the pointer at {at:?}"), || {
        let pointer = client.x.query_pointer(window).unwrap().reply().unwrap();
        ((pointer.win_x, pointer.win_y) == at).then_some(())
    });
}

#[test]
fn a_fixed_window_is_enlarged_and_input_finds_its_place() {
    let mut stage = Stage::with(&[], &["--viewport-resize"]);
    let mut client = stage.client();
    let window = fixed(&client, "fixed");
    place(&mut stage, "fixed");
    stage.host().ask("configure fixed 400 300").unwrap();
    let [x, y] = wait_for_host_size(&mut stage, "fixed", [400, 300]);
    stage.host().wait_for_colour([x, y, 199, 299], "ff0000");
    stage.host().wait_for_colour([x + 201, y + 151, 199, 149], "0000ff");
    assert_eq!(client.geometry(window)[2..], [200, 150]);

    stage.host().ask(&format!("pointer move {} {}", x + 300, y + 40)).unwrap();
    wait_for_pointer(&client, window, (150, 20));
    stage.host().ask(&format!("pointer move {} {}", x + 302, y + 42)).unwrap();
    wait_for_pointer(&client, window, (151, 21));
    stage.host().ask(&format!("touch down 1 {} {}", x + 50, y + 260)).unwrap();
    let touched = client.wait("a touch", |event| match event {
        Event::ButtonPress(press) if press.event == window => Some((press.event_x, press.event_y)),
        _ => None,
    });
    // Xwayland rounds the places of touches.
    assert!((24..=25).contains(&touched.0) && (129..=130).contains(&touched.1), "{touched:?}");
    stage.host().ask("touch up 1").unwrap();

    // With other proportions, it fills the host's size in one direction.
    stage.host().ask("configure fixed 600 600").unwrap();
    wait_for_host_size(&mut stage, "fixed", [600, 450]);
    // Its own size works too.
    stage.host().ask("configure fixed 200 150").unwrap();
    let [x, y] = wait_for_host_size(&mut stage, "fixed", [200, 150]);
    stage.host().ask(&format!("pointer move {} {}", x + 30, y + 40)).unwrap();
    wait_for_pointer(&client, window, (30, 40));
    stage.end();
}

#[test]
fn menus_grow_with_their_window() {
    let mut stage = Stage::with(&[], &["--viewport-resize"]);
    let client = stage.client();
    let window = fixed(&client, "fixed");
    place(&mut stage, "fixed");
    stage.host().ask("configure fixed 400 300").unwrap();
    let [x, y] = wait_for_host_size(&mut stage, "fixed", [400, 300]);
    let [left, top, ..] = client.geometry(window);
    let menu =
        client.create(&New::popup(0x00_ff_00, ((left + 40) as i16, (top + 50) as i16), (60, 70)));
    client.set_numbers(menu, "WM_TRANSIENT_FOR", "WINDOW", &[window]);
    client.map(menu);
    stage.host().wait_for_colour([x + 80, y + 100, 120, 140], "00ff00");
    stage.host().wait_for_colour([x, y, 80, 240], "ff0000");
    stage.host().ask(&format!("pointer move {} {}", x + 100, y + 120)).unwrap();
    wait_for_pointer(&client, menu, (10, 10));
    // It moves and grows.
    stage.host().ask("pointer move 1000 700").unwrap();
    let moved = ConfigureWindowAux::new().x(left + 10).y(top + 20).width(100).height(50);
    client.configure(menu, &moved);
    stage.host().wait_for_colour([x + 20, y + 40, 200, 100], "00ff00");
    stage.host().wait_for_colour([x + 80, y + 141, 100, 9], "ff0000");
    stage.end();
}

#[test]
fn a_fullscreen_window_that_insists_on_a_smaller_size_is_enlarged() {
    let mut stage = Stage::with(&[], &["--viewport-resize"]);
    let mut client = stage.client();
    let window = client.create(&New::named("game", RED));
    let state = client.atom("_NET_WM_STATE_FULLSCREEN");
    client.set_numbers(window, "_NET_WM_STATE", "ATOM", &[state]);
    client.map(window);
    client.wait_for_size(window, (1024, 768));
    stage.host().wait_for_colour([0, 0, 1024, 768], "ff0000");
    client.configure(window, &ConfigureWindowAux::new().width(640).height(480));
    client.wait_for_size(window, (640, 480));
    stage.host().wait_for_colour([0, 0, 1024, 768], "ff0000");
    stage.host().ask("pointer move 512 384").unwrap();
    wait_for_pointer(&client, window, (320, 240));
    // It stays fullscreen until the client ends it.
    stage.host().ask("focus game").unwrap();
    stage.host().ask("sync").unwrap();
    assert_eq!(client.geometry(window)[2..], [640, 480]);
    client.ask(window, "_NET_WM_STATE", [0, state, 0, 1, 0]);
    client.wait_for_size(window, (200, 150));
    wait_for_host_size(&mut stage, "game", [200, 150]);
    stage.end();
}

#[test]
fn pixels_and_places_on_dense_screens() {
    for (scale, asked, pointer) in [("2", [150, 112], [75, 28]), ("1.5", [200, 150], [100, 38])] {
        let host = [format!("--scale={scale}"), "--size=1200x900".into()];
        let host: Vec<_> = host.iter().map(String::as_str).collect();
        let mut stage = Stage::with(&host, &["--viewport-resize"]);
        let client = stage.client();
        let window = fixed(&client, "fixed");
        place(&mut stage, "fixed");
        let [width, height] = asked;
        stage.host().ask(&format!("configure fixed {width} {height}")).unwrap();
        let [x, y] = wait_for_host_size(&mut stage, "fixed", asked);
        let [dx, dy] = pointer;
        stage.host().ask(&format!("pointer move {} {}", x + dx, y + dy)).unwrap();
        let at = |d: i64, host: i64, own: i64| (d * own / host) as i16;
        wait_for_pointer(&client, window, (at(dx, width, 200), at(dy, height, 150)));
        stage.end();
    }
}

#[test]
fn a_rule_is_for_single_windows() {
    let rules = tempfile::NamedTempFile::new().unwrap();
    let text = "sommelier { condition { wm_class: \"old\" } enable: FEATURE_VIEWPORT_RESIZE }";
    std::fs::write(rules.path(), text).unwrap();
    let option = format!("--quirks-config={}", rules.path().display());
    let mut stage = Stage::with(&[], &[&option]);
    let client = stage.client();
    for (name, size) in [("old", [400, 300]), ("new", [200, 150])] {
        let window = fixed(&client, name);
        place(&mut stage, name);
        stage.host().ask(&format!("configure {name} 400 300")).unwrap();
        wait_for_host_size(&mut stage, name, size);
        assert_eq!(client.geometry(window)[2..], [200, 150]);
    }
    stage.end();
}

#[test]
fn a_maximized_window_fills_all_that_it_must() {
    let mut stage = Stage::with(&["--size=1000x500"], &["--viewport-resize"]);
    let client = stage.client();
    let window = fixed(&client, "fixed");
    place(&mut stage, "fixed");
    let [vert, horz] = ["_NET_WM_STATE_MAXIMIZED_VERT", "_NET_WM_STATE_MAXIMIZED_HORZ"]
        .map(|name| client.atom(name));
    client.ask(window, "_NET_WM_STATE", [1, vert, horz, 1, 0]);
    wait_for_host_size(&mut stage, "fixed", [1000, 500]);
    stage.host().wait_for_colour([501, 251, 499, 249], "0000ff");
    client.ask(window, "_NET_WM_STATE", [0, vert, horz, 1, 0]);
    wait_for_host_size(&mut stage, "fixed", [200, 150]);
    stage.end();
}

#[test]
fn a_host_that_cannot_is_named_once_and_shows_windows_as_they_are() {
    let mut stage = Stage::with(&["--without=wp_viewporter"], &["--viewport-resize"]);
    let client = stage.client();
    for name in ["one", "two"] {
        let window = fixed(&client, name);
        place(&mut stage, name);
        stage.host().ask(&format!("configure {name} 400 300")).unwrap();
        stage.host().ask("sync").unwrap();
        wait_for_host_size(&mut stage, name, [200, 150]);
        assert_eq!(client.geometry(window)[2..], [200, 150]);
    }
    let said = || stage.carafe.log().matches("the host has no wp_viewporter").count();
    wait_for("the log", || (said() > 0).then_some(()));
    assert_eq!(said(), 1, "{}", stage.carafe.log());
}

#[test]
fn a_fixed_window_is_enlarged_behind_a_device() {
    for way in all() {
        let mut stage = Stage::behind_with(way, &["--viewport-resize"]);
        let client = stage.client();
        fixed(&client, "fixed");
        place(&mut stage, "fixed");
        stage.host().ask("configure fixed 400 300").unwrap();
        let [x, y] = wait_for_host_size(&mut stage, "fixed", [400, 300]);
        stage.host().wait_for_colour([x + 201, y + 151, 199, 149], "0000ff");
        stage.end();
    }
}
