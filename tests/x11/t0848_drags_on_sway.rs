//! Toolkits' drags on sway: onto a Wayland window, with the icon beside the pointer, and from one.

use std::time::Duration;

use carafe_fixture::process::wait_for;
use wayland_client::protocol::wl_data_device_manager::DndAction;

use crate::hosts::Host;
use crate::input::Mouse;
use crate::peer::Peer;
use crate::picture::Picture;
use crate::stage::on;
use crate::toolkit::{GTK, QT, Window};

const FILES: &[u8] = b"file:///etc/hosts\r\n";

/// A place on the X window, and one on the Wayland window.
const X: (u32, u32) = (100, 100);
const WAYLAND: (u32, u32) = (600, 100);

fn picture(host: &Host) -> Picture {
    Picture::decode(host.screenshot().bytes())
}

/// Whether a part of the screen has that colour.
fn has(picture: &Picture, place: (u32, u32), size: (u32, u32), colour: u32) -> bool {
    let columns = (0..size.0).map(|x| i64::from(place.0 + x));
    let mut all = columns.flat_map(|x| (0..size.1).map(move |y| (x, i64::from(place.1 + y))));
    all.all(|(x, y)| picture.at(x, y) == Some(colour))
}

/// Moves around a place until `done`.
fn move_about(mouse: &mut Mouse<'_>, (x, y): (u32, u32), mut done: impl FnMut() -> bool) {
    let mut n = 0;
    wait_for("word of a drag", || {
        n ^= 1;
        mouse.move_to((x + n, y));
        std::thread::sleep(Duration::from_millis(20));
        done().then_some(())
    });
    mouse.move_to((x, y));
}

fn out_of_x(script: &str, name: &str) {
    let host = Host::sway();
    let mut carafe = on(&host);
    let mut mouse = Mouse::new(&host);
    // sway's configuration places it.
    let mut peer = Peer::show(&host.runtime().join(host.display()), "right");
    let empty = picture(&host).at(i64::from(X.0), i64::from(X.1));
    let give = Window::show(script, &carafe, host.runtime(), "give");
    wait_for("the window", || (picture(&host).at(100, 100) != empty).then_some(()));
    mouse.move_to((X.0 - 10, X.1));
    mouse.move_to(X);
    mouse.press();
    give.wait("pressed", || ());
    for n in 0..20 {
        mouse.move_to((X.0 + n, X.1 + n));
        std::thread::sleep(Duration::from_millis(10));
    }
    let icon = |(x, y): (u32, u32)| (x + 24, y + 20);
    move_about(&mut mouse, (120, 120), || has(&picture(&host), icon((120, 120)), (40, 30), 0xff));
    move_about(&mut mouse, WAYLAND, || {
        peer.pump();
        peer.seen.offer.is_some()
    });
    wait_for("the icon", || has(&picture(&host), icon(WAYLAND), (40, 30), 0xff).then_some(()));
    host.screenshot().keep(&format!("drag-of-{name}-on-sway"));
    peer.accept("text/uri-list", DndAction::Copy | DndAction::Move, DndAction::Copy);
    let mut n = 0;
    move_about(&mut mouse, WAYLAND, || {
        peer.pump();
        n += 1;
        n > 10
    });
    mouse.release();
    peer.wait("drop");
    assert_eq!(peer.receive("text/uri-list", || ()), FILES);
    peer.finish();
    give.wait("dragged: CopyAction", || peer.pump());
    let behind = icon(WAYLAND);
    wait_for("no icon", || has(&picture(&host), behind, (40, 30), 0x80_80_80).then_some(()));
    drop(give);
    carafe.stop();
}

#[test]
fn out_of_gtk() {
    out_of_x(GTK, "gtk");
}

#[test]
fn out_of_qt() {
    out_of_x(QT, "qt");
}

fn onto_x(script: &str) {
    let host = Host::sway();
    let mut carafe = on(&host);
    let mut mouse = Mouse::new(&host);
    let mut peer = Peer::show(&host.runtime().join(host.display()), "right");
    let empty = picture(&host).at(i64::from(X.0), i64::from(X.1));
    let take = Window::show(script, &carafe, host.runtime(), "take");
    wait_for("the window", || (picture(&host).at(100, 100) != empty).then_some(()));
    mouse.move_to((WAYLAND.0 + 10, WAYLAND.1));
    mouse.move_to(WAYLAND);
    mouse.press();
    peer.drag(&["text/uri-list"], DndAction::Copy | DndAction::Move, FILES);
    move_about(&mut mouse, X, || {
        peer.pump();
        peer.seen.log.iter().any(|line| line == "action Copy")
    });
    take.wait("entered", || peer.pump());
    peer.wait_until_wanted();
    mouse.release();
    take.wait("dropped file:///etc/hosts", || peer.pump());
    peer.wait("finished");
    drop(take);
    carafe.stop();
}

#[test]
fn onto_gtk() {
    onto_x(GTK);
}

#[test]
fn onto_qt() {
    onto_x(QT);
}
