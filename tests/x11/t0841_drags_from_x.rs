//! Drags of X programs, onto Wayland windows and onto each other.

use wayland_client::protocol::wl_data_device_manager::DndAction;

use crate::client::New;
use crate::peer::Peer;
use crate::stage::Stage;
use crate::xdnd::{FILES, TYPES, Taker, begin, drag, hear, move_about};

#[test]
fn files_are_dropped_on_wayland_windows() {
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
fn a_drag_that_nobody_takes() {
    let mut stage = Stage::new();
    let mut giver = begin(&mut stage);
    drag(&mut stage, &mut giver, "XdndActionCopy");
    hear(&mut stage, &mut giver, "600 600");
    hear(&mut stage, &mut giver, "610 600");
    stage.host().ask("pointer button left release").unwrap();
    giver.wait("gives up", || ());
    // The next drag works like the first.
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
fn x_programs_among_themselves() {
    let mut stage = Stage::new();
    let client = stage.client();
    let window = client.show(&New::named("taker", 0xff_00_00));
    stage.host().wait_for_window("taker");
    stage.host().ask("place taker 400 100").unwrap();
    let mut taker = Taker::new(client, window);
    let mut giver = begin(&mut stage);
    let [x, y, ..] = taker.client.geometry(taker.window);
    drag(&mut stage, &mut giver, "XdndActionCopy");
    // First over no window, then over the other window.
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
