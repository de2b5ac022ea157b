//! Drags of Qt's windows: from X to the host, back, and within X.

use carafe_fixture::process::wait_for;
use wayland_client::protocol::wl_data_device_manager::DndAction;

use crate::peer::Peer;
use crate::stage::Stage;
use crate::toolkit::{QT, Window};

const FILES: &[u8] = b"file:///etc/hosts\r\n";

/// A window of Qt that the host shows.
fn show(stage: &mut Stage, name: &str) -> Window {
    let window = Window::show(QT, &stage.carafe, &stage.runtime, name);
    wait_for(name, || {
        let windows = stage.host().windows().unwrap();
        windows.iter().any(|window| window.title == name && window.mapped).then_some(())
    });
    window
}

/// Moves the pointer to and fro until `done`.
fn move_about(stage: &mut Stage, (x, y): (i32, i32), mut done: impl FnMut() -> bool) {
    let mut n = 0;
    wait_for("word of a drag", || {
        n ^= 1;
        stage.host().ask(&format!("pointer move {} {y}", x + n)).unwrap();
        std::thread::sleep(std::time::Duration::from_millis(30));
        done().then_some(())
    });
}

fn press(stage: &mut Stage, name: &str, at: &str) {
    for request in [
        &format!("place {name} 100 100"),
        &format!("pointer move {at}"),
        "pointer button left press",
        "sync",
    ] {
        stage.host().ask(request).unwrap();
    }
}

#[test]
fn from_x_to_the_host() {
    let mut stage = Stage::new();
    let mut peer = Peer::show(&stage.runtime.join("host"), "peer");
    stage.host().wait_for_window("peer");
    stage.host().ask("place peer 500 100").unwrap();
    let qt = show(&mut stage, "give");
    press(&mut stage, "give", "150 150");
    qt.wait("pressed", || ());
    let mut n = 0;
    // The drag begins over its own window.
    move_about(&mut stage, (160, 160), || {
        n += 1;
        n > 10
    });
    move_about(&mut stage, (520, 130), || {
        peer.pump();
        peer.seen.offer.is_some()
    });
    peer.accept("text/uri-list", DndAction::Copy | DndAction::Move, DndAction::Copy);
    let mut n = 0;
    move_about(&mut stage, (530, 130), || {
        peer.pump();
        n += 1;
        n > 10
    });
    stage.host().ask("pointer button left release").unwrap();
    peer.wait("drop");
    assert_eq!(peer.receive("text/uri-list", || ()), FILES);
    peer.finish();
    qt.wait("dragged: CopyAction", || peer.pump());
    stage.end();
}

#[test]
fn from_the_host_to_x() {
    let mut stage = Stage::new();
    let qt = show(&mut stage, "take");
    stage.host().ask("place take 500 100").unwrap();
    let mut peer = Peer::show(&stage.runtime.join("host"), "peer");
    stage.host().wait_for_window("peer");
    press(&mut stage, "peer", "150 150");
    peer.drag(&["text/uri-list"], DndAction::Copy, FILES);
    let mut n = 0;
    move_about(&mut stage, (520, 130), || {
        peer.pump();
        n += 1;
        n > 10
    });
    qt.wait("entered", || peer.pump());
    peer.wait("action Copy");
    peer.wait_until_wanted();
    stage.host().ask("pointer button left release").unwrap();
    qt.wait("dropped file:///etc/hosts", || peer.pump());
    peer.wait("finished");
    stage.end();
}

#[test]
fn among_x_windows() {
    let mut stage = Stage::new();
    let take = show(&mut stage, "take");
    stage.host().ask("place take 500 100").unwrap();
    let give = show(&mut stage, "give");
    press(&mut stage, "give", "150 150");
    give.wait("pressed", || ());
    let mut n = 0;
    for place in [(160, 160), (400, 500), (520, 130)] {
        n = 0;
        move_about(&mut stage, place, || {
            n += 1;
            n > 10
        });
    }
    assert!(n > 10);
    take.wait("entered", || ());
    stage.host().ask("pointer button left release").unwrap();
    take.wait("dropped file:///etc/hosts", || ());
    give.wait("dragged: CopyAction", || ());
    stage.end();
}
