//! The keyboard focus follows the host, in the way that the client supports.

use carafe_fixture::process::wait_for;
use x11rb::protocol::Event;
use x11rb::protocol::xproto::ConnectionExt;

use crate::client::{Client, New};
use crate::stage::Stage;

fn focus(client: &Client) -> u32 {
    client.x.get_input_focus().unwrap().reply().unwrap().focus
}

fn wait_for_focus(client: &Client, window: u32) {
    wait_for("the keyboard", || (focus(client) == window).then_some(()));
    wait_for("the active window", || {
        (client.numbers(client.root, "_NET_ACTIVE_WINDOW") == [window]).then_some(())
    });
}

#[test]
fn keys_go_to_the_window_that_the_host_has_in_front() {
    let mut stage = Stage::new();
    let mut client = stage.client();
    let first = client.show(&New::named("first", 0xff_00_00));
    stage.host().wait_for_window("first");
    wait_for_focus(&client, first);
    let second = client.show(&New::named("second", 0x00_ff_00));
    stage.host().wait_for_window("second");
    wait_for_focus(&client, second);
    stage.host().ask("focus first").unwrap();
    wait_for_focus(&client, first);
    assert!(client.states(first).contains(&"focused".to_owned()));
    // X's code of a key is the kernel's (KEY_A) plus 8.
    stage.host().ask("key 30 press").unwrap();
    stage.host().ask("key 30 release").unwrap();
    let window = client.wait("a key", |event| match event {
        Event::KeyPress(key) if key.detail == 38 => Some(key.event),
        _ => None,
    });
    assert_eq!(window, first);
    client.unmap(first);
    wait_for_focus(&client, second);
    client.unmap(second);
    wait_for("no window with the keyboard", || (focus(&client) == 0).then_some(()));
    stage.end();
}

#[test]
fn a_client_that_takes_the_keyboard_unasked_does_not_keep_it() {
    let mut stage = Stage::new();
    let (client, thief) = (stage.client(), stage.client());
    let stolen = thief.show(&New::named("thief", 0xff_00_00));
    stage.host().wait_for_window("thief");
    let window = client.show(&New::named("win", 0x00_ff_00));
    stage.host().wait_for_window("win");
    wait_for_focus(&client, window);
    for _ in 0..20 {
        // At the server's time, which is later than any that carafe knows.
        let parent = x11rb::protocol::xproto::InputFocus::PARENT;
        thief.x.set_input_focus(parent, stolen, x11rb::CURRENT_TIME).unwrap();
        focus(&thief);
        wait_for_focus(&client, window);
        // Nor may the client keep it, after it has moved the focus between its own windows.
        client.x.set_input_focus(parent, window, x11rb::CURRENT_TIME).unwrap();
        focus(&client);
        stage.host().ask("focus thief").unwrap();
        wait_for_focus(&client, stolen);
        stage.host().ask("focus win").unwrap();
        wait_for_focus(&client, window);
    }
    stage.end();
}

#[test]
fn a_window_that_takes_the_keyboard_itself_is_asked_to() {
    let mut stage = Stage::new();
    let mut client = stage.client();
    let window = client.create(&New::named("java", 0xff_00_00));
    // InputHint: the window manager must not give it the keyboard.
    client.set_numbers(window, "WM_HINTS", "WM_HINTS", &[1, 0, 1, 0, 0, 0, 0, 0, 0]);
    let take_focus = client.atom("WM_TAKE_FOCUS");
    client.set_numbers(window, "WM_PROTOCOLS", "ATOM", &[take_focus]);
    client.map(window);
    stage.host().wait_for_window("java");
    let data = client.wait_for_message(window, "WM_TAKE_FOCUS");
    assert_ne!(data[1], 0, "a time is needed");
    assert_eq!(focus(&client), 0);
    client.x.set_input_focus(x11rb::protocol::xproto::InputFocus::PARENT, window, data[1]).unwrap();
    wait_for_focus(&client, window);
    stage.end();
}
