//! The visible effects of sommelier's options for X11.

use std::path::Path;

use carafe_fixture::process::{Process, command, wait_for};
use x11rb::protocol::randr::{self, ConnectionExt as _};
use x11rb::protocol::xproto::{AtomEnum, ConnectionExt};

use crate::client::{Client, New};
use crate::stage::Stage;

const FULLSCREEN: &str = "_NET_WM_STATE_FULLSCREEN";

fn show_fullscreen(client: &Client, name: &'static str, size: (u16, u16)) -> u32 {
    let window = client.create(&New { size, ..New::named(name, 0xff_00_00) });
    let state = client.atom(FULLSCREEN);
    client.set_numbers(window, "_NET_WM_STATE", "ATOM", &[state]);
    client.map(window);
    window
}

fn is_fullscreen(client: &Client, window: u32) -> bool {
    client.states(window).contains(&"fullscreen".to_owned())
}

fn wait_for_host_size(stage: &mut Stage, name: &str, size: [i64; 2]) -> [i64; 2] {
    wait_for(&format!("{size:?} at the host"), || {
        let [x, y, width, height] = stage.host().wait_for_window(name).geometry;
        ([width, height] == size).then_some([x, y])
    })
}

#[test]
fn only_the_client_ends_fullscreen() {
    for (options, kept) in [(&["--only-client-can-exit-fullscreen"][..], true), (&[], false)] {
        let mut stage = Stage::with(&[], options);
        let mut client = stage.client();
        let window = show_fullscreen(&client, "game", (200, 150));
        client.wait_for_size(window, (1024, 768));
        wait_for("the state", || is_fullscreen(&client, window).then_some(()));
        stage.host().ask("restore game").unwrap();
        client.wait_for_size(window, (200, 150));
        stage.host().ask("sync").unwrap();
        wait_for("the states", || client.states(window).contains(&"focused".into()).then_some(()));
        wait_for("the right state", || (is_fullscreen(&client, window) == kept).then_some(()));
        client.ask(window, "_NET_WM_STATE", [0, client.atom(FULLSCREEN), 0, 1, 0]);
        wait_for("the state's end", || (!is_fullscreen(&client, window)).then_some(()));
        stage.end();
    }
}

#[test]
fn configures_without_a_state_are_not_followed() {
    let mut stage = Stage::with(&[], &["--ignore-stateless-toplevel-configure"]);
    let mut client = stage.client();
    let window = client.show(&New::named("red", 0xff_00_00));
    stage.host().wait_for_window("red");
    client.show(&New::named("other", 0xff));
    stage.host().wait_for_window("other");
    stage.host().ask("configure red 320 240").unwrap();
    stage.host().ask("sync").unwrap();
    // In front, it is activated, so a state is sent.
    stage.host().ask("focus other").unwrap();
    wait_for_host_size(&mut stage, "red", [200, 150]);
    assert_eq!(client.geometry(window)[2..], [200, 150]);
    stage.host().ask("focus red").unwrap();
    client.wait_for_size(window, (320, 240));
    wait_for_host_size(&mut stage, "red", [320, 240]);
    stage.end();
}

/// Changes the screen's size for a client, as games do.
fn change_screen(client: &Client, (width, height): (u16, u16)) {
    let x = &client.x;
    let resources = x.randr_get_screen_resources(client.root).unwrap().reply().unwrap();
    let mode = resources.modes.iter().find(|mode| (mode.width, mode.height) == (width, height));
    let (mode, crtc) = (mode.expect("a mode").id, resources.crtcs[0]);
    let (now, outputs) = (resources.config_timestamp, &resources.outputs);
    let rotation = randr::Rotation::ROTATE0;
    let set = x.randr_set_crtc_config(crtc, 0, now, 0, 0, mode, rotation, outputs);
    assert_eq!(set.unwrap().reply().unwrap().status, randr::SetConfig::SUCCESS);
}

#[test]
fn a_screen_that_xwayland_emulates_counts_if_asked() {
    for (options, size) in [
        (&["--allow-xwayland-emulate-screen-pos-size"][..], (640, 480)),
        (&[], (1024, 768)),
        // Both together: Xwayland and carafe both set the surface's size.
        (&["--allow-xwayland-emulate-screen-pos-size", "--viewport-resize"], (640, 480)),
    ] {
        let mut stage = Stage::with(&[], options);
        let client = stage.client();
        let window = show_fullscreen(&client, "game", (640, 480));
        stage.host().wait_for_colour([0, 0, 1024, 768], "ff0000");
        change_screen(&client, (640, 480));
        wait_for(&format!("a size of {size:?}"), || {
            let [x, y, width, height] = client.geometry(window);
            ([x, y, width, height] == [0, 0, size.0, size.1]).then_some(())
        });
        stage.host().wait_for_colour([0, 0, 1024, 768], "ff0000");
        // Xwayland 22.1 does not apply its scale to the place where the pointer enters.
        stage.host().ask("pointer move 500 300").unwrap();
        stage.host().ask("pointer move 512 384").unwrap();
        let middle = ((size.0 / 2) as i16, (size.1 / 2) as i16);
        wait_for("the pointer in the middle", || {
            let pointer = client.x.query_pointer(window).unwrap().reply().unwrap();
            ((pointer.win_x, pointer.win_y) == middle).then_some(())
        });
        stage.end();
    }
}

#[test]
fn a_contained_game_on_a_screen_of_its_own() {
    let rules = tempfile::NamedTempFile::new().unwrap();
    let text = "sommelier { condition { steam_game_id: 7 } enable: FEATURE_CONTAINERIZE_WINDOWS }";
    std::fs::write(rules.path(), text).unwrap();
    let option = format!("--quirks-config={}", rules.path().display());
    let mut stage = Stage::with(&[], &[&option, "--allow-xwayland-emulate-screen-pos-size"]);
    let client = stage.client();
    let window = show_fullscreen(&client, "steam_app_7", (640, 480));
    stage.host().wait_for_colour([0, 0, 1024, 768], "ff0000");
    change_screen(&client, (640, 480));
    stage.host().ask("restore steam_app_7").unwrap();
    stage.host().ask("configure steam_app_7 512 384").unwrap();
    let [x, y] = wait_for_host_size(&mut stage, "steam_app_7", [512, 384]);
    stage.host().wait_for_colour([x, y, 512, 384], "ff0000");
    wait_for("its own size", || (client.geometry(window)[2..] == [640, 480]).then_some(()));
    stage.host().ask(&format!("pointer move {} {}", x + 100, y + 90)).unwrap();
    stage.host().ask(&format!("pointer move {} {}", x + 128, y + 96)).unwrap();
    wait_for("the pointer", || {
        let pointer = client.x.query_pointer(window).unwrap().reply().unwrap();
        ((pointer.win_x, pointer.win_y) == (160, 120)).then_some(())
    });
    stage.end();
}

#[test]
fn the_density_is_the_nearest_that_may_be_told() {
    let stage = Stage::with(&["--scale=2"], &["--dpi=96,160,300"]);
    let client = stage.client();
    wait_for("a density", || {
        let property = AtomEnum::RESOURCE_MANAGER;
        let reply = client.x.get_property(false, client.root, property, AtomEnum::STRING, 0, 1024);
        let text = String::from_utf8(reply.unwrap().reply().unwrap().value).unwrap();
        text.contains("Xft.dpi:\t160").then_some(())
    });
    stage.end();
}

#[test]
fn xwayland_is_started_as_asked() {
    let fonts = tempfile::tempdir().unwrap();
    std::fs::write(fonts.path().join("fonts.dir"), "0\n").unwrap();
    let fonts = fonts.path().display().to_string();
    let stage = Stage::with(
        &[],
        &[
            "--xwayland-cmd-prefix=env CARAFE_TEST=\"two words\"",
            "--xwayland-gl-driver-path=/nowhere/dri",
            &format!("--x-font-path={fonts},built-ins"),
        ],
    );
    let client = stage.client();
    let paths = client.x.get_font_path().unwrap().reply().unwrap().path;
    let paths: Vec<_> =
        paths.into_iter().map(|path| String::from_utf8(path.name).unwrap()).collect();
    assert_eq!(paths, [fonts, "built-ins".to_owned()]);
    let pid = stage.carafe.xwayland().expect("an Xwayland");
    let environment = std::fs::read(format!("/proc/{pid}/environ")).unwrap();
    let has = |wanted: &str| environment.split(|byte| *byte == 0).any(|v| v == wanted.as_bytes());
    assert!(has("CARAFE_TEST=two words") && has("LIBGL_DRIVERS_PATH=/nowhere/dri"));
    stage.end();
}

/// As ChromeOS's units do it: a shell runs `sommelierrc`, and X11 works after its end.
#[test]
fn the_first_program_finds_both_displays_and_x11_goes_on_without_it() {
    let mut stage = Stage::new();
    let rc = stage.runtime.join("sommelierrc");
    std::fs::write(&rc, "echo \"$DISPLAY $WAYLAND_DISPLAY\" > \"$0.told\"\n").unwrap();
    let mut carafe = command(env!("CARGO_BIN_EXE_carafe"), &stage.runtime);
    carafe.arg(format!("--display={}", stage.host.socket().display()));
    carafe.args(["-X", "--no-exit-with-child", "--sd-notify=READY=1", "sh"]).arg(&rc);
    carafe.stderr(std::process::Stdio::null());
    let _carafe = Process::start(&mut carafe);
    let told = format!("{}.told", rc.display());
    let told = wait_for("the program's word", || {
        std::fs::read_to_string(Path::new(&told)).ok().filter(|text| text.ends_with('\n'))
    });
    let (display, wayland) = told.trim().split_once(' ').expect("two displays");
    assert!(display.starts_with(':') && !wayland.is_empty(), "{told}");
    let client = Client::connect(display);
    client.show(&New::named("later", 0xff_00_00));
    stage.host().wait_for_window("later");
}
