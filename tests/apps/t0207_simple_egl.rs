//! weston-simple-egl: Mesa's EGL with llvmpipe, in shared memory where the host
//! has no GPU.

use crate::hosts::Host;
use crate::programs::run;
use crate::screenshot::animates;

const PROGRAM: &str = "weston-simple-egl";

#[test]
fn simple_egl_moves_on_sway() {
    let host = Host::usual();
    animates("simple-egl-sway", &host, |display| run(&host, display, PROGRAM, &[]));
}

#[test]
fn simple_egl_moves_on_weston() {
    let host = Host::weston();
    animates("simple-egl-weston", &host, |display| run(&host, display, PROGRAM, &[]));
}
