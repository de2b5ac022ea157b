//! Older and unusual toolkits, for the second tier (`applications-packages.txt`), and menus that a
//! program opens by itself.

use std::process::Command;
use std::time::Duration;

use carafe_fixture::process::{PATIENCE, Process, wait_for};

use crate::menus::{App, click, menus_open_and_close, popups, window};
use crate::stage::Stage;
use crate::t0855_toolkits::qt;
use crate::ways::VIRTGPU;

/// linux/input-event-codes.h
const ENTER: u32 = 28;
const A: u32 = 30;

const APPS: [App; 2] = [
    App {
        name: "Qt 5",
        title: "Toolkit",
        command: |stage| qt(stage, 5),
        menu: (18, 10),
        entry: (30, 58),
    },
    App {
        name: "Emacs",
        title: "Toolkit",
        command: |stage| {
            let mut command = stage.carafe.program("emacs", &stage.runtime);
            command.args(["-Q", "-T", "Toolkit"]).env("HOME", stage.runtime.path());
            command
        },
        menu: (95, 13),
        entry: (120, 97),
    },
];

fn key(stage: &mut Stage, code: u32) {
    for state in ["press", "release"] {
        stage.host().ask(&format!("key {code} {state}")).unwrap();
    }
}

/// Does something until it has an effect: a program may not react yet.
fn until<T>(
    what: &str,
    stage: &mut Stage,
    mut act: impl FnMut(&mut Stage),
    seen: impl Fn(&mut Stage) -> Option<T>,
) -> T {
    wait_for(what, || {
        if let Some(found) = seen(stage) {
            return Some(found);
        }
        act(stage);
        std::thread::sleep(Duration::from_millis(700));
        seen(stage)
    })
}

fn shown(stage: &mut Stage, title: &str) -> Option<()> {
    window(stage, title)?["mapped"].as_bool().filter(|mapped| *mapped).map(drop)
}

#[test]
#[ignore = "second tier: large packages"]
fn menus_of_more_toolkits_open_where_they_belong() {
    menus_open_and_close(Stage::new(), &APPS);
    menus_open_and_close(Stage::behind(VIRTGPU), &APPS);
}

#[test]
#[ignore = "second tier: large packages"]
fn swing_has_its_popups_its_dialogs_and_the_keyboard() {
    let mut stage = Stage::new();
    let source = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/x11/Swing.java");
    let _swing = Process::start(stage.carafe.program("java", &stage.runtime).arg(source));
    let patience = std::time::Instant::now() + PATIENCE * 2;
    while shown(&mut stage, "Toolkit").is_none() {
        assert!(std::time::Instant::now() < patience, "no window of Swing's");
        std::thread::sleep(Duration::from_millis(50));
    }
    stage.host().ask("place Toolkit 300 200").unwrap();
    stage.host().ask("focus Toolkit").unwrap();
    let open = |stage: &mut Stage| click(stage, (590, 338));
    let list =
        until("the list", &mut stage, open, |stage| popups(stage, "Toolkit").first().copied());
    assert_eq!(list[..3], [0, 150, 300], "it opens under the window");
    // The second of three.
    click(&mut stage, (320, 350 + list[3] / 2));
    wait_for("no list", || popups(&mut stage, "Toolkit").is_empty().then_some(()));

    let say = |stage: &mut Stage| {
        click(stage, (350, 280));
        key(stage, A);
        key(stage, ENTER);
    };
    until("the dialog", &mut stage, say, |stage| shown(stage, "Said"));
    until(
        "its end",
        &mut stage,
        |stage| key(stage, ENTER),
        |stage| window(stage, "Said").is_none().then_some(()),
    );
    // The field has the keyboard again, without a click.
    let more = |stage: &mut Stage| {
        key(stage, A);
        key(stage, ENTER);
    };
    until("the dialog again", &mut stage, more, |stage| shown(stage, "Said"));
    stage.end();
}

#[test]
#[ignore = "second tier: large packages"]
fn gtk_2_opens_lists_of_its_combo_boxes() {
    let mut stage = Stage::new();
    let _demo = Process::start(&mut stage.carafe.program("gtk-demo", &stage.runtime));
    wait_for("the demos", || shown(&mut stage, "GTK+ Code Demos"));
    stage.host().ask("place Gtk-demo 300 20").unwrap();
    let run = |stage: &mut Stage| (0..2).for_each(|_| click(stage, (360, 236)));
    until("a demo", &mut stage, run, |stage| shown(stage, "Combo boxes"));
    // The newest window is in front, at the host's place for new windows.
    let place = &window(&mut stage, "Combo boxes").unwrap()["geometry"];
    let (x, y) = (place[0].as_i64().unwrap(), place[1].as_i64().unwrap());
    let open = |stage: &mut Stage| click(stage, (x + 100, y + 35));
    let list =
        until("a list", &mut stage, open, |stage| popups(stage, "Combo boxes").first().copied());
    assert!((10..30).contains(&list[0]) && (10..50).contains(&list[1]), "at {list:?}");
    stage.end();
}

#[test]
fn a_program_opens_menus_for_the_user() {
    let mut stage = Stage::new();
    let _qt = Process::start(&mut qt(&stage, 6));
    wait_for("the window", || shown(&mut stage, "Toolkit"));
    stage.host().ask("focus Toolkit").unwrap();
    let xdotool = |stage: &Stage, arguments: &str| {
        let mut xdotool: Command = stage.carafe.program("xdotool", &stage.runtime);
        let status = xdotool.args(arguments.split(' ')).status().unwrap();
        assert!(status.success(), "xdotool {arguments}: {status}");
    };
    let open = |stage: &mut Stage| {
        xdotool(stage, "search --name Toolkit mousemove --window %1 18 10 click 1");
    };
    until("a menu", &mut stage, open, |stage| (popups(stage, "Toolkit").len() == 1).then_some(()));
    xdotool(&stage, "key Down Down Right");
    wait_for("a submenu", || (popups(&mut stage, "Toolkit").len() == 2).then_some(()));
    xdotool(&stage, "key Escape Escape Escape");
    wait_for("no menu", || popups(&mut stage, "Toolkit").is_empty().then_some(()));
    stage.end();
}
