//! wl-copy and wl-paste between host and guest, clipboard and primary selection.

use std::time::Instant;

use crate::clipboard::copy_and_paste;
use crate::hosts::Host;
use crate::proxy::Carafe;
use crate::ways::devices;

fn both_ways(selections: &[&str], size: u64) {
    for way in devices() {
        let host = Host::sway();
        let carafe = way.start(&host);
        let (guest, direct) = (Carafe::DISPLAY, host.display());
        for selection in selections {
            for ends in [(guest, direct), (direct, guest)] {
                let began = Instant::now();
                copy_and_paste(&host, selection, ends, size);
                eprintln!("{} {ends:?} {size} bytes: {:?}", way.name, began.elapsed());
            }
        }
        carafe.stop();
    }
}

#[test]
fn tools_paste_four_megabytes() {
    both_ways(&["--regular", "--primary"], 4 << 20);
}

#[test]
#[ignore = "a minute: `make test-full`"]
fn tools_paste_four_hundred_megabytes() {
    both_ways(&["--regular"], 400 << 20);
}
