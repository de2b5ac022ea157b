//! Many, slow and aborted transfers: none harms another.

use std::time::Duration;

use carafe_fixture::process::wait_for;
use x11rb::connection::Connection;
use x11rb::protocol::Event;
use x11rb::protocol::xproto::{AtomEnum, ConnectionExt};

use crate::client::{Client, New};
use crate::hosts::Host;
use crate::reader::Reader;
use crate::stage::{Carafe, on};
use crate::tools::{Clipboard, Primary, Tools, assert_same, noise, rest, start};

const MIME: &str = "application/x-noise";
const LARGE: u64 = 16 << 20;

fn tools<'a>(host: &'a Host, carafe: &'a Carafe) -> Tools<'a> {
    Tools { runtime: host.runtime(), x: &carafe.display, wayland: host.display() }
}

#[test]
fn ten_at_once_each_way() {
    let host = Host::sway();
    let mut carafe = on(&host);
    let tools = tools(&host, &carafe);
    let (of_x, of_host) = (noise(1 << 20), noise(1 << 20));
    let _copy = tools.x_copy(Clipboard, MIME, &of_x);
    let _other = tools.wayland_copy(Primary, MIME, &of_host);
    std::thread::scope(|scope| {
        for _ in 0..10 {
            let mut to_x = tools.start_x_paste(Primary, MIME);
            let mut to_host = tools.start_wayland_paste(Clipboard, MIME);
            let (of_x, of_host) = (&of_x, &of_host);
            scope.spawn(move || assert_same(&rest(&mut to_x), of_host));
            scope.spawn(move || assert_same(&rest(&mut to_host), of_x));
        }
    });
    carafe.stop();
}

#[test]
fn slow_readers_delay_nobody() {
    let host = Host::sway();
    let mut carafe = on(&host);
    let tools = tools(&host, &carafe);
    let data = noise(LARGE);
    let _copy = tools.x_copy(Clipboard, MIME, &data);
    let _other = tools.wayland_copy(Primary, MIME, &data);
    let mut to_host = tools.start_wayland_paste(Clipboard, MIME);
    let mut to_x = Reader::ask(carafe.client(), "PRIMARY", MIME);
    assert_eq!(to_x.take(), None, "it comes in bits");
    let mut read = (Vec::new(), Vec::new());
    for _ in 0..3 {
        read.0.extend(start(&mut to_host, 1));
        read.1.extend(to_x.bit());
        // carafe serves others meanwhile: the reader only goes on after them. (xclip and wl-copy
        // serve one reader after the other.)
        let mut client = carafe.client();
        let window = client.show(&New::named("other", 0xff_00_00));
        client.wait("a window", |event| match event {
            Event::MapNotify(event) if event.window == window => Some(()),
            _ => None,
        });
        client.x.get_input_focus().unwrap().reply().unwrap();
    }
    read.0.extend(rest(&mut to_host));
    read.1.extend(to_x.rest());
    assert_same(&read.0, &data);
    assert_same(&read.1, &data);
    carafe.stop();
}

#[test]
fn killed_owners_end_the_transfer_and_the_selection() {
    let host = Host::sway();
    let mut carafe = on(&host);
    let tools = tools(&host, &carafe);
    let data = noise(LARGE);
    let copy = tools.x_copy(Clipboard, MIME, &data);
    let mut paste = tools.start_wayland_paste(Clipboard, MIME);
    start(&mut paste, 1000);
    copy.kill();
    assert!(rest(&mut paste).len() < data.len() - 1000);
    wait_for("nothing at the host", || tools.types(Clipboard).is_empty().then_some(()));

    let copy = tools.wayland_copy(Clipboard, MIME, &data);
    let mut paste = Reader::ask(carafe.client(), "CLIPBOARD", MIME);
    assert_eq!(paste.take(), None, "it comes in bits");
    let some = paste.bit();
    copy.kill();
    assert!(some.len() + paste.rest().len() < data.len());
    wait_for("nothing in X", || tools.targets(Clipboard).is_empty().then_some(()));

    let _copy = tools.x_copy(Clipboard, MIME, &data);
    assert_same(&tools.wayland_paste(Clipboard, MIME), &data);
    carafe.stop();
}

#[test]
fn killed_readers_harm_nobody() {
    let host = Host::sway();
    let mut carafe = on(&host);
    let tools = tools(&host, &carafe);
    let data = noise(LARGE);
    let _copy = tools.x_copy(Clipboard, MIME, &data);
    let _other = tools.wayland_copy(Primary, MIME, &data);
    let fds = carafe.open_fds();
    for _ in 0..3 {
        let mut paste = tools.start_wayland_paste(Clipboard, MIME);
        start(&mut paste, 1000);
        drop(paste);
        let mut paste = Reader::ask(carafe.client(), "PRIMARY", MIME);
        assert_eq!(paste.take(), None, "it comes in bits");
        paste.bit();
        drop(paste);
    }
    assert_same(&tools.x_paste(Primary, MIME), &data);
    assert_same(&tools.wayland_paste(Clipboard, MIME), &data);
    wait_for("all pipes closed", || (carafe.open_fds() <= fds).then_some(()));
    carafe.stop();
}

/// Asks for a target of the clipboard. Returns the property of the answer.
fn convert(client: &mut Client, window: u32, target: &str, property: u32) -> u32 {
    let (clipboard, target) = (client.atom("CLIPBOARD"), client.atom(target));
    client.x.convert_selection(window, clipboard, target, property, 0u32).unwrap();
    client.x.flush().unwrap();
    client.wait("an answer", |event| match event {
        Event::SelectionNotify(event) if event.target == target => Some(event.property),
        _ => None,
    })
}

#[test]
fn multiple_and_timestamp() {
    let host = Host::sway();
    let mut carafe = on(&host);
    let tools = tools(&host, &carafe);
    let _copy = tools.wayland_copy(Clipboard, "text/plain;charset=utf-8", "größer".as_bytes());
    let mut client = carafe.client();
    let window = client.create(&New::named("asks", 0));
    let [pairs, first, second, third] = ["PAIRS", "ONE", "TWO", "THREE"].map(|n| client.atom(n));
    let [utf8, nothing] = ["UTF8_STRING", "image/png"].map(|name| client.atom(name));
    let latin1 = AtomEnum::STRING.into();
    let asked = [utf8, first, nothing, second, latin1, third];
    client.set_numbers(window, "PAIRS", "ATOM_PAIR", &asked);
    assert_eq!(convert(&mut client, window, "MULTIPLE", pairs), pairs);
    let answered = client.numbers(window, "PAIRS");
    assert_eq!(answered, [utf8, first, nothing, 0, latin1, third]);
    let text = |property| {
        let reply = client.x.get_property(false, window, property, AtomEnum::ANY, 0, 100).unwrap();
        reply.reply().unwrap().value
    };
    assert_eq!(text(first), "größer".as_bytes());
    assert_eq!(text(second), b"");
    assert_eq!(text(third), b"gr\xf6\xdfer");

    assert_eq!(convert(&mut client, window, "TIMESTAMP", first), first);
    assert_ne!(client.numbers(window, "ONE"), [0]);
    assert_eq!(convert(&mut client, window, "NO_SUCH_TARGET", first), 0);
    carafe.stop();
}

#[test]
fn offers_of_x_do_not_come_back() {
    let host = Host::sway();
    let mut carafe = on(&host);
    let tools = tools(&host, &carafe);
    let client = carafe.client();
    let owner = || {
        let clipboard = client.atom("CLIPBOARD");
        client.x.get_selection_owner(clipboard).unwrap().reply().unwrap().owner
    };
    // The host announces each new selection to everybody, including carafe.
    let mut last = None;
    for n in 0..20 {
        let mime = format!("application/x-{n}");
        let copy = tools.x_copy(Clipboard, &mime, mime.as_bytes());
        assert_eq!(tools.wayland_paste(Clipboard, &mime), mime.as_bytes());
        let xclip = owner();
        std::thread::sleep(Duration::from_millis(20));
        assert_eq!(owner(), xclip, "carafe took what X had");
        last = Some(copy);
    }
    drop(last);
    carafe.stop();
}
