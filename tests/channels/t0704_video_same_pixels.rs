//! mpv, which draws frames of video into shared memory.

use crate::hosts::Host;
use crate::programs::run;
use crate::screenshot::same_pixels_through;
use crate::ways;

#[test]
fn mpv_shows_the_same_pixels() {
    let host = Host::stand_in();
    let args = [
        "--no-config",
        "--vo=wlshm",
        "--no-osc",
        "--osd-level=0",
        "--no-audio",
        "--pause",
        "--start=1",
        "av://lavfi:testsrc=size=320x240:rate=30:duration=5",
    ];
    same_pixels_through(
        "mpv",
        &host,
        |display: &str| run(&host, display, "mpv", &args),
        &ways::proxies(),
    );
}
