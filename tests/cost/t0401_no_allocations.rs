//! In steady state a forwarded message allocates nothing.
use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::io::IoSlice;

use carafe::channel::Crossing;
use carafe::handlers;
use carafe::observe::{LogMessages, Observer};
use carafe::protocol::Tables;
use carafe::session::{Engine, Flow, Handlers};
use carafe::wire::FdQueue;
use carafe_fixture::wire::Message;

thread_local! {
    static COUNT: Cell<usize> = const { Cell::new(0) };
}

struct Counting;

// SAFETY: everything is passed on to the system's allocator.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        COUNT.with(|count| count.set(count.get() + 1));
        // SAFETY: the caller's promises hold for it, too.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        // SAFETY: it came from there.
        unsafe { System.dealloc(pointer, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// Bytes in, forwarded, out into `sent`.
fn pass(engine: &mut Engine, from_client: bool, bytes: &[u8], sent: &mut Vec<u8>) {
    let flow = if from_client { &mut engine.requests } else { &mut engine.events };
    flow.input.room()[..bytes.len()].copy_from_slice(bytes);
    flow.input.filled(bytes.len());
    engine.observer.read(bytes.len());
    engine.forward().expect("messages that are right");
    let Flow { input, out, .. } =
        if from_client { &mut engine.requests } else { &mut engine.events };
    sent.clear();
    let send = |slices: &[IoSlice<'_>], fds: &mut FdQueue| {
        fds.close_first(usize::MAX);
        slices.iter().for_each(|slice| sent.extend_from_slice(slice));
        Ok(slices.iter().map(|slice| slice.len()).sum())
    };
    out.send(input.bytes(), send).expect("memory");
}

#[test]
fn a_frame_of_an_app_allocates_nothing() {
    let tables = Tables::get();
    let handlers = Handlers::new(tables, handlers::all(tables, &Crossing::DIRECT));
    let observer = Observer::new("test".into(), LogMessages::default());
    let mut engine = Engine::new(tables, handlers, observer);
    let mut sent = Vec::with_capacity(1 << 16);
    pass(&mut engine, true, &Message::new(1, 1).uint(2).to_bytes(), &mut sent);
    let global = Message::new(2, 0).uint(1).string("wl_compositor").uint(4).to_bytes();
    pass(&mut engine, false, &global, &mut sent);
    let bind = Message::new(2, 0).uint(1).string("wl_compositor").uint(4).uint(3).to_bytes();
    pass(&mut engine, true, &bind, &mut sent);
    pass(&mut engine, true, &Message::new(3, 0).uint(4).to_bytes(), &mut sent);
    let frame: Vec<u8> = [
        Message::new(1, 0).uint(10 - 5),            // sync
        Message::new(4, 3).uint(6),                 // frame
        Message::new(4, 1).uint(0).uint(0).uint(0), // attach
        Message::new(4, 9).uint(0).uint(0).uint(9).uint(9),
        Message::new(3, 1).uint(7), // create_region
        Message::new(7, 1).uint(0).uint(0).uint(9).uint(9),
        Message::new(4, 4).uint(7), // set_opaque_region
        Message::new(7, 0),         // destroy
        Message::new(4, 6),
    ]
    .iter()
    .flat_map(Message::to_bytes)
    .collect();
    let word = |bytes: &[u8], at: usize| u32::from_ne_bytes(*bytes[at..].first_chunk().expect("4"));
    let mut events = [0; 5 * 12];
    let mut counted = 0;
    for round in 0..1000 {
        // The first rounds grow what is then used again.
        let before = COUNT.with(Cell::get);
        pass(&mut engine, true, &frame, &mut sent);
        let after_requests = COUNT.with(Cell::get);
        let (sync, callback, region) =
            (word(&sent, 8), word(&sent, 20), word(&sent, 24 + 20 + 24 + 8));
        let answers = [
            Message::new(sync, 0).uint(0),
            Message::new(1, 1).uint(sync),
            Message::new(callback, 0).uint(0),
            Message::new(1, 1).uint(callback),
            Message::new(1, 1).uint(region),
        ];
        for (place, answer) in events.chunks_mut(12).zip(&answers) {
            place.copy_from_slice(&answer.to_bytes());
        }
        let before_events = COUNT.with(Cell::get);
        pass(&mut engine, false, &events, &mut sent);
        if round >= 10 {
            counted += after_requests - before + COUNT.with(Cell::get) - before_events;
        }
    }
    assert_eq!(engine.observer.counters.frames, 1000);
    assert_eq!(counted, 0);
}
