//! Pipes with slow readers, with vanished readers, and many at once.

use std::time::{Duration, Instant};

use crate::rig::{Rig, RoundTrips, wait_for_held};
use crate::selection::Paster;
use crate::ways::{VIRTGPU, devices};

#[test]
fn a_reader_may_be_slow() {
    std::thread::scope(|scope| {
        for way in devices() {
            scope.spawn(move || {
                let mut rig = Rig::new(way);
                // Behind a virtio-gpu, a client's other messages also wait if a reader is more
                // than 4 MiB behind: the device cannot do better.
                let size = if way.is(VIRTGPU) { 3 << 20 } else { 12 << 20 };
                let mut paster = Paster::new(&mut rig, size);
                let mut other = rig.client();
                let mut paste = paster.paste();
                let mut read = Vec::new();
                let mut round_trips = RoundTrips::default();
                for _ in 0..3 {
                    read.extend(paste.read(1));
                    let until = Instant::now() + Duration::from_secs(1);
                    while Instant::now() < until {
                        for client in [&mut paster.client, &mut other] {
                            round_trips.time(|| client.sync());
                        }
                        std::thread::sleep(Duration::from_millis(20));
                    }
                }
                round_trips.assert_prompt();
                read.extend(paste.rest());
                assert!(read == paster.data, "{} other bytes over {way:?}", read.len());
                rig.stop();
            });
        }
    });
}

#[test]
fn a_reader_may_vanish() {
    for way in devices() {
        let mut rig = Rig::new(way);
        let mut paster = Paster::new(&mut rig, 1 << 20);
        paster.client.sync();
        let before = rig.held();
        for len in [0, 1, 100_000] {
            let mut paste = paster.paste();
            assert_eq!(paste.read(len), paster.data[..len]);
            drop(paste);
            paster.client.sync();
        }
        let whole = paster.paste().rest();
        assert!(whole == paster.data, "{} other bytes over {way:?}", whole.len());
        wait_for_held(rig.carafe.as_mut().unwrap(), &rig.runtime, &before);
        rig.stop();
    }
}

#[test]
fn twenty_transfers_run_at_once() {
    for way in devices() {
        let mut rig = Rig::new(way);
        let mut paster = Paster::new(&mut rig, 150_000);
        paster.client.sync();
        let before = rig.held();
        let pastes: Vec<_> = (0..20).map(|_| paster.paste()).collect();
        paster.client.sync();
        // Read the last one first: no transfer may wait for another.
        for (n, paste) in pastes.into_iter().enumerate().rev() {
            let pasted = paste.rest();
            assert!(pasted == paster.data, "{} bytes of the {n}th, {way:?}", pasted.len());
        }
        wait_for_held(rig.carafe.as_mut().unwrap(), &rig.runtime, &before);
        rig.stop();
    }
}
