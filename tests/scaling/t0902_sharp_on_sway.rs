//! The same on sway, which has another renderer. sway 1.7 has no `wp_fractional_scale_v1`, and
//! tells only whole scales, so a client learns fractions from carafe.

use crate::app::App;
use crate::board::flaws;
use crate::client::Client;
use crate::hosts::Host;
use crate::picture::Picture;
use crate::proxy::{Carafe, to};
use crate::scales::{Knows, pixels};

/// The place where sway puts windows.
const PLACE: i64 = 20;

/// Sizes in sway's units: one that is whole pixels at all scales, and one that is not.
const SIZES: [(i64, i64); 2] = [(216, 144), (301, 203)];

fn are_sharp(host: &Host, display: &str, knows: Knows, s: f64, h: f64) {
    for size in SIZES {
        is_sharp(host, display, knows, (s, h), size);
    }
}

/// Shows a window and checks its pixels.
fn is_sharp(host: &Host, display: &str, knows: Knows, (s, h): (f64, f64), size: (i64, i64)) {
    host.set_scale(h);
    let mut app = App::new(Client::connect(&host.runtime().join(display)), knows);
    let own = [size.0, size.1].map(|n| (n as f64 * s).ceil() as i32);
    let window = app.window("board", (own[0], own[1]));
    let (left, width) = pixels(PLACE, size.0, h);
    let (top, height) = pixels(PLACE, size.1, h);
    let mut found = None;
    for _ in 0..20 {
        let picture = Picture::decode(host.screenshot().bytes());
        found = flaws(&picture, [left, top, width, height], (0, 0));
        if found.is_none() {
            break;
        }
        std::thread::sleep(std::time::Duration::from_millis(50));
    }
    assert!(
        found.is_none(),
        "{knows:?} at S={s} H={h} {size:?}: {found:?}, {:?}",
        window.board.pixels
    );
}

fn through(host: &Host, s: f64, cases: &[(Knows, f64)]) {
    let mut carafe = to(host);
    if s != 1.0 {
        carafe.arg(format!("--scale={s}"));
    }
    let carafe = Carafe::start(&mut carafe, host.runtime());
    for (knows, h) in cases {
        assert!(knows.can(s, *h));
        are_sharp(host, Carafe::DISPLAY, *knows, s, *h);
    }
    carafe.stop();
}

#[test]
fn without_a_scale_all_is_sharp() {
    let host = Host::sway();
    let cases = [(Knows::Nothing, 1.0), (Knows::Integers, 1.0), (Knows::Integers, 2.0)];
    for (knows, h) in cases {
        are_sharp(&host, host.display(), knows, 1.0, h);
    }
    through(&host, 1.0, &cases);
}

#[test]
fn with_a_scale_all_is_sharp() {
    let host = Host::sway();
    for s in [1.25, 1.5, 1.75, 2.0, 2.25] {
        through(&host, s, &[(Knows::Nothing, s), (Knows::Integers, s), (Knows::Fractions, s)]);
    }
    through(&host, 0.5, &[(Knows::Integers, 1.0), (Knows::Integers, 1.5)]);
}

#[test]
fn fractions_that_sway_does_not_tell_are_found() {
    let host = Host::sway();
    through(&host, 1.5, &[(Knows::Fractions, 2.25), (Knows::Fractions, 1.0)]);
    through(&host, 0.5, &[(Knows::Fractions, 1.75)]);
}
