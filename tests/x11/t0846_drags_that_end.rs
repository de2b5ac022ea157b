//! Drags that end by Escape, or because the source or the target dies; and drags from one X window
//! to another across Wayland windows.

use carafe_fixture::process::wait_for;
use wayland_client::protocol::wl_data_device_manager::DndAction;
use x11rb::connection::Connection;

use crate::client::New;
use crate::peer::Peer;
use crate::stage::Stage;
use crate::xdnd::{FILES, Giver, TYPES, Taker, begin, drag, end, hear, move_about};

/// An X window that accepts drags.
fn taker(stage: &mut Stage) -> Taker {
    let client = stage.client();
    let window = client.show(&New::named("taker", 0xff_00_00));
    stage.host().wait_for_window("taker");
    stage.host().ask("place taker 400 100").unwrap();
    Taker::new(client, window)
}

/// A Wayland window that accepts drags.
fn peer(stage: &mut Stage) -> Peer {
    let peer = Peer::show(&stage.runtime.join("host"), "peer");
    stage.host().wait_for_window("peer");
    stage.host().ask("place peer 400 400").unwrap();
    peer
}

/// Moves over the X window, which accepts the drag.
fn over_x(stage: &mut Stage, giver: &mut Giver, taker: &mut Taker) {
    let window = taker.window;
    move_about(stage, giver, (419, 130), |giver| giver.over() == window);
    taker.entered();
    let [x, y, ..] = taker.client.geometry(taker.window);
    // The last step must be a real move, so go next to it first.
    for place in ["421 131", "420 130"] {
        hear(stage, giver, place);
    }
    taker.at((x + 20, y + 30), Some("XdndActionCopy"));
    giver.wait("XdndActionCopy", || ());
}

/// Moves over the Wayland window, which accepts the drag.
fn over_wayland(stage: &mut Stage, giver: &mut Giver, peer: &mut Peer) {
    move_about(stage, giver, (420, 430), |_| {
        peer.pump();
        peer.seen.offer.is_some()
    });
    peer.wait("enter");
    peer.accept(TYPES[0], DndAction::Copy, DndAction::Copy);
    giver.wait("XdndActionCopy", || peer.pump());
}

/// Checks that the next drag works, onto the Wayland window.
fn another_works(stage: &mut Stage, giver: &mut Giver) {
    let mut peer = peer(stage);
    giver.log.clear();
    giver.client.events.clear();
    // Xwayland adds the pointer's motion to the place where it entered.
    for place in ["151 150", "150 150"] {
        hear(stage, giver, place);
    }
    stage.host().ask("pointer button left press").unwrap();
    drag(stage, giver, "XdndActionCopy");
    over_wayland(stage, giver, &mut peer);
    stage.host().ask("pointer button left release").unwrap();
    giver.wait("drops", || peer.pump());
    peer.wait("drop");
    assert_eq!(peer.receive(TYPES[0], || giver.pump()), FILES);
    peer.finish();
    giver.wait("finished: XdndActionCopy", || peer.pump());
}

#[test]
fn escape_over_an_x_window_drops_nothing() {
    let mut stage = Stage::new();
    let mut taker = taker(&mut stage);
    let mut giver = begin(&mut stage);
    drag(&mut stage, &mut giver, "XdndActionCopy");
    over_x(&mut stage, &mut giver, &mut taker);
    stage.host().ask("cancel-drag").unwrap();
    giver.wait("gives up", || ());
    taker.left();
    stage.host().ask("pointer button left release").unwrap();
    another_works(&mut stage, &mut giver);
    stage.end();
}

#[test]
fn escape_over_a_wayland_window() {
    let mut stage = Stage::new();
    let mut other = peer(&mut stage);
    let mut giver = begin(&mut stage);
    drag(&mut stage, &mut giver, "XdndActionCopy");
    over_wayland(&mut stage, &mut giver, &mut other);
    stage.host().ask("cancel-drag").unwrap();
    giver.wait("gives up", || other.pump());
    stage.host().ask("pointer button left release").unwrap();
    drop(other);
    another_works(&mut stage, &mut giver);
    stage.end();
}

#[test]
fn the_dragging_program_dies() {
    let mut stage = Stage::new();
    let mut other = peer(&mut stage);
    let mut giver = begin(&mut stage);
    drag(&mut stage, &mut giver, "XdndActionCopy");
    over_wayland(&mut stage, &mut giver, &mut other);
    end(&mut stage, giver);
    stage.host().ask("pointer button left release").unwrap();
    wait_for("the end", || {
        let state = stage.host().ask("state").unwrap();
        (state["dragging"] == false).then_some(())
    });
    drop(other);
    let mut giver = begin(&mut stage);
    stage.host().ask("pointer button left release").unwrap();
    another_works(&mut stage, &mut giver);
    stage.end();
}

#[test]
fn the_target_program_dies_or_gives_up() {
    // First the X window, then the Wayland window is the target and leaves.
    let mut stage = Stage::new();
    let mut taker = taker(&mut stage);
    let mut other = peer(&mut stage);
    let mut giver = begin(&mut stage);
    drag(&mut stage, &mut giver, "XdndActionCopy");
    over_x(&mut stage, &mut giver, &mut taker);
    drop(taker);
    hear(&mut stage, &mut giver, "421 130");
    over_wayland(&mut stage, &mut giver, &mut other);
    stage.host().ask("pointer button left release").unwrap();
    giver.wait("drops", || other.pump());
    other.wait("drop");
    other.seen.offer.take().unwrap().destroy();
    giver.wait("finished: nothing", || other.pump());
    drop(other);
    another_works(&mut stage, &mut giver);
    stage.end();
}

#[test]
fn an_x_program_that_takes_a_drag_of_the_hosts_dies() {
    let mut stage = Stage::new();
    let taker = taker(&mut stage);
    let mut giver = Peer::show(&stage.runtime.join("host"), "giver");
    stage.host().wait_for_window("giver");
    stage.host().ask("place giver 100 100").unwrap();
    for request in ["pointer move 150 150", "pointer button left press", "sync"] {
        stage.host().ask(request).unwrap();
    }
    giver.drag(&[TYPES[0]], DndAction::Copy, FILES);
    stage.host().ask("pointer move 420 130").unwrap();
    let mut taker = taker;
    taker.entered();
    taker.client.x.flush().unwrap();
    drop(taker);
    wait_for("its end", || stage.host().windows().unwrap().len().eq(&1).then_some(()));
    stage.host().ask("pointer move 350 300").unwrap();
    stage.host().ask("pointer button left release").unwrap();
    giver.wait("cancelled");
    stage.end();
}

#[test]
fn over_a_wayland_window_to_an_x_window() {
    let mut stage = Stage::new();
    let mut taker = taker(&mut stage);
    let mut between = peer(&mut stage);
    stage.host().ask("place peer 300 100").unwrap();
    stage.host().ask("focus peer").unwrap();
    let mut giver = begin(&mut stage);
    drag(&mut stage, &mut giver, "XdndActionCopy");
    // It covers half of the target; over it, it is the target itself.
    move_about(&mut stage, &mut giver, (420, 130), |_| {
        between.pump();
        between.seen.offer.is_some()
    });
    between.wait("enter");
    between.accept(TYPES[0], DndAction::Copy, DndAction::Copy);
    giver.wait("XdndActionCopy", || between.pump());
    assert_ne!(giver.over(), taker.window);
    let window = taker.window;
    move_about(&mut stage, &mut giver, (559, 130), |giver| giver.over() == window);
    between.wait("leave");
    assert_eq!(taker.entered(), TYPES);
    for place in ["561 131", "560 130"] {
        hear(&mut stage, &mut giver, place);
    }
    let [x, y, ..] = taker.client.geometry(taker.window);
    taker.at((x + 160, y + 30), Some("XdndActionMove"));
    giver.wait("XdndActionMove", || ());
    stage.host().ask("pointer button left release").unwrap();
    giver.wait("drops", || ());
    let dropping = std::thread::spawn(move || {
        assert_eq!(taker.dropped(TYPES[0]), FILES);
        taker.finish("XdndActionMove");
        taker
    });
    giver.wait("finished: XdndActionMove", || between.pump());
    drop(dropping.join().unwrap());
    stage.end();
}
