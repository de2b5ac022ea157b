//! weston-terminal (subsurfaces, its own shadows), GTK 3, and GTK 4 drawn by cairo and by OpenGL
//! (llvmpipe).

use carafe_fixture::process::Process;

use crate::hosts::Host;
use crate::programs::{app, data, run};
use crate::screenshot::same_pixels_through;
use crate::ways;

#[test]
fn weston_terminal_shows_the_same_pixels() {
    let host = Host::sway();
    let shell = format!("--shell={}", data("colours.sh").display());
    let start = |display: &str| run(&host, display, "weston-terminal", &[&shell]);
    same_pixels_through("weston-terminal", &host, start, &ways::proxies());
}

#[test]
fn a_gtk3_program_shows_the_same_pixels() {
    for (name, host) in [("gtk3-sway", Host::sway()), ("gtk3-stand-in", Host::stand_in())] {
        let start = |display: &str| run(&host, display, "gtk3-demo-application", &[]);
        same_pixels_through(name, &host, start, &ways::proxies());
    }
}

#[test]
fn a_gtk4_program_shows_the_same_pixels() {
    let host = Host::sway();
    for renderer in ["cairo", "gl"] {
        let start = |display: &str| {
            Process::start(app(&host, display, "gtk4-demo").env("GSK_RENDERER", renderer))
        };
        same_pixels_through(&format!("gtk4-{renderer}"), &host, start, &ways::proxies());
    }
}
