//! An Xwayland that associates surfaces with windows by serials (`xwayland_shell_v1`), from a
//! later Debian suite than the system's.

use std::process::Command;

use carafe_fixture::process::wait_for;

use crate::client::New;
use crate::stage::Stage;

/// Unpacks it, if it is not there yet.
pub fn newer() -> String {
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/x11/newer-xwayland");
    let output = Command::new(script).output().expect("sh");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    format!("--xwayland-path={}", String::from_utf8_lossy(&output.stdout).trim_end())
}

#[test]
fn windows_and_menus_are_paired_by_serials() {
    let mut stage = Stage::with(&[], &[&newer(), "--log-messages=client"]);
    let client = stage.client();
    for round in 0..10 {
        let window = client.show(&New::named("main", 0xff_00_00));
        let [wx, wy, ..] = stage.host().wait_for_window("main").geometry;
        stage.host().wait_for_colour([wx, wy, 200, 150], "ff0000");
        let [x, y, ..] = client.geometry(window);
        let place = ((x + 30 + round) as i16, (y + 40) as i16);
        let menu = client.create(&New::popup(0x00_00_ff, place, (60, 80)));
        client.set_numbers(menu, "WM_TRANSIENT_FOR", "WINDOW", &[window]);
        client.map(menu);
        stage.host().wait_for_colour([wx + 30 + i64::from(round), wy + 40, 60, 80], "0000ff");
        client.unmap(menu);
        client.unmap(window);
        // The next round's window has the same name.
        wait_for("the end of both", || stage.host().windows().ok()?.is_empty().then_some(()));
    }
    let by_serials = || stage.carafe.log().contains("xwayland_surface_v1").then_some(());
    wait_for("pairing by serials in the log", by_serials);
    stage.end();
}
