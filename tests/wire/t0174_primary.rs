//! The primary selection among clients, on a host that has none.
use std::fs::File;
use std::io::{Read, Write};
use std::os::fd::{AsFd, OwnedFd};

use rustix::pipe::{PipeFlags, pipe_with};

use super::rig::*;

// The client's ids; the host's are the same.
const SEAT: u32 = 3;
const COMPOSITOR: u32 = 4;
const KEYBOARD: u32 = 5;
const SURFACE: u32 = 6;
const MANAGER: u32 = 7;
const DEVICE: u32 = 8;
const SOURCE: u32 = 9;

/// The first offer that a client gets.
const OFFER: u32 = 0xff00_0000;

const TEXT: &str = "text/plain";

struct Client {
    peer: Peer,
    host: Peer,
}

impl Client {
    /// A client with a device for the primary selection, and a source.
    fn new(rig: &Rig) -> Self {
        let (mut peer, mut host) = rig.connect();
        peer.send(&Message::new(DISPLAY, 1).uint(REGISTRY));
        peer.send(&Message::new(DISPLAY, 0).uint(3));
        host.next();
        host.next();
        for (name, interface, version) in [(1, "wl_seat", 9), (2, "wl_compositor", 6)] {
            host.send(&Message::new(REGISTRY, 0).uint(name).string(interface).uint(version));
            peer.next();
        }
        host.send(&Message::new(3, 0).uint(7));
        host.send(&Message::new(DISPLAY, 1).uint(3));
        let shown = peer.next();
        assert_eq!(shown.text(1), "zwp_primary_selection_device_manager_v1");
        peer.next();
        peer.next();
        for made in [
            bind((1, "wl_seat", 9), SEAT),
            bind((2, "wl_compositor", 6), COMPOSITOR),
            Message::new(SEAT, 1).uint(KEYBOARD),
            Message::new(COMPOSITOR, 0).uint(SURFACE),
        ] {
            peer.send(&made);
            assert_eq!(host.next(), made);
        }
        peer.send(&bind((shown.word(0), &shown.text(1), 1), MANAGER));
        peer.send(&Message::new(MANAGER, 1).uint(DEVICE).uint(SEAT));
        peer.send(&Message::new(MANAGER, 0).uint(SOURCE));
        peer.send(&Message::new(SOURCE, 0).string(TEXT));
        Self { peer, host }
    }

    /// The client gets the keyboard, and what the selection is before that.
    fn enter(&mut self) -> Option<u32> {
        let enter = Message::new(KEYBOARD, 1).uint(1).uint(SURFACE).array(&[]);
        self.host.send(&enter);
        let selection = self.selection();
        assert_eq!(self.peer.next(), enter);
        selection
    }

    fn leave(&mut self) {
        let leave = Message::new(KEYBOARD, 2).uint(1).uint(SURFACE);
        self.host.send(&leave);
        assert_eq!(self.peer.next(), leave);
    }

    /// The client hears of a selection, or that there is none.
    fn selection(&mut self) -> Option<u32> {
        let first = self.peer.next();
        let offer = first.word(0);
        if first == Message::new(DEVICE, 0).uint(offer) {
            assert_eq!(self.peer.next(), Message::new(offer, 0).string(TEXT));
            assert_eq!(self.peer.next(), Message::new(DEVICE, 1).uint(offer));
            Some(offer)
        } else {
            assert_eq!(first, Message::new(DEVICE, 1).uint(0));
            None
        }
    }

    fn select(&mut self, source: u32) {
        self.peer.send(&Message::new(DEVICE, 0).uint(source).uint(1));
    }

    /// What comes from the offer that the client has.
    fn receive(&mut self, offer: u32) -> File {
        let (from, to) = pipe_with(PipeFlags::CLOEXEC).expect("a pipe");
        self.peer.send_fds(&Message::new(offer, 0).string(TEXT), &[to.as_fd()]);
        from.into()
    }

    /// The client's source is asked for its data.
    fn asked(&mut self) -> OwnedFd {
        assert_eq!(self.peer.next(), Message::new(SOURCE, 0).string(TEXT));
        self.peer.fd()
    }

    /// The host hears only this client's own syncs.
    fn syncs(&mut self, id: u32) {
        sync(&mut self.peer, &mut self.host, id);
    }
}

/// A selected source, and another client that was told of it.
fn two(rig: &Rig) -> (Client, Client, u32) {
    let (mut one, mut other) = (Client::new(rig), Client::new(rig));
    assert_eq!(one.enter(), None);
    one.select(SOURCE);
    assert!(one.selection().is_some());
    one.leave();
    let offer = other.enter().or_else(|| other.selection()).expect("the selection");
    other.leave();
    (one, other, offer)
}

fn whole(mut from: File) -> String {
    let mut text = String::new();
    from.read_to_string(&mut text).expect("text");
    text
}

#[test]
fn a_client_with_the_keyboard_gets_what_another_one_has_selected() {
    let rig = Rig::new();
    let (mut one, mut other, offer) = two(&rig);
    let from = other.receive(offer);
    File::from(one.asked()).write_all(b"of one").expect("a reader");
    assert_eq!(whole(from), "of one");
    // Another one's takes its place; without the keyboard, a client hears nothing more of it.
    other.enter();
    other.select(SOURCE);
    assert!(other.selection().is_some());
    assert_eq!(one.peer.next(), Message::new(SOURCE, 1), "cancelled");
    one.syncs(10);
    let offer = one.enter().expect("the other one's");
    let from = one.receive(offer);
    File::from(other.asked()).write_all(b"of other").expect("a reader");
    assert_eq!(whole(from), "of other");
    // While it has the keyboard, it hears of each change.
    other.select(0);
    assert_eq!(one.selection(), None);
    rig.still_serves();
}

#[test]
fn a_client_without_the_keyboard_selects_nothing() {
    let rig = Rig::new();
    let mut one = Client::new(&rig);
    one.select(SOURCE);
    assert_eq!(one.peer.next(), Message::new(SOURCE, 1), "cancelled");
    assert_eq!(one.enter(), None);
}

#[test]
fn a_selection_ends_with_its_source_and_with_its_client() {
    let rig = Rig::new();
    for dies in [false, true] {
        let (mut one, mut other, offer) = two(&rig);
        other.enter();
        if dies {
            drop(one);
        } else {
            one.peer.send(&Message::new(SOURCE, 1)); // destroy
            assert_eq!(one.peer.next(), Message::new(DISPLAY, 1).uint(SOURCE));
        }
        assert_eq!(other.selection(), None);
        // What it was offered gives nothing.
        assert_eq!(whole(other.receive(offer)), "");
    }
    rig.still_serves();
}

#[test]
fn the_policy_decides_who_gives_and_who_takes() {
    let rig = Rig::with(&["--primary=host-to-guest"]);
    let mut one = Client::new(&rig);
    one.enter();
    one.select(SOURCE);
    assert_eq!(one.peer.next(), Message::new(SOURCE, 1), "cancelled");
    let rig = Rig::with(&["--primary=guest-to-host"]);
    let mut one = Client::new(&rig);
    one.enter();
    one.select(SOURCE);
    assert_eq!(one.selection(), None);
    let rig = Rig::with(&["--deny-globals=zwp_primary_selection_device_manager_v1"]);
    let (mut peer, mut host) = rig.connect();
    peer.send(&Message::new(DISPLAY, 1).uint(REGISTRY));
    host.next();
    let seat = Message::new(REGISTRY, 0).uint(1).string("wl_seat").uint(9);
    host.send(&seat);
    assert_eq!(peer.next(), seat);
    sync(&mut peer, &mut host, 3);
}

#[test]
fn a_client_without_a_keyboard_object_has_the_focus_too() {
    let rig = Rig::new();
    let (mut peer, mut host) = rig.connect();
    peer.send(&Message::new(DISPLAY, 1).uint(REGISTRY));
    peer.send(&Message::new(DISPLAY, 0).uint(3));
    host.next();
    host.next();
    host.send(&Message::new(REGISTRY, 0).uint(1).string("wl_seat").uint(9));
    host.send(&Message::new(3, 0).uint(7));
    host.send(&Message::new(DISPLAY, 1).uint(3));
    peer.next();
    let shown = peer.next();
    peer.next();
    peer.next();
    peer.send(&bind((1, "wl_seat", 9), 3));
    peer.send(&bind((shown.word(0), &shown.text(1), 1), 4));
    peer.send(&Message::new(4, 1).uint(5).uint(3)); // get_device
    assert_eq!(host.next(), bind((1, "wl_seat", 9), 3));
    sync(&mut peer, &mut host, 6);
    // A seat without a keyboard has none to give.
    let capabilities = Message::new(3, 0).uint(3);
    host.send(&capabilities);
    assert_eq!(peer.next(), capabilities);
    let got = host.next();
    assert_eq!((got.object, got.opcode), (3, 1), "get_keyboard");
    let own = got.word(0);
    host.send(&Message::new(own, 1).uint(1).uint(0).array(&[]));
    assert_eq!(peer.next(), Message::new(5, 1).uint(0));
    // The client has one now.
    peer.send(&Message::new(3, 1).uint(6));
    assert_eq!(host.next(), Message::new(own, 0), "release");
    assert_eq!(host.next().opcode, 1);
    rig.still_serves();
}

#[test]
fn offers_that_are_destroyed_make_room_for_others() {
    let rig = Rig::new();
    let mut one = Client::new(&rig);
    one.enter();
    for _ in 0..300 {
        one.select(SOURCE);
        let offer = one.selection().expect("its own");
        assert_eq!(offer, OFFER);
        one.peer.send(&Message::new(offer, 1)); // destroy
        one.select(0);
        assert_eq!(one.peer.next(), Message::new(SOURCE, 1), "cancelled");
        assert_eq!(one.selection(), None);
    }
    // One that keeps them all has none any more in the end.
    let all = std::iter::from_fn(|| {
        one.select(SOURCE);
        let offer = one.selection();
        one.select(0);
        assert_eq!(one.peer.next(), Message::new(SOURCE, 1), "cancelled");
        offer.is_some().then(|| assert_eq!(one.selection(), None))
    });
    assert_eq!(all.count(), 64);
    rig.still_serves();
}
