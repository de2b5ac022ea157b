//! Programs on ChromeOS's compositor, behind virtio-wl: the items of the shelf that they have, who
//! gets which key, and how they close. Those of the second tier (`--ignored`) need
//! `tests/x11/applications-packages.txt`.

use std::path::PathBuf;
use std::process::Command;
use std::time::{Duration, Instant};

use carafe_fixture::process::{Process, wait_for};
use carafe_host::StandIn;
use serde_json::{Value, json};

use crate::hosts::Host;
use crate::programs::{app, data};
use crate::proxy::Carafe;
use crate::ways::VIRTWL;

// linux/input-event-codes.h
const CTRL: u32 = 29;
const ALT: u32 = 56;
const TAB: u32 = 15;
const W: u32 = 17;
const BRACKET: u32 = 26;
const OTHER_BRACKET: u32 = 27;
const SUPER: u32 = 125;

/// The list of ChromeOS's images.
const LIST: &str = "Super_L,<Alt>bracketleft,<Alt>bracketright,<Alt>tab";

/// How long the slowest program needs.
const PATIENCE: Duration = Duration::from_secs(90);

/// A program: its words, the desktop file that ChromeOS knows, the last part of its window's id, and
/// what its windows' titles contain.
struct App<'a> {
    words: &'a [&'a str],
    desktop: &'a str,
    id: &'a str,
    title: &'a str,
    is_x11: bool,
}

const fn wayland<'a>(
    words: &'a [&'a str],
    desktop: &'a str,
    id: &'a str,
    title: &'a str,
) -> App<'a> {
    App { words, desktop, id, title, is_x11: false }
}

const fn x11<'a>(words: &'a [&'a str], desktop: &'a str, id: &'a str, title: &'a str) -> App<'a> {
    App { is_x11: true, ..wayland(words, desktop, id, title) }
}

struct Stage {
    host: Host,
    carafe: Carafe,
}

impl Stage {
    fn new() -> Self {
        let host = Host::exo();
        let socket = host.runtime().join(StandIn::DISPLAY);
        // Its clients are confined, as those of a virtual machine are.
        let mut carafe = VIRTWL.confined(&socket, host.runtime(), &[]);
        carafe.arg(format!("--accelerators={LIST}")).arg("-X");
        let carafe = Carafe::start(&mut carafe, host.runtime());
        Self { host, carafe }
    }

    /// A program's command.
    fn command(&self, app: &App<'_>) -> Command {
        let mut command = self::app(&self.host, Carafe::DISPLAY, app.words[0]);
        command.args(&app.words[1..]).env("GSK_RENDERER", "cairo").env("WINEDEBUG", "-all");
        if app.is_x11 {
            let log = self.carafe.log();
            let display = log.split_once("X11 display ").expect("a display").1;
            command.env("DISPLAY", display.lines().next().expect("a line"));
            command.env("GDK_BACKEND", "x11").env_remove("WAYLAND_DISPLAY");
        }
        command
    }

    /// The rows of the shelf of windows with such a title.
    fn rows(&self, title: &str) -> Vec<Value> {
        let all = self.host.ask("shelf");
        let has = |row: &&Value| row["title"].as_str().is_some_and(|text| text.contains(title));
        all.as_array().expect("rows").iter().filter(has).cloned().collect()
    }

    /// Presses keys together, and releases them.
    fn press(&self, keys: &[u32]) {
        for key in keys {
            self.host.ask(&format!("key {key} press"));
        }
        for key in keys.iter().rev() {
            self.host.ask(&format!("key {key} release"));
        }
    }

    /// Starts a program, and checks all that this file is about.
    fn try_out(&self, app: &App<'_>) {
        let name = app.words[0];
        self.host.ask(&format!("app {}", app.desktop));
        let program = Process::start(&mut self.command(app));
        let until = Instant::now() + PATIENCE;
        let row = loop {
            if let Some(row) = self.rows(app.title).into_iter().next() {
                break row;
            }
            assert!(Instant::now() < until, "no window of {name}");
            std::thread::sleep(Duration::from_millis(100));
        };
        let item = app.desktop.split(' ').next().expect("a word");
        let form = if app.is_x11 { "wmclass" } else { "wayland" };
        let id = format!("org.chromium.guest_os.termina.{form}.{}", app.id);
        assert_eq!((&row["id"], &row["item"]), (&json!(id), &json!(item)), "{name}");
        assert_eq!((&row["kind"], &row["can_activate"]), (&json!("window"), &json!(true)));
        assert_eq!(row["late"], json!([]), "{name}");
        self.count_keys(name);
        drop(program);
        wait_for("its end", || self.rows(app.title).is_empty().then_some(()));
    }

    /// Every shortcut is the host's, and its neighbours are the program's.
    fn count_keys(&self, name: &str) {
        let count = |name: &str| self.host.ask("keys")[name].as_u64().expect("a number");
        wait_for("its keyboard", || {
            (self.host.ask("keys")["extended"] != 0
                && self.host.ask("state")["focus"] != Value::Null)
                .then_some(())
        });
        let (before, shortcuts) = (count("not_handled"), self.shortcuts().len());
        for keys in [&[SUPER][..], &[ALT, BRACKET], &[ALT, OTHER_BRACKET], &[ALT, TAB]] {
            self.press(keys);
        }
        let handled = count("handled");
        for keys in [&[CTRL, ALT, BRACKET][..], &[BRACKET], &[TAB]] {
            self.press(keys);
        }
        wait_for("all answers", || (self.host.ask("keys")["pending"] == 0).then_some(()));
        assert_eq!(count("not_handled") - before, 8, "{name}");
        assert!(count("handled") >= handled + 10, "{name}");
        assert_eq!((count("late"), count("unknown")), (0, 0), "{name}");
        let expected = ["launcher", "snap left", "snap right", "next window"];
        assert_eq!(self.shortcuts()[shortcuts..], expected, "{name}");
    }

    fn shortcuts(&self) -> Vec<Value> {
        self.host.ask("ash").as_array().expect("a list").clone()
    }
}

#[test]
fn programs_have_their_items_and_their_keys() {
    let qt = data("qt6_window.py");
    let qt = qt.to_str().expect("a path of letters");
    let stage = Stage::new();
    for app in [
        wayland(&["foot", "--config=/dev/null"], "foot", "foot", "foot"),
        wayland(&["gtk3-demo"], "gtk3-demo", "gtk3-demo", "Application Class"),
        wayland(&["gtk4-demo"], "gtk4-demo", "gtk4-demo", "GTK Demo"),
        wayland(&["/usr/bin/python3", qt], "python3", "python3", "Qt 6"),
        wayland(
            &["mpv", "--no-config", "--vo=wlshm", "--force-window=yes", "--idle=yes"],
            "mpv",
            "mpv",
            "mpv",
        ),
        x11(&["xterm"], "debian-xterm wmclass=XTerm", "XTerm", "xterm"),
    ] {
        stage.try_out(&app);
    }
    stage.carafe.stop();
}

#[test]
#[ignore = "needs large packages (the second tier)"]
fn large_programs_have_their_items_and_their_keys() {
    let stage = Stage::new();
    for app in [
        wayland(
            &["firefox-esr", "--no-remote", "about:support"],
            "firefox-esr",
            "firefox-esr",
            "Firefox",
        ),
        wayland(
            &["chromium", "--no-sandbox", "--ozone-platform=wayland", "--no-first-run"],
            "chromium",
            "chromium",
            "Chromium",
        ),
        wayland(
            &["soffice", "--writer", "--norestore", "--nologo"],
            "libreoffice-writer",
            "libreoffice-writer",
            "LibreOffice Writer",
        ),
        x11(&["gimp", "-n", "-s"], "gimp wmclass=Gimp", "Gimp", "GNU Image"),
        x11(&["wine", "notepad"], "notepad wmclass=notepad.exe", "notepad.exe", "Notepad"),
    ] {
        stage.try_out(&app);
    }
}

#[test]
fn a_terminal_gets_ctrl_w_and_closes_when_the_host_says_so() {
    let stage = Stage::new();
    let typed: PathBuf = stage.host.runtime().join("typed");
    let script = format!("stty raw -echo; touch {0}; exec cat >{0}", typed.display());
    let mut foot = crate::programs::foot(&stage.host, Carafe::DISPLAY);
    let mut foot = Process::start(foot.args(["sh", "-c", &script]));
    wait_for("the terminal", || typed.exists().then_some(()));
    wait_for("the keyboard", || (stage.host.ask("state")["focus"] == "foot").then_some(()));
    stage.press(&[CTRL, W]);
    stage.press(&[ALT, BRACKET]);
    stage.press(&[BRACKET]);
    wait_for("what was typed", || (std::fs::read(&typed).ok()? == *b"\x17[").then_some(()));
    assert_eq!(stage.shortcuts(), ["snap left"]);
    stage.host.ask("close foot");
    foot.wait();
    wait_for("an empty shelf", || (stage.host.ask("shelf") == json!([])).then_some(()));
    stage.carafe.stop();
}

#[test]
fn what_one_program_copies_another_one_pastes() {
    const SHIFT: u32 = 42;
    const V: u32 = 47;
    let stage = Stage::new();
    let file = |name: &str| stage.host.runtime().join(name);
    let start = |script: &str| {
        let mut foot = crate::programs::foot(&stage.host, Carafe::DISPLAY);
        Process::start(foot.args(["sh", "-c", script]))
    };
    let has_focus = || (stage.host.ask("state")["focus"] == "foot").then_some(());
    // It copies (OSC 52) when a key is pressed, as a program must that wants to.
    let ready = file("ready");
    let _copies = start(&format!(
        "stty raw -echo; touch {}; head -c 1 >/dev/null; printf '\\033]52;c;Y2FyYWZl\\007'; cat",
        ready.display()
    ));
    wait_for("a terminal", || ready.exists().then_some(()));
    wait_for("the keyboard", has_focus);
    stage.press(&[W]);
    wait_for("the clipboard", || {
        let said = stage.host.ask("state");
        said["selection"].as_array().is_some_and(|kinds| !kinds.is_empty()).then_some(())
    });
    let pasted = file("pasted");
    let _pastes = start(&format!("stty raw -echo; touch {0}; exec cat >{0}", pasted.display()));
    wait_for("another terminal", || pasted.exists().then_some(()));
    wait_for("its window", || (stage.rows("foot").len() == 2).then_some(()));
    wait_for("the text", || {
        stage.press(&[CTRL, SHIFT, V]);
        std::fs::read(&pasted).ok()?.starts_with(b"carafe").then_some(())
    });
    stage.carafe.stop();
}
