//! wl-copy and wl-paste: clipboard and primary selection in all directions,
//! without focus (`zwlr_data_control_manager_v1`).

use std::fs::File;
use std::io::{Read, Write};
use std::process::Stdio;

use carafe_fixture::process::{Process, wait_for};

use crate::apps::app;
use crate::hosts::Host;
use crate::proxy::Carafe;

const SIZE: u64 = 4 << 20;

#[test]
fn t0209_clipboard_tools() {
    let host = Host::sway();
    let carafe = Carafe::parent(&host);
    let (guest, direct) = (Carafe::DISPLAY, host.display());
    for selection in ["--regular", "--primary"] {
        for (from, to) in [(guest, direct), (direct, guest), (guest, guest)] {
            copy_and_paste(&host, selection, from, to);
        }
    }
    assert!(carafe.stop().clients >= 8);
}

fn copy_and_paste(host: &Host, selection: &str, from: &str, to: &str) {
    // Each copy is of a type of its own, so that none is taken for the one before.
    let mime = format!("application/x-{from}-to-{to}{selection}");
    let mut data = Vec::new();
    File::open("/dev/urandom").expect("noise").take(SIZE).read_to_end(&mut data).expect("noise");
    let mut file = tempfile::NamedTempFile::new().expect("a file");
    file.write_all(&data).expect("room");

    let primary = (selection == "--primary").then_some(selection);
    let mut copy = app(host, from, "wl-copy");
    copy.args(primary).args(["--foreground", "--type", &mime]);
    let _serving = Process::start(copy.stdin(file.reopen().expect("our file")));
    let pasted = wait_for("something to paste", || {
        let mut paste = app(host, to, "wl-paste");
        paste.args(primary).args(["--no-newline", "--type", &mime]).stdout(Stdio::piped());
        let output = paste.output().expect("wl-paste");
        output.status.success().then_some(output.stdout)
    });
    let len = pasted.len();
    assert!(pasted == data, "{selection} {from} → {to}: {len} other bytes were pasted");
}
