//! Windows while scales change and screens appear and vanish, and windows on two screens.

use crate::board::flaws;
use crate::rig::{Path, Rig, proxied};
use crate::scales::Knows;

/// A window is sharp again after each change of its screen's scale.
fn survives_new_scales(path: Path, s: f64, knows: Knows, scales: &[f64]) {
    let mut rig = Rig::new(path, s, &[]);
    let mut app = rig.app(knows);
    let mut window = app.window("window", (167, 111));
    for h in scales {
        assert!(knows.can(s, *h));
        rig.ask(&format!("scale {h}"));
        app.settle(&mut window.board);
        let surface = rig.surface();
        let what = format!("{path:?} {knows:?} S={s}, now H={h}");
        rig.assert_sharp(&what, "HOST-1", &window.board, &surface);
    }
    rig.stop();
}

/// A window moves to a denser screen, is on both, and moves back; then that screen vanishes.
fn goes_from_screen_to_screen(path: Path, s: f64, knows: Knows) {
    let what = format!("{path:?} {knows:?} S={s}");
    let screens = ["--size=600x600", "--output=HOST-2,1200x1200,2,600,0"];
    let mut rig = Rig::new(path, s, &screens);
    let mut app = rig.app(knows);
    let mut window = app.window("window", (160, 112));
    let first = window.board.pixels;
    rig.ask("place window 700 20");
    app.settle(&mut window.board);
    assert_ne!(window.board.pixels, first, "{what}: denser than before");
    let surface = rig.surface();
    rig.assert_sharp(&format!("{what}, there"), "HOST-2", &window.board, &surface);

    window.role.set_fullscreen(Some(app.outputs.named("HOST-2")));
    app.settle(&mut window.board);
    let surface = rig.surface();
    assert_eq!(rig.area("HOST-2", &surface), [0, 0, 1200, 1200], "{what}, fullscreen");
    rig.assert_sharp(&format!("{what}, fullscreen"), "HOST-2", &window.board, &surface);
    window.role.unset_fullscreen();
    app.settle(&mut window.board);

    rig.ask("place window 560 20");
    app.settle(&mut window.board);
    let surface = rig.surface();
    // The part on the denser screen is sharp.
    let [x, y, width, height] = rig.area("HOST-2", &surface);
    assert!(x < 0, "{what}: a part is on the first screen");
    let picture = rig.picture("HOST-2");
    let wrong = flaws(&picture, [0, y, width + x, height], (-x, 0));
    assert!(wrong.is_none(), "{what}: {wrong:?}");

    rig.ask("place window 20 20");
    app.settle(&mut window.board);
    assert_eq!(window.board.pixels, first, "{what}");
    rig.ask("place window 700 20");
    app.settle(&mut window.board);
    rig.ask("unplug HOST-2");
    rig.ask("place window 20 20");
    app.settle(&mut window.board);
    assert_eq!(window.board.pixels, first, "{what}");
    let surface = rig.surface();
    rig.assert_sharp(&format!("{what}, back"), "HOST-1", &window.board, &surface);
    rig.stop();
}

#[test]
fn changes_are_followed_without_a_scale() {
    for path in proxied() {
        survives_new_scales(path, 1.0, Knows::Fractions, &[1.5, 1.0, 2.25]);
        goes_from_screen_to_screen(path, 1.0, Knows::Integers);
    }
}

#[test]
fn new_scales_are_followed() {
    for path in proxied() {
        survives_new_scales(path, 1.5, Knows::Fractions, &[1.0, 2.0, 0.5, 1.5]);
        survives_new_scales(path, 0.5, Knows::Integers, &[1.0, 1.5, 2.0]);
    }
}

#[test]
fn windows_move_from_screen_to_screen() {
    for path in proxied() {
        goes_from_screen_to_screen(path, 1.25, Knows::Fractions);
        goes_from_screen_to_screen(path, 0.5, Knows::Integers);
    }
}

/// With `--direct-scale` a unit is always a pixel of the densest screen: a window gets more of
/// them when a denser screen appears, and fewer when it vanishes.
#[test]
fn changes_are_followed_with_direct_scale() {
    for path in proxied() {
        let what = format!("{path:?} direct");
        let mut rig = Rig::with(path, 1.0, &["--size=600x600"], &["--direct-scale"]);
        let mut app = rig.app(Knows::Nothing);
        let mut window = app.window("window", (160, 112));
        window.role.set_fullscreen(Some(app.outputs.named("HOST-1")));
        app.settle(&mut window.board);
        assert_eq!(window.board.pixels, (600, 600), "{what}");
        for (change, size) in [
            ("output HOST-2 1200x1200 2 600 0", 1200),
            ("output HOST-2 900x900 1.5 600 0", 900),
            ("unplug HOST-2", 600),
        ] {
            rig.ask(change);
            app.settle(&mut window.board);
            assert_eq!(window.board.pixels, (size, size), "{what}, {change}");
            app.outputs.update(&mut app.client);
            let first = app.outputs.all().into_iter().find(|output| output.name == "HOST-1");
            let first = first.expect("the first screen");
            let told = (first.logical_size.0.unsigned_abs(), first.logical_size.1.unsigned_abs());
            assert_eq!(told, (size, size), "{what}, {change}");
            let surface = rig.surface();
            let said = &surface["said"]["destination"];
            assert_eq!(crate::rig::pair(said), [600, 600], "{what}, {change}: the host's size");
        }
        rig.stop();
    }
}
