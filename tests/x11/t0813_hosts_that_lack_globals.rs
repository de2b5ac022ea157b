//! Hosts that lack globals. What carafe provides in their place for Xwayland and what it provides
//! for scaling are different things.

use carafe_fixture::process::wait_for;
use x11rb::protocol::xproto::ConnectionExt as _;

use crate::client::New;
use crate::stage::Stage;

#[test]
fn a_host_without_logical_sizes_and_fractions() {
    let without = "--without=zxdg_output_manager_v1,wp_fractional_scale_manager_v1";
    let mut stage = Stage::with(&[without], &[]);
    let client = stage.carafe.client();
    client.show(&New::named("red", 0xff_00_00));
    let window = stage.host().wait_for_window("red");
    assert_eq!(window.geometry[2..], [200, 150]);
    drop(client);
    wait_for("the window's end", || stage.host().windows().unwrap().is_empty().then_some(()));
    stage.end();
}

#[test]
fn a_host_without_a_screen_still_shows_menus() {
    let mut stage = Stage::with(&["--without=wl_output"], &[]);
    let client = stage.client();
    let window = client.show(&New::named("main", 0xff_00_00));
    stage.host().wait_for_window("main");
    wait_for("the keyboard", || {
        let focus = client.x.get_input_focus().unwrap().reply().unwrap().focus;
        (focus == window).then_some(())
    });
    client.show(&New::popup(0x00_00_ff, (30, 40), (60, 80)));
    wait_for("the menu", || {
        let all = stage.host().wait_for_window("main").all;
        (all["popups"].as_array().map_or(0, Vec::len) == 1).then_some(())
    });
    stage.end();
}
