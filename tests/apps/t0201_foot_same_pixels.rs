//! foot: a terminal that draws with `wl_shm` alone.

use carafe_fixture::process::Process;

use crate::hosts::Host;
use crate::programs::{data, foot};
use crate::screenshot::same_pixels;

#[test]
fn foot_shows_the_same_pixels_on_sway() {
    let host = Host::sway();
    same_pixels("foot-sway", &host, |display| {
        Process::start(foot(&host, display).arg(data("colours.sh")))
    });
}

#[test]
fn foot_shows_the_same_pixels_on_weston() {
    // weston puts windows at random places, if they do not fill the screen.
    let host = Host::weston_with_seat();
    same_pixels("foot-weston", &host, |display| {
        let mut foot = foot(&host, display);
        // weston's output claims to be a metre wide.
        foot.args(["--override=dpi-aware=no", "--fullscreen"]);
        Process::start(foot.arg(data("colours.sh")))
    });
}
