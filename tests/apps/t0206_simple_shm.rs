//! weston-simple-shm: two buffers that take turns.

use crate::hosts::Host;
use crate::programs::run;
use crate::screenshot::animates;

const PROGRAM: &str = "weston-simple-shm";

#[test]
fn simple_shm_moves_on_sway() {
    // When sway waits for a window to take its size it keeps the window's
    // buffer, and this program needs it: it aborts on sway, directly too.
    let host = Host::sway_with(&["-D", "noatomic"]);
    animates("simple-shm-sway", &host, |display| run(&host, display, PROGRAM, &[]));
}

#[test]
fn simple_shm_moves_on_weston() {
    let host = Host::weston();
    animates("simple-shm-weston", &host, |display| run(&host, display, PROGRAM, &[]));
}
