//! Programs that draw frame after frame: with Mesa's EGL, and with two buffers that
//! take turns.

use crate::hosts::Host;
use crate::programs::run;
use crate::screenshot::animates_through;
use crate::ways;

#[test]
fn simple_egl_moves() {
    let host = Host::stand_in();
    animates_through(
        "egl",
        &host,
        |display| run(&host, display, "weston-simple-egl", &[]),
        &ways::proxies(),
    );
}

#[test]
fn simple_shm_moves() {
    let host = Host::stand_in();
    animates_through(
        "shm",
        &host,
        |display| run(&host, display, "weston-simple-shm", &[]),
        &ways::proxies(),
    );
}
