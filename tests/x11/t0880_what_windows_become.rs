//! What an X window becomes at the host: a window, a popup, a layer surface or nothing, depending
//! on its hints and on the focus.

use carafe_fixture::process::wait_for;
use serde_json::Value;
use x11rb::connection::Connection;
use x11rb::protocol::Event;
use x11rb::protocol::shape::{ConnectionExt as _, SK, SO};
use x11rb::protocol::xproto::{
    AtomEnum, ClipOrdering, ConfigureWindowAux, ConnectionExt, GrabMode, GrabStatus,
};
use x11rb::wrapper::ConnectionExt as _;

use crate::client::{Client, New};
use crate::hosts::Host;
use crate::peer::Peer;
use crate::picture::Picture;
use crate::stage::{Stage, on};

/// Places and sizes of a window's popups.
fn popups(stage: &mut Stage, of: &str) -> Vec<Value> {
    let window = stage.host().wait_for_window(of);
    let popups = window.all["popups"].as_array().cloned().unwrap_or_default();
    popups.into_iter().map(|mut popup| popup["geometry"].take()).collect()
}

fn layers(stage: &mut Stage) -> Vec<Value> {
    stage.host().ask("layers").unwrap().as_array().cloned().unwrap()
}

fn titles(stage: &mut Stage) -> Vec<String> {
    stage.host().windows().unwrap().into_iter().map(|window| window.app_id).collect()
}

fn of_kind(client: &Client, kind: &str, new: &New) -> u32 {
    let window = client.create(new);
    if !kind.is_empty() {
        let kind = client.atom(&format!("_NET_WM_WINDOW_TYPE_{kind}"));
        client.set_numbers(window, "_NET_WM_WINDOW_TYPE", "ATOM", &[kind]);
    }
    window
}

/// Shows a window after which the host has seen all windows before it.
fn show_last(stage: &mut Stage, client: &Client) {
    let last = client.show(&New::named("last", 0x77_77_77));
    stage.host().wait_for_window("last");
    client.destroy(last);
    wait_for("its end", || (!titles(stage).contains(&"last".to_owned())).then_some(()));
}

#[test]
fn helpers_without_size_or_off_screen_are_not_shown() {
    let mut stage = Stage::new();
    let client = stage.client();
    client.show(&New::named("main", 0xff_00_00));
    stage.host().wait_for_window("main");
    let places = [
        // GTK 3's drag helper, and a window that is only off screen.
        ((-99, -99), (1, 1)),
        ((10, 10), (1, 1)),
        ((-300, 20), (300, 200)),
        ((20, 5000), (300, 200)),
    ];
    let mut helpers = Vec::new();
    for kind in ["NORMAL", "", "MENU", "NOTIFICATION"] {
        for (place, size) in places {
            let helper = of_kind(&client, kind, &New::popup(0x00_ff_00, place, size));
            client.map(helper);
            helpers.push(helper);
        }
    }
    let other = stage.client();
    show_last(&mut stage, &other);
    assert_eq!(titles(&mut stage), ["main"]);
    assert!(popups(&mut stage, "main").is_empty());
    assert!(layers(&mut stage).is_empty());

    // A helper that moves onto the screen is shown, and no longer when it leaves.
    let helper = helpers[2];
    client.configure(helper, &ConfigureWindowAux::new().x(20).y(20));
    wait_for("it", || (popups(&mut stage, "main").len() == 1).then_some(()));
    client.configure(helper, &ConfigureWindowAux::new().x(-2000));
    wait_for("its end", || popups(&mut stage, "main").is_empty().then_some(()));
    client.configure(helper, &ConfigureWindowAux::new().x(30));
    wait_for("it again", || (popups(&mut stage, "main").len() == 1).then_some(()));
    stage.end();
}

#[test]
fn override_redirect_windows_of_any_type_are_popups_while_their_program_is_used() {
    let mut stage = Stage::new();
    let client = stage.client();
    client.show(&New::named("main", 0xff_00_00));
    stage.host().wait_for_window("main");
    wait_for("its focus", || {
        stage.host().wait_for_window("main").all["states"]
            .to_string()
            .contains("activated")
            .then_some(())
    });
    for (n, kind) in ["NORMAL", "", "MENU", "TOOLTIP", "UTILITY", "SPLASH"].into_iter().enumerate()
    {
        client.map(of_kind(&client, kind, &New::popup(0x00_ff_00, (400, 300), (60, 30))));
        wait_for(kind, || (popups(&mut stage, "main").len() == n + 1).then_some(()));
    }
    assert_eq!(titles(&mut stage), ["main"]);
    stage.end();
}

/// A stage where the user works in a Wayland window, after using an X program.
fn elsewhere(host: &[&str]) -> (Stage, Client, Peer) {
    let mut stage = Stage::with(host, &[]);
    let client = stage.client();
    client.show(&New::named("chat", 0xff_00_00));
    stage.host().wait_for_window("chat");
    wait_for("its focus", || {
        let state = stage.host().wait_for_window("chat").all["states"].to_string();
        state.contains("activated").then_some(())
    });
    let peer = Peer::show(&stage.runtime.join("host"), "wayland");
    stage.host().wait_for_window("wayland");
    leave_x(&mut stage, &client, "chat");
    (stage, client, peer)
}

/// The user turns to the Wayland window, from a window of X's.
fn leave_x(stage: &mut Stage, client: &Client, from: &str) {
    stage.host().ask("focus wayland").unwrap();
    stage.host().wait_until_heard(from);
    // X knows it when a program can see it.
    wait_for("the keyboard's end", || {
        (client.x.get_input_focus().unwrap().reply().unwrap().focus == 0).then_some(())
    });
}

#[test]
fn windows_of_a_program_that_is_not_in_use_are_where_it_put_them() {
    for kind in ["NOTIFICATION", "", "NORMAL", "UTILITY"] {
        let (mut stage, mut client, _peer) = elsewhere(&[]);
        let note = of_kind(&client, kind, &New::popup(0xe0_e0_40, (700, 650), (300, 90)));
        client.map(note);
        stage.host().wait_for_colour([720, 660, 200, 50], "e0e040");
        assert!(popups(&mut stage, "chat").is_empty(), "type {kind}");
        assert_eq!(titles(&mut stage), ["chat", "wayland"], "type {kind}");
        let [layer] = layers(&mut stage).try_into().unwrap();
        assert_eq!(layer["geometry"], serde_json::json!([700, 650, 300, 90]));
        assert_eq!((&layer["layer"], &layer["keyboard"]), (&"overlay".into(), &false.into()));
        // It gets clicks, but no keys.
        for request in ["pointer move 800 700", "pointer button left press"] {
            stage.host().ask(request).unwrap();
        }
        client.wait("a click", |event| match event {
            Event::ButtonPress(button) if button.event == note => {
                assert_eq!((button.event_x, button.event_y), (100, 50));
                Some(())
            }
            _ => None,
        });
        stage.host().ask("pointer button left release").unwrap();
        // It follows its client.
        client.configure(note, &ConfigureWindowAux::new().x(100).y(600).width(200));
        stage.host().wait_for_colour([110, 610, 180, 70], "e0e040");
        client.unmap(note);
        wait_for("its end", || layers(&mut stage).is_empty().then_some(()));
        client.map(note);
        wait_for("it again", || (layers(&mut stage).len() == 1).then_some(()));
        stage.end();
    }
}

#[test]
fn without_layers_they_are_windows_of_a_fixed_size() {
    let (mut stage, client, _peer) = elsewhere(&["--without=zwlr_layer_shell_v1"]);
    for (name, kind) in [("note", "NOTIFICATION"), ("hint", ""), ("bar", "NORMAL")] {
        let new = New { name, ..New::popup(0xe0_e0_40, (700, 650), (300, 90)) };
        client.map(of_kind(&client, kind, &new));
        stage.host().wait_for_window(name);
        leave_x(&mut stage, &client, name);
    }
    assert!(popups(&mut stage, "chat").is_empty());
    let note = stage.host().wait_for_window("note");
    assert_eq!(note.geometry[2..], [300, 90]);
    assert_eq!(note.all["surfaces"][0]["said"]["min"], serde_json::json!([300, 90]));
    assert_eq!(note.all["surfaces"][0]["said"]["max"], serde_json::json!([300, 90]));
    stage.end();
}

#[test]
fn a_launcher_that_grabs_the_keyboard_gets_it() {
    for (before, by_root) in [(true, true), (false, true), (false, false)] {
        let mut stage = Stage::new();
        let peer = Peer::show(&stage.runtime.join("host"), "wayland");
        stage.host().wait_for_window("wayland");
        let client = stage.client();
        let menu = client.create(&New::popup(0x22_22_22, (0, 0), (800, 20)));
        let grab = |window| {
            let mode = GrabMode::ASYNC;
            let reply = client.x.grab_keyboard(true, window, 0u32, mode, mode).unwrap();
            assert_eq!(reply.reply().unwrap().status, GrabStatus::SUCCESS);
        };
        if before {
            grab(client.root);
        }
        client.map(menu);
        if !before {
            // Until the client sets its input region, it gets no input.
            wait_for("it", || {
                let shown = layers(&mut stage).len() + stage.host().windows().unwrap().len();
                (shown == 2).then_some(())
            });
            grab(if by_root { client.root } else { menu });
        }
        if before {
            wait_for("the keyboard", || {
                layers(&mut stage).first().filter(|l| l["keyboard"] == true).map(drop)
            });
        }
        // Before the host has given it the keyboard, keys go to another window.
        wait_for("a key", || {
            for state in ["press", "release"] {
                stage.host().ask(&format!("key 30 {state}")).unwrap();
            }
            while let Some(event) = client.x.poll_for_event().unwrap() {
                if matches!(event, Event::KeyPress(key) if key.detail == 38) {
                    return Some(());
                }
            }
            None
        });
        if before {
            client.x.ungrab_keyboard(0u32).unwrap();
            client.x.sync().unwrap();
            wait_for("the keyboard's end", || {
                layers(&mut stage).first().filter(|l| l["keyboard"] == false).map(drop)
            });
        }
        drop(peer);
        stage.end();
    }
}

#[test]
fn overlays_without_input_are_not_windows() {
    let mut stage = Stage::new();
    let client = stage.client();
    let (width, height) = (260, 80);
    let overlay = client.create(&New::popup(0xc0_00_00, (700, 600), (width, height)));
    let ordering = ClipOrdering::UNSORTED;
    client.x.shape_rectangles(SO::SET, SK::INPUT, ordering, overlay, 0, 0, &[]).unwrap();
    client.map(overlay);
    stage.host().wait_for_colour([700, 600, 260, 80], "c00000");
    assert!(titles(&mut stage).is_empty());
    assert_eq!(layers(&mut stage).len(), 1);
    stage.end();
}

#[test]
fn an_override_redirect_game_fills_the_screen() {
    let mut stage = Stage::new();
    let client = stage.client();
    let size = client.x.setup().roots[0].clone();
    let size = (size.width_in_pixels, size.height_in_pixels);
    let game = New { name: "game", ..New::popup(0x33_66_99, (0, 0), size) };
    client.map(client.create(&game));
    let shown = stage.host().wait_for_window("game");
    wait_for("fullscreen", || {
        let states = stage.host().wait_for_window("game").all["states"].to_string();
        states.contains("fullscreen").then_some(())
    });
    assert_eq!(shown.geometry[2..], [i64::from(size.0), i64::from(size.1)]);
    stage.end();
}

#[test]
fn managed_windows_that_are_popups_by_their_hints_are_popups() {
    let mut stage = Stage::new();
    let mut client = stage.client();
    let main = client.show(&New::named("main", 0xff_00_00));
    stage.host().wait_for_window("main");
    let [x, y, ..] = client.geometry(main);
    let place = ((x + 30) as i16, (y + 40) as i16);
    let bare = |kind: &str, motif: [u32; 5], input: u32| {
        let new = New { place, size: (60, 80), colour: 0x00_00_ff, ..New::named("menu", 0) };
        let window = of_kind(&client, kind, &new);
        client.set_numbers(window, "_MOTIF_WM_HINTS", "_MOTIF_WM_HINTS", &motif);
        client.set_numbers(window, "WM_HINTS", "WM_HINTS", &[1, input, 0, 0, 0, 0, 0, 0, 0]);
        let skip = client.atom("_NET_WM_STATE_SKIP_TASKBAR");
        client.set_numbers(window, "_NET_WM_STATE", "ATOM", &[skip]);
        window
    };
    let menus = [
        bare("NORMAL", [3, 0, 0, 0, 0], 1),
        bare("UTILITY", [2, 0, 0, 0, 0], 1),
        bare("NORMAL", [2, 0, 0, 0, 0], 0),
    ];
    for menu in menus {
        client.map(menu);
        wait_for("a menu", || {
            (popups(&mut stage, "main") == [serde_json::json!([30, 40, 60, 80])]).then_some(())
        });
        let [wx, wy, ..] = stage.host().wait_for_window("main").geometry;
        stage.host().wait_for_colour([wx + 30, wy + 40, 60, 80], "0000ff");
        // Its client moves it by asking the window manager.
        client.configure(menu, &ConfigureWindowAux::new().x(x + 50).y(y + 50).width(70));
        wait_for("it elsewhere", || {
            (popups(&mut stage, "main") == [serde_json::json!([50, 50, 70, 80])]).then_some(())
        });
        stage.host().wait_for_colour([wx + 50, wy + 50, 70, 80], "0000ff");
        client.unmap(menu);
        wait_for("its end", || popups(&mut stage, "main").is_empty().then_some(()));
    }
    assert_eq!(titles(&mut stage), ["main"]);
    // With Motif functions it is a window.
    client.map(bare("NORMAL", [3, 0x2c, 0, 0, 0], 0));
    stage.host().wait_for_window("menu");
    client.wait("its place", |_| Some(()));
    stage.end();
}

#[test]
fn a_rule_says_which_managed_windows_are_popups() {
    let runtime = carafe_fixture::process::RuntimeDir::new();
    let rules = runtime.join("rules");
    let rule = |class: &str, what: &str| {
        format!("sommelier {{ condition {{ wm_class: \"{class}\" }} {what}: FEATURE_X11_POPUP }}\n")
    };
    std::fs::write(&rules, rule("list", "enable") + &rule("tool", "disable")).unwrap();
    let option = format!("--quirks-config={}", rules.display());
    let mut stage = Stage::with(&[], &[&option]);
    let client = stage.client();
    client.show(&New::named("main", 0xff_00_00));
    stage.host().wait_for_window("main");
    client.show(&New::named("list", 0x00_ff_00));
    wait_for("a popup", || (popups(&mut stage, "main").len() == 1).then_some(()));
    let tool = of_kind(&client, "UTILITY", &New::named("tool", 0x00_00_ff));
    client.set_numbers(tool, "_MOTIF_WM_HINTS", "_MOTIF_WM_HINTS", &[2, 0, 0, 0, 0]);
    client.map(tool);
    stage.host().wait_for_window("tool");
    assert_eq!(titles(&mut stage), ["main", "tool"]);
    // Without a parent it is a window.
    let other = stage.client();
    other.show(&New::named("list", 0x00_ff_00));
    stage.host().wait_for_window("list");
    stage.end();
}

#[test]
fn a_window_may_be_managed_now_and_a_popup_later() {
    let mut stage = Stage::new();
    let client = stage.client();
    let main = client.show(&New::named("main", 0xff_00_00));
    stage.host().wait_for_window("main");
    let menu = client.create(&New::named("menu", 0x00_00_ff));
    let [x, y, ..] = client.geometry(main);
    for _ in 0..2 {
        client.map(menu);
        stage.host().wait_for_window("menu");
        client.unmap(menu);
        let redirect = |on| {
            let values =
                x11rb::protocol::xproto::ChangeWindowAttributesAux::new().override_redirect(on);
            client.x.change_window_attributes(menu, &values).unwrap();
        };
        redirect(1);
        client.configure(menu, &ConfigureWindowAux::new().x(x + 30).y(y + 40));
        client.set_numbers(menu, "WM_TRANSIENT_FOR", "WINDOW", &[main]);
        client.map(menu);
        wait_for("a popup", || {
            (popups(&mut stage, "main") == [serde_json::json!([30, 40, 200, 150])]).then_some(())
        });
        assert_eq!(titles(&mut stage), ["main"]);
        client.unmap(menu);
        redirect(0);
        client.x.delete_property(menu, AtomEnum::WM_TRANSIENT_FOR.into()).unwrap();
    }
    stage.end();
}

#[test]
fn a_popups_own_shadow_is_not_part_of_its_geometry() {
    let mut stage = Stage::new();
    let client = stage.client();
    let main = client.show(&New::named("main", 0xff_00_00));
    stage.host().wait_for_window("main");
    stage.host().ask("place main 0 100").unwrap();
    let [x, y, ..] = client.geometry(main);
    // A menu at the window's edge, with six pixels of shadow on the left and eight above.
    let new = New::popup(0x00_00_ff, ((x - 6) as i16, (y + 12) as i16), (72, 88));
    let menu = of_kind(&client, "POPUP_MENU", &new);
    client.set_numbers(menu, "_GTK_FRAME_EXTENTS", "CARDINAL", &[6, 6, 8, 10]);
    client.set_numbers(menu, "WM_TRANSIENT_FOR", "WINDOW", &[main]);
    client.map(menu);
    wait_for("the menu", || {
        (popups(&mut stage, "main") == [serde_json::json!([0, 20, 60, 70])]).then_some(())
    });
    // It has not moved, though the shadow is off screen.
    assert_eq!(client.geometry(menu)[..2], [x - 6, y + 12]);
    stage.host().wait_for_colour([0, 120, 60, 70], "0000ff");
    // The shadow moves with it.
    client.configure(menu, &ConfigureWindowAux::new().x(x + 24).y(y + 22));
    wait_for("the menu elsewhere", || {
        (popups(&mut stage, "main") == [serde_json::json!([30, 30, 60, 70])]).then_some(())
    });
    stage.end();
}

#[test]
fn a_notification_takes_no_room_on_sway() {
    let host = Host::sway();
    let mut carafe = on(&host);
    let client = carafe.client();
    let at = |x, y| Picture::decode(host.screenshot().bytes()).at(x, y);
    client.show(&New::named("chat", 0xff_00_00));
    wait_for("the window", || (at(50, 50)? == 0xff_00_00).then_some(()));
    for _ in 0..2 {
        let note = of_kind(&client, "NOTIFICATION", &New::popup(0xe0_e0_40, (700, 600), (300, 90)));
        client.map(note);
        wait_for("the message", || {
            let corners = [at(700, 600)?, at(999, 689)?];
            (corners == [0xe0_e0_40; 2]).then_some(())
        });
        assert_eq!(host.tree().matches("\"app_id\": \"chat\"").count(), 1);
        assert!(!host.tree().contains("\"app_id\": \"\""), "{}", host.tree());
        client.destroy(note);
        wait_for("its end", || (at(700, 600)? != 0xe0_e0_40).then_some(()));
    }
    carafe.stop();
}

#[test]
fn a_popup_that_the_host_dismisses_is_unmapped() {
    let mut stage = Stage::new();
    let mut client = stage.client();
    let main = client.show(&New::named("main", 0xff_00_00));
    let [wx, wy, ..] = stage.host().wait_for_window("main").geometry;
    let [x, y, ..] = client.geometry(main);
    let place = ((x + 30) as i16, (y + 40) as i16);
    let menu = client.create(&New::popup(0x00_00_ff, place, (60, 80)));
    client.set_numbers(menu, "WM_TRANSIENT_FOR", "WINDOW", &[main]);
    for _ in 0..2 {
        client.map(menu);
        wait_for("the menu", || (popups(&mut stage, "main").len() == 1).then_some(()));
        // A popup that the host dismisses before it has configured it is shown once more.
        stage.host().wait_for_colour([wx + 30, wy + 40, 60, 80], "0000ff");
        stage.host().ask("dismiss").unwrap();
        client.wait("word of its end", |event| match event {
            Event::UnmapNotify(event) => (event.window == menu).then_some(()),
            _ => None,
        });
        let state = client.x.get_window_attributes(menu).unwrap().reply().unwrap().map_state;
        assert_eq!(state, x11rb::protocol::xproto::MapState::UNMAPPED);
        wait_for("its end", || popups(&mut stage, "main").is_empty().then_some(()));
    }
    // Nobody typed anything.
    let typed = client.events.iter().any(|event| matches!(event, Event::KeyPress(_)));
    assert!(!typed, "{:?}", client.events);
    stage.end();
}
