//! Sizes from the host that come back from the client, and the client's own sizes.

use serde_json::json;

use crate::rig::{Path, Rig, device, proxied};
use crate::scales::{Knows, SCALES};

fn up(n: i32, s: f64) -> i32 {
    (f64::from(n) * s - 1e-9).ceil() as i32
}

/// The host gets exactly the size that it asked for.
fn asked_sizes_come_back(path: Path, s: f64) {
    let mut rig = Rig::new(path, s, &["--size=1023x767"]);
    let mut app = rig.app(Knows::Nothing);
    let mut window = app.window("window", (334, 221));
    for size in [(301, 203), (302, 204), (303, 205), (1, 1)] {
        let what = format!("{path:?} S={s}: {size:?}");
        rig.ask(&format!("configure window {} {}", size.0, size.1));
        app.settle(&mut window.board);
        assert_eq!(window.board.size, (up(size.0, s), up(size.1, s)), "{what}");
        assert_eq!(rig.surface()["size"], json!([size.0, size.1]), "{what}");
    }
    window.role.set_fullscreen(None);
    app.settle(&mut window.board);
    assert_eq!(window.board.size, (up(1023, s), up(767, s)), "{path:?} S={s}: fullscreen");
    assert_eq!(rig.surface()["size"], json!([1023, 767]), "{path:?} S={s}: fullscreen");
    window.role.unset_fullscreen();
    app.settle(&mut window.board);
    window.role.set_maximized();
    app.settle(&mut window.board);
    assert_eq!(rig.surface()["size"], json!([1023, 767]), "{path:?} S={s}: maximized");
    rig.stop();
}

/// If a client sets a window geometry, it is asked for the geometry's size, with and without
/// shadows around it.
fn asked_geometries_come_back(path: Path, s: f64) {
    let mut rig = Rig::new(path, s, &["--size=1023x767"]);
    let mut app = rig.app(Knows::Nothing);
    let mut window = app.window("window", (334, 221));
    for shadow in [0, 9] {
        for size in [(301, 203), (302, 204), (303, 205)] {
            rig.ask(&format!("configure window {} {}", size.0, size.1));
            app.settle(&mut window.board);
            let (width, height) = window.board.told().size.expect("a size");
            window.xdg_surface.set_window_geometry(shadow, shadow, width, height);
            window.board.told().size = Some((width + 2 * shadow, height + 2 * shadow));
            app.draw(&mut window.board);
            let said = rig.surface()["said"]["geometry"].clone();
            let what = format!("{path:?} S={s}: {size:?} with a shadow of {shadow}: {said}");
            assert_eq!(
                (said[2].as_i64(), said[3].as_i64()),
                (Some(size.0), Some(size.1)),
                "{what}"
            );
            window.board.told().size = Some((width, height));
        }
    }
    rig.stop();
}

/// A client's own size stays when the host asks for it again.
fn own_sizes_do_not_drift(path: Path, s: f64) {
    let mut rig = Rig::new(path, s, &[]);
    let mut app = rig.app(Knows::Nothing);
    for own in [(100, 99), (334, 221), (335, 222), (1, 2)] {
        let mut window = app.window("window", own);
        let what = format!("{path:?} S={s}: {own:?}");
        let first = rig.surface()["size"].clone();
        let down = [own.0, own.1].map(|n| ((f64::from(n) / s + 1e-9).floor() as i64).max(1));
        assert_eq!(first, json!(down), "{what}");
        for _ in 0..2 {
            let size = rig.surface()["size"].clone();
            rig.ask(&format!("configure window {} {}", size[0], size[1]));
            app.settle(&mut window.board);
            assert_eq!(rig.surface()["size"], first, "{what}");
        }
        window.role.destroy();
        window.xdg_surface.destroy();
        window.board.surface.destroy();
        app.client.sync();
    }
    rig.stop();
}

/// Limits, window geometry and regions of whole units.
fn lengths_are_scaled(path: Path, s: f64) {
    let mut rig = Rig::new(path, s, &[]);
    let mut app = rig.app(Knows::Nothing);
    let mut window = app.window("window", (360, 288));
    let handle = app.client.handle();
    let compositor: wayland_client::protocol::wl_compositor::WlCompositor = app.client.bind(4);
    let region = compositor.create_region(&handle, ());
    region.add(36, 36, 180, 72);
    window.board.surface.set_input_region(Some(&region));
    window.board.surface.set_opaque_region(Some(&region));
    window.role.set_min_size(72, 36);
    window.role.set_max_size(720, 0);
    window.xdg_surface.set_window_geometry(36, 36, 288, 216);
    app.draw(&mut window.board);
    let said = rig.surface()["said"].clone();
    let scaled = |numbers: &[i32]| {
        json!(numbers.iter().map(|n| (f64::from(*n) / s).round() as i64).collect::<Vec<_>>())
    };
    let what = format!("{path:?} S={s}: {said}");
    assert_eq!(said["geometry"], scaled(&[36, 36, 288, 216]), "{what}");
    assert_eq!(said["min"], scaled(&[72, 36]), "{what}");
    assert_eq!(said["max"], scaled(&[720, 0]), "{what}");
    assert_eq!(said["input"][0], scaled(&[36, 36, 180, 72]), "{what}");
    assert_eq!(said["opaque"][0], scaled(&[36, 36, 180, 72]), "{what}");
    // An opaque region is rounded inwards, so that all of it is opaque for the client too.
    let odd = compositor.create_region(&handle, ());
    odd.add(5, 7, 101, 93);
    window.board.surface.set_opaque_region(Some(&odd));
    app.draw(&mut window.board);
    let said = rig.surface()["said"]["opaque"][0].clone();
    let edge = |n: usize| said[n].as_i64().expect("a number") as f64;
    for (low, size, from, to) in [(0, 2, 5.0, 106.0), (1, 3, 7.0, 100.0)] {
        let (start, end) = (edge(low) * s, (edge(low) + edge(size)) * s);
        assert!(start >= from && end <= to, "{path:?} S={s}: {said} is more than is opaque");
        assert!(start < from + s && end > to - s, "{path:?} S={s}: {said} is too little");
    }
    rig.stop();
}

#[test]
fn sizes_hold_without_a_scale() {
    for path in proxied() {
        asked_sizes_come_back(path, 1.0);
        lengths_are_scaled(path, 1.0);
    }
    own_sizes_do_not_drift(Path::Socket, 1.0);
}

#[test]
fn asked_sizes_come_back_with_a_scale() {
    for s in SCALES.into_iter().filter(|s| *s != 1.0) {
        asked_sizes_come_back(Path::Socket, s);
    }
    for s in SCALES {
        asked_geometries_come_back(Path::Socket, s);
    }
    asked_sizes_come_back(device(0), 0.5);
    asked_sizes_come_back(device(1), 1.75);
}

#[test]
fn own_sizes_do_not_drift_with_a_scale() {
    for s in SCALES.into_iter().filter(|s| *s != 1.0) {
        own_sizes_do_not_drift(Path::Socket, s);
    }
}

#[test]
fn lengths_are_rounded_up() {
    // 36 and its multiples are whole at these.
    for s in [0.5, 1.5, 2.0, 2.25] {
        lengths_are_scaled(Path::Socket, s);
    }
    lengths_are_scaled(device(1), 1.5);
}

wayland_client::delegate_noop!(crate::client::Seen: wayland_client::protocol::wl_region::WlRegion);
