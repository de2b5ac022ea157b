//! foot: a terminal that draws with `wl_shm` alone.

use carafe_fixture::process::Process;

use crate::hosts::Host;
use crate::programs::{data, foot};
use crate::screenshot::same_pixels_through;
use crate::ways;

#[test]
fn foot_shows_the_same_pixels() {
    for (name, host) in [("foot-sway", Host::sway()), ("foot-stand-in", Host::stand_in())] {
        let start = |display: &str| Process::start(foot(&host, display).arg(data("colours.sh")));
        same_pixels_through(name, &host, start, &ways::proxies());
    }
}
