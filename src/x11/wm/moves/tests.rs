#![allow(clippy::unwrap_used)]

use crate::x11::geometry::Rect;
use crate::x11::settings::Settings;
use crate::x11::wm::tests::rig::{Rig, made};

/// Makes a window whose client may place it on the host's screen. Returns its `zaura_toplevel` and
/// its `xdg_surface`.
fn placed() -> (Rig, u32, u32) {
    let mut rig = Rig::on_chromeos(Settings { move_windows: true, ..Settings::default() });
    rig.create(10, Rect { x: 0, y: 0, width: 300, height: 200 }, false);
    rig.request_map(10);
    rig.answer(&[]);
    rig.mapped(10, 2);
    let host = rig.host();
    let named = |interface: &str| {
        let request = format!("new id {interface}#");
        let line = host.iter().find(|line| line.contains(&request)).unwrap();
        let id = line.split(&request).nth(1).unwrap();
        id.split([',', ')']).next().unwrap().parse::<u32>().unwrap()
    };
    let (aura, xdg) = (named("zaura_toplevel"), named("xdg_surface"));
    assert!(host.iter().any(|line| line.contains("set_supports_screen_coordinates")), "{host:?}");
    rig.said();
    (rig, aura, xdg)
}

#[test]
fn a_configure_of_aura_replaces_that_of_xdg_shell() {
    let (mut rig, aura, xdg) = placed();
    rig.wm.aura_configure(aura, (70, 90), (400, 250), &[]);
    rig.act(|wm, env| wm.surface_configure(xdg, 1, env)).unwrap();
    rig.settle();
    assert_eq!(rig.said(), ["configure 10 400x250+70+90", "allow 10 [1]"]);
    rig.act(|wm, env| wm.aura_moved(aura, (-5, 8), env)).unwrap();
    assert_eq!(rig.said(), ["configure 10 400x250+-5+8", "place 10 400x250"]);
    rig.act(|wm, env| wm.aura_moved(aura, (-5, 8), env)).unwrap();
    assert_eq!(rig.said(), [""; 0], "no news");
    assert_eq!(rig.host().iter().filter(|line| line.contains("set_window_bounds")).count(), 0);
}

#[test]
fn places_from_before_the_host_read_a_request_are_ignored() {
    let (mut rig, aura, xdg) = placed();
    rig.wm.aura_configure(aura, (70, 90), (300, 200), &[]);
    rig.act(|wm, env| wm.surface_configure(xdg, 1, env)).unwrap();
    rig.settle();
    rig.said();
    rig.request_place(10, (10, 0));
    assert_eq!(rig.said(), ["configure 10 300x200+10+0", "place 10 300x200"]);
    let host = rig.host();
    assert!(host.iter().any(|line| line.contains("set_window_bounds(10, 0, 300, 200")), "{host:?}");
    let barrier = made(&host, "sync");

    // Both events, before the host has read the request.
    rig.wm.aura_configure(aura, (50, 60), (300, 200), &[]);
    rig.act(|wm, env| wm.surface_configure(xdg, 2, env)).unwrap();
    rig.settle();
    rig.act(|wm, env| wm.aura_moved(aura, (50, 60), env)).unwrap();
    assert_eq!(rig.said().iter().filter(|line| line.contains("+50+60")).count(), 0);
    // The host's answer to the request: it keeps its frame on the screen.
    rig.wm.aura_configure(aura, (10, 32), (300, 200), &[]);
    rig.act(|wm, env| wm.surface_configure(xdg, 3, env)).unwrap();
    rig.settle();
    rig.said();
    rig.act(|wm, env| wm.callback_done(barrier, env)).unwrap();
    assert_eq!(rig.said(), ["configure 10 300x200+10+32", "place 10 300x200"]);
    // From now on every place counts again.
    rig.act(|wm, env| wm.aura_moved(aura, (11, 33), env)).unwrap();
    assert_eq!(rig.said(), ["configure 10 300x200+11+33", "place 10 300x200"]);
}
