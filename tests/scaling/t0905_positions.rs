//! Clients get the right pixel for mouse, fingers and pen.

use wayland_client::Proxy;

use crate::hands::Hands;
use crate::rig::{Path, Rig, pair, proxied};
use crate::scales::{Knows, SCALES};

fn hands_are_in_place(path: Path, s: f64, h: f64, knows: Knows) {
    let mut rig = Rig::new(path, s, &[]);
    rig.ask(&format!("scale {h}"));
    let mut app = rig.app(knows);
    let hands = Hands::new(&mut app.client);
    let window = app.window("hands", (334, 221));
    let surface = rig.surface();
    let [left, top, width, height] = rig.area("HOST-1", &surface);
    let [x, y] = pair(&surface["place"]);
    // The middles of the screen's pixels, as the host counts. (The last one's middle may be on the
    // window's edge.)
    let pixels = [(0, 0), (width - 2, height - 2), (width / 3, height / 2), (17, 41)];
    for (column, row) in pixels {
        let at = |start: i64, pixel: i64| ((start + pixel) as f64 + 0.5) / h;
        let (host_x, host_y) = (at(left, column), at(top, row));
        for verb in ["pointer move", "touch down 0", "touch move 0", "tablet in", "tablet move"] {
            rig.ask(&format!("{verb} {host_x} {host_y}"));
            if verb == "touch move 0" {
                rig.ask("touch up 0");
            }
            app.client.sync();
            let what = format!("{path:?} {knows:?} S={s} H={h}: {verb} on {column},{row}");
            let Some((under, place)) = hands.felt() else { panic!("{what}: nothing is felt") };
            assert_eq!(under, window.board.surface.id(), "{what}");
            // The protocol has 256ths, and values may be cut twice.
            let exact = [(host_x - x as f64) * s, (host_y - y as f64) * s];
            for (told, exact) in [place.0, place.1].into_iter().zip(exact) {
                let off = (told - exact).abs();
                assert!(off <= (1.0 + s) / 256.0, "{what}: told {place:?}, it is {exact:?}");
            }
            if knows.can(s, h) {
                let density = f64::from(window.board.pixels.0) / f64::from(window.board.size.0);
                let pixel = ((place.0 * density) as i64, (place.1 * density) as i64);
                assert_eq!(pixel, (column, row), "{what}");
            }
        }
        rig.ask("tablet out");
    }
    rig.stop();
}

#[test]
fn positions_cross_without_a_scale() {
    hands_are_in_place(Path::Straight, 1.0, 1.0, Knows::Nothing);
    for path in proxied() {
        hands_are_in_place(path, 1.0, 1.5, Knows::Fractions);
    }
}

#[test]
fn positions_cross_with_a_scale() {
    for s in SCALES {
        hands_are_in_place(Path::Socket, s, s, Knows::Nothing);
        hands_are_in_place(Path::Socket, s, 1.0, Knows::Fractions);
    }
    for path in proxied() {
        hands_are_in_place(path, 1.25, 2.5, Knows::Integers);
    }
}
