//! Clients that want all of the host's memory, or all of carafe's time.

use std::sync::atomic::{AtomicBool, Ordering};

use carafe_fixture::wire::{Message, Peer};
use std::os::fd::AsFd;

use crate::client::{Client, Place, memory};
use crate::rig::{Rig, RoundTrips};
use crate::ways::VIRTWL;

/// A side of a buffer that takes 4 MiB.
const SIDE: u32 = 1024;

/// Shows one sparse buffer on another surface, which takes 4 MiB of the host's memory.
fn show_one_more(client: &mut Client, buffer: &wayland_client::protocol::wl_buffer::WlBuffer) {
    let surface = client.surface();
    surface.attach(Some(buffer), 0, 0);
    surface.damage_buffer(0, 0, SIDE.cast_signed(), SIDE.cast_signed());
    surface.commit();
}

#[test]
fn the_hosts_memory_has_a_limit_for_each_client() {
    let mut rig = Rig::with_options(VIRTWL, &[], &[], &["--limits=host-mib=12"]);
    let mut other = rig.client();
    let mut client = rig.client();
    let place = Place { offset: 0, width: SIDE, height: SIDE, stride: SIDE * 4 };
    let file = memory((SIDE * SIDE * 4) as usize, &[0]);
    let buffer = client.shm(&file, place, wayland_client::protocol::wl_shm::Format::Xrgb8888);
    for _ in 0..3 {
        show_one_more(&mut client, &buffer);
        client.sync();
    }
    show_one_more(&mut client, &buffer);
    assert!(client.try_sync().is_err(), "one beyond the limit");
    // Others have limits of their own.
    let buffer = other.shm(&file, place, wayland_client::protocol::wl_shm::Format::Xrgb8888);
    show_one_more(&mut other, &buffer);
    other.sync();
    let log = rig.carafe.take().expect("a carafe").stop_complaining();
    assert!(log.contains("no more than 12 MiB for a client (--limits=host-mib=N)"), "{log}");
}

/// Makes and destroys pools as fast as carafe takes them.
fn storm(rig: &Rig, is_over: &AtomicBool) {
    let mut client = Peer::connect(&rig.socket());
    client.send(&Message::new(1, 1).uint(2));
    let shm = loop {
        let global = client.next();
        if (global.object, global.opcode) == (2, 0) && global.text(1) == "wl_shm" {
            break global.word(0);
        }
    };
    client.send(&Message::new(2, 0).uint(shm).string("wl_shm").uint(1).uint(3));
    let memory = memory(1 << 20, &[0]);
    let pair = [Message::new(3, 0).uint(4).uint(1 << 20), Message::new(4, 1)];
    let pairs: Vec<u8> = (0..25).flat_map(|_| pair.iter().flat_map(Message::to_bytes)).collect();
    while !is_over.load(Ordering::Relaxed) {
        client.send_bytes(&pairs, &[memory.as_fd(); 25]);
        client.heard().expect("it did nothing wrong");
    }
}

#[test]
fn a_storm_of_pools_delays_nobody() {
    let mut rig = Rig::new(VIRTWL);
    let mut client = rig.client();
    let (is_over, mut trips) = (AtomicBool::new(false), RoundTrips::default());
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| storm(&rig, &is_over));
        }
        for _ in 0..100 {
            trips.time(|| client.sync());
        }
        is_over.store(true, Ordering::Relaxed);
    });
    trips.assert_prompt();
    drop(client);
    rig.carafe.take().expect("a carafe").stop();
}
