//! GTK 4, drawn by cairo into shared memory, and by OpenGL (llvmpipe).

use carafe_fixture::process::Process;

use crate::hosts::Host;
use crate::programs::app;
use crate::screenshot::same_pixels;

#[test]
fn a_gtk4_program_shows_the_same_pixels() {
    let host = Host::sway();
    let [cairo, gl] = ["cairo", "gl"].map(|renderer| {
        same_pixels(&format!("gtk4-{renderer}"), &host, |display| {
            Process::start(app(&host, display, "gtk4-demo").env("GSK_RENDERER", renderer))
        })
    });
    // They smooth edges in different ways; without OpenGL GTK falls back to cairo.
    assert!(cairo != gl, "OpenGL was not used");
}
