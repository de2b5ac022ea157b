//! Drags of X programs, onto Wayland windows and onto each other.

use wayland_client::protocol::wl_data_device_manager::DndAction;

use crate::client::New;
use crate::peer::Peer;
use crate::stage::Stage;
use crate::xdnd::{Giver, Taker};

const FILES: &[u8] = b"file:///etc/hosts\r\n";
const TYPES: [&str; 4] = ["text/uri-list", "UTF8_STRING", "text/html", "image/png"];

/// An X window with the button down on it.
fn begin(stage: &mut Stage) -> Giver {
    let client = stage.client();
    let window = client.show(&New::named("giver", 0x00_ff_00));
    stage.host().wait_for_window("giver");
    stage.host().ask("place giver 100 100").unwrap();
    for request in ["pointer move 150 150", "pointer button left press", "sync"] {
        stage.host().ask(request).unwrap();
    }
    Giver::new(client, window)
}

/// Moves the pointer a little, around a place, until something has happened.
fn move_about(
    stage: &mut Stage,
    giver: &mut Giver,
    (x, y): (i32, i32),
    mut done: impl FnMut(&mut Giver) -> bool,
) {
    let mut n = 0;
    carafe_fixture::process::wait_for("word of a drag", || {
        n ^= 1;
        hear(stage, giver, &format!("{} {y}", x + n));
        done(giver).then_some(())
    });
}

/// Begins a drag: the program has met the window that stands for the host's.
fn drag(stage: &mut Stage, giver: &mut Giver, action: &str) {
    giver.drag(&TYPES, action, FILES);
    move_about(stage, giver, (160, 160), |giver| giver.log.iter().any(|line| line == "not taken"));
}

fn hear(stage: &mut Stage, giver: &mut Giver, place: &str) {
    stage.host().ask(&format!("pointer move {place}")).unwrap();
    for _ in 0..50 {
        giver.pump();
        std::thread::sleep(std::time::Duration::from_millis(2));
    }
}

#[test]
fn t0841_files_are_dropped_on_wayland_windows() {
    for socket in ["host", "carafe"] {
        let mut stage = Stage::new();
        let mut peer = Peer::show(&stage.runtime.join(socket), "taker");
        stage.host().wait_for_window("taker");
        stage.host().ask("place taker 400 100").unwrap();
        let mut giver = begin(&mut stage);
        drag(&mut stage, &mut giver, "XdndActionMove");
        move_about(&mut stage, &mut giver, (420, 130), |_| {
            peer.pump();
            peer.seen.offer.is_some()
        });
        peer.wait("enter");
        peer.accept("text/uri-list", DndAction::Copy | DndAction::Move, DndAction::Move);
        giver.wait("XdndActionMove", || peer.pump());
        stage.host().ask("pointer button left release").unwrap();
        giver.wait("drops", || peer.pump());
        peer.wait("drop");
        assert_eq!(peer.receive("text/uri-list", || giver.pump()), FILES);
        peer.finish();
        giver.wait("finished: XdndActionMove", || peer.pump());
        stage.end();
    }
}

#[test]
fn t0841_a_drag_that_nobody_takes() {
    let mut stage = Stage::new();
    let mut giver = begin(&mut stage);
    drag(&mut stage, &mut giver, "XdndActionCopy");
    hear(&mut stage, &mut giver, "600 600");
    hear(&mut stage, &mut giver, "610 600");
    stage.host().ask("pointer button left release").unwrap();
    giver.wait("gives up", || ());
    // The next one works as the first.
    hear(&mut stage, &mut giver, "150 150");
    for request in ["pointer move 150 150", "pointer button left press", "sync"] {
        stage.host().ask(request).unwrap();
    }
    drag(&mut stage, &mut giver, "XdndActionCopy");
    hear(&mut stage, &mut giver, "600 600");
    stage.host().ask("pointer button left release").unwrap();
    giver.wait("gives up", || ());
    stage.end();
}

#[test]
fn t0841_x_programs_among_themselves() {
    let mut stage = Stage::new();
    let client = stage.client();
    let window = client.show(&New::named("taker", 0xff_00_00));
    stage.host().wait_for_window("taker");
    stage.host().ask("place taker 400 100").unwrap();
    let mut taker = Taker::new(client, window);
    let mut giver = begin(&mut stage);
    let [x, y, ..] = taker.client.geometry(taker.window);
    drag(&mut stage, &mut giver, "XdndActionCopy");
    // First over nothing, then over the other window.
    hear(&mut stage, &mut giver, "350 300");
    move_about(&mut stage, &mut giver, (419, 130), |giver| giver.over() == taker.window);
    hear(&mut stage, &mut giver, "420 130");
    let names = taker.entered();
    assert_eq!(names, TYPES, "the program speaks for itself");
    taker.at((x + 20, y + 30), Some("XdndActionCopy"));
    giver.wait("XdndActionCopy", || ());
    stage.host().ask("pointer button left release").unwrap();
    giver.wait("drops", || ());
    let dropping = std::thread::spawn(move || {
        assert_eq!(taker.dropped("text/uri-list"), FILES);
        taker.finish("XdndActionCopy");
        taker
    });
    giver.wait("finished: XdndActionCopy", || ());
    drop(dropping.join().unwrap());
    stage.end();
}
