//! Drags of Wayland clients, of the host and of carafe, onto X windows.

use wayland_client::protocol::wl_data_device_manager::DndAction;

use crate::client::New;
use crate::peer::Peer;
use crate::stage::Stage;
use crate::xdnd::Taker;

/// An X window that accepts drags, to the right of a Wayland window with the button down on it.
fn begin(stage: &mut Stage, socket: &str) -> (Peer, Taker, (i32, i32)) {
    let client = stage.client();
    let window = client.show(&New::named("taker", 0xff_00_00));
    stage.host().wait_for_window("taker");
    stage.host().ask("place taker 400 100").unwrap();
    let taker = Taker::new(client, window);
    let peer = Peer::show(&stage.runtime.join(socket), "giver");
    stage.host().wait_for_window("giver");
    stage.host().ask("place giver 100 100").unwrap();
    for request in ["pointer move 150 150", "pointer button left press", "sync"] {
        stage.host().ask(request).unwrap();
    }
    let [x, y, ..] = taker.client.geometry(taker.window);
    (peer, taker, (x, y))
}

#[test]
fn files_and_text_are_dropped_on_x_windows() {
    let types = ["text/uri-list", "text/plain;charset=utf-8"];
    for socket in ["host", "carafe"] {
        let mut stage = Stage::new();
        let (mut peer, mut taker, (x, y)) = begin(&mut stage, socket);
        peer.drag(&types, DndAction::Copy | DndAction::Move, b"file:///etc/hosts\r\n");
        stage.host().ask("pointer move 420 130").unwrap();
        let offered = taker.entered();
        for wanted in ["text/uri-list", "text/plain;charset=utf-8", "UTF8_STRING", "STRING"] {
            assert!(offered.iter().any(|kind| kind == wanted), "{offered:?}");
        }
        assert!(!offered.iter().any(|kind| kind.contains("carafe")), "{offered:?}");
        let suggested = taker.at((x + 20, y + 30), Some("XdndActionCopy"));
        assert_eq!(suggested, "XdndActionCopy");
        peer.wait("action Copy");
        // The X program prefers to move.
        stage.host().ask("pointer move 430 140").unwrap();
        taker.at((x + 30, y + 40), Some("XdndActionMove"));
        peer.wait("action Move");
        peer.wait_until_wanted();
        stage.host().ask("pointer button left release").unwrap();
        peer.wait("dropped");
        let pump = std::thread::spawn(move || {
            peer.wait("finished");
            peer
        });
        assert_eq!(taker.dropped("text/uri-list"), b"file:///etc/hosts\r\n");
        taker.finish("XdndActionMove");
        drop(pump.join().unwrap());
        stage.end();
    }
}

#[test]
fn a_drag_that_is_not_taken_or_leaves() {
    let mut stage = Stage::new();
    let (mut peer, mut taker, (x, y)) = begin(&mut stage, "host");
    peer.drag(&["text/plain"], DndAction::Copy, b"text");
    stage.host().ask("pointer move 420 130").unwrap();
    taker.entered();
    taker.at((x + 20, y + 30), Some("XdndActionCopy"));
    peer.wait("action Copy");
    stage.host().ask("pointer move 430 140").unwrap();
    taker.at((x + 30, y + 40), None);
    stage.host().ask("pointer move 350 300").unwrap();
    taker.left();
    stage.host().ask("pointer move 420 130").unwrap();
    taker.entered();
    taker.at((x + 20, y + 30), None);
    stage.host().ask("pointer button left release").unwrap();
    peer.wait("cancelled");
    taker.left();
    stage.end();
}

#[test]
fn a_window_within_and_one_that_stands_for_another() {
    use x11rb::connection::Connection;
    use x11rb::protocol::xproto::ConnectionExt;
    let mut stage = Stage::new();
    let (mut peer, taker, (x, y)) = begin(&mut stage, "host");
    let Taker { client, window: outer, .. } = taker;
    let aware = client.atom("XdndAware");
    client.x.delete_property(outer, aware).unwrap();
    let inner = client.create(&New::named("inner", 0));
    client.x.reparent_window(inner, outer, 10, 10).unwrap();
    client.map(inner);
    let mut taker = Taker::new(client, inner);
    peer.drag(&["text/plain"], DndAction::Copy, b"text");
    stage.host().ask("pointer move 420 130").unwrap();
    taker.entered();
    taker.at((x + 20, y + 30), Some("XdndActionCopy"));
    peer.wait("action Copy");
    stage.host().ask("pointer move 350 300").unwrap();
    taker.left();

    // Now a proxy gets the outer window's messages.
    let Taker { client, .. } = taker;
    client.x.delete_property(inner, aware).unwrap();
    let proxy = client.create(&New::named("proxy", 0));
    client.set_numbers(outer, "XdndProxy", "WINDOW", &[proxy]);
    client.set_numbers(proxy, "XdndProxy", "WINDOW", &[proxy]);
    client.set_numbers(proxy, "XdndAware", "ATOM", &[5]);
    client.x.flush().unwrap();
    let mut taker = Taker::new(client, outer);
    stage.host().ask("pointer move 420 130").unwrap();
    taker.entered();
    taker.at((x + 20, y + 30), Some("XdndActionCopy"));
    peer.wait_until_wanted();
    stage.host().ask("pointer button left release").unwrap();
    peer.wait("dropped");
    let pump = std::thread::spawn(move || peer.wait("finished"));
    assert_eq!(taker.dropped("text/plain"), b"text");
    taker.finish("XdndActionCopy");
    pump.join().unwrap();
    stage.end();
}
