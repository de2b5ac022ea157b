//! In steady state, forwarding a message allocates nothing.
use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;

use carafe::observe::WatchOptions;
use carafe_cost::{Rig, word};
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

/// The allocations of an app's frames, once all reused buffers have grown.
fn allocations(wanted: WatchOptions) -> usize {
    let mut rig = Rig::new(wanted);
    let frame: Vec<u8> = [
        Message::new(1, 0).uint(10),                // sync
        Message::new(4, 3).uint(11),                // frame
        Message::new(4, 1).uint(9).uint(0).uint(0), // attach
        Message::new(4, 9).uint(0).uint(0).uint(9).uint(9),
        Message::new(3, 1).uint(12), // create_region
        Message::new(12, 1).uint(0).uint(0).uint(9).uint(9),
        Message::new(4, 4).uint(12), // set_opaque_region
        Message::new(12, 0),         // destroy
        Message::new(4, 6),
    ]
    .iter()
    .flat_map(Message::to_bytes)
    .collect();
    let mut events = [0; 5 * 12 + 8];
    let mut counted = 0;
    for round in 0..1000 {
        let before = COUNT.with(Cell::get);
        rig.client(&frame);
        let after_requests = COUNT.with(Cell::get);
        let (sync, callback, region) =
            (word(&rig.sent, 8), word(&rig.sent, 20), word(&rig.sent, 24 + 20 + 24 + 8));
        let answers = [
            Message::new(sync, 0).uint(0),
            Message::new(1, 1).uint(sync),
            Message::new(callback, 0).uint(0),
            Message::new(1, 1).uint(callback),
            Message::new(1, 1).uint(region),
            Message::new(9, 0), // release
        ];
        let mut rest = events.as_mut_slice();
        for answer in &answers {
            let bytes = answer.to_bytes();
            let (place, tail) = rest.split_at_mut(bytes.len());
            place.copy_from_slice(&bytes);
            rest = tail;
        }
        let before_events = COUNT.with(Cell::get);
        rig.host(&events);
        if round >= 10 {
            counted += after_requests - before + COUNT.with(Cell::get) - before_events;
        }
    }
    assert_eq!(rig.engine.observer.counters.frames, 1000);
    if let Some(watch) = &mut rig.engine.observer.watch {
        let surfaces = watch.all();
        assert_eq!(surfaces[0].to_host.count, 1000);
        assert_eq!(surfaces[0].to_done.count, 1000);
        assert_eq!((surfaces[0].attached, surfaces[0].released), (1000, 1000));
    }
    counted
}

#[test]
fn a_frame_of_an_app_allocates_nothing() {
    assert_eq!(allocations(WatchOptions::default()), 0);
}

#[test]
fn nor_does_one_that_is_watched() {
    let stats = WatchOptions { stats: true, ..WatchOptions::default() };
    assert_eq!(allocations(stats), 0);
    assert_eq!(allocations(WatchOptions { stats: true, timing: true, spans: true }), 0);
}
