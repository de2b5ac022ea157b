//! If a program asks for it, its clipboard is kept after its end.

use carafe_fixture::process::wait_for;
use x11rb::connection::Connection;
use x11rb::protocol::Event;
use x11rb::protocol::xproto::ConnectionExt;

use crate::client::{Client, New};
use crate::hosts::Host;
use crate::stage::on;
use crate::tools::{Clipboard, Tools, assert_same, noise};

/// Asks to keep the clipboard. Returns whether it is kept.
fn save(client: &mut Client) -> bool {
    let window = client.create(&New::named("saves", 0));
    let [manager, target, property] =
        ["CLIPBOARD_MANAGER", "SAVE_TARGETS", "SAVED"].map(|name| client.atom(name));
    client.x.convert_selection(window, manager, target, property, 0u32).unwrap();
    client.x.flush().unwrap();
    client.wait("an answer", |event| match event {
        Event::SelectionNotify(event) if event.target == target => Some(event.property != 0),
        _ => None,
    })
}

#[test]
fn a_kept_clipboard_is_there_for_all_programs() {
    let host = Host::sway();
    let mut carafe = on(&host);
    let tools = Tools { runtime: host.runtime(), x: &carafe.display, wayland: host.display() };
    let mut client = carafe.client();
    assert!(!save(&mut client), "there is nothing to keep");
    let data = noise(300_000);
    let copy = tools.x_copy(Clipboard, "image/png", &data);
    assert!(save(&mut client));
    copy.kill();
    wait_for("the owner in X", || tools.targets(Clipboard).contains("MULTIPLE").then_some(()));
    assert_same(&tools.x_paste(Clipboard, "image/png"), &data);
    assert_same(&tools.wayland_paste(Clipboard, "image/png"), &data);
    // The next selection replaces it.
    let _copy = tools.wayland_copy(Clipboard, "text/plain", b"next");
    assert_eq!(tools.x_paste(Clipboard, "image/png"), b"");
    carafe.stop();
}

#[test]
fn a_clipboard_that_was_replaced_is_not_kept() {
    let host = Host::sway();
    let mut carafe = on(&host);
    let tools = Tools { runtime: host.runtime(), x: &carafe.display, wayland: host.display() };
    let mut client = carafe.client();
    let _first = tools.x_copy(Clipboard, "image/png", b"first");
    assert!(save(&mut client));
    let second = tools.x_copy(Clipboard, "image/jpeg", b"second");
    second.kill();
    wait_for("nothing", || tools.types(Clipboard).is_empty().then_some(()));
    // Far more than carafe keeps.
    let large = tools.x_copy(Clipboard, "image/png", &noise(9 << 20));
    assert!(save(&mut client));
    large.kill();
    wait_for("nothing", || tools.types(Clipboard).is_empty().then_some(()));
    carafe.stop();
}
