//! weston-terminal: cairo, subsurfaces, its own decorations with shadows.

use crate::hosts::Host;
use crate::programs::{data, run};
use crate::screenshot::same_pixels;

#[test]
fn weston_terminal_shows_the_same_pixels() {
    let host = Host::usual();
    let shell = format!("--shell={}", data("colours.sh").display());
    same_pixels("weston-terminal", &host, |display| {
        run(&host, display, "weston-terminal", &[&shell])
    });
}
