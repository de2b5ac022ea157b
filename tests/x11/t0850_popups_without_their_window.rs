//! Popups whose window does not exist yet, no longer exists, or is another client's.

use carafe_fixture::process::wait_for;

use crate::client::{Client, New};
use crate::stage::Stage;

/// How many popups a window at the host has.
fn popups(stage: &mut Stage, of: &str) -> usize {
    stage.host().wait_for_window(of).all["popups"].as_array().map_or(0, Vec::len)
}

/// A menu on a window, 30 to the right and 40 below its corner.
fn menu_on(client: &Client, window: u32) -> u32 {
    let [x, y, ..] = client.geometry(window);
    let menu = client.create(&New::popup(0x00_00_ff, ((x + 30) as i16, (y + 40) as i16), (60, 80)));
    client.set_numbers(menu, "WM_TRANSIENT_FOR", "WINDOW", &[window]);
    menu
}

#[test]
fn a_client_that_dies_with_a_menu_open_takes_nobody_along() {
    let mut stage = Stage::new();
    let other = stage.client();
    other.show(&New::named("other", 0x00_ff_00));
    stage.host().wait_for_window("other");
    let xwayland = stage.carafe.xwayland();
    for _ in 0..3 {
        let client = stage.client();
        let window = client.show(&New::named("main", 0xff_00_00));
        stage.host().wait_for_window("main");
        client.map(menu_on(&client, window));
        wait_for("the menu", || (popups(&mut stage, "main") == 1).then_some(()));
        drop(client);
        wait_for("the end of both", || (stage.host().windows().ok()?.len() == 1).then_some(()));
    }
    assert_eq!(stage.carafe.xwayland(), xwayland, "the same Xwayland");
    assert_eq!(popups(&mut stage, "other"), 0);
    stage.end();
}

#[test]
fn a_menu_waits_for_its_window() {
    let mut stage = Stage::new();
    let client = stage.client();
    for _ in 0..5 {
        let window = client.create(&New::named("main", 0xff_00_00));
        let menu = menu_on(&client, window);
        // At once, before the host has configured the window.
        client.map(window);
        client.map(menu);
        wait_for("the menu", || (popups(&mut stage, "main") == 1).then_some(()));
        assert_eq!(stage.host().windows().unwrap().len(), 1, "it is no window of its own");
        client.destroy(menu);
        client.destroy(window);
        wait_for("the end of both", || stage.host().windows().ok()?.is_empty().then_some(()));
    }
    stage.end();
}

#[test]
fn a_popup_of_a_window_is_one_whatever_its_type_says() {
    let mut stage = Stage::new();
    let client = stage.client();
    let window = client.show(&New::named("main", 0xff_00_00));
    stage.host().wait_for_window("main");
    let menu = menu_on(&client, window);
    // As Qt's combo boxes have it.
    let kind = client.atom("_NET_WM_WINDOW_TYPE_NORMAL");
    client.set_numbers(menu, "_NET_WM_WINDOW_TYPE", "ATOM", &[kind]);
    client.map(menu);
    wait_for("the menu", || (popups(&mut stage, "main") == 1).then_some(()));
    stage.end();
}

#[test]
fn a_menu_comes_back_with_its_window() {
    let mut stage = Stage::new();
    let client = stage.client();
    let window = client.show(&New::named("main", 0xff_00_00));
    stage.host().wait_for_window("main");
    client.map(menu_on(&client, window));
    wait_for("the menu", || (popups(&mut stage, "main") == 1).then_some(()));
    client.unmap(window);
    wait_for("the end of both", || stage.host().windows().ok()?.is_empty().then_some(()));
    client.map(window);
    wait_for("the menu again", || (popups(&mut stage, "main") == 1).then_some(()));
    let [x, y, ..] = stage.host().wait_for_window("main").geometry;
    stage.host().wait_for_colour([x + 30, y + 40, 60, 80], "0000ff");
    stage.end();
}

#[test]
fn helpers_are_on_the_window_in_use_and_splash_screens_are_not() {
    let mut stage = Stage::new();
    let client = stage.client();
    let window = client.show(&New::named("main", 0xff_00_00));
    stage.host().wait_for_window("main");
    let [x, y, ..] = client.geometry(window);
    // As an input method's list of words does.
    let helper = stage.client();
    helper.show(&New::popup(0x00_00_ff, ((x + 10) as i16, (y + 10) as i16), (60, 30)));
    wait_for("the list", || (popups(&mut stage, "main") == 1).then_some(()));
    let starting = stage.client();
    let splash = New { name: "splash", ..New::popup(0x00_ff_00, (300, 200), (120, 90)) };
    let splash = starting.create(&splash);
    let kind = starting.atom("_NET_WM_WINDOW_TYPE_SPLASH");
    starting.set_numbers(splash, "_NET_WM_WINDOW_TYPE", "ATOM", &[kind]);
    starting.map(splash);
    assert_eq!(stage.host().wait_for_window("splash").geometry[2..], [120, 90]);
    // A window of the same client is preferred to the focused one.
    starting.show(&New::named("started", 0xff_ff_00));
    stage.host().wait_for_window("started");
    stage.host().ask("focus main").unwrap();
    starting.show(&New::popup(0xff_00_ff, (50, 50), (40, 40)));
    wait_for("its tooltip", || (popups(&mut stage, "started") == 1).then_some(()));
    assert_eq!(popups(&mut stage, "main"), 1);
    assert_eq!(stage.host().windows().unwrap().len(), 3);
    stage.end();
}
