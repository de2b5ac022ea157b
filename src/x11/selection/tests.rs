//! Transfers between a pipe and a fake X server that records requests.
#![allow(clippy::unwrap_used)]

use std::io::{PipeReader, Read, Write, pipe};

use x11rb_protocol::protocol::xproto::GetPropertyReply;

use super::data_into_x::DataIntoX;
use super::data_out_of_x::{DataOutOfX, TransferStep};
use super::recode::Recode;
use super::server::{Conversion, NewProperty, PIECE, SelectionServer};
use super::transfers::Transfers;
use crate::x11::query::SelectionQuery;
use crate::x11::server::ClientMessage;
use crate::x11::wm::tests::fake::Fake;

impl SelectionServer for Fake {
    fn create_window(&mut self, _: Option<u32>) -> u32 {
        self.said.push("create".into());
        100 + u32::try_from(self.said.len()).unwrap()
    }
    fn destroy_window(&mut self, window: u32) {
        self.said.push(format!("destroy {window}"));
    }
    fn watch_selection(&mut self, _: u32, _: u32) {}
    fn own(&mut self, selection: u32, owner: u32) {
        self.said.push(format!("own {selection} {owner}"));
    }
    fn convert(&mut self, conversion: Conversion) {
        self.said.push(format!("convert {}", conversion.target));
    }
    fn answer(&mut self, conversion: Conversion, given: bool) {
        self.said.push(format!("answer {} {given}", conversion.target));
    }
    fn read(&mut self, _: SelectionQuery, _: u32, _: u32, _: u32) {}
    fn look(&mut self, _: SelectionQuery, _: u32, _: u32, offset: u32) {
        self.said.push(format!("read {offset}"));
    }
    fn ask_child(&mut self, _: SelectionQuery, _: u32, _: (i32, i32)) {}
    fn tell_by(&mut self, _: u32, _: ClientMessage) {}
    fn write(&mut self, property: NewProperty<'_>) {
        let kind = if property.kind == self.atoms.INCR { "INCR" } else { "data" };
        let len = if kind == "INCR" { 0 } else { property.data.len() };
        self.said.push(format!("write {kind} {len}"));
    }
    fn watch_properties(&mut self, _: u32) {
        self.said.push("watch".into());
    }
    fn ask_atom(&mut self, name: &str) {
        self.said.push(format!("atom {name}"));
    }
    fn ask_name(&mut self, atom: u32) {
        self.said.push(format!("name {atom}"));
    }
}

const TARGET: u32 = 7;

fn fake() -> Fake {
    Fake::new()
}

fn conversion(requestor: u32, property: u32) -> Conversion {
    Conversion { requestor, selection: 1, target: TARGET, property, time: 0 }
}

fn outgoing() -> (DataOutOfX, PipeReader) {
    let (reader, writer) = pipe().unwrap();
    rustix::io::ioctl_fionbio(&writer, true).unwrap();
    (DataOutOfX::new(1, conversion(100, 5), 50, writer.into()), reader)
}

/// A piece of a property, with `bytes_after` more bytes to read.
fn piece(x: &Fake, kind: &str, len: usize, bytes_after: u32) -> GetPropertyReply {
    let type_ = if kind == "INCR" { x.atoms.INCR } else { TARGET };
    GetPropertyReply { type_, bytes_after, value: vec![b'x'; len], ..Default::default() }
}

#[test]
fn one_property_is_read_in_pieces() {
    let (mut x, (mut outgoing, mut reader)) = (fake(), outgoing());
    assert_eq!(outgoing.answered(true, &mut x), TransferStep::Continues);
    let first = piece(&x, "data", 1000, 500);
    assert_eq!(outgoing.piece(Some(first), &mut x), TransferStep::Continues);
    let last = piece(&x, "data", 500, 0);
    assert_eq!(outgoing.piece(Some(last), &mut x), TransferStep::Over);
    assert!(outgoing.is_clean());
    assert_eq!(x.said, ["read 0", "read 250"]);
    drop(outgoing);
    let mut all = Vec::new();
    reader.read_to_end(&mut all).unwrap();
    assert_eq!(all.len(), 1500);
}

#[test]
fn a_piece_that_comes_while_the_pipe_is_full_is_read_later() {
    let (mut x, (mut outgoing, mut reader)) = (fake(), outgoing());
    outgoing.answered(true, &mut x);
    let begin = piece(&x, "INCR", 4, 0);
    assert_eq!(outgoing.piece(Some(begin), &mut x), TransferStep::Continues);
    outgoing.changed(5, &mut x);
    let bit = piece(&x, "data", PIECE + 10, 0);
    outgoing.piece(Some(bit), &mut x);
    assert!(outgoing.waits_for_room());
    x.said.clear();
    outgoing.changed(5, &mut x);
    assert!(x.said.is_empty(), "it has no room yet");
    reader.read_exact(&mut vec![0; PIECE]).unwrap();
    assert_eq!(outgoing.room(&mut x), TransferStep::Continues);
    assert_eq!(x.said, ["read 0"]);
    let end = piece(&x, "data", 0, 0);
    assert_eq!(outgoing.piece(Some(end), &mut x), TransferStep::Over);
}

#[test]
fn an_owner_goes_on_though_its_reader_is_gone() {
    let (mut x, (mut outgoing, reader)) = (fake(), outgoing());
    drop(reader);
    outgoing.answered(true, &mut x);
    let begin = piece(&x, "INCR", 4, 0);
    outgoing.piece(Some(begin), &mut x);
    for _ in 0..3 {
        outgoing.changed(5, &mut x);
        let bit = piece(&x, "data", PIECE, 0);
        assert_eq!(outgoing.piece(Some(bit), &mut x), TransferStep::Continues);
        assert!(!outgoing.waits_for_room());
    }
    outgoing.changed(5, &mut x);
    let end = piece(&x, "data", 0, 0);
    assert_eq!(outgoing.piece(Some(end), &mut x), TransferStep::Over);
    assert!(outgoing.is_clean());
}

#[test]
fn an_owner_that_has_nothing() {
    let (mut x, (mut outgoing, _reader)) = (fake(), outgoing());
    assert_eq!(outgoing.answered(false, &mut x), TransferStep::Over);
    assert!(!outgoing.is_clean(), "it may still be answered");
}

#[test]
fn short_data_is_one_property_and_long_data_comes_in_pieces() {
    let mut x = fake();
    let (reader, mut writer) = pipe().unwrap();
    rustix::io::ioctl_fionbio(&reader, true).unwrap();
    let mut short = DataIntoX::new(conversion(9, 5), reader.into(), TARGET, Recode::Keep);
    writer.write_all(b"short").unwrap();
    assert_eq!(short.data(&mut x), TransferStep::Continues);
    drop(writer);
    assert_eq!(short.data(&mut x), TransferStep::Over);
    assert_eq!(x.said, ["write data 5", "answer 7 true"]);

    x.said.clear();
    let (reader, mut writer) = pipe().unwrap();
    rustix::io::ioctl_fionbio(&reader, true).unwrap();
    let mut long = DataIntoX::new(conversion(9, 5), reader.into(), TARGET, Recode::Keep);
    writer.write_all(&vec![0; PIECE]).unwrap();
    assert_eq!(long.data(&mut x), TransferStep::Continues);
    assert_eq!(x.said, ["watch", "write INCR 0", "answer 7 true"]);
    // The pipe is not read while the program has not taken the last piece.
    writer.write_all(b"more").unwrap();
    long.data(&mut x);
    x.said.clear();
    assert_eq!(long.deleted(&mut x), TransferStep::Continues);
    assert_eq!(long.deleted(&mut x), TransferStep::Continues);
    assert_eq!(x.said, [format!("write data {PIECE}")]);
    long.data(&mut x);
    drop(writer);
    long.deleted(&mut x);
    assert_eq!(long.data(&mut x), TransferStep::Over);
    assert_eq!(x.said, [&format!("write data {PIECE}"), "write data 4", "write data 0"]);
}

#[test]
fn transfers_are_bounded_and_each_ends_by_itself() {
    let (mut x, mut transfers) = (fake(), Transfers::new().unwrap());
    let mut writers = Vec::new();
    let mut property = 0;
    while transfers.has_room(0x20_0001) {
        let (reader, writer) = pipe().unwrap();
        property += 1;
        let conversion = conversion(0x20_0001, property);
        transfers.add_incoming(DataIntoX::new(conversion, reader.into(), TARGET, Recode::Keep));
        writers.push(writer);
    }
    assert!((10..100).contains(&property), "{property}");
    assert!(transfers.has_room(0x40_0001), "another program has its own");
    // A transfer to the same property ends the previous one.
    let (reader, _writer) = pipe().unwrap();
    transfers.add_incoming(DataIntoX::new(
        conversion(0x20_0001, 1),
        reader.into(),
        7,
        Recode::Keep,
    ));
    assert!(writers.remove(0).write_all(b"x").is_err());
    writers.clear();
    transfers.ready(&mut x);
    transfers.ready(&mut x);
    assert!(transfers.has_room(0x20_0001));
    assert!(transfers.window_gone(0x20_0001, &mut x).is_empty());
}
