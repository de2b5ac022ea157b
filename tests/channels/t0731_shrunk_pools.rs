//! If a client shortens the file of its pool, only this client gets an error.

use std::time::Duration;

use crate::canvas::Canvas;
use crate::client::Client;
use crate::rig::{Rig, wait_for_held};
use crate::ways;

/// `wl_shm.error.invalid_fd`.
const INVALID_FD: u32 = 2;

/// Checks that the client got the error about its pool.
#[track_caller]
fn was_refused(client: &mut Client) {
    assert!(client.try_sync().is_err());
    let error = client.connection.protocol_error().expect("an error");
    assert_eq!((error.object_interface.as_str(), error.code), ("wl_buffer", INVALID_FD));
}

#[test]
fn a_pool_that_shrinks_before_a_commit_ends_its_client() {
    for way in ways::all() {
        let mut rig = Rig::new(way);
        let mut bystander = rig.client();
        let (shown, _toplevel) = bystander.window("bystander");
        let buffer = Canvas::new(300, 300).buffer(&mut bystander);
        bystander.show(&shown, &buffer);
        let (seen, before) = (rig.screen(), rig.held());
        let canvas = Canvas::new(200, 200);
        let size = canvas.file.metadata().unwrap().len();
        // Remove everything, all but a page, half.
        for len in [0, 4096, size / 2] {
            canvas.file.set_len(size).unwrap();
            let mut client = rig.client();
            let (surface, _toplevel) = client.window("liar");
            let buffer = canvas.buffer(&mut client);
            client.sync();
            canvas.file.set_len(len).unwrap();
            surface.attach(Some(&buffer), 0, 0);
            surface.damage_buffer(0, 0, 200, 200);
            surface.commit();
            was_refused(&mut client);
        }
        // Parts that carafe does not read do not matter.
        canvas.file.set_len(size).unwrap();
        let mut client = rig.client();
        let (surface, _toplevel) = client.window("lucky");
        let buffer = canvas.buffer(&mut client);
        client.show(&surface, &buffer);
        canvas.file.set_len(size / 2).unwrap();
        for _ in 0..3 {
            surface.attach(Some(&buffer), 0, 0);
            surface.damage_buffer(0, 0, 10, 10);
            surface.commit();
            if way.dmabufs {
                // Another buffer of the host may need the whole content.
                let _ = client.try_sync();
            } else {
                client.sync();
            }
        }
        drop(client);
        bystander.sync();
        let carafe = rig.carafe.as_mut().unwrap();
        wait_for_held(carafe, &rig.runtime, &before);
        assert_eq!(rig.screen(), seen);
        rig.carafe.take().unwrap().stop_complaining();
    }
}

#[test]
fn a_pool_that_shrinks_during_commits_ends_its_client() {
    const ROUNDS: u64 = 25;
    for way in ways::devices() {
        let mut rig = Rig::new(way);
        let mut bystander = rig.client();
        let before = rig.held();
        for round in 0..ROUNDS {
            let canvas = Canvas::new(1024, 512);
            let size = canvas.file.metadata().unwrap().len();
            let mut client = rig.client();
            let (surface, _toplevel) = client.window("liar");
            let buffer = canvas.buffer(&mut client);
            client.show(&surface, &buffer);
            let file = canvas.file.try_clone().unwrap();
            let cut = std::thread::spawn(move || {
                std::thread::sleep(Duration::from_micros(500 * round));
                file.set_len(if round % 2 == 0 { 0 } else { size / 3 }).unwrap();
            });
            let mut commits = 0;
            let refused = loop {
                surface.attach(Some(&buffer), 0, 0);
                surface.damage_buffer(0, 0, 1024, 512);
                surface.commit();
                commits += 1;
                if client.try_sync().is_err() {
                    break true;
                }
                if commits > 2000 {
                    break false;
                }
            };
            cut.join().unwrap();
            assert!(refused, "round {round} over {way:?}: nobody noticed");
            was_refused(&mut client);
            bystander.sync();
        }
        let carafe = rig.carafe.as_mut().unwrap();
        wait_for_held(carafe, &rig.runtime, &before);
        let log = rig.carafe.take().unwrap().stop_complaining();
        assert!(!log.contains("panicked"), "{log}");
    }
}
