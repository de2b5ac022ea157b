//! What carafe makes up for Xwayland and what it makes up for scaling are two things.

use carafe_fixture::process::wait_for;

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
