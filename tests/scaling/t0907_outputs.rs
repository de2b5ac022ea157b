//! The screens that clients get: in their real layout, plugged in, unplugged, changed.

use crate::app::App;
use crate::outputs::Output;
use crate::rig::{Path, Rig, device, proxied};
use crate::scales::{Knows, SCALES};

/// A screen of the host: its place and size in units, its scale.
type Screen = (&'static str, (i32, i32), (i32, i32), f64);

/// What a client should get: all lengths in its own units, rounded up, and a mode that fits the
/// scale.
fn expected(s: f64, (name, place, size, h): Screen) -> Output {
    let scale = (h / s).ceil().max(1.0) as i32;
    let up = |n: i32| (f64::from(n) * s - 1e-9).ceil() as i32;
    let near = |n: i32| (f64::from(n) * s).round() as i32;
    let logical_size = (up(size.0), up(size.1));
    let place = (near(place.0), near(place.1));
    Output {
        name: name.to_owned(),
        place,
        mode: (logical_size.0 * scale, logical_size.1 * scale),
        scale,
        logical_place: place,
        logical_size,
        ..Output::default()
    }
}

#[track_caller]
fn assert_told(what: &str, app: &mut App, s: f64, screens: &[Screen]) {
    app.outputs.update(&mut app.client);
    app.client.sync();
    let expected: Vec<_> = screens.iter().map(|screen| expected(s, *screen)).collect();
    let told: Vec<_> = app.outputs.all();
    assert!(told.iter().all(|output| output.done > 0), "{what}: {told:?}");
    let told: Vec<_> =
        told.into_iter().map(|output| Output { done: 0, physical: (0, 0), ..output }).collect();
    assert_eq!(told, expected, "{what}");
}

const FIRST: Screen = ("HOST-1", (0, 0), (800, 600), 1.0);
const SECOND: Screen = ("HOST-2", (800, 0), (400, 300), 2.0);
const THIRD: Screen = ("HOST-3", (-240, 120), (240, 120), 1.5);

fn outputs_are_told(path: Path, s: f64) {
    let what = format!("{path:?} S={s}");
    let mut rig = Rig::new(path, s, &["--size=800x600", "--output=HOST-2,800x600,2,800,0"]);
    let mut app = rig.app(Knows::Nothing);
    let _window = app.window("window", (200, 100));
    assert_told(&what, &mut app, s, &[FIRST, SECOND]);
    rig.ask("output HOST-3 360x180 1.5 -240 120");
    app.client.sync();
    assert_told(&format!("{what}, plugged in"), &mut app, s, &[FIRST, SECOND, THIRD]);
    rig.ask("unplug HOST-2");
    app.client.sync();
    assert_told(&format!("{what}, plugged out"), &mut app, s, &[FIRST, THIRD]);
    rig.ask("output HOST-3 240x120 1 800 0");
    let moved = ("HOST-3", (800, 0), (240, 120), 1.0);
    assert_told(&format!("{what}, changed"), &mut app, s, &[FIRST, moved]);
    // A later client gets the same.
    let mut late = rig.app(Knows::Nothing);
    assert_told(&format!("{what}, late"), &mut late, s, &[FIRST, moved]);
    rig.stop();
}

/// Modes are pixels of the host at scale 1, so they differ from what is expected above.
#[test]
fn outputs_are_the_hosts_without_a_scale() {
    for path in proxied() {
        let straight = told(Path::Straight);
        assert_eq!(told(path), straight);
    }
}

fn told(path: Path) -> Vec<Output> {
    let screens = ["--size=800x600", "--output=HOST-2,800x600,1.5,800,0"];
    let mut rig = Rig::new(path, 1.0, &screens);
    let mut app = rig.app(Knows::Nothing);
    rig.ask("output HOST-3 360x180 2 -180 120");
    app.client.sync();
    app.outputs.update(&mut app.client);
    let told = app.outputs.all();
    assert_eq!(told.len(), 3);
    rig.stop();
    told.into_iter().map(|output| Output { done: 0, ..output }).collect()
}

#[test]
fn outputs_are_told_in_the_clients_units() {
    for s in SCALES.into_iter().filter(|s| *s != 1.0) {
        outputs_are_told(Path::Socket, s);
    }
    outputs_are_told(device(0), 1.5);
}

/// One unit of the client is a pixel of the densest screen.
#[test]
fn outputs_are_told_in_pixels_with_direct_scale() {
    for path in proxied() {
        let screens = ["--size=800x600", "--output=HOST-2,800x600,2,800,0"];
        let rig = Rig::with(path, 1.0, &screens, &["--direct-scale"]);
        let mut app = rig.app(Knows::Nothing);
        assert_told(&format!("{path:?} direct"), &mut app, 2.0, &[FIRST, SECOND]);
        rig.stop();
        let rig = Rig::with(path, 1.0, &["--size=900x600", "--scale=1.5"], &["--direct-scale"]);
        let mut app = rig.app(Knows::Nothing);
        let only = ("HOST-1", (0, 0), (600, 400), 1.5);
        assert_told(&format!("{path:?} direct, one screen"), &mut app, 1.5, &[only]);
        rig.stop();
    }
}
