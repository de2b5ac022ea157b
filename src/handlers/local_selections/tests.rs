//! One client that offers a source and gets the offer itself.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use std::fs::File;
use std::io::{Read, Write};
use std::os::fd::OwnedFd;
use std::sync::{Arc, Mutex};

use super::*;
use crate::protocol::Tables;
use crate::session::AnyHandler;
use crate::session::testing::{Rig, take};
use crate::wire::{DISPLAY_ID, MessageBuilder, SERVER_ID_START};

const SOURCE: u32 = 6;
const DEVICE: u32 = 5;
const OFFER: u32 = SERVER_ID_START;

#[derive(Default)]
struct Known {
    sources: Vec<SourceId>,
    made: u128,
    asked: Vec<Transfer>,
}

/// A broker for one session.
#[derive(Clone, Default)]
struct Alone(Arc<Mutex<Known>>);

impl LocalSources for Alone {
    fn add(&mut self) -> Option<SourceId> {
        let mut known = self.0.lock().unwrap();
        known.made += 1;
        let source = SourceId(known.made);
        known.sources.push(source);
        Some(source)
    }
    fn remove(&mut self, source: SourceId) {
        self.0.lock().unwrap().sources.retain(|known| *known != source);
    }
    fn knows(&self, source: SourceId) -> bool {
        self.0.lock().unwrap().sources.contains(&source)
    }
    fn ask(&mut self, transfer: Transfer) {
        self.0.lock().unwrap().asked.push(transfer);
    }
    fn asked(&mut self) -> Vec<Transfer> {
        std::mem::take(&mut self.0.lock().unwrap().asked)
    }
}

fn message(
    object: u32,
    opcode: u16,
    fill: impl for<'b> FnOnce(MessageBuilder<'b>) -> MessageBuilder<'b>,
) -> Vec<u8> {
    let mut bytes = Vec::new();
    fill(MessageBuilder::new(&mut bytes, object, opcode)).finish();
    bytes
}

fn string(object: u32, opcode: u16, text: &str) -> Vec<u8> {
    message(object, opcode, |m| m.string(text))
}

fn word(object: u32, opcode: u16, word: u32) -> Vec<u8> {
    message(object, opcode, |m| m.uint(word))
}

struct Setup {
    rig: Rig,
    local: Alone,
}

impl Setup {
    /// With a data source and a data device; ids are the same on both sides.
    fn new() -> Self {
        let (tables, local) = (Tables::get(), Alone::default());
        let handler: Box<dyn AnyHandler> = Box::new(LocalSelections::new(Box::new(local.clone())));
        let mut setup = Self { rig: Rig::new(tables, vec![handler]), local };
        let bind = |name, id| message(2, 0, |m| m.uint(1).string(name).uint(3).uint(id));
        setup.request(&word(DISPLAY_ID, 1, 2));
        setup.request(&bind("wl_data_device_manager", 3));
        setup.request(&bind("wl_seat", 4));
        setup.request(&message(3, 1, |m| m.uint(DEVICE).uint(4)));
        setup.request(&word(3, 0, SOURCE));
        setup
    }

    /// Sends requests; returns what the host gets.
    fn request(&mut self, bytes: &[u8]) -> Vec<u8> {
        self.rig.request(bytes).unwrap()
    }

    /// The client offers a type, and gets an offer with it.
    fn offer(&mut self) {
        let offered = self.request(&string(SOURCE, 0, "text/plain"));
        self.rig.event(&word(DEVICE, 0, OFFER));
        let same = string(OFFER, 0, "text/plain");
        assert_eq!(self.rig.event(&same), same);
        let marker = string(SOURCE, 0, &SourceId(self.local.0.lock().unwrap().made).marker());
        assert_eq!(offered, [string(SOURCE, 0, "text/plain"), marker.clone()].concat());
        let marker = [&OFFER.to_ne_bytes(), &marker[4..]].concat();
        assert_eq!(self.rig.event(&marker), b"", "no client is shown a marker");
    }

    /// The client receives; returns what the host gets, and the pipe.
    fn receive(&mut self) -> (Vec<u8>, OwnedFd) {
        let (reader, writer) = rustix::pipe::pipe().unwrap();
        self.rig.engine.requests.fds.push(writer, FdKind::Unknown).unwrap();
        (self.request(&string(OFFER, 1, "text/plain")), reader)
    }
}

fn read(pipe: OwnedFd) -> String {
    let mut text = String::new();
    File::from(pipe).read_to_string(&mut text).unwrap();
    text
}

#[test]
fn a_known_source_is_asked_without_the_host() {
    let mut setup = Setup::new();
    setup.offer();
    let (to_host, reader) = setup.receive();
    assert_eq!(to_host, b"");
    setup.rig.engine.woken().unwrap();
    assert_eq!(take(&mut setup.rig.engine.events), string(SOURCE, 1, "text/plain"));
    let (writer, kind) = setup.rig.engine.events.out.fds().pop().unwrap();
    assert_eq!(kind, FdKind::PipeToWrite);
    File::from(writer).write_all(b"selected").unwrap();
    assert_eq!(read(reader), "selected");
}

#[test]
fn the_marker_comes_once() {
    let mut setup = Setup::new();
    setup.offer();
    let second = string(SOURCE, 0, "text/html");
    assert_eq!(setup.request(&second), second);
}

#[test]
fn the_host_is_asked_for_what_is_gone() {
    for gone in ["cancelled", "destroyed"] {
        let mut setup = Setup::new();
        setup.offer();
        match gone {
            "cancelled" => drop(setup.rig.event(&message(SOURCE, 2, |m| m))),
            _ => drop(setup.request(&message(SOURCE, 1, |m| m))),
        }
        let (to_host, _reader) = setup.receive();
        assert_eq!(to_host, string(OFFER, 1, "text/plain"), "{gone}");
    }
}

#[test]
fn what_was_asked_of_a_source_is_not_asked_of_the_next_with_its_id() {
    let mut setup = Setup::new();
    setup.offer();
    let (_, reader) = setup.receive();
    setup.request(&message(SOURCE, 1, |m| m));
    setup.request(&word(3, 0, SOURCE));
    setup.request(&string(SOURCE, 0, "text/plain"));
    setup.rig.engine.woken().unwrap();
    assert_eq!(take(&mut setup.rig.engine.events), b"");
    assert_eq!(read(reader), "");
}

#[test]
fn markers_of_others_are_hidden_and_their_offers_are_the_hosts() {
    let mut setup = Setup::new();
    setup.rig.event(&word(DEVICE, 0, OFFER));
    for marker in [SourceId(77).marker(), format!("{MARKER}of a later version")] {
        assert_eq!(setup.rig.event(&string(OFFER, 0, &marker)), b"");
    }
    let (to_host, _reader) = setup.receive();
    assert_eq!(to_host, string(OFFER, 1, "text/plain"));
}

#[test]
fn where_all_goes_to_the_host_markers_are_hidden_too() {
    let mut setup = Setup::new();
    setup.rig = Rig::new(Tables::get(), vec![Box::new(Markers)]);
    setup.request(&word(DISPLAY_ID, 1, 2));
    let bind = |name, id| message(2, 0, |m| m.uint(1).string(name).uint(3).uint(id));
    setup.request(&bind("wl_data_device_manager", 3));
    setup.request(&bind("wl_seat", 4));
    setup.request(&message(3, 1, |m| m.uint(DEVICE).uint(4)));
    setup.rig.event(&word(DEVICE, 0, OFFER));
    let offered = [string(OFFER, 0, "text/plain"), string(OFFER, 0, &SourceId(5).marker())];
    assert_eq!(setup.rig.event(&offered.concat()), offered[0]);
    // Nobody makes such an object either.
    setup.request(&word(3, 0, SOURCE));
    let text = string(SOURCE, 0, "text/plain");
    assert_eq!(setup.request(&text), text);
}

#[test]
fn a_client_is_not_asked_for_a_marker() {
    let mut setup = Setup::new();
    setup.offer();
    let (reader, writer) = rustix::pipe::pipe().unwrap();
    setup.rig.engine.events.fds.push(writer, FdKind::Unknown).unwrap();
    assert_eq!(setup.rig.event(&string(SOURCE, 1, &SourceId(1).marker())), b"");
    assert_eq!(read(reader), "");
}

#[test]
fn a_client_that_does_not_read_loses_transfers_and_nothing_else() {
    let mut setup = Setup::new();
    setup.offer();
    let mut readers = Vec::new();
    for _ in 0..=MAX_FDS_TO_CLIENT {
        readers.push(setup.receive().1);
    }
    setup.rig.engine.woken().unwrap();
    assert_eq!(setup.rig.engine.events.out.fds().len(), MAX_FDS_TO_CLIENT);
    assert_eq!(read(readers.pop().unwrap()), "");
}
