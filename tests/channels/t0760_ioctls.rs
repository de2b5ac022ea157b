//! What a frame costs in ioctls, and that nothing is left behind.
//!
//! In steady state a frame is: the client's requests in one `SEND`, the host's events
//! (its release, the frame callback) in one or two messages.
//!
//! | a frame takes | `SEND` | `RECV` | `DMABUF_SYNC` | all |
//! |---|---|---|---|---|
//! | virtio-wl, dma-bufs | 1 | 2 at most | 2 | 5 at most |
//! | virtio-wl, `wl_shm` | 1 | 2 at most | – | 3 at most |
//!
//! | a frame takes | `EXECBUFFER` | other | all |
//! |---|---|---|---|
//! | virtio-gpu | 1 to send, 1 for each message of the host | – | 3 at most |

use std::collections::BTreeMap;

use crate::canvas::Canvas;
use crate::rig::{Rig, wait_for_held};
use crate::ways::{ALL, DEVICES, VIRTGPU};

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
fn t0760_a_frame() {
    const FRAMES: u64 = 60;
    for way in ALL {
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
        let limit = if way.is(VIRTGPU) { 3.1 } else { 5.1 }
            - if way.dmabufs || way.is(VIRTGPU) { 0.0 } else { 2.0 };
        assert!(all <= limit, "{all} ioctls a frame over {way:?}: {each:?}");
        assert_eq!(after.made("host_blobs"), before.made("host_blobs"), "memory is made anew");
        assert_eq!(after.made("allocs"), before.made("allocs"), "memory is made anew");
        rig.stop();
    }
}

#[test]
fn t0760_two_hundred_clients() {
    for way in DEVICES {
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

/// Waits until all clients but one are gone.
fn wait_for_one_session(rig: &mut Rig) {
    carafe_fixture::process::wait_for("one session", || (rig.held().threads() == 2).then_some(()));
}
