//! Which memory surfaces get at the host: dma-bufs wherever the device makes them and the host
//! takes them, and never silently something else.

use crate::canvas::Canvas;
use crate::rig::Rig;
use crate::ways::{ALL, VIRTWL, Way};

/// Shows a window; gives how many dma-bufs and pieces of plain memory that took, and what the
/// log says.
fn show(way: Way, host_options: &[&str]) -> (u64, u64, String) {
    let mut rig = Rig::with(way, host_options, &[]);
    let mut client = rig.client();
    let before = rig.report();
    let (surface, _toplevel) = client.window("window");
    let canvas = Canvas::new(300, 200);
    let buffer = canvas.buffer(&mut client);
    client.show(&surface, &buffer);
    client.sync();
    let after = rig.report();
    let made = |kind| after.made(kind) - before.made(kind);
    let (dmabufs, allocs) = (made("dmabufs"), made("allocs"));
    (dmabufs, allocs, rig.carafe.take().unwrap().stop_complaining())
}

#[test]
fn t0772_dmabufs_where_there_are_some() {
    for way in ALL.into_iter().filter(|way| way.is(VIRTWL)) {
        let (dmabufs, allocs, log) = show(way, &[]);
        let expected = if way.dmabufs { (true, false) } else { (false, true) };
        assert_eq!((dmabufs > 0, allocs > 0), expected, "{way:?}: {dmabufs}, {allocs}");
        let why = if way.dmabufs {
            "300x200: its buffers at the host are dma-bufs"
        } else {
            "wl_shm: the device has no dma-bufs"
        };
        assert!(log.contains(why), "{log}");
    }
}
