//! The hints of windows and their effects.

use std::thread;
use std::time::{Duration, Instant};

use carafe_fixture::process::wait_for;
use serde_json::{Value, json};
use x11rb::connection::Connection;
use x11rb::protocol::xproto::{ConnectionExt, EventMask, UNMAP_NOTIFY_EVENT, UnmapNotifyEvent};

use crate::client::{Client, New};
use crate::stage::Stage;

/// The names of a window's actions.
fn actions(client: &Client, window: u32) -> Vec<String> {
    let name = |atom| {
        let reply = client.x.get_atom_name(atom).unwrap().reply().unwrap();
        let name = String::from_utf8(reply.name).unwrap();
        name.trim_start_matches("_NET_WM_ACTION_").to_lowercase()
    };
    let actions = client.numbers(window, "_NET_WM_ALLOWED_ACTIONS");
    let mut actions: Vec<_> = actions.into_iter().map(name).collect();
    actions.sort();
    actions
}

fn report(stage: &mut Stage, name: &str) -> Value {
    stage.host().wait_for_window(name).all
}

#[test]
fn actions_that_hints_forbid_are_not_listed() {
    const MIN_AND_MAX: u32 = 1 << 4 | 1 << 5;
    let all =
        ["close", "fullscreen", "maximize_horz", "maximize_vert", "minimize", "move", "resize"];
    let without = |none: &[&str]| -> Vec<&str> {
        all.into_iter().filter(|action| !none.contains(action)).collect()
    };
    let sized = ["resize", "maximize_horz", "maximize_vert"];
    let mut stage = Stage::new();
    let client = stage.client();
    let window = client.show(&New::named("main", 0xff_00_00));
    stage.host().wait_for_window("main");
    let check = |what: &str, expected: Vec<&str>| {
        wait_for(&format!("{what}: {expected:?}"), || {
            (actions(&client, window) == expected).then_some(())
        });
    };
    check("no hints", without(&[]));
    for (sizes, expected) in
        [([200, 150, 200, 150], without(&sized)), ([200, 150, 200, 151], without(&[]))]
    {
        let mut hints = [0; 18];
        hints[0] = MIN_AND_MAX;
        hints[5..9].copy_from_slice(&sizes);
        client.set_numbers(window, "WM_NORMAL_HINTS", "WM_SIZE_HINTS", &hints);
        check(&format!("{sizes:?}"), expected);
    }
    // Motif's functions: all except those that are named, or only those.
    for (functions, expected) in [
        (1 | 1 << 1, without(&sized)),
        (1 | 1 << 2, without(&["move"])),
        (1 | 1 << 5, without(&["close"])),
        (1 << 2 | 1 << 5, without(&["resize", "maximize_horz", "maximize_vert", "minimize"])),
        (1, without(&[])),
    ] {
        client.set_numbers(window, "_MOTIF_WM_HINTS", "_MOTIF_WM_HINTS", &[1, functions, 0, 0, 0]);
        check(&format!("functions {functions:#b}"), expected);
    }
    stage.end();
}

#[test]
fn a_limit_for_one_direction_leaves_the_other_one_free() {
    let mut stage = Stage::new();
    let mut client = stage.client();
    let window = client.create(&New::named("wide", 0xff_00_00));
    let mut hints = [0; 18];
    hints[0] = 1 << 4 | 1 << 5;
    // Without a maximal height, for which programs write various numbers.
    hints[5..9].copy_from_slice(&[100, 50, i32::MAX as u32, 160]);
    client.set_numbers(window, "WM_NORMAL_HINTS", "WM_SIZE_HINTS", &hints);
    client.map(window);
    let said = &report(&mut stage, "wide")["surfaces"][0]["said"];
    assert_eq!((&said["min"], &said["max"]), (&json!([100, 50]), &json!([0, 160])));
    stage.host().ask("configure wide 900 700").unwrap();
    client.wait_for_size(window, (900, 160));
    stage.end();
}

#[test]
fn dialogs_of_a_group_are_on_its_main_window() {
    let mut stage = Stage::new();
    let client = stage.client();
    let leader = client.create(&New::named("leader", 0));
    let group = |window: u32| {
        client.set_numbers(window, "WM_CLIENT_LEADER", "WINDOW", &[leader]);
        client.set_numbers(window, "WM_HINTS", "WM_HINTS", &[1 << 6, 0, 0, 0, 0, 0, 0, 0, leader]);
    };
    let main = client.create(&New::named("main", 0xff_00_00));
    group(main);
    client.map(main);
    stage.host().wait_for_window("main");
    let other = stage.client();
    other.show(&New::named("other", 0x00_00_ff));
    stage.host().wait_for_window("other");
    for (name, of, parent) in [
        ("of-main", main, json!("main")),
        // The root window means the group (ICCCM), and so does a leader (Qt).
        ("of-root", client.root, json!("main")),
        ("of-leader", leader, json!("main")),
        ("of-itself", 0, Value::Null),
    ] {
        let dialog = client.create(&New::named(name, 0x00_ff_00));
        group(dialog);
        let of = if of == 0 { dialog } else { of };
        client.set_numbers(dialog, "WM_TRANSIENT_FOR", "WINDOW", &[of]);
        client.map(dialog);
        assert_eq!(report(&mut stage, name)["parent"], parent, "{name}");
        client.destroy(dialog);
    }
    // Without a group, it belongs to no window.
    let dialog = client.create(&New::named("lonely", 0x00_ff_00));
    client.set_numbers(dialog, "WM_TRANSIENT_FOR", "WINDOW", &[client.root]);
    client.map(dialog);
    assert_eq!(report(&mut stage, "lonely")["parent"], Value::Null);
    stage.end();
}

#[test]
fn a_translucent_window_shows_what_is_behind_it() {
    let mut stage = Stage::new();
    let client = stage.client();
    let window = client.create(&New::named("glass", 0xff_00_00));
    client.set_numbers(window, "_NET_WM_WINDOW_OPACITY", "CARDINAL", &[0x8000_0000]);
    client.map(window);
    let [x, y, ..] = stage.host().wait_for_window("glass").geometry;
    // The background's red is 0x20.
    let mut red = |what: &str, wanted: std::ops::RangeInclusive<u32>| {
        wait_for(what, || {
            let pixels = stage.host().pixels(x, y, 200, 150).unwrap();
            let colour = u32::from_str_radix(&pixels.first, 16).unwrap();
            (pixels.colours == 1 && wanted.contains(&(colour >> 16))).then_some(())
        });
    };
    red("half", 0x88..=0x98);
    client.set_numbers(window, "_NET_WM_WINDOW_OPACITY", "CARDINAL", &[0x4000_0000]);
    red("a quarter", 0x50..=0x60);
    client.x.delete_property(window, client.atom("_NET_WM_WINDOW_OPACITY")).unwrap();
    client.x.flush().unwrap();
    red("all", 0xff..=0xff);
    // It keeps its opacity when it is mapped again.
    client.set_numbers(window, "_NET_WM_WINDOW_OPACITY", "CARDINAL", &[0x8000_0000]);
    client.unmap(window);
    client.map(window);
    red("half again", 0x88..=0x98);
    stage.end();
}

#[test]
fn a_window_is_withdrawn_by_a_message_alone_and_comes_back() {
    let mut stage = Stage::new();
    let client = stage.client();
    let window = client.show(&New::named("main", 0xff_00_00));
    for _ in 0..3 {
        stage.host().wait_for_window("main");
        wait_for("Normal", || (client.numbers(window, "WM_STATE") == [1, 0]).then_some(()));
        let event = UnmapNotifyEvent {
            response_type: UNMAP_NOTIFY_EVENT,
            event: client.root,
            window,
            ..UnmapNotifyEvent::default()
        };
        let mask = EventMask::SUBSTRUCTURE_NOTIFY | EventMask::SUBSTRUCTURE_REDIRECT;
        client.x.send_event(false, client.root, mask, event).unwrap();
        client.x.flush().unwrap();
        wait_for("the end", || stage.host().windows().unwrap().is_empty().then_some(()));
        wait_for("Withdrawn", || (client.numbers(window, "WM_STATE") == [0, 0]).then_some(()));
        client.map(window);
    }
    stage.end();
}

#[test]
fn a_client_that_hangs_is_killed_when_it_is_closed_again() {
    let mut stage = Stage::new();
    let pingable = |client: &Client, name: &'static str| {
        let window = client.create(&New::named(name, 0xff_00_00));
        let protocols = ["WM_DELETE_WINDOW", "_NET_WM_PING"].map(|name| client.atom(name));
        client.set_numbers(window, "WM_PROTOCOLS", "ATOM", &protocols);
        client.map(window);
        window
    };
    let (mut good, mut bad) = (stage.client(), stage.client());
    let (good_one, bad_one) = (pingable(&good, "good"), pingable(&bad, "bad"));
    let asked = Instant::now();
    for name in ["good", "bad"] {
        stage.host().wait_for_window(name);
        stage.host().ask(&format!("close {name}")).unwrap();
    }
    good.wait_for_message(good_one, "WM_DELETE_WINDOW");
    let ping = good.wait_for_message(good_one, "_NET_WM_PING");
    assert_eq!(ping[2], good_one);
    // It sends its answer to the root window.
    good.ask(good.root, "WM_PROTOCOLS", ping);
    bad.wait_for_message(bad_one, "_NET_WM_PING");
    // Nothing counts as hanging at once.
    stage.host().ask("close bad").unwrap();
    bad.wait_for_message(bad_one, "WM_DELETE_WINDOW");
    // The user clicks again until it is gone.
    wait_for("the end of the one that hangs", || {
        // It may end meanwhile.
        let _ = stage.host().ask("close bad");
        thread::sleep(Duration::from_millis(100));
        let names = stage.host().windows().unwrap();
        names.iter().all(|window| window.app_id != "bad").then_some(())
    });
    assert!(asked.elapsed() >= Duration::from_secs(5), "it had time to answer");
    stage.host().ask("close good").unwrap();
    good.wait_for_message(good_one, "WM_DELETE_WINDOW");
    stage.host().wait_for_window("good");
    stage.end();
}
