//! Requests of clients and pagers for places, sizes and the stacking order of windows (ICCCM
//! 4.1.5, EWMH).

use carafe_fixture::process::wait_for;
use x11rb::connection::Connection;
use x11rb::protocol::Event;
use x11rb::protocol::xproto::{ConfigureWindowAux, ConnectionExt, KeyButMask, StackMode};

use crate::client::{Client, New};
use crate::stage::Stage;

const PLACE: [u32; 2] = [300, 200];

/// A window of 200×150 with a gravity in its `WM_NORMAL_HINTS`.
fn placed(stage: &mut Stage, client: &Client, gravity: u32) -> u32 {
    let window = client.create(&New { place: (300, 200), ..New::named("placed", 0xff_00_00) });
    let mut hints = [0; 18];
    // USPosition and PWinGravity.
    hints[0] = 1 | 1 << 9;
    hints[17] = gravity;
    client.set_numbers(window, "WM_NORMAL_HINTS", "WM_SIZE_HINTS", &hints);
    client.map(window);
    stage.host().wait_for_window("placed");
    window
}

fn wait_for_geometry(client: &Client, window: u32, what: &str, wanted: [i32; 4]) {
    wait_for(&format!("{what}: {wanted:?}"), || (client.geometry(window) == wanted).then_some(()));
}

#[test]
fn pagers_and_clients_place_windows_by_their_gravity() {
    const WIDTH: u32 = 1 << 10;
    const HEIGHT: u32 = 1 << 11;
    const PLACED: u32 = 1 << 8 | 1 << 9;
    const NORTH_WEST: u32 = 1;
    const CENTER: u32 = 5;
    const SOUTH_EAST: u32 = 9;
    const STATIC: u32 = 10;
    let [x, y] = PLACE;
    let mut stage = Stage::new();
    let client = stage.client();
    for (what, of_window, flags, asked, given) in [
        ("a place", NORTH_WEST, PLACED, [40, 50, 0, 0], [40, 50, 200, 150]),
        ("a size", NORTH_WEST, WIDTH | HEIGHT, [0, 0, 100, 50], [300, 200, 100, 50]),
        ("one length", NORTH_WEST, WIDTH, [0, 0, 100, 999], [300, 200, 100, 150]),
        ("by the window's", SOUTH_EAST, WIDTH | HEIGHT, [0, 0, 100, 50], [400, 300, 100, 50]),
        ("one column", SOUTH_EAST, WIDTH | 1 << 8, [7, 0, 100, 0], [7, 200, 100, 150]),
        ("by its own", SOUTH_EAST, CENTER | WIDTH, [0, 0, 100, 0], [350, 200, 100, 150]),
        ("static", STATIC, WIDTH | HEIGHT, [0, 0, 100, 50], [300, 200, 100, 50]),
        ("nothing", NORTH_WEST, 0, [1, 2, 3, 4], [300, 200, 200, 150]),
        ("no size at all", NORTH_WEST, WIDTH, [0, 0, 0, 0], [300, 200, 1, 150]),
    ] {
        let window = placed(&mut stage, &client, of_window);
        client.ask(
            window,
            "_NET_MOVERESIZE_WINDOW",
            [flags, asked[0], asked[1], asked[2], asked[3]],
        );
        wait_for_geometry(&client, window, what, given);
        client.destroy(window);
        wait_for("the end", || stage.host().windows().unwrap().is_empty().then_some(()));
    }
    // Again by a request of the client itself.
    let window = placed(&mut stage, &client, SOUTH_EAST);
    client.configure(window, &ConfigureWindowAux::new().width(100));
    wait_for_geometry(&client, window, "a client", [x as i32 + 100, y as i32, 100, 150]);
    // A window that fills the screen stays there.
    let maximized =
        ["VERT", "HORZ"].map(|way| client.atom(&format!("_NET_WM_STATE_MAXIMIZED_{way}")));
    client.ask(window, "_NET_WM_STATE", [1, maximized[0], maximized[1], 1, 0]);
    wait_for_geometry(&client, window, "maximized", [0, 0, 1024, 768]);
    client.ask(window, "_NET_MOVERESIZE_WINDOW", [PLACED | WIDTH, 5, 5, 5, 5]);
    client.ask(window, "_NET_WM_STATE", [0, maximized[0], maximized[1], 1, 0]);
    wait_for("its size of before", || (client.geometry(window)[2..] == [100, 150]).then_some(()));
    stage.end();
}

#[test]
fn each_request_for_a_place_is_answered() {
    let mut stage = Stage::new();
    let mut client = stage.client();
    let window = client.create(&New { place: (300, 200), ..New::named("placed", 0xff_00_00) });
    client.configure(window, &ConfigureWindowAux::new().border_width(7));
    client.map(window);
    stage.host().wait_for_window("placed");
    // The place and size that the client learns, and whether from the window manager or from the
    // server.
    let mut answered = |what: &str, values: &ConfigureWindowAux, wanted: [i32; 4], sent: bool| {
        client.x.flush().unwrap();
        client.geometry(window);
        while client.x.poll_for_event().unwrap().is_some() {}
        client.events.clear();
        client.configure(window, values);
        let (told, border, was_sent) = client.wait(what, |event| match event {
            Event::ConfigureNotify(event) => {
                let size = [event.width.into(), event.height.into()];
                let told = [event.x.into(), event.y.into(), size[0], size[1]];
                Some((told, event.border_width, event.response_type & 0x80 != 0))
            }
            _ => None,
        });
        assert_eq!((told, border, was_sent), (wanted, 0, sent), "{what}");
    };
    let [x, y, width, height] = stage.client().geometry(window);
    let values = ConfigureWindowAux::new;
    answered("nothing new", &values().x(x).y(y), [x, y, width, height], true);
    // The server sends this too, because the window is the root window's child.
    answered("a place", &values().x(30).y(40), [30, 40, width, height], false);
    answered("a size", &values().width(120).height(90), [30, 40, 120, 90], false);
    answered("both", &values().x(50).width(130), [50, 40, 130, 90], false);
    answered("a border", &values().border_width(3), [50, 40, 130, 90], true);
    stage.host().ask("configure placed 300 200").unwrap();
    client.wait_for_size(window, (300, 200));
    stage.end();
}

#[test]
fn windows_are_put_above_and_below_others() {
    const ABOVE: u32 = 0;
    const BELOW: u32 = 1;
    let mut stage = Stage::new();
    let client = stage.client();
    let windows = ["one", "two", "three", "four"].map(|name| {
        let window = client.show(&New::named(name, 0xff_00_00));
        stage.host().wait_for_window(name);
        window
    });
    let [one, two, three, four] = windows;
    let order = |expected: [u32; 4]| {
        wait_for(&format!("{expected:?}"), || {
            (client.numbers(client.root, "_NET_CLIENT_LIST_STACKING") == expected).then_some(())
        });
    };
    order([one, two, three, four]);
    // Who gets the keyboard is raised, once more.
    wait_for("the last one to be active", || {
        (client.numbers(client.root, "_NET_ACTIVE_WINDOW") == [four]).then_some(())
    });
    for (window, sibling, mode, expected) in [
        (one, 0, ABOVE, [two, three, four, one]),
        (four, 0, BELOW, [four, two, three, one]),
        (four, two, ABOVE, [two, four, three, one]),
        (one, four, BELOW, [two, one, four, three]),
    ] {
        client.ask(window, "_NET_RESTACK_WINDOW", [2, sibling, mode, 0, 0]);
        order(expected);
    }
    let values = ConfigureWindowAux::new;
    client.configure(three, &values().sibling(two).stack_mode(StackMode::BELOW));
    order([three, two, one, four]);
    // A sibling that does not exist is ignored.
    client.ask(two, "_NET_RESTACK_WINDOW", [2, 0x1234_5678, ABOVE, 0, 0]);
    order([three, one, four, two]);
    stage.end();
}

#[test]
fn the_host_goes_on_with_what_the_client_has_the_user_move() {
    let mut stage = Stage::new();
    let client = stage.client();
    let window = client.show(&New::named("dragged", 0xff_00_00));
    let [x, y, ..] = stage.host().wait_for_window("dragged").geometry;
    let host = stage.host();
    host.ask(&format!("pointer move {} {}", x + 20, y + 20)).unwrap();
    let ask = |direction: u32| {
        client.ask(window, "_NET_WM_MOVERESIZE", [0, 0, direction, 1, 1]);
    };
    // Without a pressed button, it does nothing.
    ask(8);
    // When the effect of the next request is there, carafe has handled this one.
    client.ask(window, "_NET_WM_STATE", [1, client.atom("_NET_WM_STATE_SKIP_PAGER"), 0, 1, 0]);
    wait_for("the state", || {
        client.states(window).contains(&"skip_pager".to_owned()).then_some(())
    });
    assert_eq!(stage.host().wait_for_window("dragged").all["asked"], "");
    stage.host().ask("pointer button left press").unwrap();
    wait_for("the button", || {
        let pointer = client.x.query_pointer(client.root).unwrap().reply().unwrap();
        pointer.mask.contains(KeyButMask::BUTTON1).then_some(())
    });
    // `_NET_WM_MOVERESIZE`'s directions, clockwise from the upper left.
    let edges = "TopLeft Top TopRight Right BottomRight Bottom BottomLeft Left";
    let edges = edges.split(' ').map(|edge| format!("resize {edge}"));
    for (direction, wanted) in (0..).zip(edges.chain(["move".to_owned()])) {
        // Moving by keyboard and cancelling, which the host does not have.
        for none in [9, 10, 11, 12, u32::MAX] {
            ask(none);
        }
        ask(direction);
        wait_for(&wanted, || {
            (stage.host().wait_for_window("dragged").all["asked"] == wanted).then_some(())
        });
    }
    stage.end();
}

#[test]
fn the_host_shows_the_menu_that_a_client_asks_for() {
    let mut stage = Stage::new();
    let client = stage.client();
    let window = client.show(&New::named("with a menu", 0xff_00_00));
    let [x, y, ..] = stage.host().wait_for_window("with a menu").geometry;
    let [left, top, ..] = client.geometry(window);
    stage.host().ask(&format!("pointer move {} {}", x + 20, y + 20)).unwrap();
    stage.host().ask("pointer button right press").unwrap();
    wait_for("the button", || {
        let pointer = client.x.query_pointer(client.root).unwrap().reply().unwrap();
        pointer.mask.contains(KeyButMask::BUTTON3).then_some(())
    });
    let supported = client.numbers(client.root, "_NET_SUPPORTED");
    assert!(supported.contains(&client.atom("_GTK_SHOW_WINDOW_MENU")));
    let at = |place: i32, within: i32| u32::try_from(place + within).unwrap();
    client.ask(window, "_GTK_SHOW_WINDOW_MENU", [2, at(left, 20), at(top, 30), 0, 0]);
    wait_for("the menu", || {
        (stage.host().wait_for_window("with a menu").all["asked"] == "menu 20 30").then_some(())
    });
    stage.end();
}
