//! Popups are at the right pixels of their parent, and are as sharp as windows.

use serde_json::Value;

use crate::rig::{Path, Rig, pair, proxied};
use crate::scales::{Knows, SCALES, whole_length};

fn popups_are_in_place(path: Path, s: f64, h: f64, knows: Knows) {
    let mut rig = Rig::new(path, s, &[]);
    rig.ask(&format!("scale {h}"));
    let mut app = rig.app(knows);
    let unit = s.max(1.0);
    let what = format!("{path:?} S={s} H={h} {knows:?}");
    let mut parent = app.window("parent", (400, 300));
    let whole = 2 * whole_length(s);
    for at in [(whole, whole), (whole + 5, whole + 31)] {
        let menu = app.popup(&parent, at, (145, 109));
        let submenu = app.popup(&menu, at, (144, 72));
        rig.ask("sync");
        let window = rig.ask("windows")[0].clone();
        let host_menu = &window["popups"][0];
        let host_submenu = &host_menu["popups"][0];
        for (popup, host) in [(&menu, host_menu), (&submenu, host_submenu)] {
            let [x, y] = pair(&host["geometry"]);
            let expected = [at.0, at.1].map(|at| (f64::from(at) / s).round() as i64);
            assert_eq!([x, y], expected, "{what}: a popup at {at:?}");
            // It gets the place that it asked for, rounded to the host's unit.
            let told = popup.board.told().place;
            let off = f64::from((told.0 - at.0).abs().max((told.1 - at.1).abs()));
            assert!(off <= unit, "{what}: a popup at {at:?} is told {told:?}");
        }
        if knows.can(s, h) && at == (whole, whole) {
            let surface = &host_submenu["surfaces"][0];
            rig.assert_sharp(&format!("{what}: a submenu"), "HOST-1", &submenu.board, surface);
        }
        // Close the last one first.
        for popup in [submenu, menu] {
            popup.role.destroy();
            popup.xdg_surface.destroy();
            popup.board.surface.destroy();
        }
        app.client.sync();
    }
    app.settle(&mut parent.board);
    rig.stop();
}

#[test]
fn popups_lie_right_without_a_scale() {
    for path in proxied() {
        popups_are_in_place(path, 1.0, 1.5, Knows::Fractions);
    }
}

#[test]
fn popups_lie_right_with_a_scale() {
    for s in SCALES {
        popups_are_in_place(Path::Socket, s, s, Knows::Nothing);
    }
    for path in proxied() {
        popups_are_in_place(path, 1.5, 2.0, Knows::Fractions);
    }
}

/// A popup that asks for the place that it was given stays there.
#[test]
fn popups_do_not_drift() {
    for s in SCALES {
        let mut rig = Rig::new(Path::Socket, s, &[]);
        let mut app = rig.app(Knows::Nothing);
        let parent = app.window("parent", (400, 300));
        let mut at = (77, 103);
        let mut seen: Vec<Value> = Vec::new();
        for _ in 0..4 {
            let popup = app.popup(&parent, at, (145, 109));
            at = popup.board.told().place;
            rig.ask("sync");
            seen.push(rig.ask("windows")[0]["popups"][0]["geometry"].clone());
            popup.role.destroy();
            popup.xdg_surface.destroy();
            popup.board.surface.destroy();
        }
        assert!(seen.iter().all(|place| *place == seen[0]), "S={s}: {seen:?}");
        rig.stop();
    }
}
