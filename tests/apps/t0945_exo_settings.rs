//! ChromeOS's compositor: what options and GTK say of a window, and each doubtful rule of Exo the
//! other way round.

use std::process::Command;

use carafe_fixture::process::{Process, built, wait_for};
use serde_json::Value;

use crate::hosts::Host;
use crate::programs::foot;
use crate::proxy::{Carafe, to};
use crate::t0931_each_bridge::Client;

const ALT: u32 = 56;
const W: u32 = 17;
const CTRL: u32 = 29;
const BRACKET: u32 = 26;

/// The only row of the shelf.
fn row(host: &Host) -> Value {
    wait_for("a window on the shelf", || host.ask("shelf").as_array()?.first().cloned())
}

fn carafe(host: &Host, options: &[&str]) -> Carafe {
    Carafe::start(to(host).args(options), host.runtime())
}

#[test]
fn the_mode_of_fullscreen_is_the_users_for_wayland_windows() {
    for (mode, said) in [("plain", "plain"), ("immersive", "immersive")] {
        let host = Host::exo();
        let carafe = carafe(&host, &[&format!("--fullscreen-mode={mode}")]);
        let program = Process::start(&mut foot(&host, Carafe::DISPLAY));
        wait_for(said, || (row(&host)["fullscreen_mode"] == said).then_some(()));
        drop(program);
        carafe.stop();
    }
}

#[test]
fn gtks_name_on_the_bus_is_the_windows_id() {
    let host = Host::exo();
    host.ask("app org.gnome.Calculator");
    let carafe = carafe(&host, &[]);
    let mut client = Client::connect(&host);
    let surface = client.show("calculator").0;
    let gtk = client.bind("gtk_shell1");
    let gtk_surface = client.of(gtk, 0, &[surface]);
    let names = ["org.gnome.Calculator", "/menu", "/bar", "/window", "/app", ":1.5"];
    let start = carafe_fixture::wire::Message::new(gtk_surface, 0);
    client.peer.send(&names.iter().fold(start, |message, name| message.string(name)));
    client.sync();
    let id = "org.chromium.guest_os.termina.wayland.org.gnome.Calculator";
    wait_for("its item", || {
        let row = row(&host);
        (row["id"] == id && row["item"] == "org.gnome.Calculator").then_some(())
    });
    carafe.stop();
}

/// What each program needs of the host: a window with an id, its keys, and none for the host's
/// shortcuts.
fn everyday(host: &Host) {
    let carafe = carafe(host, &["--accelerators=<Alt>bracketleft"]);
    let typed = host.runtime().join("typed");
    let script = format!("stty raw -echo; touch {0}; exec cat >{0}", typed.display());
    let mut program = foot(host, Carafe::DISPLAY);
    let program = Process::start(program.args(["sh", "-c", &script]));
    wait_for("the terminal", || typed.exists().then_some(()));
    wait_for("the keyboard", || (host.ask("state")["focus"] == "foot").then_some(()));
    for keys in [&[CTRL, W][..], &[ALT, BRACKET], &[BRACKET], &[58], &[W], &[58]] {
        for (keys, how) in
            [(keys.to_vec(), "press"), (keys.iter().rev().copied().collect(), "release")]
        {
            for key in keys {
                host.ask(&format!("key {key} {how}"));
            }
        }
    }
    // CapsLock is on for one letter.
    wait_for("what was typed", || (std::fs::read(&typed).ok()? == *b"\x17[W").then_some(()));
    assert_eq!(host.ask("ash").to_string(), r#"["snap left"]"#);
    let keys =
        wait_for("all answers", || Some(host.ask("keys")).filter(|keys| keys["pending"] == 0));
    assert_eq!((&keys["late"], &keys["unknown"]), (&0.into(), &0.into()), "{keys}");
    let row = row(host);
    assert_eq!(row["id"], "org.chromium.guest_os.termina.wayland.foot");
    assert_eq!((&row["late"], &row["refused"]), (&serde_json::json!([]), &serde_json::json!([])));
    // It dies with a key that it holds; the next one starts as if nothing was.
    host.ask(&format!("key {W} press"));
    drop(program);
    host.ask(&format!("key {W} release"));
    wait_for("an empty shelf", || (host.ask("shelf") == serde_json::json!([])).then_some(()));
    let keys = wait_for("no key that waits", || {
        Some(host.ask("keys")).filter(|keys| keys["pending"] == 0)
    });
    assert_eq!((&keys["late"], &keys["unknown"]), (&0.into(), &0.into()), "{keys}");
    carafe.stop();
}

/// The names of Exo's doubtful rules, as the host says them when it does not know one.
fn doubtful_rules() -> Vec<String> {
    let mut host = Command::new(built("carafe-host"));
    let output = host.args(["--socket=none", "--exo-differs=?"]).output().expect("the host");
    let text = String::from_utf8_lossy(&output.stderr).into_owned();
    let names = text.split_once("one of ").expect(&text).1;
    let names = names.split_once(", not by").expect(&text).0;
    names.split(", ").map(str::to_owned).collect()
}

#[test]
fn each_doubtful_rule_may_be_the_other_way_round() {
    everyday(&Host::exo());
    everyday(&Host::stand_in_with(&["--as=exo-131"]));
    for rule in doubtful_rules() {
        everyday(&Host::stand_in_with(&["--as=exo", &format!("--exo-differs={rule}")]));
    }
}
