//! The policy for X programs: what they and the host may not read.

use carafe_fixture::process::wait_for;

use crate::client::New;
use crate::stage::Stage;
use crate::tools::{Clipboard, Primary, Tools};

fn tools(stage: &Stage) -> Tools<'_> {
    Tools { runtime: &stage.runtime, x: &stage.carafe.display, wayland: "host" }
}

#[test]
fn windows_have_words_in_front_of_their_names() {
    let mut stage = Stage::with(&[], &["--title-prefix=[vm] ", "--app-id-prefix=vm."]);
    let client = stage.client();
    client.show(&New::named("red", 0xff_00_00));
    assert_eq!(stage.host().wait_for_window("vm.red").title, "[vm] red");
    drop(client);
    stage.end();
}

#[test]
fn the_clipboard_only_out() {
    let mut stage = Stage::with(&[], &["--clipboard=guest-to-host", "--primary=both"]);
    stage.host().ask("selection set text/plain of the host").unwrap();
    stage.host().ask("primary set text/plain later").unwrap();
    let tools = tools(&stage);
    wait_for("what came later", || {
        (tools.x_paste(Primary, "UTF8_STRING") == b"later").then_some(())
    });
    assert_eq!(tools.targets(Clipboard), "");
    let copy = tools.x_copy(Clipboard, "image/png", b"of X");
    assert_eq!(tools.wayland_paste(Clipboard, "image/png"), b"of X");
    drop(copy);
    stage.end();
}

#[test]
fn the_clipboard_only_in() {
    let mut stage = Stage::with(&[], &["--clipboard=host-to-guest", "--primary=both"]);
    stage.host().ask("selection set text/plain of the host").unwrap();
    let tools = tools(&stage);
    wait_for("the host's text", || {
        (tools.x_paste(Clipboard, "UTF8_STRING") == b"of the host").then_some(())
    });
    let copy = tools.x_copy(Clipboard, "UTF8_STRING", b"of X");
    // X programs can still exchange it.
    wait_for("X's text", || (tools.x_paste(Clipboard, "UTF8_STRING") == b"of X").then_some(()));
    let later = tools.x_copy(Primary, "image/png", b"later");
    let text = stage.host.control().ask("selection get text/plain").unwrap();
    assert_eq!(text["text"], "of the host");
    drop((copy, later));
    stage.end();
}

#[test]
fn denied_protocols_are_not_used_for_x_programs() {
    let denied = "--deny-globals=wl_data_device_manager,zwlr_data_control_manager_v1,\
                  ext_data_control_manager_v1,xdg_activation_v1";
    let mut stage = Stage::with(&[], &[denied]);
    stage.host().ask("selection set text/plain of the host").unwrap();
    stage.host().ask("primary set text/plain later").unwrap();
    // The primary selection has its own protocol, for which X needs the keyboard focus.
    let client = stage.client();
    client.show(&New::named("red", 0xff_00_00));
    stage.host().wait_for_window("red");
    let tools = tools(&stage);
    wait_for("what came later", || {
        (tools.x_paste(Primary, "UTF8_STRING") == b"later").then_some(())
    });
    assert_eq!(tools.targets(Clipboard), "");
    let copy = tools.x_copy(Clipboard, "UTF8_STRING", b"of X");
    let later = tools.x_copy(Primary, "UTF8_STRING", b"later still");
    let control = stage.host.control();
    wait_for("X's primary selection", || {
        let text = control.ask("primary get text/plain").unwrap();
        (text["text"] == "later still").then_some(())
    });
    assert_eq!(control.ask("selection get text/plain").unwrap()["text"], "of the host");
    drop((copy, later, client));
    stage.end();
}

#[test]
fn kept_data_leaves_room_for_other_transfers() {
    let mut stage = Stage::with(&[], &["--clipboard=guest-to-host", "--primary=both"]);
    let client = stage.client();
    // More than the offers that carafe remembers.
    for n in 0..100 {
        stage.host().ask(&format!("selection set text/plain number {n}")).unwrap();
    }
    stage.host().ask("primary set text/plain later").unwrap();
    let tools = tools(&stage);
    wait_for("what came later", || {
        (tools.x_paste(Primary, "UTF8_STRING") == b"later").then_some(())
    });
    drop(client);
    stage.end();
}
