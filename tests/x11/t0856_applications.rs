//! Large applications, for the second tier (`applications-packages.txt`): they show
//! themselves and open a menu or dialog where it belongs; many starts show as many windows.

use std::time::Duration;

use carafe_fixture::process::{Process, wait_for};

use crate::hosts::Host;
use crate::stage::{Stage, on};

/// How long the slowest one needs here.
const START: Duration = Duration::from_secs(90);

/// A program, a part of its window's title, what is typed at it, as codes of
/// linux/input-event-codes.h, and the title of the dialog that this opens.
struct App {
    args: &'static [&'static str],
    title: &'static str,
    keys: &'static [u32],
    dialog: &'static str,
}

const CTRL: u32 = 29;
const O: u32 = 24;

const APPS: [App; 5] = [
    App {
        args: &["gimp", "-n", "-s"],
        title: "GNU Image Manipulation",
        keys: &[CTRL, 49],
        dialog: "Create a New Image",
    },
    App {
        args: &["soffice", "--writer", "--norestore", "--nologo"],
        title: "LibreOffice Writer",
        keys: &[CTRL, O],
        dialog: "Open",
    },
    App { args: &["wine", "notepad"], title: "Notepad", keys: &[CTRL, O], dialog: "Open" },
    App {
        args: &["firefox-esr", "--no-remote", "about:support"],
        title: "Firefox",
        keys: &[CTRL, O],
        dialog: "Open File",
    },
    App {
        args: &["chromium", "--no-sandbox", "--ozone-platform=x11", "--no-first-run"],
        title: "Chromium",
        keys: &[CTRL, O],
        dialog: "Open File",
    },
];

fn has(stage: &mut Stage, title: &str) -> bool {
    let windows = stage.host().windows().unwrap_or_default();
    windows.iter().any(|window| {
        let shown = window.all["mapped"].as_bool() == Some(true);
        shown && window.all["title"].as_str().is_some_and(|found| found.contains(title))
    })
}

#[test]
#[ignore = "second tier: minutes, and applications of hundreds of megabytes"]
fn applications_show_themselves_and_their_dialogs() {
    for app in APPS {
        let mut stage = Stage::new();
        let mut program = stage.carafe.program(app.args[0], &stage.runtime);
        program.args(&app.args[1..]).env("HOME", stage.runtime.path());
        program.env("GDK_BACKEND", "x11").env("QT_QPA_PLATFORM", "xcb").env("WINEDEBUG", "-all");
        let _program = Process::start(&mut program);
        let until = std::time::Instant::now() + START;
        while !has(&mut stage, app.title) {
            assert!(std::time::Instant::now() < until, "no window of {}", app.args[0]);
            std::thread::sleep(Duration::from_millis(200));
        }
        wait_for(app.dialog, || {
            std::thread::sleep(Duration::from_secs(2));
            if !has(&mut stage, app.dialog) {
                for (keys, state) in [(app.keys.to_vec(), "press"), (app.keys.to_vec(), "release")]
                {
                    for key in keys {
                        stage.host().ask(&format!("key {key} {state}")).unwrap();
                    }
                }
            }
            has(&mut stage, app.dialog).then_some(())
        });
        let log = stage.carafe.log();
        assert!(!log.contains("WARN") && !log.contains("ERROR"), "{}: {log}", app.args[0]);
    }
}

#[test]
#[ignore = "second tier: minutes"]
fn two_hundred_starts_show_two_hundred_windows() {
    let mut stage = Stage::new();
    for n in 0..200 {
        let clock = Process::start(&mut stage.carafe.program("xclock", &stage.runtime));
        wait_for(&format!("xclock {n}"), || has(&mut stage, "xclock").then_some(()));
        drop(clock);
        wait_for("its end", || stage.host().windows().ok()?.is_empty().then_some(()));
    }
    stage.end();
    for host in [Host::sway(), Host::weston()] {
        let empty = host.screenshot();
        let mut carafe = on(&host);
        for n in 0..200 {
            let clock = Process::start(&mut carafe.program("xclock", host.runtime()));
            wait_for(&format!("xclock {n}"), || (host.screenshot() != empty).then_some(()));
            drop(clock);
            wait_for("its end", || (host.screenshot() == empty).then_some(()));
        }
        carafe.stop();
    }
}
