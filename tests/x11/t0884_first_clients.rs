//! The very first X client finds carafe ready: Xwayland accepts no client before.

use carafe_fixture::copy::WlCopy;
use carafe_fixture::process::{command, wait_for};
use carafe_host::StandIn;

use crate::stage::{Carafe, Stage};
use crate::tools::{Clipboard, Primary, Selection, Tools};
use crate::ways::{VIRTGPU, VIRTWL};

/// Starts of carafe for each selection.
const STARTS: usize = 20;

fn first_paste(mut stage: Stage, selection: Selection, number: usize) {
    let text = format!("of start {number}");
    let mut copy = command("wl-copy", &stage.runtime);
    copy.env("WAYLAND_DISPLAY", StandIn::DISPLAY).args(["--foreground", "--type", "text/plain"]);
    copy.args((selection == Primary).then_some("--primary"));
    let _copy = WlCopy::start(&mut copy, text.as_bytes());
    let name = if selection == Clipboard { "selection" } else { "primary" };
    wait_for("the host's selection", || {
        let state = stage.host().ask("state").unwrap();
        state[name].as_array().is_some_and(|types| !types.is_empty()).then_some(())
    });
    let paste = |carafe: &Carafe| {
        let (runtime, x) = (&stage.runtime, carafe.display.as_str());
        let tools = Tools { runtime, x, wayland: StandIn::DISPLAY };
        let pasted = tools.xclip(selection, "UTF8_STRING").arg("-o").output().unwrap();
        String::from_utf8(pasted.stdout).unwrap()
    };
    assert_eq!(paste(&stage.carafe), text, "{selection:?}");
    stage.end();
}

#[test]
fn it_finds_the_hosts_selections() {
    for number in 0..STARTS {
        first_paste(Stage::new(), Clipboard, number);
        first_paste(Stage::new(), Primary, number);
    }
}

#[test]
fn it_finds_them_behind_a_device_too() {
    for number in 0..3 {
        first_paste(Stage::behind(VIRTWL), Clipboard, number);
        first_paste(Stage::behind(VIRTGPU), Clipboard, number);
    }
}
