//! wl-copy and wl-paste.

use std::fs::File;
use std::io::Read;
use std::process::Stdio;

use carafe_fixture::copy::WlCopy;
use carafe_fixture::process::wait_for;

use crate::hosts::Host;
use crate::programs::app;

/// Copies noise with wl-copy on the first display, and pastes it with wl-paste on the
/// second one.
pub fn copy_and_paste(host: &Host, selection: &str, (from, to): (&str, &str), size: u64) {
    // Each copy has its own type, so that it cannot be mistaken for the previous one.
    let mime = format!("application/x-{from}-to-{to}{selection}");
    let mut data = Vec::new();
    File::open("/dev/urandom").expect("noise").take(size).read_to_end(&mut data).expect("noise");

    let primary = (selection == "--primary").then_some(selection);
    let mut copy = app(host, from, "wl-copy");
    copy.args(primary).args(["--foreground", "--type", &mime]);
    let _serving = WlCopy::start(&mut copy, &data);
    let pasted = wait_for("something to paste", || {
        let mut paste = app(host, to, "wl-paste");
        paste.args(primary).args(["--no-newline", "--type", &mime]).stdout(Stdio::piped());
        let output = paste.output().expect("wl-paste");
        output.status.success().then_some(output.stdout)
    });
    let len = pasted.len();
    assert!(pasted == data, "{selection} {from} → {to}: {len} other bytes were pasted");
}
