//! The effects of `--quirks-config` on single games.

use carafe_fixture::process::wait_for;
use x11rb::protocol::Event;
use x11rb::protocol::xproto::ConnectionExt;

use crate::client::{Client, New};
use crate::stage::Stage;

/// A stage with a feature for the game 7.
fn stage(feature: &str, host: &[&str]) -> Stage {
    let rules = tempfile::NamedTempFile::new().unwrap();
    let text = format!("sommelier {{ condition {{ steam_game_id: 7 }} enable: {feature} }}");
    std::fs::write(rules.path(), text).unwrap();
    Stage::with(host, &[&format!("--quirks-config={}", rules.path().display())])
}

/// A window of a game, not yet mapped.
fn game(client: &Client, name: &'static str, size: (u16, u16)) -> u32 {
    let window = client.create(&New { size, ..New::named(name, 0xff_00_00) });
    client.set_numbers(window, "STEAM_GAME", "CARDINAL", &[7]);
    window
}

fn fix_size(client: &Client, window: u32, (width, height): (u32, u32)) {
    let mut hints = [0; 18];
    hints[0] = 1 << 4 | 1 << 5;
    hints[5..9].copy_from_slice(&[width, height, width, height]);
    client.set_numbers(window, "WM_NORMAL_HINTS", "WM_SIZE_HINTS", &hints);
}

/// Waits until a window has the keyboard, and forgets earlier events.
fn wait_for_keyboard(client: &mut Client, window: u32) {
    client.wait("the keyboard", |event| match event {
        Event::FocusIn(event) if event.event == window => Some(()),
        _ => None,
    });
    client.events.clear();
}

fn wait_for_host_size(stage: &mut Stage, name: &str, size: [i64; 2]) -> [i64; 2] {
    wait_for(&format!("{size:?} at the host"), || {
        let [x, y, width, height] = stage.host().wait_for_window(name).geometry;
        ([width, height] == size).then_some([x, y])
    })
}

#[test]
fn a_contained_game_sees_itself_as_fullscreen() {
    let mut stage = stage("FEATURE_CONTAINERIZE_WINDOWS", &[]);
    let mut client = stage.client();
    let window = game(&client, "game", (640, 480));
    let state = client.atom("_NET_WM_STATE_FULLSCREEN");
    client.set_numbers(window, "_NET_WM_STATE", "ATOM", &[state]);
    client.map(window);
    client.wait_for_size(window, (1024, 768));
    stage.host().wait_for_colour([0, 0, 1024, 768], "ff0000");
    // The user ends its fullscreen state.
    stage.host().ask("restore game").unwrap();
    stage.host().ask("configure game 512 384").unwrap();
    let [x, y] = wait_for_host_size(&mut stage, "game", [512, 384]);
    assert_eq!(client.geometry(window), [0, 0, 1024, 768]);
    assert!(client.states(window).contains(&"fullscreen".to_owned()));
    stage.host().ask(&format!("pointer move {} {}", x + 256, y + 100)).unwrap();
    wait_for("the pointer", || {
        let pointer = client.x.query_pointer(window).unwrap().reply().unwrap();
        ((pointer.win_x, pointer.win_y) == (512, 200)).then_some(())
    });
    stage.end();
}

#[test]
fn a_contained_game_keeps_its_size_or_follows_if_it_can() {
    let mut stage = stage("FEATURE_CONTAINERIZE_WINDOWS", &[]);
    let mut client = stage.client();
    let fixed = game(&client, "fixed", (800, 600));
    fix_size(&client, fixed, (800, 600));
    client.map(fixed);
    stage.host().wait_for_window("fixed");
    stage.host().ask("configure fixed 400 300").unwrap();
    wait_for_host_size(&mut stage, "fixed", [400, 300]);
    assert_eq!(client.geometry(fixed)[2..], [800, 600]);

    let free = game(&client, "free", (300, 200));
    client.map(free);
    stage.host().wait_for_window("free");
    stage.host().ask("configure free 512 384").unwrap();
    client.wait_for_size(free, (512, 384));

    // Without a frame, it is as large as the screen.
    let bare = game(&client, "bare", (300, 200));
    client.set_numbers(bare, "_MOTIF_WM_HINTS", "_MOTIF_WM_HINTS", &[2, 0, 0, 0, 0]);
    client.map(bare);
    stage.host().wait_for_window("bare");
    stage.host().ask("configure bare 512 384").unwrap();
    client.wait_for_size(bare, (1024, 768));
    wait_for_host_size(&mut stage, "bare", [512, 384]);

    // A small window of fixed size is not a game, nor is another program's window.
    let small = game(&client, "small", (200, 100));
    fix_size(&client, small, (200, 100));
    client.map(small);
    stage.host().wait_for_window("small");
    stage.host().ask("configure small 400 200").unwrap();
    stage.host().ask("sync").unwrap();
    wait_for_host_size(&mut stage, "small", [200, 100]);
    stage.end();
}

#[test]
fn a_minimized_game_sees_its_window_unmapped_and_mapped_again() {
    const ICONIC: u32 = 3;
    let mut stage = stage("FEATURE_BLACK_SCREEN_FIX", &[]);
    let mut client = stage.client();
    let window = game(&client, "game", (200, 150));
    client.map(window);
    stage.host().wait_for_window("game");
    let other = client.show(&New::named("other", 0xff));
    stage.host().wait_for_window("other");
    // Each new window gets the keyboard, so the game may have had it before.
    wait_for_keyboard(&mut client, other);
    stage.host().ask("focus game").unwrap();
    wait_for_keyboard(&mut client, window);

    client.ask(window, "WM_CHANGE_STATE", [ICONIC, 0, 0, 0, 0]);
    client.wait("an unmapping", |event| match event {
        Event::UnmapNotify(event) if event.window == window => Some(()),
        _ => None,
    });
    wait_for("an icon", || (client.numbers(window, "WM_STATE")[0] == ICONIC).then_some(()));
    // A request of a minimized window waits.
    let state = client.atom("_NET_WM_STATE_FULLSCREEN");
    client.ask(window, "_NET_WM_STATE", [1, state, 0, 1, 0]);
    stage.host().ask("focus other").unwrap();
    stage.host().ask("sync").unwrap();
    wait_for_host_size(&mut stage, "game", [200, 150]);

    stage.host().ask("focus game").unwrap();
    client.wait("a mapping", |event| match event {
        Event::MapNotify(event) if event.window == window => Some(()),
        _ => None,
    });
    wait_for("a window", || (client.numbers(window, "WM_STATE")[0] == 1).then_some(()));
    client.wait_for_size(window, (1024, 768));
    stage.end();
}

#[test]
fn a_game_is_not_told_that_it_is_maximized() {
    let mut stage = stage("FEATURE_FORCE_X11_UNMAXIMIZE", &[]);
    let mut client = stage.client();
    let window = game(&client, "game", (200, 150));
    client.map(window);
    stage.host().wait_for_window("game");
    let [vert, horz] = ["_NET_WM_STATE_MAXIMIZED_VERT", "_NET_WM_STATE_MAXIMIZED_HORZ"]
        .map(|name| client.atom(name));
    client.ask(window, "_NET_WM_STATE", [1, vert, horz, 1, 0]);
    client.wait_for_size(window, (1024, 768));
    stage.host().ask("sync").unwrap();
    assert_eq!(client.states(window), ["focused"]);
    stage.end();
}

#[test]
fn the_first_use_of_an_unknown_feature_is_a_warning_with_its_line() {
    let rules = tempfile::NamedTempFile::new().unwrap();
    let text = "sommelier {\n condition { always: true }\n enable: FEATURE_OF_TOMORROW\n\
                enable: FEATURE_VIEWPORT_RESIZE\n}";
    std::fs::write(rules.path(), text).unwrap();
    let stage = Stage::with(&[], &[&format!("--quirks-config={}", rules.path().display())]);
    let wanted = "line 3: unknown feature FEATURE_OF_TOMORROW is ignored";
    wait_for("the log", || stage.carafe.log().contains(wanted).then_some(()));
}

#[test]
fn features_that_rules_switch_on_are_written_to_the_window() {
    const APPLIED: &str = "SOMMELIER_QUIRK_APPLIED";
    let mut stage = stage("FEATURE_BLACK_SCREEN_FIX", &[]);
    let client = stage.client();
    let (window, other) =
        (game(&client, "game", (300, 200)), client.create(&New::named("other", 0)));
    for (window, name) in [(other, "other"), (window, "game")] {
        client.map(window);
        stage.host().wait_for_window(name);
    }
    let is = |wanted: &str| (client.text(window, APPLIED) == wanted).then_some(());
    wait_for("the property", || is("FEATURE_BLACK_SCREEN_FIX"));
    assert_eq!(client.text(other, APPLIED), "");
    let line = "of game 7: FEATURE_BLACK_SCREEN_FIX";
    wait_for("the log", || stage.carafe.log().contains(line).then_some(()));
    client.set_numbers(window, "STEAM_GAME", "CARDINAL", &[8]);
    wait_for("no property any more", || is(""));
    stage.end();
}
