//! The engine alone, for instruction counts: `steps SCENARIO COUNT` runs COUNT
//! messages (or frames) of a scenario through an engine whose sockets are memory.
//!
//! Under `valgrind --tool=callgrind` the difference between two counts is what
//! the messages between them cost, to the instruction, on any machine.
#![allow(clippy::expect_used, clippy::indexing_slicing)]

use std::hint::black_box;
use std::io::IoSlice;

use carafe::channel::Crossing;
use carafe::handlers;
use carafe::observe::{LogMessages, Observer};
use carafe::protocol::Tables;
use carafe::session::{Engine, Flow, Handlers};
use carafe::wire::{FdKind, FdQueue};
use carafe_fixture::wire::Message;

/// Bytes of one read, as a stream fills the buffer.
const READ: usize = 12 * 1024;

struct Rig {
    engine: Engine,
    /// What the last batch was when it left.
    sent: Vec<u8>,
}

impl Rig {
    /// An engine whose client has a compositor (3), a surface (4), a pointer (6)
    /// of a seat (5), a pool's buffer (9); the same ids at the host.
    fn new() -> Self {
        let tables = Tables::get();
        let handlers = Handlers::new(tables, handlers::all(tables, &Crossing::DIRECT));
        let observer = Observer::new("steps".into(), LogMessages::default());
        let mut rig = Self { engine: Engine::new(tables, handlers, observer), sent: Vec::new() };
        rig.client(&Message::new(1, 1).uint(2).to_bytes());
        for (name, interface, version) in
            [(1, "wl_compositor", 4), (2, "wl_seat", 5), (3, "wl_shm", 1)]
        {
            rig.host(&Message::new(2, 0).uint(name).string(interface).uint(version).to_bytes());
        }
        let bind = |name: u32, interface: &str, version: u32, id: u32| {
            Message::new(2, 0).uint(name).string(interface).uint(version).uint(id).to_bytes()
        };
        rig.client(&bind(1, "wl_compositor", 4, 3));
        rig.client(&Message::new(3, 0).uint(4).to_bytes());
        rig.client(&bind(2, "wl_seat", 5, 5));
        rig.client(&Message::new(5, 0).uint(6).to_bytes());
        rig.client(&bind(3, "wl_shm", 1, 7));
        let null = std::fs::File::open("/dev/null").expect("it is there");
        rig.engine.requests.fds.push(null.into(), FdKind::Unknown).expect("one");
        rig.client(&Message::new(7, 0).uint(8).uint(4096).to_bytes());
        let buffer = Message::new(8, 0).uint(9).uint(0).uint(8).uint(8).uint(32).uint(0);
        rig.client(&buffer.to_bytes());
        rig
    }

    fn client(&mut self, bytes: &[u8]) {
        pass(&mut self.engine, true, bytes, &mut self.sent);
    }

    fn host(&mut self, bytes: &[u8]) {
        pass(&mut self.engine, false, bytes, &mut self.sent);
    }
}

/// What is counted: copies in and out are left to the kernel, here to `pass`.
#[inline(never)]
fn forward(engine: &mut Engine) {
    engine.forward().expect("messages that are right");
}

/// One read, forward, and send.
fn pass(engine: &mut Engine, from_client: bool, bytes: &[u8], sent: &mut Vec<u8>) {
    let flow = if from_client { &mut engine.requests } else { &mut engine.events };
    flow.input.room()[..bytes.len()].copy_from_slice(bytes);
    flow.input.filled(bytes.len());
    engine.observer.read(bytes.len());
    forward(engine);
    let Flow { input, out, .. } =
        if from_client { &mut engine.requests } else { &mut engine.events };
    sent.clear();
    let send = |slices: &[IoSlice<'_>], fds: &mut FdQueue| {
        fds.close_first(usize::MAX);
        for slice in slices {
            sent.extend_from_slice(slice);
        }
        Ok(slices.iter().map(|s| s.len()).sum())
    };
    out.send(input.bytes(), send).expect("memory");
}

fn word(bytes: &[u8], at: usize) -> u32 {
    u32::from_ne_bytes(*bytes[at..].first_chunk().expect("four bytes"))
}

fn stream(rig: &mut Rig, from_client: bool, message: &Message, count: usize) {
    let bytes = message.to_bytes();
    let per_read = READ / bytes.len();
    let batch = bytes.repeat(per_read);
    for _ in 0..count / per_read {
        if from_client {
            rig.client(black_box(&batch));
        } else {
            rig.host(black_box(&batch));
        }
    }
}

/// `count` times: requests that each make an object (its id the last word
/// but `behind`), and what the host says to each.
fn batches(
    rig: &mut Rig,
    count: usize,
    request: impl Fn(u32) -> Vec<u8>,
    answer: impl Fn(u32) -> Vec<u8>,
) {
    let len = request(10).len();
    let requests: Vec<u8> = (10..42).flat_map(request).collect();
    for _ in 0..count / 32 {
        rig.client(black_box(&requests));
        let answers: Vec<u8> = rig.sent.chunks(len).flat_map(|m| answer(word(m, 8))).collect();
        rig.host(black_box(&answers));
    }
}

fn frames(rig: &mut Rig, count: usize) {
    let mut messages = vec![Message::new(4, 3).uint(10), Message::new(1, 0).uint(11)];
    for _ in 0..6 {
        messages.push(Message::new(4, 1).uint(9).uint(0).uint(0));
        messages.push(Message::new(4, 9).uint(0).uint(0).uint(64).uint(64));
        messages.push(Message::new(4, 6));
    }
    let requests: Vec<u8> = messages.iter().flat_map(Message::to_bytes).collect();
    for _ in 0..count {
        rig.client(black_box(&requests));
        let (frame, sync) = (word(&rig.sent, 8), word(&rig.sent, 20));
        let events = [
            Message::new(sync, 0).uint(0),
            Message::new(1, 1).uint(sync),
            Message::new(9, 0),
            Message::new(9, 0),
            Message::new(frame, 0).uint(16),
            Message::new(1, 1).uint(frame),
        ];
        rig.host(black_box(&events.map(|m| m.to_bytes()).concat()));
    }
}

fn main() {
    let mut args = std::env::args().skip(1);
    let (Some(scenario), Some(count)) = (args.next(), args.next()) else {
        eprintln!("usage: steps requests|events|churn|callbacks|frames COUNT");
        std::process::exit(2);
    };
    let count: usize = count.parse().expect("a number");
    let mut rig = Rig::new();
    let made = |id| Message::new(3, 1).uint(id).to_bytes();
    let deleted = |id| Message::new(1, 1).uint(id).to_bytes();
    match scenario.as_str() {
        "requests" => {
            let damage = Message::new(4, 2).uint(0).uint(0).uint(1).uint(1);
            stream(&mut rig, true, &damage, count);
        }
        "events" => {
            let motion = Message::new(6, 2).uint(0).uint(1).uint(1);
            stream(&mut rig, false, &motion, count);
        }
        "churn" => {
            let request = |id| [made(id), Message::new(id, 0).to_bytes()].concat();
            batches(&mut rig, count, request, deleted);
        }
        "callbacks" => {
            let done = |id| [Message::new(id, 0).uint(1).to_bytes(), deleted(id)].concat();
            batches(&mut rig, count, |id| Message::new(4, 3).uint(id).to_bytes(), done);
        }
        "frames" => frames(&mut rig, count),
        other => panic!("no scenario {other}"),
    }
    black_box(&rig.sent);
}
