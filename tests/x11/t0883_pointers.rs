//! The pointer over windows that set none: the arrow of the user's theme, in the size that X
//! programs learn, with any scale.

use std::path::Path;
use std::process::Command;

use carafe_fixture::process::{RuntimeDir, command};
use carafe_host::StandIn;
use serde_json::{Value, json};
use x11rb::protocol::xproto::AtomEnum;

use crate::client::{Client, New};
use crate::stage::{Carafe, Stage};

/// A cursor file with a picture of one colour for each size; the hot spot is its middle.
fn cursor(sizes: &[(u32, u32)]) -> Vec<u8> {
    let count = u32::try_from(sizes.len()).unwrap();
    let mut words = vec![16, 0x1_0000, count];
    let mut at = 16 + 12 * count;
    for (size, _) in sizes {
        words.extend([0xfffd_0002, *size, at]);
        at += 36 + 4 * size * size;
    }
    for (size, colour) in sizes {
        words.extend([36, 0xfffd_0002, *size, 1, *size, *size, size / 2, size / 2, 0]);
        words.extend((0..size * size).map(|_| *colour));
    }
    let words = words.into_iter().flat_map(u32::to_le_bytes);
    b"Xcur".iter().copied().chain(words).collect()
}

fn write_theme(icons: &Path, name: &str, sizes: &[(u32, u32)]) {
    let dir = icons.join(name).join("cursors");
    std::fs::create_dir_all(&dir).unwrap();
    std::fs::write(dir.join("left_ptr"), cursor(sizes)).unwrap();
}

/// A stage whose carafe finds themes in the test's folder.
fn stage(host: &[&str], args: &[&str], set: impl FnOnce(&Path, &mut Command)) -> Stage {
    let runtime = RuntimeDir::new();
    let host = StandIn::start(&runtime, host);
    let icons = runtime.join("icons");
    std::fs::create_dir_all(&icons).unwrap();
    let mut carafe = command(env!("CARGO_BIN_EXE_carafe"), &runtime);
    carafe.arg(format!("--display={}", StandIn::DISPLAY)).args(args);
    carafe.env("XCURSOR_PATH", &icons).env_remove("XCURSOR_SIZE").env_remove("XCURSOR_THEME");
    set(&icons, &mut carafe);
    Stage { carafe: Carafe::run(carafe, &runtime), host, runtime }
}

/// Shows a window and puts the pointer onto it.
fn point(stage: &mut Stage) -> (Client, [i64; 2]) {
    let client = stage.client();
    client.show(&New::named("blue", 0x00_00_ff));
    let [x, y, width, height] = stage.host().wait_for_window("blue").geometry;
    let place = [x + width / 2, y + height / 2];
    for by in [5, 0] {
        stage.host().ask(&format!("pointer move {} {}", place[0] + by, place[1])).unwrap();
    }
    (client, place)
}

/// Waits until the cursor's surface has a side length at the host, and a number of pixels.
fn wait_for_cursor(stage: &mut Stage, side: i64, pixels: i64) {
    let mut seen = Value::Null;
    let wanted = (json!([side, side]), json!([pixels, pixels]));
    let deadline = std::time::Instant::now() + std::time::Duration::from_secs(20);
    while std::time::Instant::now() < deadline {
        stage.host().ask("sync").unwrap();
        seen = stage.host().ask("state").unwrap()["cursor_surfaces"].take();
        if (&seen[0]["size"], &seen[0]["buffer"]) == (&wanted.0, &wanted.1) {
            return;
        }
    }
    panic!("no cursor of {side} units and {pixels} pixels, but {seen}");
}

/// Whether the host shows a colour around a place in logical units, and not beyond.
fn shows(stage: &mut Stage, [x, y]: [i64; 2], scale: i64, half: i64, colour: &str) {
    let inside = [x - half, y - half, 2 * half, 2 * half].map(|at| at * scale);
    stage.host().wait_for_colour(inside, colour);
    stage.host().wait_for_colour([(x + half) * scale, (y - half) * scale, 8, 8], "0000ff");
    stage.host().wait_for_colour([(x - half) * scale - 8, (y - half) * scale, 8, 8], "0000ff");
}

const RED: (u32, u32) = (24, 0xffff_0000);
const GREEN: (u32, u32) = (48, 0xff00_ff00);
const GREY: (u32, u32) = (32, 0xff80_8080);

#[test]
fn it_is_the_themes_arrow_at_any_scale() {
    // The host's and carafe's arguments, the host's scale, the pixels, and the colour.
    for (host, args, scale, pixels, colour) in [
        (&[][..], &[][..], 1, 24, "ff0000"),
        // By default X's pixels are the host's there; with an option, half as large.
        (&["--scale=2", "--size=1600x1200"], &[], 2, 48, "00ff00"),
        (&["--scale=2", "--size=1600x1200"], &["--scale=2"], 2, 96, "00ff00"),
        (&[], &["--scale=2"], 1, 48, "00ff00"),
    ] {
        let mut stage = stage(host, args, |icons, carafe| {
            write_theme(icons, "signal", &[RED, GREEN]);
            carafe.env("XCURSOR_THEME", "signal");
        });
        let (_client, place) = point(&mut stage);
        wait_for_cursor(&mut stage, 24, pixels);
        if scale == 1 && pixels == 48 {
            // Half of its pixels are left.
            stage.host().wait_for_colour([place[0] - 10, place[1] - 10, 20, 20], colour);
        } else {
            shows(&mut stage, place, scale, 12, colour);
        }
        stage.end();
    }
}

#[test]
fn the_users_size_and_theme_count() {
    let mut stage = stage(&[], &[], |icons, carafe| {
        write_theme(icons, "signal", &[RED, GREEN]);
        write_theme(icons, "grey", &[GREY]);
        carafe.env("XCURSOR_THEME", "signal").env("XCURSOR_SIZE", "48");
    });
    let (client, place) = point(&mut stage);
    wait_for_cursor(&mut stage, 48, 48);
    shows(&mut stage, place, 1, 24, "00ff00");
    // Programs learn the same size.
    let resources = client.text(client.root, "RESOURCE_MANAGER");
    assert!(resources.contains("Xcursor.size:\t48\n"), "{resources}");
    // X resources count only for X, and can be set at any time.
    let users = "Xcursor.theme:\tgrey\nXcursor.size: 32\n";
    client.set_text(client.root, AtomEnum::RESOURCE_MANAGER.into(), users);
    wait_for_cursor(&mut stage, 32, 32);
    shows(&mut stage, place, 1, 16, "808080");
    stage.end();
}

#[test]
fn without_a_theme_it_is_an_arrow_of_carafes() {
    for (args, pixels) in [(&[][..], 24), (&["--scale=2"], 48)] {
        let mut stage = stage(&[], args, |_, _| {});
        let (_client, place) = point(&mut stage);
        wait_for_cursor(&mut stage, 24, pixels);
        let [x, y] = place;
        // Its hot spot is its tip, and it has more than two colours.
        let pixels = stage.host().pixels(x - 4, y - 3, 24, 24).unwrap();
        assert!(pixels.colours > 4, "{pixels:?}");
        stage.host().wait_for_colour([x - 10, y - 10, 6, 30], "0000ff");
        stage.end();
    }
}
