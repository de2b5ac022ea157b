//! Qt 6, with its own decorations.

use crate::hosts::Host;
use crate::programs::{data, run};
use crate::screenshot::same_pixels;

#[test]
fn a_qt6_program_shows_the_same_pixels() {
    let host = Host::sway();
    let script = data("qt6_window.py");
    let script = script.to_str().expect("a path of letters");
    // Debian's own Python, which has Debian's PyQt6.
    same_pixels("qt6", &host, |display| run(&host, display, "/usr/bin/python3", &[script]));
}
