//! Several screens: after all changes of screens and windows, each pixel of a window gets the
//! input at its place, and X programs find a primary screen.

use std::time::{Duration, Instant};

use carafe_fixture::process::{PATIENCE, wait_for};
use x11rb::connection::Connection;
use x11rb::protocol::Event;
use x11rb::protocol::randr::ConnectionExt as _;
use x11rb::protocol::xproto::ConfigureWindowAux;

use crate::client::{Client, New};
use crate::hosts::Host;
use crate::input::Mouse;
use crate::stage::{Stage, on};

/// Where the host shows a window's surface: x, y, width, height.
fn on_host(stage: &mut Stage, name: &str) -> Option<[i64; 4]> {
    let window = stage.host().windows().unwrap().into_iter().find(|w| w.app_id == name)?;
    let surface = &window.all["surfaces"][0];
    let number = |of: &str, n: usize| surface[of][n].as_i64();
    Some([number("place", 0)?, number("place", 1)?, number("size", 0)?, number("size", 1)?])
}

/// Waits until a value is as wanted; prints it if not.
#[track_caller]
fn wait_until<T: PartialEq + std::fmt::Debug>(what: &str, wanted: &T, mut is: impl FnMut() -> T) {
    let until = Instant::now() + PATIENCE;
    loop {
        let now = is();
        if now == *wanted {
            return;
        }
        assert!(Instant::now() < until, "{what}: {now:?} and not {wanted:?}");
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// Waits until the host shows a window at a place.
#[track_caller]
fn wait_until_shown(stage: &mut Stage, name: &str, wanted: [i64; 4]) {
    wait_until(name, &wanted, || on_host(stage, name).unwrap_or_default());
}

/// Clicks at a place of the host. Returns the window's pixel that gets the click, if it arrives
/// before the X server answers a request.
fn click(
    stage: &mut Stage,
    client: &mut Client,
    window: u32,
    at: (i64, i64),
) -> Option<(i16, i16)> {
    let host = stage.host();
    host.ask(&format!("pointer move {} {}", at.0, at.1)).unwrap();
    host.ask("pointer button left press").unwrap();
    host.ask("pointer button left release").unwrap();
    host.ask("sync").unwrap();
    client.geometry(window);
    let mut pressed = None;
    while let Some(event) = client.x.poll_for_event().unwrap() {
        match event {
            Event::ButtonPress(press) if press.event == window => {
                pressed = Some((press.event_x, press.event_y));
            }
            _ => {}
        }
    }
    pressed
}

/// Clicks at the corners and in the middle of a surface at the host.
#[track_caller]
fn click_all(
    stage: &mut Stage,
    client: &mut Client,
    window: u32,
    [x, y, width, height]: [i64; 4],
    what: &str,
) {
    // X pixels per unit of the host.
    let by = i64::from(client.geometry(window)[2]) / width;
    let (right, bottom) = (width - 1, height - 1);
    for at in [(0, 0), (right, 0), (0, bottom), (right, bottom), (width / 2, height / 2)] {
        let wanted = ((at.0 * by) as i16, (at.1 * by) as i16);
        // The X server may not have moved the window yet.
        let all = format!("{what}: {at:?} of {width}x{height} at {x},{y}");
        wait_until(&all, &Some(wanted), || click(stage, client, window, (x + at.0, y + at.1)));
    }
}

/// Clicks in all states of a window on a screen with an area.
#[track_caller]
fn click_in_all_states(
    stage: &mut Stage,
    client: &mut Client,
    window: u32,
    screen: [i64; 4],
    what: &str,
) {
    let [left, top, wide, high] = screen;
    let [.., w, h] = on_host(stage, "win").unwrap();
    for (x, y) in [(0, 0), (wide - w, high - h), (wide / 2, high / 3)] {
        let (x, y) = (left + x, top + y);
        stage.host().ask(&format!("place win {x} {y}")).unwrap();
        wait_until_shown(stage, "win", [x, y, w, h]);
        click_all(stage, client, window, [x, y, w, h], &format!("{what}, floating"));
    }
    let half = [left + wide / 2, top, wide / 2, high];
    let [x, y, width, height] = half;
    stage.host().ask(&format!("tile win {x} {y} {width} {height}")).unwrap();
    wait_until_shown(stage, "win", half);
    click_all(stage, client, window, half, &format!("{what}, tiled"));
    stage.host().ask("restore win").unwrap();
    stage.host().ask(&format!("place win {} {}", left + 10, top + 10)).unwrap();
    wait_until_shown(stage, "win", [left + 10, top + 10, w, h]);
    let atom = |name: &str| client.atom(name);
    let maximized = [atom("_NET_WM_STATE_MAXIMIZED_VERT"), atom("_NET_WM_STATE_MAXIMIZED_HORZ")];
    let fullscreen = [atom("_NET_WM_STATE_FULLSCREEN"), 0];
    for (state, of) in [("maximized", maximized), ("full screen", fullscreen)] {
        client.ask(window, "_NET_WM_STATE", [1, of[0], of[1], 1, 0]);
        wait_until_shown(stage, "win", screen);
        click_all(stage, client, window, screen, &format!("{what}, {state}"));
        client.ask(window, "_NET_WM_STATE", [0, of[0], of[1], 1, 0]);
        wait_until_shown(stage, "win", [left + 10, top + 10, w, h]);
    }
    // A menu at the window's far corner, which the host may move.
    let [x, y, ..] = client.geometry(window);
    let menu = New::popup(0xff, ((x + 190) as i16, (y + 140) as i16), (120, 90));
    let menu = client.show(&menu);
    let at = wait_for("the menu", || {
        let all = stage.host().windows().unwrap();
        let popup = all.iter().find(|w| w.app_id == "win")?.all["popups"][0].clone();
        let place = &popup["surfaces"][0]["place"];
        let size = &popup["surfaces"][0]["size"];
        Some([place[0].as_i64()?, place[1].as_i64()?, size[0].as_i64()?, size[1].as_i64()?])
    });
    click_all(stage, client, menu, at, &format!("{what}, a menu"));
    client.destroy(menu);
}

/// Where X has its screens, the primary one first.
fn monitors(client: &Client) -> Vec<[i32; 4]> {
    let reply = client.x.randr_get_monitors(client.root, true).unwrap().reply().unwrap();
    let mut all = reply.monitors;
    all.sort_by_key(|monitor| !monitor.primary);
    let has_primary = all.first().is_some_and(|monitor| monitor.primary);
    let rect = |m: &x11rb::protocol::randr::MonitorInfo| {
        [m.x.into(), m.y.into(), m.width.into(), m.height.into()]
    };
    if has_primary { all.iter().map(rect).collect() } else { Vec::new() }
}

#[track_caller]
fn wait_for_monitors(client: &Client, wanted: &[[i32; 4]]) {
    wait_until("X's screens", &wanted.to_vec(), || monitors(client));
}

#[test]
fn every_place_of_a_window_takes_clicks_on_every_screen() {
    for (what, first, other, area) in [
        ("a larger one to the right", "", "HOST-2 1920x1080 1 1024 0", [1024, 0, 1920, 1080]),
        ("a smaller one to the left", "", "HOST-2 800x600 1 -800 100", [-800, 100, 800, 600]),
        ("a turned one above", "", "HOST-2 1280x720 1 0 -1280 turned", [0, -1280, 720, 1280]),
        ("a dense one below", "", "HOST-2 1600x1200 2 0 768", [0, 768, 800, 600]),
        ("far away", "HOST-1 1024x768 1 500 300", "HOST-2 640x480 1 3000 50", [3000, 50, 640, 480]),
    ] {
        let mut stage = Stage::new();
        if !first.is_empty() {
            stage.host().ask(&format!("output {first}")).unwrap();
        }
        stage.host().ask(&format!("output {other}")).unwrap();
        let mut client = stage.client();
        let window = client.show(&New::named("win", 0xff_00_00));
        stage.host().wait_for_window("win");
        click_in_all_states(&mut stage, &mut client, window, area, what);
        let at = if first.is_empty() { [0, 0] } else { [500, 300] };
        click_in_all_states(
            &mut stage,
            &mut client,
            window,
            [at[0], at[1], 1024, 768],
            "the first",
        );
        stage.end();
    }
}

#[test]
fn screens_that_come_go_move_and_turn_take_their_windows_along() {
    let mut stage = Stage::new();
    let mut client = stage.client();
    let window = client.show(&New::named("win", 0xff_00_00));
    stage.host().wait_for_window("win");
    wait_for_monitors(&client, &[[0, 0, 1024, 768]]);
    let place = |stage: &mut Stage, x: i64, y: i64| {
        stage.host().ask(&format!("place win {x} {y}")).unwrap();
        wait_until_shown(stage, "win", [x, y, 200, 150]);
    };
    // A screen to the left, so that the first one gets another place.
    stage.host().ask("output HOST-2 800x600 1 -800 0").unwrap();
    wait_for_monitors(&client, &[[800, 0, 1024, 768], [0, 0, 800, 600]]);
    let at = [20, 20, 200, 150];
    click_all(&mut stage, &mut client, window, at, "one comes on the left");
    // The window moves there, and X's primary screen with it.
    place(&mut stage, -300, 400);
    click_all(&mut stage, &mut client, window, [-300, 400, 200, 150], "it is there");
    wait_for_monitors(&client, &[[0, 0, 800, 600], [800, 0, 1024, 768]]);
    // The screen moves, and turns.
    stage.host().ask("output HOST-2 800x600 1 1024 0 turned").unwrap();
    place(&mut stage, 1400, 600);
    wait_for_monitors(&client, &[[1024, 0, 600, 800], [0, 0, 1024, 768]]);
    click_all(&mut stage, &mut client, window, [1400, 600, 200, 150], "it moves and turns");
    // The screen ends.
    stage.host().ask("unplug HOST-2").unwrap();
    place(&mut stage, 700, 500);
    wait_for_monitors(&client, &[[0, 0, 1024, 768]]);
    click_all(&mut stage, &mut client, window, [700, 500, 200, 150], "it goes");
    stage.end();
}

#[test]
fn a_window_stays_on_its_screen_whatever_its_client_wants() {
    let mut stage = Stage::with(&["--output=HOST-2,800x600,1,1024,0"], &[]);
    let mut client = stage.client();
    let new = New { place: (900, 700), ..New::named("win", 0xff_00_00) };
    let window = client.create(&new);
    client.set_numbers(window, "WM_NORMAL_HINTS", "WM_SIZE_HINTS", &[1; 18].map(|n: u32| n));
    client.map(window);
    stage.host().wait_for_window("win");
    wait_for_monitors(&client, &[[0, 0, 1024, 768], [1024, 0, 800, 600]]);
    for (x, y, kept) in [
        (5000, 5000, [824, 618]),
        (-500, 30, [0, 30]),
        (1000, -1, [824, 0]),
        (1500, 100, [824, 100]),
    ] {
        client.configure(window, &ConfigureWindowAux::new().x(x).y(y));
        wait_until("its place", &kept, || client.geometry(window).first_chunk().copied().unwrap());
        let at = on_host(&mut stage, "win").unwrap();
        click_all(&mut stage, &mut client, window, at, "a client moves it");
    }
    stage.end();
}

#[test]
fn a_new_fullscreen_window_fills_the_screen_where_its_client_put_it() {
    let screens: [[i16; 4]; 2] = [[0, 0, 1024, 768], [1024, 0, 800, 600]];
    let mut stage = Stage::with(&["--output=HOST-2,800x600,1,1024,0"], &[]);
    let mut client = stage.client();
    wait_for_monitors(&client, &screens.map(|all| all.map(i32::from)));
    for [x, y, width, height] in screens {
        let whole = [x, y, width, height].map(i64::from);
        let (place, size) = ((x, y), (width.cast_unsigned(), height.cast_unsigned()));
        let game = New { name: "game", ..New::popup(0x33_66_99, place, size) };
        let game = client.create(&game);
        client.map(game);
        wait_until_shown(&mut stage, "game", whole);
        click_all(&mut stage, &mut client, game, whole, "without a manager");
        client.destroy(game);
        let legacy = client.create(&New { place, size, ..New::named("legacy", 0x66_33_99) });
        client.set_numbers(legacy, "_MOTIF_WM_HINTS", "_MOTIF_WM_HINTS", &[2, 0, 0, 0, 0]);
        client.map(legacy);
        wait_until_shown(&mut stage, "legacy", whole);
        client.destroy(legacy);
        let place = (x + 50, y + 60);
        let asks = client.create(&New { place, ..New::named("asks", 0x99_33_66) });
        let positioned: [u32; 18] = std::array::from_fn(|n| u32::from(n == 0));
        client.set_numbers(asks, "WM_NORMAL_HINTS", "WM_SIZE_HINTS", &positioned);
        let state = client.atom("_NET_WM_STATE_FULLSCREEN");
        client.set_numbers(asks, "_NET_WM_STATE", "ATOM", &[state]);
        client.map(asks);
        wait_until_shown(&mut stage, "asks", whole);
        click_all(&mut stage, &mut client, asks, whole, "by its state");
        client.destroy(asks);
    }
    stage.end();
}

#[test]
fn new_windows_are_in_the_middle_of_the_screen_where_the_user_works() {
    let mut stage = Stage::with(&["--output=HOST-2,1280x720,1,1024,0,turned"], &[]);
    let mut client = stage.client();
    let first = client.show(&New::named("win", 0xff_00_00));
    stage.host().wait_for_window("win");
    wait_for("the middle", || (client.geometry(first) == [412, 309, 200, 150]).then_some(()));
    stage.host().ask("place win 1100 50").unwrap();
    wait_for("the second screen", || (client.geometry(first)[0] >= 1024).then_some(()));
    // Before the host has placed it.
    let second = client.show(&New { size: (300, 200), ..New::named("second", 0xff_00) });
    let middle = (1024 + (720 - 300) / 2, (1280 - 200) / 2);
    let place = client.wait("its first place", |event| match event {
        Event::ConfigureNotify(event) if event.window == second => Some((event.x, event.y)),
        _ => None,
    });
    assert_eq!(place, middle);
    stage.end();
}

/// Where sway shows the window of that name.
fn on_sway(host: &Host, name: &str) -> Option<[i64; 4]> {
    fn find(node: &serde_json::Value, name: &str) -> Option<[i64; 4]> {
        let (rect, window) = (&node["rect"], &node["window_rect"]);
        if node["app_id"] == name {
            let number = |of: &serde_json::Value, what: &str| of[what].as_i64();
            return Some([
                number(rect, "x")? + number(window, "x")?,
                number(rect, "y")? + number(window, "y")?,
                number(window, "width")?,
                number(window, "height")?,
            ]);
        }
        let children = [&node["nodes"], &node["floating_nodes"]];
        children.iter().filter_map(|all| all.as_array()).flatten().find_map(|n| find(n, name))
    }
    find(&serde_json::from_str(&host.tree()).ok()?, name)
}

#[test]
fn every_place_of_a_window_takes_clicks_on_every_screen_of_sway() {
    // All screens together.
    let mut all = (1024 + 1280, 900);
    let host = Host::sway();
    host.command("create_output");
    host.command("output HEADLESS-2 mode 1280x900 position -1280 0");
    host.command("output HEADLESS-1 position 0 0");
    let mut carafe = on(&host);
    let mut mouse = Mouse::new(&host);
    let client = carafe.client();
    let window = client.show(&New::named("win", 0xff_00_00));
    wait_for("the window", || on_sway(&host, "win"));
    let mut clicks = |what: &str, all: (u32, u32), wanted: Option<[i64; 4]>| {
        let at = match wanted {
            Some(wanted) => {
                wait_until(what, &wanted, || on_sway(&host, "win").unwrap_or_default());
                wanted
            }
            None => on_sway(&host, "win").unwrap(),
        };
        let [x, y, width, height] = at;
        let (right, bottom) = (width - 1, height - 1);
        for at in [(0, 0), (right, 0), (0, bottom), (right, bottom), (width / 2, height / 2)] {
            let pixel = (at.0 as i16, at.1 as i16);
            wait_until(&format!("{what}: {at:?}"), &Some(pixel), || {
                // Come from far away, and stop in the middle of the pixel.
                mouse.move_within((1, 1), all);
                let place = ((x + at.0 + 1280) as u32 * 2 + 1, (y + at.1) as u32 * 2 + 1);
                mouse.move_within(place, (all.0 * 2, all.1 * 2));
                mouse.press();
                mouse.release();
                client.geometry(window);
                let mut pressed = None;
                while let Some(event) = client.x.poll_for_event().unwrap() {
                    if let Event::ButtonPress(press) = event {
                        pressed = Some((press.event_x, press.event_y));
                    }
                }
                pressed
            });
        }
    };
    clicks("floating", all, None);
    host.command("[app_id=win] move absolute position -1000 700");
    clicks("floating on the left", all, Some([-1000, 700, 200, 150]));
    host.command("[app_id=win] fullscreen enable");
    clicks("full screen on the left", all, Some([-1280, 0, 1280, 900]));
    host.command("[app_id=win] fullscreen disable");
    host.command("[app_id=win] floating disable");
    host.command("[app_id=win] move to output HEADLESS-2");
    clicks("tiled on the left", all, Some([-1280, 0, 1280, 900]));
    host.command("[app_id=win] move to output HEADLESS-1");
    clicks("tiled on the right", all, Some([0, 0, 1024, 768]));
    // When turned, they are still beside each other, and so are X's screens.
    host.command("output HEADLESS-1 transform 90");
    all = (768 + 1280, 1024);
    clicks("turned", all, Some([0, 0, 768, 1024]));
    carafe.stop();
}
