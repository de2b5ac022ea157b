//! Large applications, for the second tier (`applications-packages.txt`): they show a window, and
//! a dialog after a shortcut. Pictures for people are in `target/tmp/apps`.

use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use carafe_fixture::process::{Process, RuntimeDir, command};

use crate::hosts::Host;
use crate::screenshot::Shot;
use crate::stage::{Carafe, Stage, on};

/// How long the slowest one needs.
const PATIENCE: Duration = Duration::from_secs(90);

/// A program, a part of its window's title, the key for a shortcut with Ctrl (as a code of
/// linux/input-event-codes.h and as a letter), and the title of the dialog that it opens.
struct App {
    args: &'static [&'static str],
    title: &'static str,
    key: (u32, &'static str),
    dialog: &'static str,
}

const CTRL: u32 = 29;
const O: (u32, &str) = (24, "o");
const N: (u32, &str) = (49, "n");

const APPS: [App; 5] = [
    App {
        args: &["gimp", "-n", "-s"],
        title: "GNU Image Manipulation",
        key: N,
        dialog: "Create a New Image",
    },
    App {
        args: &["soffice", "--writer", "--norestore", "--nologo"],
        title: "LibreOffice Writer",
        key: O,
        dialog: "Open",
    },
    App { args: &["wine", "notepad"], title: "Notepad", key: O, dialog: "Open" },
    App {
        args: &["firefox-esr", "--no-remote", "about:support"],
        title: "Firefox",
        key: O,
        dialog: "Open File",
    },
    App {
        args: &["chromium", "--no-sandbox", "--ozone-platform=x11", "--no-first-run"],
        title: "Chromium",
        key: O,
        dialog: "Open File",
    },
];

impl App {
    fn start(&self, carafe: &Carafe, runtime: &RuntimeDir) -> Process {
        let mut program = carafe.program(self.args[0], runtime);
        program.args(&self.args[1..]).env("HOME", runtime.path());
        program.env("GDK_BACKEND", "x11").env("QT_QPA_PLATFORM", "xcb").env("WINEDEBUG", "-all");
        Process::start(program.stdout(Stdio::null()).stderr(Stdio::null()))
    }

    /// Waits for the window, and types until the dialog is there: a program may not react yet when
    /// its window appears.
    fn try_out(&self, mut has: impl FnMut(&str) -> bool, mut press: impl FnMut()) {
        let until = Instant::now() + PATIENCE;
        while !has(self.title) {
            assert!(Instant::now() < until, "no window of {}", self.args[0]);
            std::thread::sleep(Duration::from_millis(200));
        }
        while !has(self.dialog) {
            assert!(Instant::now() < until, "no dialog of {}", self.args[0]);
            press();
            for _ in 0..10 {
                std::thread::sleep(Duration::from_millis(200));
                if has(self.dialog) {
                    return;
                }
            }
        }
    }

    #[track_caller]
    fn assert_quiet(&self, carafe: &Carafe) {
        let log = carafe.log();
        assert!(!log.contains("WARN") && !log.contains("ERROR"), "{}: {log}", self.args[0]);
    }
}

fn has(stage: &mut Stage, title: &str) -> bool {
    let windows = stage.host().windows().unwrap_or_default();
    windows.iter().any(|window| window.mapped && window.title.contains(title))
}

#[test]
#[ignore = "second tier: minutes, and applications of hundreds of megabytes"]
fn applications_show_themselves_and_their_dialogs() {
    for app in APPS {
        let stage = std::cell::RefCell::new(Stage::new());
        let _program = app.start(&stage.borrow().carafe, &stage.borrow().runtime);
        let press = || {
            for state in ["press", "release"] {
                for code in [CTRL, app.key.0] {
                    let ask = format!("key {code} {state}");
                    stage.borrow_mut().host().ask(&ask).unwrap();
                }
            }
        };
        app.try_out(|title| has(&mut stage.borrow_mut(), title), press);
        let mut stage = stage.into_inner();
        let picture = stage.runtime.join("picture.png");
        stage.host().screenshot(&picture).unwrap();
        Shot::read(&picture).keep(&format!("x11-{}", app.args[0]));
        app.assert_quiet(&stage.carafe);
    }
}

#[test]
#[ignore = "second tier: minutes, and applications of hundreds of megabytes"]
fn applications_show_themselves_and_their_dialogs_on_sway() {
    for app in APPS {
        let host = Host::sway();
        // Without a keyboard, sway focuses no window.
        let mut keyboard: Command = command("wtype", host.runtime());
        keyboard.args(["-s", "600000"]).env("WAYLAND_DISPLAY", host.display());
        let _keyboard = Process::start(&mut keyboard);
        let carafe = on(&host);
        let _program = app.start(&carafe, host.runtime());
        let has = |title: &str| {
            let tree: serde_json::Value = serde_json::from_str(&host.tree()).unwrap();
            let mut rest = vec![&tree];
            while let Some(node) = rest.pop() {
                let children = ["nodes", "floating_nodes"].map(|name| node[name].as_array());
                rest.extend(children.into_iter().flatten().flatten());
                let name = node["name"].as_str().unwrap_or_default();
                if node["pid"].is_number() && name.contains(title) {
                    return true;
                }
            }
            false
        };
        let press = || {
            let mut xdotool = carafe.program("xdotool", host.runtime());
            let status = xdotool.args(["key", &format!("ctrl+{}", app.key.1)]).status().unwrap();
            assert!(status.success(), "xdotool: {status}");
        };
        app.try_out(has, press);
        host.screenshot().keep(&format!("x11-{}-on-sway", app.args[0]));
        app.assert_quiet(&carafe);
    }
}
