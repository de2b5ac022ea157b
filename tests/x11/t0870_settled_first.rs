//! Host events may overtake X events: what a client has set before still counts, each time.

use carafe_fixture::process::wait_for;
use x11rb::connection::Connection;
use x11rb::protocol::Event;
use x11rb::protocol::sync::{self, ConnectionExt as _};
use x11rb::protocol::xproto::{ConfigureWindowAux, ConnectionExt};
use x11rb::wrapper::ConnectionExt as _;

use crate::client::{Client, New};
use crate::stage::Stage;

const ROUNDS: usize = 1000;

fn set_protocols(client: &Client, window: u32, names: &[&str]) {
    let protocols: Vec<u32> = names.iter().map(|name| client.atom(name)).collect();
    client.set_numbers(window, "WM_PROTOCOLS", "ATOM", &protocols);
    client.x.sync().unwrap();
}

#[test]
fn a_window_that_has_just_learned_to_close_is_asked_to() {
    let mut stage = Stage::new();
    let mut client = stage.client();
    let window = client.show(&New::named("late", 0xff_00_00));
    stage.host().wait_for_window("late");
    for _ in 0..ROUNDS {
        set_protocols(&client, window, &["WM_DELETE_WINDOW"]);
        stage.host().ask("close late").unwrap();
        client.wait_for_message(window, "WM_DELETE_WINDOW");
        client.x.delete_property(window, client.atom("WM_PROTOCOLS")).unwrap();
        client.x.sync().unwrap();
    }
    assert_eq!(stage.host().wait_for_window("late").app_id, "late", "it lives");
    // A client that no longer supports it gets no message.
    set_protocols(&client, window, &["WM_DELETE_WINDOW"]);
    set_protocols(&client, window, &[]);
    stage.host().ask("close late").unwrap();
    wait_for("the client's end", || client.x.poll_for_event().is_err().then_some(()));
    stage.end();
}

#[test]
fn a_window_gets_the_keyboard_in_the_way_that_it_wants_last() {
    let mut stage = Stage::new();
    let mut client = stage.client();
    let other = stage.client();
    let window = client.show(&New::named("changing", 0xff_00_00));
    stage.host().wait_for_window("changing");
    let second = other.show(&New::named("second", 0x00_ff_00));
    stage.host().wait_for_window("second");
    for round in 0..100 {
        stage.host().ask("focus second").unwrap();
        wait_for("the other one's keyboard", || {
            let focus = client.x.get_input_focus().unwrap().reply().unwrap().focus;
            (focus == second).then_some(())
        });
        // By the X server's focus, by a message, or by both (ICCCM 4.1.7).
        let (input, takes) = [(true, false), (false, true), (true, true)][round % 3];
        client.events.clear();
        client.set_numbers(window, "WM_HINTS", "WM_HINTS", &[1, input.into(), 0, 0, 0, 0, 0, 0, 0]);
        set_protocols(&client, window, if takes { &["WM_TAKE_FOCUS"] } else { &[] });
        stage.host().ask("focus changing").unwrap();
        wait_for("the window to be active", || {
            (client.numbers(client.root, "_NET_ACTIVE_WINDOW") == [window]).then_some(())
        });
        let focus = client.x.get_input_focus().unwrap().reply().unwrap().focus;
        assert_eq!(focus == window, input, "round {round}");
        while let Some(event) = client.x.poll_for_event().unwrap() {
            client.events.push(event);
        }
        let told = client.events.iter().any(|event| matches!(event, Event::ClientMessage(_)));
        assert_eq!(told, takes, "round {round}");
    }
    stage.end();
}

#[test]
fn current_hints_and_counters_count_when_the_host_resizes() {
    let mut stage = Stage::new();
    let mut client = stage.client();
    let window = client.show(&New::named("sized", 0xff_00_00));
    stage.host().wait_for_window("sized");
    for round in 0..50_u32 {
        let most = 100 + round;
        let mut hints = [0; 18];
        (hints[0], hints[7], hints[8]) = (1 << 5, most, most);
        client.set_numbers(window, "WM_NORMAL_HINTS", "WM_SIZE_HINTS", &hints);
        client.x.sync().unwrap();
        stage.host().ask("configure sized 400 300").unwrap();
        let size = u16::try_from(most).unwrap();
        client.wait_for_size(window, (size, size));
    }
    client.x.delete_property(window, client.atom("WM_NORMAL_HINTS")).unwrap();
    let counter = client.x.generate_id().unwrap();
    client.x.sync_create_counter(counter, sync::Int64 { hi: 0, lo: 0 }).unwrap();
    client.set_numbers(window, "_NET_WM_SYNC_REQUEST_COUNTER", "CARDINAL", &[counter]);
    set_protocols(&client, window, &["_NET_WM_SYNC_REQUEST"]);
    stage.host().ask("configure sized 320 240").unwrap();
    let message = client.wait_for_message(window, "_NET_WM_SYNC_REQUEST");
    let value = sync::Int64 { hi: message[3] as i32, lo: message[2] };
    client.x.sync_set_counter(counter, value).unwrap();
    client.x.flush().unwrap();
    // carafe does not wait for a client that no longer supports it.
    set_protocols(&client, window, &[]);
    client.events.clear();
    stage.host().ask("configure sized 200 150").unwrap();
    client.wait_for_size(window, (200, 150));
    let asked = client.events.iter().any(|event| matches!(event, Event::ClientMessage(_)));
    assert!(!asked, "it is asked all the same");
    stage.end();
}

#[test]
fn hints_count_for_what_their_client_asks_right_after_them() {
    const SOUTH_EAST: u32 = 9;
    const NORTH_WEST: u32 = 1;
    let mut stage = Stage::new();
    let mut client = stage.client();
    let window = client.show(&New { place: (100, 100), ..New::named("grows", 0xff_00_00) });
    stage.host().wait_for_window("grows");
    client.configure(window, &ConfigureWindowAux::new().x(400).y(300));
    wait_for("its place", || (client.geometry(window)[..2] == [400, 300]).then_some(()));
    for n in 0..50_u16 {
        let [x, y, width, height] = client.geometry(window);
        let gravity = if n % 2 == 0 { SOUTH_EAST } else { NORTH_WEST };
        let mut hints = [0; 18];
        (hints[0], hints[17]) = (1 << 9, gravity);
        client.set_numbers(window, "WM_NORMAL_HINTS", "WM_SIZE_HINTS", &hints);
        let size = (width as u32 + 2, height as u32 + 2);
        client.configure(window, &ConfigureWindowAux::new().width(size.0).height(size.1));
        client.wait_for_size(window, (size.0 as u16, size.1 as u16));
        let moved = if gravity == SOUTH_EAST { 2 } else { 0 };
        assert_eq!(client.geometry(window)[..2], [x - moved, y - moved], "round {n}");
    }
    stage.end();
}
