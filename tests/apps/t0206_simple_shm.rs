//! weston-simple-shm: two buffers that take turns.

use crate::hosts::Host;
use crate::programs::run;
use crate::screenshot::animates;

const PROGRAM: &str = "weston-simple-shm";

#[test]
fn simple_shm_moves_on_sway() {
    // While sway waits until a window has taken its size, it keeps the window's buffer. This
    // program needs that buffer and aborts, also without carafe.
    let host = Host::sway_with(&["-D", "noatomic"]);
    animates("simple-shm-sway", &host, |display| run(&host, display, PROGRAM, &[]));
}

#[test]
fn simple_shm_moves_on_weston() {
    let host = Host::weston();
    animates("simple-shm-weston", &host, |display| run(&host, display, PROGRAM, &[]));
}
