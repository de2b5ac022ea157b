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

/// What a client takes: pixels for one of its units, and a part in those.
struct Wanted {
    density: Option<f64>,
    part: Option<[i32; 4]>,
}

fn taken_by(host: &Host, display: &str, wanted: &Wanted) -> Shot {
    let path = host.runtime().join("taken.png");
    let mut grim = command("grim", host.runtime());
    grim.env("WAYLAND_DISPLAY", display).env_remove("GRIM_DEFAULT_DIR");
    if let Some(density) = wanted.density {
        grim.arg("-s").arg(density.to_string());
    }
    if let Some([x, y, width, height]) = wanted.part {
        grim.arg("-g").arg(format!("{x},{y} {width}x{height}"));
    }
    let status = grim.arg(&path).stdin(Stdio::null()).status().expect("grim is installed");
    assert!(status.success(), "grim on {display}: {status}");
    Shot::read(&path)
}

/// How many of a hundred pixels differ; `None` when the sizes do.
fn difference(taken: &Shot, direct: &Shot) -> Option<i64> {
    let [taken, direct] = [taken, direct].map(|shot| Picture::decode(shot.bytes()));
    // grim works out sizes in floating point, and cuts them down.
    let near = |a: i64, b: i64| (a - b).abs() <= 1;
    if !near(taken.width, direct.width) || !near(taken.height, direct.height) {
        return None;
    }
    let points = (0..direct.height).flat_map(|y| (0..direct.width).map(move |x| (x, y)));
    let differs = |(x, y): &(i64, i64)| taken.at(*x, *y) != direct.at(*x, *y);
    Some(points.filter(differs).count() as i64 * 100 / (direct.width * direct.height))
}

/// Where grim draws no pixel it leaves it transparent, which counts as black here.
fn is_filled(taken: &Shot, direct: &Shot) -> bool {
    let [taken, direct] = [taken, direct].map(|shot| Picture::decode(shot.bytes()));
    let corner = |picture: &Picture| picture.at(picture.width * 9 / 10, picture.height * 9 / 10);
    corner(&taken) == corner(&direct)
}

fn same_everywhere(host_scale: f64) {
    let host = Host::sway();
    host.set_scale(host_scale);
    let mut app = App::new(Client::connect(&host.runtime().join(host.display())), Knows::Nothing);
    let empty = host.screenshot();
    let _window = app.window("board", (301, 203));
    wait_for("the window", || (host.screenshot() != empty).then_some(()));
    app.client.sync();
    let part = [24, 16, 120, 80];
    let direct =
        |part| taken_by(&host, host.display(), &Wanted { density: Some(host_scale), part });
    let direct = [direct(None), direct(Some(part))];
    for scale in [0.5, 1.25, 1.5, 2.0, 3.0, 4.0] {
        let mut carafe = to(&host);
        let carafe = Carafe::start(carafe.arg(format!("--scale={scale}")), host.runtime());
        let own = part.map(|n| (f64::from(n) * scale) as i32);
        for (part, direct) in [None, Some(own)].into_iter().zip(&direct) {
            let wanted = Wanted { density: Some(host_scale / scale), part };
            let taken = taken_by(&host, Carafe::DISPLAY, &wanted);
            let difference = difference(&taken, direct);
            // Where a size is cut down, all is scaled by less than a pixel: the board shows
            // that, the background does not.
            let is_exact = scale.log2().fract() == 0.0;
            let most = if is_exact {
                0
            } else if part.is_some() {
                100
            } else {
                25
            };
            assert!(
                difference.is_some_and(|difference| difference <= most),
                "S={scale} H={host_scale} {part:?}: {difference:?}, {:?} is not {:?}",
                taken.keep("taken"),
                direct.keep("taken-directly")
            );
        }
        // A pixel for each unit at least, if nothing else is asked for.
        let taken = taken_by(&host, Carafe::DISPLAY, &Wanted { density: None, part: None });
        let kept = taken.keep("taken-whole");
        assert!(is_filled(&taken, &direct[0]), "S={scale} H={host_scale}: {kept:?} is not full");
        carafe.stop();
    }
}

#[test]
fn grim_takes_what_it_takes_without_carafe() {
    same_everywhere(1.0);
}

#[test]
fn grim_on_a_dense_host() {
    same_everywhere(2.0);
}
