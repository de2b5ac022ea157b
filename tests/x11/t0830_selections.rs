//! Clipboard and primary selection between X programs and the host's programs: text under all its
//! names, other types, and the special targets.

use std::process::Stdio;

use carafe_fixture::process::{Process, wait_for};

use crate::hosts::Host;
use crate::stage::{Carafe, Stage, on};
use crate::tools::{Clipboard, Primary, Tools, assert_same, noise};

const TEXT: &str = "größer als 5 €\n日本";

fn tools<'a>(host: &'a Host, carafe: &'a Carafe) -> Tools<'a> {
    Tools { runtime: host.runtime(), x: &carafe.display, wayland: host.display() }
}

#[test]
fn text_under_all_its_names() {
    let host = Host::sway();
    let mut carafe = on(&host);
    let tools = tools(&host, &carafe);
    for selection in [Clipboard, Primary] {
        let copy = tools.x_copy(selection, "UTF8_STRING", TEXT.as_bytes());
        for mime in ["text/plain;charset=utf-8", "text/plain"] {
            tools.wait_for_type(selection, mime);
            assert_eq!(tools.wayland_paste(selection, mime), TEXT.as_bytes(), "{mime}");
        }
        drop(copy);
        wait_for("nothing", || tools.types(selection).is_empty().then_some(()));

        let _copy = tools.x_copy(selection, "STRING", b"gr\xf6\xdfer");
        tools.wait_for_type(selection, "text/plain");
        assert_eq!(tools.wayland_paste(selection, "text/plain"), "größer".as_bytes());

        let _copy = tools.wayland_copy(selection, "text/plain;charset=utf-8", TEXT.as_bytes());
        for target in ["UTF8_STRING", "TEXT", "text/plain", "text/plain;charset=utf-8"] {
            assert_eq!(tools.x_paste(selection, target), TEXT.as_bytes(), "{target}");
        }
        let latin1 = b"gr\xf6\xdfer als 5 ?\n??";
        assert_eq!(tools.x_paste(selection, "STRING"), latin1);
        let targets = tools.targets(selection);
        for target in ["TARGETS", "TIMESTAMP", "MULTIPLE", "UTF8_STRING", "STRING", "TEXT"] {
            assert!(targets.lines().any(|known| known == target), "{targets}");
        }
        assert!(!targets.contains("carafe"), "{targets}");
    }
    carafe.stop();
}

#[test]
fn xsel_knows_the_text_too() {
    let host = Host::sway();
    let mut carafe = on(&host);
    let tools = tools(&host, &carafe);
    let xsel = |option: &str| {
        let mut xsel = carafe.program("xsel", host.runtime());
        xsel.args(["--clipboard", option]).env("HOME", host.runtime().path());
        xsel
    };
    let _copy = tools.wayland_copy(Clipboard, "text/plain", TEXT.as_bytes());
    let pasted = xsel("--output").stdin(Stdio::null()).output().unwrap();
    assert_eq!(pasted.stdout, TEXT.as_bytes());
    let mut command = xsel("--input");
    let mut copy = Process::start(command.arg("--nodetach").stdin(Stdio::piped()));
    std::io::Write::write_all(&mut copy.child().stdin.take().unwrap(), b"of xsel").unwrap();
    wait_for("xsel's text", || {
        (tools.wayland_paste(Clipboard, "text/plain") == b"of xsel").then_some(())
    });
    drop(copy);
    carafe.stop();
}

#[test]
fn other_types_as_they_are() {
    let host = Host::sway();
    let mut carafe = on(&host);
    let tools = tools(&host, &carafe);
    for mime in ["image/png", "text/uri-list", "text/html", "x-special/gnome-copied-files"] {
        let data = noise(70_000);
        let _copy = tools.x_copy(Clipboard, mime, &data);
        assert_same(&tools.wayland_paste(Clipboard, mime), &data);
        let _copy = tools.wayland_copy(Clipboard, mime, &data[1..]);
        assert_same(&tools.x_paste(Clipboard, mime), &data[1..]);
    }
    assert_eq!(tools.x_paste(Clipboard, "UTF8_STRING"), b"", "there is no text");
    carafe.stop();
}

#[test]
fn without_data_control_a_window_has_to_have_the_keyboard() {
    let without = "--without=zwlr_data_control_manager_v1,ext_data_control_manager_v1";
    let mut stage = Stage::with(&[without], &[]);
    let client = stage.client();
    client.show(&crate::client::New::named("main", 0xff_00_00));
    stage.host().wait_for_window("main");
    for (selection, name) in [(Clipboard, "selection"), (Primary, "primary")] {
        stage.host().ask(&format!("{name} set text/plain of the host")).unwrap();
        let tools = Tools { runtime: &stage.runtime, x: &stage.carafe.display, wayland: "host" };
        wait_for("the host's text", || {
            (tools.x_paste(selection, "UTF8_STRING") == b"of the host").then_some(())
        });
        let _copy = tools.x_copy(selection, "UTF8_STRING", b"of X");
        let text = wait_for("X's text", || {
            let host = stage.host.control();
            let types = host.ask("state").unwrap()[name].to_string();
            types.contains("text/plain;charset=utf-8").then_some(())?;
            let got = host.ask(&format!("{name} get text/plain")).unwrap();
            got["text"].as_str().map(str::to_owned)
        });
        assert_eq!(text, "of X");
    }
    // A copy without the keyboard focus waits for it.
    client.show(&crate::client::New::named("second", 0x00_ff_00));
    stage.end();
}

#[test]
fn a_carafe_that_shares_nothing() {
    let mut stage = Stage::with(&[], &["--no-clipboard-manager"]);
    stage.host().ask("selection set text/plain of the host").unwrap();
    let tools = Tools { runtime: &stage.runtime, x: &stage.carafe.display, wayland: "host" };
    let _copy = tools.x_copy(Clipboard, "UTF8_STRING", b"of X");
    wait_for("X's own text", || (tools.x_paste(Clipboard, "UTF8_STRING") == b"of X").then_some(()));
    let text = stage.host.control().ask("selection get text/plain").unwrap();
    assert_eq!(text["text"], "of the host");
    drop(_copy);
    stage.end();
}
