//! Texts of old programs, in their own encodings, between X and the host.

use carafe_fixture::process::wait_for;

use crate::hosts::Host;
use crate::owner::Owner;
use crate::stage::{Carafe, Stage, on};
use crate::tools::{Clipboard, Primary, Tools, assert_same};

fn tools<'a>(host: &'a Host, carafe: &'a Carafe) -> Tools<'a> {
    Tools { runtime: host.runtime(), x: &carafe.display, wayland: host.display() }
}

#[test]
fn compound_text() {
    let host = Host::sway();
    let mut carafe = on(&host);
    let tools = tools(&host, &carafe);
    for selection in [Clipboard, Primary] {
        // As Xlib encodes it: Latin-1, ISO 8859-5, JIS X 0208, UTF-8.
        let of_x = b"gr\xf6\xdfer \x1b-L\xbf\xe0 \x1b$(BF|K\\\x1b(B \x1b%G\xf0\x9f\x98\x80\x1b%@!";
        let _copy = tools.x_copy(selection, "COMPOUND_TEXT", of_x);
        tools.wait_for_type(selection, "text/plain;charset=utf-8");
        let text = tools.wayland_paste(selection, "text/plain;charset=utf-8");
        assert_eq!(String::from_utf8(text).unwrap(), "größer Пр 日本 \u{1f600}!");

        let _copy = tools.wayland_copy(selection, "text/plain", "größer als 5 €\n".as_bytes());
        let given = tools.x_paste(selection, "COMPOUND_TEXT");
        assert_eq!(given, b"gr\xf6\xdfer als 5 \x1b%G\xe2\x82\xac\x1b%@\n");
    }
    carafe.stop();
}

#[test]
fn a_long_text_is_cut_anywhere() {
    let host = Host::sway();
    let mut carafe = on(&host);
    let tools = tools(&host, &carafe);
    let text = "größer als 5 €, ".repeat(60_000);
    let compound = b"gr\xf6\xdfer als 5 \x1b%G\xe2\x82\xac\x1b%@, ".repeat(60_000);
    let _copy = tools.x_copy(Clipboard, "COMPOUND_TEXT", &compound);
    tools.wait_for_type(Clipboard, "text/plain");
    assert_same(&tools.wayland_paste(Clipboard, "text/plain"), text.as_bytes());
    let _copy = tools.wayland_copy(Primary, "text/plain", text.as_bytes());
    assert_same(&tools.x_paste(Primary, "COMPOUND_TEXT"), &compound);
    carafe.stop();
}

#[test]
fn text_is_in_the_encoding_that_its_owner_names() {
    let mut stage = Stage::new();
    for (kind, bytes) in [
        ("STRING", b"gr\xf6\xdfer".as_slice()),
        ("COMPOUND_TEXT", b"\x1b-A\xf6\xdf\xe4".as_slice()),
        ("UTF8_STRING", "größer €".as_bytes()),
    ] {
        let _owner = Owner::new(&stage.carafe, vec![("TEXT", kind, bytes)]);
        let wanted = match kind {
            "STRING" => "größer",
            "COMPOUND_TEXT" => "ößä",
            _ => "größer €",
        };
        wait_for(kind, || {
            let answer = stage.host.control().ask("selection get text/plain");
            (answer.ok()?["text"] == wanted).then_some(())
        });
    }
    stage.end();
}
