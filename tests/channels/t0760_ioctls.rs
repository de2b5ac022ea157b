//! How many ioctls a frame takes, and that nothing is left behind.
//!
//! Measured on each device, a frame (attach, damage, commit, frame callback) with full damage
//! takes:
//!
//! | | to the host | from the host | for the copy | all |
//! |---|---|---|---|---|
//! | virtio-wl, dma-bufs | 1 `SEND` | 2 `RECV` | 2 `DMABUF_SYNC` | 5 |
//! | virtio-wl, `wl_shm` | 1 `SEND` | 2 `RECV` | – | 3 |
//! | virtio-gpu, either | 1 `EXECBUFFER` | 2 `EXECBUFFER` | – | 3 |
//!
//! The host sends two messages: it releases a buffer when it sees the commit, and calls back when
//! it shows the frame. Each message wakes carafe once.

use std::collections::BTreeMap;

use wayland_client::protocol::wl_seat::WlSeat;

use crate::canvas::Canvas;
use crate::rig::{Rig, wait_for_held};
use crate::ways::{VIRTWL, all, devices};

const IOCTLS: [&str; 16] = [
    "VIRTWL_SEND",
    "VIRTWL_RECV",
    "VIRTWL_DMABUF_SYNC",
    "VIRTWL_NEW",
    "EXECBUFFER",
    "GEM_CLOSE",
    "MAP",
    "mmap",
    "PRIME_FD_TO_HANDLE",
    "PRIME_HANDLE_TO_FD",
    "RESOURCE_CREATE_BLOB",
    "RESOURCE_INFO",
    "WAIT",
    "GETPARAM",
    "GET_CAPS",
    "CONTEXT_INIT",
];

#[test]
fn a_frame_takes_few_ioctls() {
    const FRAMES: u64 = 60;
    for way in all() {
        let mut rig = Rig::new(way);
        let mut client = rig.client();
        let handle = client.handle();
        let (surface, _toplevel) = client.window("frames");
        let buffer = Canvas::new(256, 256).buffer(&mut client);
        let mut play = |frames| {
            for _ in 0..frames {
                client.seen.events.clear();
                surface.frame(&handle, ());
                surface.attach(Some(&buffer), 0, 0);
                surface.damage_buffer(0, 0, 256, 256);
                surface.commit();
                client.connection.flush().expect("the connection works");
                client.turn_until("frame");
            }
        };
        play(10);
        let before = rig.report();
        play(FRAMES);
        let after = rig.report();
        let mut all = 0.0;
        let mut each = BTreeMap::new();
        for name in IOCTLS {
            let count = (after.ioctls(name) - before.ioctls(name)) as f64 / FRAMES as f64;
            all += count;
            if count > 0.0 {
                each.insert(name, count);
            }
        }
        eprintln!("{}: {all:.2} ioctls a frame: {each:?}", way.name);
        // If the host sends both at once, it takes fewer.
        let limit = if way.is(VIRTWL) && way.dmabufs { 5.0 } else { 3.0 };
        assert!(all <= limit + 0.1, "{all} ioctls a frame over {way:?}: {each:?}");
        assert!(all >= limit - 1.0, "so few? {all} over {way:?}: {each:?}");
        assert_eq!(after.made("host_blobs"), before.made("host_blobs"), "memory is made anew");
        assert_eq!(after.made("allocs"), before.made("allocs"), "memory is made anew");
        rig.stop();
    }
}

#[test]
fn two_hundred_clients_are_served() {
    for way in devices() {
        let mut rig = Rig::new(way);
        let show = |rig: &Rig| {
            let mut client = rig.client();
            let (surface, _toplevel) = client.window("one of many");
            let buffer = Canvas::new(32, 32).buffer(&mut client);
            client.show(&surface, &buffer);
            client
        };
        drop(show(&rig));
        let mut other = rig.client();
        other.sync();
        wait_for_one_session(&mut rig);
        let before = rig.held();
        for _ in 0..20 {
            let clients: Vec<_> = (0..10).map(|_| show(&rig)).collect();
            drop(clients);
        }
        wait_for_held(rig.carafe.as_mut().unwrap(), &rig.runtime, &before);
        drop(other);
        let crossed = rig.stop();
        assert_eq!(crossed.clients, 202);
        assert_eq!(crossed.copied, 201 * 32 * 32 * 4);
    }
}

/// A session's resources do not grow with its work.
#[test]
fn one_session_may_have_many_buffers() {
    for way in all() {
        let mut rig = Rig::new(way);
        let mut client = rig.client();
        let handle = client.handle();
        let (surface, _toplevel) = client.window("sizes");
        let mut play = |rounds: u32| {
            for n in 0..rounds {
                let side = 16 + 16 * (n % 4);
                let buffer = Canvas::new(side, side).buffer(&mut client);
                client.show(&surface, &buffer);
                client.show(&surface, &buffer);
                buffer.destroy();
                // Each keyboard gets a keymap.
                let seat: WlSeat = client.bind(5);
                let keyboard = seat.get_keyboard(&handle, ());
                client.sync();
                keyboard.release();
                seat.release();
            }
        };
        play(8);
        let before = rig.held();
        play(64);
        wait_for_held(rig.carafe.as_mut().unwrap(), &rig.runtime, &before);
        rig.stop();
    }
}

/// Waits until all clients but one are gone.
fn wait_for_one_session(rig: &mut Rig) {
    carafe_fixture::process::wait_for("one session", || (rig.held().sessions() == 1).then_some(()));
}
