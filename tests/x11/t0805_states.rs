//! Maximized, fullscreen, closed: what the client asks for, and what the host does.

use carafe_fixture::process::wait_for;

use crate::client::{Client, New};
use crate::stage::Stage;

const ADD: u32 = 1;
const REMOVE: u32 = 0;

fn change(client: &Client, window: u32, action: u32, states: [&str; 2]) {
    let atoms = states.map(|name| if name.is_empty() { 0 } else { client.atom(name) });
    client.ask(window, "_NET_WM_STATE", [action, atoms[0], atoms[1], 1, 0]);
}

fn wait_for_states(client: &Client, window: u32, states: &[&str]) {
    wait_for(&format!("{states:?}"), || {
        let now: Vec<_> =
            client.states(window).into_iter().filter(|state| state != "focused").collect();
        (now == states).then_some(())
    });
}

#[test]
fn a_window_fills_the_screen_and_comes_back() {
    let mut stage = Stage::new();
    let mut client = stage.client();
    let window = client.show(&New::named("red", 0xff_00_00));
    stage.host().wait_for_window("red");
    for (states, told) in [
        (["_NET_WM_STATE_FULLSCREEN", ""], &["fullscreen"][..]),
        (
            ["_NET_WM_STATE_MAXIMIZED_VERT", "_NET_WM_STATE_MAXIMIZED_HORZ"],
            &["maximized_horz", "maximized_vert"],
        ),
    ] {
        change(&client, window, ADD, states);
        client.wait_for_size(window, (1024, 768));
        wait_for_states(&client, window, told);
        stage.host().wait_for_colour([0, 0, 1024, 768], "ff0000");
        change(&client, window, REMOVE, states);
        client.wait_for_size(window, (200, 150));
        wait_for_states(&client, window, &[]);
    }
    stage.end();
}

#[test]
fn a_window_is_fullscreen_from_the_start() {
    let mut stage = Stage::new();
    let mut client = stage.client();
    let window = client.create(&New::named("game", 0x00_ff_00));
    let state = client.atom("_NET_WM_STATE_FULLSCREEN");
    client.set_numbers(window, "_NET_WM_STATE", "ATOM", &[state]);
    client.map(window);
    client.wait_for_size(window, (1024, 768));
    stage.host().wait_for_colour([0, 0, 1024, 768], "00ff00");
    stage.end();
}

#[test]
fn the_host_closes_a_window() {
    let mut stage = Stage::new();
    let mut client = stage.client();
    let window = client.create(&New::named("polite", 0xff_00_00));
    let delete = client.atom("WM_DELETE_WINDOW");
    client.set_numbers(window, "WM_PROTOCOLS", "ATOM", &[delete]);
    client.map(window);
    stage.host().wait_for_window("polite");
    stage.host().ask("close polite").unwrap();
    client.wait_for_message(window, "WM_DELETE_WINDOW");

    // One that does not understand is ended.
    let other = stage.client();
    other.show(&New::named("deaf", 0xff_00_00));
    stage.host().wait_for_window("deaf");
    stage.host().ask("close deaf").unwrap();
    wait_for("the client's end", || {
        let names = stage.host().windows().unwrap();
        names.iter().all(|window| window.app_id != "deaf").then_some(())
    });
    stage.end();
}
