//! Pictures that clients take of outputs: of the host's pixels, at every scale.

use std::process::Stdio;

use carafe_fixture::process::{command, wait_for};

use crate::app::App;
use crate::client::Client;
use crate::hosts::Host;
use crate::picture::Picture;
use crate::proxy::{Carafe, to};
use crate::scales::Knows;
use crate::screenshot::Shot;

/// A client takes a picture of all that sway shows, or of a part in its own units.
fn taken_by(host: &Host, display: &str, part: Option<[i32; 4]>) -> Shot {
    let path = host.runtime().join("taken.png");
    let mut grim = command("grim", host.runtime());
    grim.env("WAYLAND_DISPLAY", display).env_remove("GRIM_DEFAULT_DIR");
    if let Some([x, y, width, height]) = part {
        grim.arg("-g").arg(format!("{x},{y} {width}x{height}"));
    }
    let status = grim.arg(&path).stdin(Stdio::null()).status().expect("grim is installed");
    assert!(status.success(), "grim on {display}: {status}");
    Shot::read(&path)
}

/// Whether two pictures show the same. grim works out the size of its picture in floating
/// point and cuts it down, so that one may lack a last row and be scaled to that.
fn shows_the_same(taken: &Shot, direct: &Shot, is_exact: bool) -> bool {
    if is_exact {
        return taken == direct;
    }
    let [taken, direct] = [taken, direct].map(|shot| Picture::decode(shot.bytes()));
    let near = |a: i64, b: i64| (a - b).abs() <= 1;
    let points = (0..direct.height).flat_map(|y| (0..direct.width).map(move |x| (x, y)));
    let differs = |(x, y): &(i64, i64)| taken.at(*x, *y) != direct.at(*x, *y);
    let different = points.filter(differs).count() as i64;
    near(taken.width, direct.width)
        && near(taken.height, direct.height)
        && different * 4 < direct.width * direct.height
}

fn same_everywhere(host_scale: f64, part: [i32; 4]) {
    let host = Host::sway();
    host.set_scale(host_scale);
    let mut app = App::new(Client::connect(&host.runtime().join(host.display())), Knows::Nothing);
    let empty = host.screenshot();
    let _window = app.window("board", (301, 203));
    wait_for("the window", || (host.screenshot() != empty).then_some(()));
    app.client.sync();
    let direct = [None, Some(part)].map(|part| taken_by(&host, host.display(), part));
    for scale in [0.5, 1.25, 1.5, 2.0, 3.0, 4.0] {
        let mut carafe = to(&host);
        let carafe = Carafe::start(carafe.arg(format!("--scale={scale}")), host.runtime());
        let own = part.map(|n| (f64::from(n) * scale) as i32);
        for (part, direct) in [None, Some(own)].into_iter().zip(&direct) {
            let taken = taken_by(&host, Carafe::DISPLAY, part);
            let same = shows_the_same(&taken, direct, scale.log2().fract() == 0.0);
            assert!(
                same,
                "S={scale} H={host_scale} {part:?}: {:?} is not {:?}",
                taken.keep("taken"),
                direct.keep("taken-directly")
            );
        }
        carafe.stop();
    }
}

#[test]
fn t0915_grim_takes_what_it_takes_without_carafe() {
    same_everywhere(1.0, [24, 16, 120, 80]);
}

#[test]
fn t0915_grim_on_a_dense_host() {
    same_everywhere(2.0, [24, 16, 120, 80]);
}
