//! Clipboard and primary selection, in both directions.

use std::process::Stdio;

use carafe_fixture::process::{command, wait_for};
use carafe_host::StandIn;

use crate::rig::Rig;

fn both_ways(what: &str, primary: &[&str]) {
    let mut rig = Rig::new(&[]);
    rig.ask(&format!("{what} set text/plain;charset=utf-8 from the host"));
    let mut paste = command("wl-paste", &rig.runtime);
    paste.arg("--no-newline").args(primary).env("WAYLAND_DISPLAY", StandIn::DISPLAY);
    let output = paste.output().expect("wl-paste");
    assert_eq!(String::from_utf8_lossy(&output.stdout), "from the host");

    let mut copy = command("wl-copy", &rig.runtime);
    copy.args(primary).arg("from a client").env("WAYLAND_DISPLAY", StandIn::DISPLAY);
    assert!(copy.stdout(Stdio::null()).status().expect("wl-copy").success());
    // wl-copy offers it in a background process.
    wait_for("the client's selection", || {
        let types = rig.ask("state")[what].to_string();
        types.contains("text/plain").then_some(())
    });
    let answer = rig.ask(&format!("{what} get text/plain;charset=utf-8"));
    assert_eq!(answer["text"], "from a client");
    assert!(rig.control().ask(&format!("{what} get image/png")).is_err());
    rig.ask("hangup all");
}

#[test]
fn clipboard() {
    both_ways("selection", &[]);
}

#[test]
fn primary() {
    both_ways("primary", &["--primary"]);
}
