//! Pictures that clients take of outputs: of the host's pixels, at every scale.

use std::process::Stdio;

use carafe_fixture::process::{command, wait_for};

use crate::app::App;
use crate::client::Client;
use crate::hosts::Host;
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

fn same_everywhere(host_scale: f64, scales: &[f64]) {
    let host = Host::sway();
    host.set_scale(host_scale);
    let mut app = App::new(Client::connect(&host.runtime().join(host.display())), Knows::Nothing);
    let empty = host.screenshot();
    let _window = app.window("board", (301, 203));
    wait_for("the window", || (host.screenshot() != empty).then_some(()));
    app.client.sync();
    let direct = taken_by(&host, host.display(), None);
    let part = [24, 16, 120, 80];
    let direct_part = taken_by(&host, host.display(), Some(part));
    for scale in scales {
        let mut carafe = to(&host);
        let carafe = Carafe::start(carafe.arg(format!("--scale={scale}")), host.runtime());
        let what = format!("S={scale} H={host_scale}");
        let taken = taken_by(&host, Carafe::DISPLAY, None);
        if taken != direct {
            panic!("{what}: {:?} is not {:?}", taken.keep("taken"), direct.keep("direct"));
        }
        let own = part.map(|n| (f64::from(n) * scale) as i32);
        let taken = taken_by(&host, Carafe::DISPLAY, Some(own));
        if taken != direct_part {
            panic!(
                "{what}, {own:?}: {:?} is not {:?}",
                taken.keep("taken"),
                direct_part.keep("direct")
            );
        }
        carafe.stop();
    }
}

#[test]
fn t0915_grim_takes_what_it_takes_without_carafe() {
    same_everywhere(1.0, &[0.5, 1.25, 1.5, 2.0, 3.0]);
}

#[test]
fn t0915_grim_on_a_dense_host() {
    same_everywhere(2.0, &[0.5, 1.25, 1.5, 2.0, 3.0]);
}
