//! The memory of surfaces at the host: dma-bufs whenever the device makes them and the host takes
//! them, and never silently something else.

use crate::canvas::Canvas;
use crate::rig::Rig;
use crate::ways::{VIRTWL, Way, all};

/// Shows a window; returns how often a dma-buf was written, how many pieces of plain memory were
/// made, and the log. (The number of dma-bufs tells nothing, because carafe makes one to find
/// out whether the device can make video buffers.)
fn show(way: Way, [width, height]: [u32; 2]) -> (u64, u64, String) {
    let mut rig = Rig::new(way);
    let mut client = rig.client();
    let before = rig.report();
    let (surface, _toplevel) = client.window("window");
    let canvas = Canvas::new(width, height);
    let buffer = canvas.buffer(&mut client);
    client.show(&surface, &buffer);
    client.sync();
    let after = rig.report();
    let allocs = after.made("allocs") - before.made("allocs");
    let sync = "VIRTWL_DMABUF_SYNC";
    let dmabufs = after.ioctls(sync) - before.ioctls(sync);
    (dmabufs, allocs, rig.carafe.take().unwrap().stop_complaining())
}

#[test]
fn dma_bufs_are_used_where_there_are_some() {
    for way in all().into_iter().filter(|way| way.is(VIRTWL)) {
        let (dmabufs, allocs, log) = show(way, [300, 200]);
        let (expected, why) = if way.dmabufs {
            ((true, false), "300x200: its buffers at the host are dma-bufs")
        } else {
            ((false, true), "300x200: its buffers at the host are wl_shm: the device has no")
        };
        assert_eq!((dmabufs > 0, allocs > 0), expected, "{way:?}: {dmabufs}, {allocs}");
        assert!(log.contains(why), "{log}");
    }
}

/// Small surfaces do not use dma-bufs, which take two round trips for each frame.
#[test]
fn small_surfaces_get_shared_memory() {
    let (dmabufs, allocs, log) = show(VIRTWL, [32, 32]);
    assert!(dmabufs == 0 && allocs > 0, "{dmabufs}, {allocs}");
    assert!(log.contains("32x32: its buffers at the host are wl_shm: too little"), "{log}");
}

/// What counts is how much changes with a frame, not how large a window is.
#[test]
fn a_window_with_few_changes_gets_shared_memory() {
    let mut rig = Rig::new(VIRTWL);
    let mut client = rig.client();
    let (surface, _toplevel) = client.window("window");
    let mut canvas = Canvas::new(300, 200);
    let buffer = canvas.buffer(&mut client);
    client.show(&surface, &buffer);
    let syncs = |rig: &mut Rig| rig.report().ioctls("VIRTWL_DMABUF_SYNC");
    let mut frames = |client: &mut crate::client::Client, count| {
        for n in 0..count {
            canvas.paint([n % 100, n % 100, 10, 10]);
            surface.attach(Some(&buffer), 0, 0);
            surface.damage_buffer((n % 100) as i32, (n % 100) as i32, 10, 10);
            surface.commit();
            client.sync();
        }
    };
    let first = syncs(&mut rig);
    frames(&mut client, 20);
    assert!(syncs(&mut rig) > first, "at first it has dma-bufs");
    frames(&mut client, 400);
    let before = syncs(&mut rig);
    frames(&mut client, 20);
    assert_eq!(syncs(&mut rig), before, "wl_shm is better now");
    let seen = rig.screen();

    let mut direct = Rig::direct(&[]);
    let mut client = direct.client();
    let (surface, _toplevel) = client.window("window");
    let buffer = canvas.buffer(&mut client);
    client.show(&surface, &buffer);
    assert_eq!(seen, direct.screen());
    rig.carafe.take().unwrap().stop();
}
