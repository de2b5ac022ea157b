//! `--enable-x11-move-windows`: clients place their windows, on hosts that allow it.

use carafe_fixture::process::wait_for;
use x11rb::protocol::xproto::ConfigureWindowAux;

use crate::client::{Client, New};
use crate::stage::Stage;

const OPTION: &str = "--enable-x11-move-windows";

/// Maps a window that wants to be at a place.
fn show_at(client: &Client, name: &'static str, place: (i16, i16)) -> u32 {
    let window = client.create(&New { place, ..New::named(name, 0xff_00_00) });
    let mut hints = [0; 18];
    // The user's place (ICCCM 4.1.2.3).
    hints[0] = 1;
    client.set_numbers(window, "WM_NORMAL_HINTS", "WM_SIZE_HINTS", &hints);
    client.map(window);
    window
}

fn wait_for_place(stage: &mut Stage, name: &str, place: [i64; 4]) {
    wait_for(&format!("{name} at {place:?}"), || {
        (stage.host().wait_for_window(name).geometry == place).then_some(())
    });
}

fn wait_for_geometry(client: &Client, window: u32, place: [i32; 4]) {
    wait_for(&format!("{place:?} in X"), || (client.geometry(window) == place).then_some(()));
}

#[test]
fn a_client_places_and_moves_its_window_and_hears_of_the_hosts_moves() {
    let mut stage = Stage::with(&["--aura"], &[OPTION]);
    let client = stage.client();
    let window = show_at(&client, "placed", (300, 400));
    wait_for_place(&mut stage, "placed", [300, 400, 200, 150]);
    assert_eq!(client.geometry(window), [300, 400, 200, 150]);
    client.configure(window, &ConfigureWindowAux::new().x(50).y(60));
    wait_for_place(&mut stage, "placed", [50, 60, 200, 150]);
    client.configure(window, &ConfigureWindowAux::new().x(70).width(220).height(160));
    wait_for_place(&mut stage, "placed", [70, 60, 220, 160]);
    // _NET_MOVERESIZE_WINDOW: x and y.
    client.ask(window, "_NET_MOVERESIZE_WINDOW", [3 << 8, 10, 20, 0, 0]);
    wait_for_place(&mut stage, "placed", [10, 20, 220, 160]);
    stage.host().ask("place placed 500 300").unwrap();
    wait_for_geometry(&client, window, [500, 300, 220, 160]);
    // Popups follow it.
    let menu = client.create(&New::popup(0xff, (520, 330), (50, 40)));
    client.set_numbers(menu, "WM_TRANSIENT_FOR", "WINDOW", &[window]);
    client.map(menu);
    stage.host().wait_for_colour([520, 330, 50, 40], "0000ff");
    stage.end();
}

#[test]
fn places_are_the_hosts_on_dense_screens() {
    let mut stage = Stage::with(&["--aura", "--scale=2", "--size=1600x1200"], &[OPTION]);
    let client = stage.client();
    let window = show_at(&client, "placed", (300, 400));
    wait_for_place(&mut stage, "placed", [150, 200, 100, 75]);
    stage.host().ask("place placed 100 50").unwrap();
    wait_for_geometry(&client, window, [200, 100, 200, 150]);
    stage.end();
}

#[test]
fn without_the_option_the_host_places_windows() {
    let mut stage = Stage::with(&["--aura"], &[]);
    let client = stage.client();
    let window = show_at(&client, "placed", (300, 400));
    let before = stage.host().wait_for_window("placed").geometry;
    client.configure(window, &ConfigureWindowAux::new().x(50).y(60));
    stage.host().ask("sync").unwrap();
    assert_eq!(stage.host().wait_for_window("placed").geometry, before);
    stage.end();
}

#[test]
fn a_host_that_cannot_is_named_once() {
    let mut stage = Stage::with(&[], &[OPTION]);
    let client = stage.client();
    for name in ["one", "two"] {
        show_at(&client, name, (300, 400));
        stage.host().wait_for_window(name);
    }
    let text = "the host has no zaura_shell of version 29";
    let said = || stage.carafe.log().matches(text).count();
    wait_for("the log", || (said() > 0).then_some(()));
    assert_eq!(said(), 1, "{}", stage.carafe.log());
}

#[test]
fn a_rule_is_for_single_games() {
    let rules = tempfile::NamedTempFile::new().unwrap();
    let text = "sommelier { condition { steam_game_id: 7 } enable: FEATURE_X11_MOVE_WINDOWS }";
    std::fs::write(rules.path(), text).unwrap();
    let option = format!("--quirks-config={}", rules.path().display());
    let mut stage = Stage::with(&["--aura"], &[&option]);
    let client = stage.client();
    show_at(&client, "other", (300, 400));
    let [x, y, ..] = stage.host().wait_for_window("other").geometry;
    assert_ne!([x, y], [300, 400]);
    // Its class names its game.
    show_at(&client, "steam_app_7", (300, 400));
    wait_for_place(&mut stage, "steam_app_7", [300, 400, 200, 150]);
    stage.end();
}
