//! The actions of drags: copy, move, link, or ask the user; in all versions of XDND that carafe
//! supports.

use wayland_client::protocol::wl_data_device_manager::DndAction;
use x11rb::protocol::xproto::{AtomEnum, ConnectionExt};

use crate::client::New;
use crate::peer::Peer;
use crate::stage::Stage;
use crate::xdnd::{FILES, Giver, TYPES, Taker, begin, drag, move_about};

/// A Wayland window with the button down on it, and an X window beside it.
fn onto_x(stage: &mut Stage, version: u32) -> (Peer, Taker, (i32, i32)) {
    let client = stage.client();
    let window = client.show(&New::named("taker", 0xff_00_00));
    stage.host().wait_for_window("taker");
    stage.host().ask("place taker 400 100").unwrap();
    let taker = Taker::of_version(version, client, window);
    let peer = Peer::show(&stage.runtime.join("host"), "giver");
    stage.host().wait_for_window("giver");
    stage.host().ask("place giver 100 100").unwrap();
    for request in ["pointer move 150 150", "pointer button left press", "sync"] {
        stage.host().ask(request).unwrap();
    }
    let [x, y, ..] = taker.client.geometry(taker.window);
    (peer, taker, (x, y))
}

fn atoms(taker: &Taker, property: &str) -> Vec<String> {
    let name = |atom| taker.client.x.get_atom_name(atom).unwrap().reply().unwrap().name;
    let atoms = taker.client.numbers(taker.source, property);
    atoms.into_iter().map(|atom| String::from_utf8(name(atom)).unwrap()).collect()
}

#[test]
fn an_x_program_asks_the_user() {
    let mut stage = Stage::new();
    let (mut peer, mut taker, (x, y)) = onto_x(&mut stage, 5);
    let all = DndAction::Copy | DndAction::Move | DndAction::Ask;
    peer.drag(&["text/uri-list"], all, FILES);
    stage.host().ask("pointer move 420 130").unwrap();
    taker.entered();
    taker.at((x + 20, y + 30), Some("XdndActionAsk"));
    peer.wait("action Ask");
    // The actions to ask about, with their descriptions.
    assert_eq!(atoms(&taker, "XdndActionList"), ["XdndActionCopy", "XdndActionMove"]);
    let property = taker.client.atom("XdndActionDescription");
    let words =
        (taker.client.x).get_property(false, taker.source, property, AtomEnum::STRING, 0, 100);
    assert_eq!(words.unwrap().reply().unwrap().value, b"Copy\0Move\0");
    peer.wait_until_wanted();
    stage.host().ask("pointer button left release").unwrap();
    peer.wait("dropped");
    let pump = std::thread::spawn(move || {
        peer.wait("action Move");
        peer.wait("finished");
    });
    assert_eq!(taker.dropped("text/uri-list"), FILES);
    taker.finish("XdndActionMove");
    pump.join().unwrap();
    stage.end();
}

#[test]
fn old_versions_onto_x() {
    for version in [3, 4] {
        let mut stage = Stage::new();
        let (mut peer, mut taker, (x, y)) = onto_x(&mut stage, version);
        peer.drag(&["text/uri-list"], DndAction::Copy | DndAction::Move, FILES);
        stage.host().ask("pointer move 420 130").unwrap();
        taker.entered();
        taker.at((x + 20, y + 30), Some("XdndActionMove"));
        peer.wait("action Move");
        peer.wait_until_wanted();
        stage.host().ask("pointer button left release").unwrap();
        peer.wait("dropped");
        let pump = std::thread::spawn(move || peer.wait("finished"));
        assert_eq!(taker.dropped("text/uri-list"), FILES);
        taker.finish("XdndActionMove");
        pump.join().unwrap();
        stage.end();
    }
}

/// An X program's drag over a Wayland window, with the actions that it lists.
fn out_of_x(stage: &mut Stage, listed: &[&str], action: &str, version: u32) -> (Peer, Giver) {
    let mut peer = Peer::show(&stage.runtime.join("host"), "taker");
    stage.host().wait_for_window("taker");
    stage.host().ask("place taker 400 100").unwrap();
    let mut giver = begin(stage);
    giver.version = version;
    let listed: Vec<u32> = listed.iter().map(|name| giver.client.atom(name)).collect();
    if !listed.is_empty() {
        giver.client.set_numbers(giver.window, "XdndActionList", "ATOM", &listed);
    }
    drag(stage, &mut giver, action);
    move_about(stage, &mut giver, (420, 130), |_| {
        peer.pump();
        peer.seen.offer.is_some()
    });
    (peer, giver)
}

fn drop_it(stage: &mut Stage, peer: &mut Peer, giver: &mut Giver) {
    stage.host().ask("pointer button left release").unwrap();
    giver.wait("drops", || peer.pump());
    peer.wait("drop");
    assert_eq!(peer.receive(TYPES[0], || giver.pump()), FILES);
}

#[test]
fn a_wayland_program_asks_the_user() {
    let mut stage = Stage::new();
    let listed = ["XdndActionCopy", "XdndActionMove", "XdndActionAsk"];
    let (mut peer, mut giver) = out_of_x(&mut stage, &listed, "XdndActionAsk", 5);
    peer.wait("source Copy | Move | Ask");
    peer.accept(TYPES[0], DndAction::Copy | DndAction::Move | DndAction::Ask, DndAction::Ask);
    giver.wait("XdndActionAsk", || peer.pump());
    drop_it(&mut stage, &mut peer, &mut giver);
    peer.accept(TYPES[0], DndAction::Move, DndAction::Move);
    peer.finish();
    giver.wait("finished: XdndActionMove", || peer.pump());
    stage.end();
}

#[test]
fn actions_of_an_x_program_reach_the_target_and_back() {
    for (listed, suggested, shown, wanted, done) in [
        // Actions that Wayland does not have become copy.
        (&["XdndActionLink"] as &[_], "XdndActionLink", "Copy", DndAction::Copy, "Copy"),
        (&[], "XdndActionMove", "Copy | Move", DndAction::Move, "Move"),
        (&["XdndActionMove"], "XdndActionMove", "Move", DndAction::Copy, "Move"),
    ] {
        let mut stage = Stage::new();
        let (mut peer, mut giver) = out_of_x(&mut stage, listed, suggested, 5);
        peer.wait(&format!("source {shown}"));
        peer.accept(TYPES[0], DndAction::Copy | DndAction::Move, wanted);
        giver.wait(&format!("XdndAction{done}"), || peer.pump());
        drop_it(&mut stage, &mut peer, &mut giver);
        peer.finish();
        giver.wait(&format!("finished: XdndAction{done}"), || peer.pump());
        stage.end();
    }
}

#[test]
fn old_versions_out_of_x() {
    for version in [3, 4] {
        let mut stage = Stage::new();
        let (mut peer, mut giver) = out_of_x(&mut stage, &[], "XdndActionCopy", version);
        peer.accept(TYPES[0], DndAction::Copy, DndAction::Copy);
        giver.wait("XdndActionCopy", || peer.pump());
        drop_it(&mut stage, &mut peer, &mut giver);
        peer.finish();
        giver.wait("finished: XdndActionCopy", || peer.pump());
        stage.end();
    }
}
