//! The primary selection on a host that has none, as ChromeOS's compositor: X and Wayland programs of
//! one guest have one among themselves.

use carafe_fixture::process::wait_for;

use crate::client::New;
use crate::stage::Stage;
use crate::tools::{Primary, Tools, assert_same, noise};

/// The stand-in has no `wl_shell`, which wl-paste prefers.
const NO_WL_SHELL: &str = "--deny-globals=wl_shell";

#[test]
fn x_and_wayland_programs_share_it_among_themselves() {
    let stage = Stage::with(&["--as=exo"], &[NO_WL_SHELL]);
    let client = stage.client();
    client.show(&New::named("main", 0xff_00_00));
    let tools = Tools { runtime: &stage.runtime, x: &stage.carafe.display, wayland: "carafe" };
    let data = noise(1 << 20);
    let copy = tools.x_copy(Primary, "application/x-of-x", &data);
    assert_same(&tools.wayland_paste(Primary, "application/x-of-x"), &data);
    drop(copy);
    wait_for("nothing", || tools.types(Primary).is_empty().then_some(()));
    let of_wayland = tools.wayland_copy(Primary, "application/x-of-wayland", &data[1..]);
    assert_same(&tools.x_paste(Primary, "application/x-of-wayland"), &data[1..]);
    // The selection goes with its program.
    drop(of_wayland);
    wait_for("no owner", || tools.targets(Primary).is_empty().then_some(()));
    // X programs among themselves need nobody.
    let _copy = tools.x_copy(Primary, "UTF8_STRING", b"of X");
    wait_for("X's own", || (tools.x_paste(Primary, "UTF8_STRING") == b"of X").then_some(()));
    stage.end();
}

#[test]
fn x_programs_give_and_take_only_what_the_policy_lets_them() {
    let stage = Stage::with(&["--as=exo"], &["--primary=none", NO_WL_SHELL]);
    let client = stage.client();
    client.show(&New::named("main", 0xff_00_00));
    let tools = Tools { runtime: &stage.runtime, x: &stage.carafe.display, wayland: "carafe" };
    let _copy = tools.x_copy(Primary, "UTF8_STRING", b"of X");
    wait_for("X's own", || (tools.x_paste(Primary, "UTF8_STRING") == b"of X").then_some(()));
    assert_eq!(tools.types(Primary), "");
    stage.end();
}
