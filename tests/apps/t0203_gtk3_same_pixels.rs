//! GTK 3, also with a menu: a popup with a grab, opened by a mouse.

use crate::hosts::Host;
use crate::input::Mouse;
use crate::programs::run;
use crate::screenshot::{same_pixels, same_pixels_after};

const DEMO: &str = "gtk3-demo-application";

#[test]
fn a_gtk3_program_shows_the_same_pixels() {
    let host = Host::usual();
    same_pixels("gtk3", &host, |display| run(&host, display, DEMO, &[]));
}

#[test]
fn its_menu_shows_the_same_pixels() {
    let host = Host::sway();
    let mut mouse = Mouse::new(&host);
    // The mouse pointer is in the picture.
    mouse.move_to((900, 700));
    let start = |display: &str| run(&host, display, DEMO, &[]);
    same_pixels_after("gtk3-menu", &host, start, &mut || {
        mouse.click((70, 33));
        mouse.move_to((900, 700));
    });
}
