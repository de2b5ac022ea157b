//! Drags of an X program by touch.

use carafe_fixture::process::wait_for;
use wayland_client::protocol::wl_data_device_manager::DndAction;

use x11rb::protocol::xproto::ConnectionExt;

use crate::client::New;
use crate::peer::Peer;
use crate::stage::Stage;
use crate::xdnd::{FILES, Giver, TYPES, Taker, end, move_about_with};

/// An X window that starts a drag with a finger on it.
fn begin(stage: &mut Stage) -> Giver {
    let client = stage.client();
    let window = client.show(&New::named("giver", 0x00_ff_00));
    stage.host().wait_for_window("giver");
    stage.host().ask("place giver 100 100").unwrap();
    // At its first touch, a finger may be on a window that lies below another one at the X server.
    // A mouse moves there before it presses.
    let mut n = 0;
    wait_for("the window under the pointer", || {
        n ^= 1;
        stage.host().ask(&format!("pointer move {} 150", 150 + n)).unwrap();
        std::thread::sleep(std::time::Duration::from_millis(20));
        let child = client.x.query_pointer(client.root).unwrap().reply().unwrap().child;
        (child == window).then_some(())
    });
    stage.host().ask("touch down 1 150 150").unwrap();
    let mut giver = Giver::new(client, window);
    giver.drag(&TYPES, "XdndActionCopy", FILES);
    move_about(stage, &mut giver, (160, 160), |giver| giver.log.iter().any(|l| l == "not taken"));
    giver
}

/// Moves the finger to a place, and waits a moment.
fn touch(stage: &mut Stage, giver: &mut Giver, place: &str) {
    stage.host().ask(&format!("touch move 1 {place}")).unwrap();
    for _ in 0..20 {
        giver.pump();
        std::thread::sleep(std::time::Duration::from_millis(2));
    }
}

/// Moves the finger to and fro until `done`.
fn move_about(
    stage: &mut Stage,
    giver: &mut Giver,
    place: (i32, i32),
    done: impl FnMut(&mut Giver) -> bool,
) {
    move_about_with(touch, stage, giver, place, done);
}

#[test]
fn onto_a_wayland_window() {
    let mut stage = Stage::new();
    let mut peer = Peer::show(&stage.runtime.join("host"), "taker");
    stage.host().wait_for_window("taker");
    stage.host().ask("place taker 400 100").unwrap();
    let mut giver = begin(&mut stage);
    move_about(&mut stage, &mut giver, (420, 130), |_| {
        peer.pump();
        peer.seen.offer.is_some()
    });
    peer.accept(TYPES[0], DndAction::Copy, DndAction::Copy);
    giver.wait("XdndActionCopy", || peer.pump());
    stage.host().ask("touch up 1").unwrap();
    giver.wait("drops", || peer.pump());
    peer.wait("drop");
    assert_eq!(peer.receive(TYPES[0], || giver.pump()), FILES);
    peer.finish();
    giver.wait("finished: XdndActionCopy", || peer.pump());
    stage.end();
}

#[test]
fn onto_another_x_window_and_onto_nothing() {
    let mut stage = Stage::new();
    let client = stage.client();
    let window = client.show(&New::named("taker", 0xff_00_00));
    stage.host().wait_for_window("taker");
    stage.host().ask("place taker 400 100").unwrap();
    let mut taker = Taker::new(client, window);
    taker.slack = 1;
    let mut giver = begin(&mut stage);
    move_about(&mut stage, &mut giver, (419, 130), |giver| giver.over() == window);
    assert_eq!(taker.entered(), TYPES);
    let [x, y, ..] = taker.client.geometry(taker.window);
    move_about(&mut stage, &mut giver, (419, 130), |_| true);
    taker.at((x + 20, y + 30), Some("XdndActionCopy"));
    giver.wait("XdndActionCopy", || ());
    stage.host().ask("touch up 1").unwrap();
    giver.wait("drops", || ());
    let dropping = std::thread::spawn(move || {
        assert_eq!(taker.dropped(TYPES[0]), FILES);
        taker.finish("XdndActionCopy");
        taker
    });
    giver.wait("finished: XdndActionCopy", || ());
    let _taker = dropping.join().unwrap();
    // The finger is free again, and its next drag ends over no window.
    end(&mut stage, giver);
    let mut giver = begin(&mut stage);
    move_about(&mut stage, &mut giver, (600, 600), |_| true);
    stage.host().ask("touch up 1").unwrap();
    giver.wait("gives up", || ());
    stage.end();
}
