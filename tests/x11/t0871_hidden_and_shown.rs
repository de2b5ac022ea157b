//! What a client sets on a hidden window counts when it shows the window again.

use carafe_fixture::process::wait_for;
use x11rb::protocol::Event;
use x11rb::protocol::xproto::ConnectionExt;
use x11rb::wrapper::ConnectionExt as _;

use crate::client::{Client, New};
use crate::stage::Stage;

/// Maps a window, and waits until it is mapped, since only then it can be unmapped.
fn map(client: &mut Client, window: u32) {
    client.events.clear();
    client.map(window);
    client.wait("the window", |event| match event {
        Event::MapNotify(event) if event.window == window => Some(()),
        _ => None,
    });
}

fn wait_for_states(client: &Client, window: u32, wanted: &[&str]) {
    wait_for(&format!("{wanted:?}"), || {
        let states = client.states(window);
        let states: Vec<_> = states.iter().filter(|state| *state != "focused").collect();
        (states == wanted).then_some(())
    });
}

#[test]
fn states_that_are_written_while_it_is_hidden_hold_when_it_is_shown() {
    let mut stage = Stage::new();
    let mut client = stage.client();
    let window = client.create(&New::named("main", 0xff_00_00));
    map(&mut client, window);
    let fullscreen = client.atom("_NET_WM_STATE_FULLSCREEN");
    let above = client.atom("_NET_WM_STATE_ABOVE");
    stage.host().wait_for_window("main");
    for round in 0..60 {
        wait_for_states(&client, window, &[]);
        // At once, as GTK does, or while carafe still cleans up.
        client.unmap(window);
        if round % 3 == 1 {
            client.x.sync().unwrap();
        }
        client.set_numbers(window, "_NET_WM_STATE", "ATOM", &[fullscreen]);
        if round % 3 == 2 {
            client.x.sync().unwrap();
            wait_for("Withdrawn", || (client.numbers(window, "WM_STATE") == [0, 0]).then_some(()));
            wait_for_states(&client, window, &["fullscreen"]);
        }
        map(&mut client, window);
        wait_for_states(&client, window, &["fullscreen"]);

        stage.host().wait_for_colour([0, 0, 1024, 768], "ff0000");
        // States that carafe wrote do not come back, nor those that the client has removed.
        client.unmap(window);
        if round % 2 == 1 {
            client.set_numbers(window, "_NET_WM_STATE", "ATOM", &[fullscreen]);
            client.x.delete_property(window, client.atom("_NET_WM_STATE")).unwrap();
        } else {
            wait_for("no states", || client.states(window).is_empty().then_some(()));
        }
        map(&mut client, window);
        // The host's size does not come back either.
        wait_for("its own size", || (client.geometry(window)[2..] == [200, 150]).then_some(()));
        let shown = stage.host().wait_for_window("main");
        assert!(!shown.all["states"].to_string().contains("maximized"), "{}", shown.all);
    }
    wait_for_states(&client, window, &[]);
    // By messages: for both kinds of states, and also to remove a state.
    client.unmap(window);
    wait_for("Withdrawn", || (client.numbers(window, "WM_STATE") == [0, 0]).then_some(()));
    client.set_numbers(window, "_NET_WM_STATE", "ATOM", &[fullscreen]);
    client.ask(window, "_NET_WM_STATE", [1, above, 0, 1, 0]);
    map(&mut client, window);
    wait_for_states(&client, window, &["above", "fullscreen"]);
    client.unmap(window);
    wait_for("no states", || client.states(window).is_empty().then_some(()));
    client.set_numbers(window, "_NET_WM_STATE", "ATOM", &[fullscreen, above]);
    client.ask(window, "_NET_WM_STATE", [0, fullscreen, 0, 1, 0]);
    map(&mut client, window);
    wait_for_states(&client, window, &["above"]);
    stage.end();
}

/// LibreOffice's toolbar in fullscreen.
#[test]
fn a_window_that_does_not_want_the_keyboard_when_it_is_shown_does_not_get_it() {
    let mut stage = Stage::new();
    let client = stage.client();
    let main = client.show(&New::named("main", 0xff_00_00));
    stage.host().wait_for_window("main");
    let has_keyboard = |what: &str, window: u32| {
        wait_for(what, || {
            let focus = client.x.get_input_focus().unwrap().reply().unwrap().focus;
            let active = client.numbers(client.root, "_NET_ACTIVE_WINDOW");
            (focus == window && active == [window]).then_some(())
        });
    };
    has_keyboard("the main window's", main);
    let bar = client.create(&New { size: (300, 40), ..New::named("bar", 0x00_ff_00) });
    client.set_numbers(bar, "_NET_WM_USER_TIME", "CARDINAL", &[0]);
    client.map(bar);
    let [x, y, ..] = stage.host().wait_for_window("bar").geometry;
    // The host gives it the keyboard, and takes it back when carafe asks.
    wait_for("the host's word", || {
        (stage.host().counter("activations_deserved").unwrap() == 1).then_some(())
    });
    has_keyboard("the main window's still", main);
    wait_for("the main window in front", || {
        let windows = stage.host().windows().unwrap();
        (windows.last()?.app_id == "main").then_some(())
    });
    // The user may still focus it.
    stage.host().ask("focus bar").unwrap();
    has_keyboard("the bar's", bar);
    stage.host().ask("focus main").unwrap();
    has_keyboard("the main window's again", main);
    stage.host().ask(&format!("pointer move {} {}", x + 5, y + 5)).unwrap();
    stage.end();
}
