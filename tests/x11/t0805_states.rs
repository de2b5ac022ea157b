//! Maximized, fullscreen, closed: the requests of the client, and the actions of the host.

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

fn wait_for_keyboard(client: &Client, window: u32) {
    wait_for("the keyboard", || {
        (client.numbers(client.root, "_NET_ACTIVE_WINDOW") == [window]).then_some(())
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

    // A client that does not know WM_DELETE_WINDOW is killed.
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

#[test]
fn two_states_change_at_once_and_only_those_that_are_the_clients() {
    const TOGGLE: u32 = 2;
    let mut stage = Stage::new();
    let client = stage.client();
    let window = client.show(&New::named("main", 0xff_00_00));
    stage.host().wait_for_window("main");
    let [above, skip, hidden, focused] =
        ["ABOVE", "SKIP_PAGER", "HIDDEN", "FOCUSED"].map(|name| format!("_NET_WM_STATE_{name}"));
    change(&client, window, ADD, [&above, &skip]);
    wait_for_states(&client, window, &["above", "skip_pager"]);
    change(&client, window, TOGGLE, [&above, "_NET_WM_STATE_STICKY"]);
    wait_for_states(&client, window, &["skip_pager", "sticky"]);
    // A client cannot ask for `focused`, but the other state of the same message counts.
    change(&client, window, REMOVE, [&focused, &skip]);
    wait_for_states(&client, window, &["sticky"]);
    change(&client, window, ADD, [&hidden, &above]);
    wait_for_states(&client, window, &["above", "sticky"]);
    assert!(client.states(window).contains(&"focused".to_owned()));
    stage.end();
}

#[test]
fn a_window_that_wants_to_be_looked_at_says_so_until_it_is() {
    // Without xdg_activation_v1, because with it the stand-in host raises the window at once.
    let mut stage = Stage::new();
    stage.host().ask("remove xdg_activation_v1").unwrap();
    let client = stage.client();
    let first = client.show(&New::named("first", 0xff_00_00));
    stage.host().wait_for_window("first");
    let second = client.show(&New::named("second", 0x00_ff_00));
    stage.host().wait_for_window("second");
    let attention = ["_NET_WM_STATE_DEMANDS_ATTENTION", ""];
    wait_for_keyboard(&client, second);
    change(&client, first, ADD, attention);
    wait_for_states(&client, first, &["demands_attention"]);
    stage.host().ask("focus first").unwrap();
    wait_for_keyboard(&client, first);
    wait_for_states(&client, first, &[]);
    // It has the keyboard already.
    change(&client, first, ADD, [attention[0], "_NET_WM_STATE_SKIP_PAGER"]);
    wait_for_states(&client, first, &["skip_pager"]);
    stage.end();
}

#[test]
fn a_window_is_an_icon_while_the_host_does_not_show_it() {
    let mut stage = Stage::new();
    let client = stage.client();
    let window = client.show(&New::named("main", 0xff_00_00));
    stage.host().wait_for_window("main");
    let state = |wanted: u32| {
        wait_for(&format!("WM_STATE {wanted}"), || {
            (client.numbers(window, "WM_STATE") == [wanted, 0]).then_some(())
        });
    };
    state(1);
    for by_host in [true, false] {
        client.ask(window, "WM_CHANGE_STATE", [3, 0, 0, 0, 0]);
        state(3);
        wait_for_states(&client, window, &["hidden"]);
        if by_host {
            stage.host().ask("focus main").unwrap();
        } else {
            client.ask(window, "WM_CHANGE_STATE", [1, 0, 0, 0, 0]);
        }
        state(1);
        wait_for_states(&client, window, &[]);
    }
    stage.end();
}
