//! Sizes: those that the host sets, those that the client sets, and those that the client's hints
//! allow.

use carafe_fixture::process::wait_for;
use x11rb::protocol::xproto::ConfigureWindowAux;

use crate::client::New;
use crate::stage::Stage;

#[test]
fn the_host_resizes_a_window() {
    let mut stage = Stage::new();
    let mut client = stage.client();
    let window = client.show(&New::named("red", 0xff_00_00));
    stage.host().wait_for_window("red");
    stage.host().ask("configure red 320 240").unwrap();
    client.wait_for_size(window, (320, 240));
    let [x, y, ..] = stage.host().wait_for_window("red").geometry;
    stage.host().wait_for_colour([x, y, 320, 240], "ff0000");
    stage.end();
}

#[test]
fn a_client_resizes_its_window() {
    let mut stage = Stage::new();
    let client = stage.client();
    let window = client.show(&New::named("red", 0xff_00_00));
    stage.host().wait_for_window("red");
    client.configure(window, &ConfigureWindowAux::new().width(90).height(70));
    wait_for("the new size", || {
        let [_, _, width, height] = stage.host().wait_for_window("red").geometry;
        ([width, height] == [90, 70]).then_some(())
    });
    stage.end();
}

#[test]
fn sizes_keep_to_the_hints() {
    let mut stage = Stage::new();
    let mut client = stage.client();
    let window = client.create(&New::named("cells", 0x00_ff_00));
    // Minimum and maximum, and steps of 10 by 20 from a base of 5 by 7.
    let mut hints = [0; 18];
    hints[0] = 1 << 4 | 1 << 5 | 1 << 6 | 1 << 8;
    hints[5..9].copy_from_slice(&[55, 47, 405, 407]);
    hints[9..11].copy_from_slice(&[10, 20]);
    hints[15..17].copy_from_slice(&[5, 7]);
    client.set_numbers(window, "WM_NORMAL_HINTS", "WM_SIZE_HINTS", &hints);
    client.map(window);
    stage.host().wait_for_window("cells");
    for (asked, given) in [("301 199", (295, 187)), ("900 900", (405, 407)), ("1 1", (55, 47))] {
        stage.host().ask(&format!("configure cells {asked}")).unwrap();
        client.wait_for_size(window, given);
    }
    stage.end();
}

#[test]
fn a_tiled_window_fills_its_tile_whatever_its_hints_are() {
    let mut stage = Stage::new();
    let mut client = stage.client();
    let window = client.create(&New::named("cells", 0x00_ff_00));
    // Steps of 7 by 13 from a base of 2 by 2, as terminals have them, and minimum and maximum.
    let mut hints = [0; 18];
    hints[0] = 1 << 4 | 1 << 5 | 1 << 6 | 1 << 8;
    hints[5..9].copy_from_slice(&[90, 70, 400, 300]);
    hints[9..11].copy_from_slice(&[7, 13]);
    hints[15..17].copy_from_slice(&[2, 2]);
    client.set_numbers(window, "WM_NORMAL_HINTS", "WM_SIZE_HINTS", &hints);
    client.map(window);
    stage.host().wait_for_window("cells");
    let [_, _, width, height] = client.geometry(window);
    for (tile, size) in [("512 0 512 768", (512, 768)), ("0 0 61 47", (61, 47))] {
        stage.host().ask(&format!("tile cells {tile}")).unwrap();
        client.wait_for_size(window, size);
    }
    stage.host().ask("restore cells").unwrap();
    let size = (width as u16, height as u16);
    client.wait_for_size(window, size);
    stage.end();
}
