//! Where the host has no fractional scale, no `xdg_output`, no viewports, clients have as much
//! of them as can be had.

use crate::rig::{Path, Rig, proxied};
use crate::scales::Knows;

fn is_sharp(path: Path, s: f64, h: f64, knows: Knows, without: &str) {
    let what = format!("{path:?} {knows:?} S={s} H={h} without {without}");
    let mut rig = Rig::new(path, s, &[&format!("--without={without}"), &format!("--scale={h}")]);
    let mut app = rig.app(knows);
    let window = app.window("window", (334, 222));
    let surface = rig.surface();
    rig.assert_sharp(&what, "HOST-1", &window.board, &surface);
    rig.stop();
}

const FRACTIONS: &str = "wp_fractional_scale_manager_v1";

/// Carafe makes them when it scales.
#[test]
fn fractions_are_made_up() {
    for path in proxied() {
        // Only integers are told by the host, and its xdg_output.
        is_sharp(path, 1.5, 1.5, Knows::Fractions, FRACTIONS);
        is_sharp(path, 1.25, 2.0, Knows::Fractions, FRACTIONS);
        is_sharp(path, 0.5, 1.25, Knows::Fractions, FRACTIONS);
    }
}

/// Then the host's scale is an integer, and so is carafe's.
#[test]
fn hosts_may_lack_viewports() {
    let without = "wp_viewporter,wp_fractional_scale_manager_v1";
    for path in proxied() {
        is_sharp(path, 2.0, 2.0, Knows::Nothing, without);
    }
}

/// A client finds each screen's logical size, whether the host tells it or not.
#[test]
fn hosts_may_lack_xdg_output() {
    for path in proxied() {
        let rig = Rig::new(path, 2.0, &["--without=zxdg_output_manager_v1", "--size=800x600"]);
        let app = rig.app(Knows::Nothing);
        let outputs = app.outputs.all();
        assert_eq!(outputs[0].logical_size, (1600, 1200), "{path:?}");
        assert_eq!(outputs[0].logical_place, (0, 0), "{path:?}");
        rig.stop();
    }
}
