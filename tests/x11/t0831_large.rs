//! Large data in both directions, in pieces (`INCR`).

use std::time::Instant;

use crate::hosts::Host;
use crate::stage::on;
use crate::tools::{Clipboard, Tools, assert_same, noise};

fn there_and_back(size: u64) {
    let host = Host::sway();
    let mut carafe = on(&host);
    let tools = Tools { runtime: host.runtime(), x: &carafe.display, wayland: host.display() };
    let data = noise(size);
    let mime = "application/x-large";
    let memory = carafe.memory();
    {
        let _copy = tools.x_copy(Clipboard, mime, &data);
        let began = Instant::now();
        assert_same(&tools.wayland_paste(Clipboard, mime), &data);
        eprintln!("from X: {size} bytes in {:?}", began.elapsed());
    }
    {
        let _copy = tools.wayland_copy(Clipboard, mime, &data[1..]);
        let began = Instant::now();
        assert_same(&tools.x_paste(Clipboard, mime), &data[1..]);
        eprintln!("to X: {size} bytes in {:?}", began.elapsed());
    }
    let grown = carafe.memory().saturating_sub(memory);
    assert!(grown < 8 * 1024, "{grown} KiB more");
    carafe.stop();
}

#[test]
fn a_hundred_megabytes() {
    there_and_back(100 << 20);
}

#[test]
#[ignore = "a minute: `make test-full`"]
fn six_hundred_megabytes() {
    there_and_back(600 << 20);
}
