//! Whenever a client can draw the host's pixels, each pixel of its buffer is one of the host's.

use crate::rig::{Path, Rig, proxied};
use crate::scales::{Knows, SCALES, sharp_pairs};
use crate::ways::{VIRTGPU, VIRTWL};

/// Sizes that are not whole at any fractional scale: one that the host asks for, and a client's
/// own one.
const ASKED: (i32, i32) = (301, 203);
const OWN: (i32, i32) = (167, 111);

fn is_sharp(rig: &mut Rig, knows: Knows, h: f64) {
    rig.ask(&format!("scale {h}"));
    let what = format!("{knows:?} at S={} H={h}", rig.s);
    let mut app = rig.app(knows);
    let mut window = app.window("board", OWN);
    let surface = rig.surface();
    rig.assert_sharp(&format!("{what}, {OWN:?}"), "HOST-1", &window.board, &surface);
    rig.ask(&format!("configure board {} {}", ASKED.0, ASKED.1));
    app.settle(&mut window.board);
    let surface = rig.surface();
    assert_eq!(surface["size"], serde_json::json!([ASKED.0, ASKED.1]), "{what}");
    rig.assert_sharp(&format!("{what}, as asked"), "HOST-1", &window.board, &surface);
}

fn all_are_sharp(path: Path, knows: Knows, scales: &[f64]) {
    for s in scales.iter().copied() {
        let mut pairs = sharp_pairs(knows).filter(|(of, _)| *of == s).peekable();
        if pairs.peek().is_some() {
            let mut rig = Rig::new(path, s, &[]);
            pairs.for_each(|(_, h)| is_sharp(&mut rig, knows, h));
            rig.stop();
        }
    }
}

fn on_all_paths(knows: Knows) {
    all_are_sharp(Path::Socket, knows, &SCALES);
    all_are_sharp(Path::Device(VIRTGPU), knows, &[0.5, 1.75]);
    all_are_sharp(Path::Device(VIRTWL), knows, &[1.5]);
}

#[test]
fn straight_to_the_host_all_is_sharp() {
    let mut rig = Rig::new(Path::Straight, 1.0, &[]);
    for knows in [Knows::Fractions, Knows::Integers, Knows::Nothing] {
        for (_, h) in sharp_pairs(knows).filter(|(s, _)| *s == 1.0) {
            is_sharp(&mut rig, knows, h);
        }
    }
}

#[test]
fn without_a_scale_all_is_sharp() {
    for path in proxied() {
        let mut rig = Rig::new(path, 1.0, &[]);
        for knows in [Knows::Fractions, Knows::Integers, Knows::Nothing] {
            for (_, h) in sharp_pairs(knows).filter(|(s, _)| *s == 1.0) {
                is_sharp(&mut rig, knows, h);
            }
        }
        rig.stop();
    }
}

#[test]
fn clients_that_know_nothing_are_shown() {
    on_all_paths(Knows::Nothing);
}

#[test]
fn clients_that_know_integers_are_sharp() {
    on_all_paths(Knows::Integers);
}

#[test]
fn clients_that_know_fractions_are_sharp() {
    on_all_paths(Knows::Fractions);
}
