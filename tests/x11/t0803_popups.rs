//! Windows that their clients place themselves: menus and tooltips become popups of the window
//! that they belong to, where the client has put them.

use carafe_fixture::process::wait_for;
use serde_json::Value;
use x11rb::protocol::Event;
use x11rb::protocol::xproto::{AtomEnum, ConfigureWindowAux, ConnectionExt};

use crate::client::New;
use crate::hosts::Host;
use crate::stage::{Stage, on};

/// The first popup of a window: place and size.
fn popup(stage: &mut Stage, of: &str) -> Option<[i64; 4]> {
    let window = stage.host().wait_for_window(of);
    let popup = window.all.get("popups")?.get(0)?;
    let numbers: Vec<_> =
        popup.get("geometry")?.as_array()?.iter().filter_map(Value::as_i64).collect();
    numbers.try_into().ok()
}

#[test]
fn a_menu_is_where_its_client_put_it_and_follows() {
    let mut stage = Stage::new();
    let client = stage.client();
    let window = client.show(&New::named("main", 0xff_00_00));
    let [wx, wy, ..] = stage.host().wait_for_window("main").geometry;
    stage.host().wait_for_colour([wx, wy, 200, 150], "ff0000");
    let [x, y, ..] = client.geometry(window);
    let place = ((x + 30) as i16, (y + 40) as i16);
    let menu = client.create(&New::popup(0x00_00_ff, place, (60, 80)));
    client.set_numbers(menu, "WM_TRANSIENT_FOR", "WINDOW", &[window]);
    client.map(menu);
    stage.host().wait_for_colour([wx + 30, wy + 40, 60, 80], "0000ff");
    assert_eq!(popup(&mut stage, "main"), Some([30, 40, 60, 80]));

    client.configure(menu, &ConfigureWindowAux::new().x(x + 10).y(y + 20));
    stage.host().wait_for_colour([wx + 10, wy + 20, 60, 80], "0000ff");
    client.unmap(menu);
    wait_for("the menu's end", || popup(&mut stage, "main").is_none().then_some(()));
    stage.host().wait_for_colour([wx, wy, 200, 150], "ff0000");
    // Once more with the same window.
    client.configure(menu, &ConfigureWindowAux::new().x(x + 30).y(y + 40));
    client.map(menu);
    stage.host().wait_for_colour([wx + 30, wy + 40, 60, 80], "0000ff");
    stage.end();
}

#[test]
fn a_menu_that_names_no_window_is_on_the_one_that_is_used() {
    let mut stage = Stage::new();
    let client = stage.client();
    let first = client.show(&New::named("first", 0xff_00_00));
    stage.host().wait_for_window("first");
    client.show(&New::named("second", 0x00_ff_00));
    stage.host().wait_for_window("second");
    stage.host().ask("place first 10 300").unwrap();
    stage.host().ask("pointer move 60 350").unwrap();
    stage.host().ask("pointer button right press").unwrap();
    stage.host().ask("pointer button right release").unwrap();
    stage.host().ask("sync").unwrap();
    let [x, y, ..] = client.geometry(first);
    client.show(&New::popup(0x00_00_ff, ((x + 50) as i16, (y + 50) as i16), (60, 80)));
    // The pointer covers its corner.
    stage.host().wait_for_colour([80, 370, 40, 60], "0000ff");
    assert_eq!(popup(&mut stage, "first"), Some([50, 50, 60, 80]));
    stage.end();
}

#[test]
fn a_menu_at_the_screens_edge_slides_and_its_client_knows() {
    let mut stage = Stage::new();
    let mut client = stage.client();
    let window = client.show(&New::named("main", 0xff_00_00));
    stage.host().wait_for_window("main");
    stage.host().ask("place main 900 100").unwrap();
    let [x, y, ..] = client.geometry(window);
    let place = ((x + 60) as i16, (y + 40) as i16);
    let menu = client.create(&New::popup(0x00_00_ff, place, (100, 80)));
    client.set_numbers(menu, "WM_TRANSIENT_FOR", "WINDOW", &[window]);
    client.map(menu);
    stage.host().wait_for_colour([924, 140, 100, 80], "0000ff");
    // Its right edge is at the screen's right edge, so it is 24 from the window's left edge.
    client.wait("the menu's new place", |event| match event {
        Event::ConfigureNotify(event) if event.window == menu => {
            (i32::from(event.x) == x + 24 && i32::from(event.y) == y + 40).then_some(())
        }
        _ => None,
    });
    stage.end();
}

#[test]
fn a_popup_without_any_window_is_one_of_its_own() {
    let mut stage = Stage::new();
    let client = stage.client();
    let splash =
        client.create(&New { name: "splash", ..New::popup(0x12_34_56, (300, 200), (120, 90)) });
    client.set_text(splash, AtomEnum::WM_NAME.into(), "splash");
    client.map(splash);
    let shown = stage.host().wait_for_window("splash");
    assert_eq!(shown.geometry[2..], [120, 90]);
    stage.end();
}

/// sway 1.7 does not know how to move popups, so carafe makes them anew.
#[test]
fn on_an_old_host_a_menu_that_moves_is_made_anew() {
    let host = Host::sway();
    let mut carafe = on(&host);
    let client = carafe.client();
    let empty = host.screenshot();
    let window = client.show(&New::named("main", 0xff_00_00));
    wait_for("the window", || (host.screenshot() != empty).then_some(()));
    let without = host.screenshot();
    let [x, y, ..] = client.geometry(window);
    let place = ((x + 30) as i16, (y + 40) as i16);
    let menu = client.create(&New::popup(0x00_00_ff, place, (60, 80)));
    client.set_numbers(menu, "WM_TRANSIENT_FOR", "WINDOW", &[window]);
    client.map(menu);
    wait_for("the menu", || (host.screenshot() != without).then_some(()));
    let mut before = host.screenshot();
    for n in 1..6 {
        client.configure(menu, &ConfigureWindowAux::new().x(x + 30 - n * 5).y(y + 40));
        wait_for("the menu elsewhere", || {
            let now = host.screenshot();
            (now != before && now != without).then(|| before = now)
        });
    }
    client.unmap(menu);
    wait_for("the menu's end", || (host.screenshot() == without).then_some(()));
    carafe.stop();
}

#[test]
fn a_client_cannot_take_another_ones_surface() {
    let mut stage = Stage::new();
    let client = stage.client();
    client.show(&New::named("main", 0xff_00_00));
    stage.host().wait_for_window("main");
    let thief = stage.client();
    let window = thief.create(&New::named("thief", 0x00_ff_00));
    for surface in 0..64 {
        thief.ask(window, "WL_SURFACE_ID", [surface, 0, 0, 0, 0]);
        thief.ask(window, "WL_SURFACE_SERIAL", [surface, 0, 0, 0, 0]);
    }
    thief.map(window);
    stage.host().wait_for_window("thief");
    let [x, y, ..] = stage.host().wait_for_window("main").geometry;
    stage.host().wait_for_colour([x, y, 30, 30], "ff0000");
    stage.end();
}

#[test]
fn a_menu_closes_when_the_user_clicks_elsewhere() {
    let mut stage = Stage::new();
    let mut client = stage.client();
    let window = client.show(&New::named("main", 0xff_00_00));
    stage.host().wait_for_window("main");
    stage.host().ask("place main 100 100").unwrap();
    for request in ["move 150 150", "button right press", "button right release"] {
        stage.host().ask(&format!("pointer {request}")).unwrap();
    }
    client.wait("the click", |event| match event {
        Event::ButtonPress(button) => (button.detail == 3).then_some(()),
        _ => None,
    });
    let [x, y, ..] = client.geometry(window);
    let place = ((x + 50) as i16, (y + 60) as i16);
    let menu = client.create(&New::popup(0x00_00_ff, place, (60, 80)));
    let kind = client.atom("_NET_WM_WINDOW_TYPE_POPUP_MENU");
    client.set_numbers(menu, "_NET_WM_WINDOW_TYPE", "ATOM", &[kind]);
    client.set_numbers(menu, "WM_TRANSIENT_FOR", "WINDOW", &[window]);
    client.map(menu);
    // The pointer is beside its corner.
    stage.host().wait_for_colour([165, 175, 40, 60], "0000ff");
    for request in ["move 700 600", "button left press", "button left release"] {
        stage.host().ask(&format!("pointer {request}")).unwrap();
    }
    wait_for("the menu's end", || popup(&mut stage, "main").is_none().then_some(()));
    // carafe tells its client by the key that closes menus.
    client.wait("an Escape", |event| match event {
        Event::KeyPress(key) => (key.detail == 9).then_some(()),
        _ => None,
    });
    client.unmap(menu);

    // A popup whose window is gone is not shown again, and that is no error.
    client.map(menu);
    wait_for("the menu", || popup(&mut stage, "main"));
    client.x.destroy_window(window).unwrap();
    client.show(&New::named("next", 0x00_ff_00));
    stage.host().wait_for_window("next");
    stage.end();
}
