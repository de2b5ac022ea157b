//! The device or the host fails at any point: one session ends with an error message, the others
//! go on, and nothing is left behind.

use std::time::Duration;

use wayland_client::protocol::wl_keyboard::WlKeyboard;
use wayland_client::protocol::wl_seat::WlSeat;

use crate::canvas::Canvas;
use crate::client::Client;
use crate::rig::{Rig, wait_for_held};
use crate::ways::{self, VIRTGPU, VIRTWL, Way, devices};

/// Everything that a small client does, as far as it gets.
fn play(client: &mut Client) -> Option<()> {
    let handle = client.handle();
    let _keyboard: WlKeyboard = client.bind::<WlSeat>(5).get_keyboard(&handle, ());
    client.try_sync().ok()?;
    let (surface, _toplevel) = client.try_window("victim")?;
    let mut canvas = Canvas::new(64, 64);
    let buffer = canvas.buffer(client);
    for _ in 0..3 {
        canvas.paint([0, 0, 10, 10]);
        surface.attach(Some(&buffer), 0, 0);
        surface.damage_buffer(0, 0, 10, 10);
        surface.commit();
        client.try_sync().ok()?;
    }
    Some(())
}

/// A client that may even fail to connect.
fn visit(rig: &Rig) -> Option<()> {
    play(&mut Client::try_connect(&rig.socket())?)
}

/// Plays with the fault at each point in turn, until one comes too late. Returns how many clients
/// did not get to their end.
fn at_every_point(way: Way, fault: &str, first: usize) -> usize {
    for point in first.. {
        let mut rig = Rig::with(way, &[], &[&format!("{fault}:{point}")]);
        let before = rig.held();
        let played = visit(&rig);
        if played.is_none() {
            assert_eq!(visit(&rig), Some(()), "after {fault}:{point} over {way:?}");
        }
        let carafe = rig.carafe.as_mut().unwrap();
        wait_for_held(carafe, &rig.runtime, &before);
        let log = rig.carafe.take().unwrap().stop_complaining();
        assert!(!log.contains("panicked"), "{log}");
        if played.is_some() {
            return point - first;
        }
        assert!(point < 40, "{fault} never comes too late");
    }
    0
}

#[test]
fn a_hang_up_ends_clients() {
    for way in devices() {
        let failures = at_every_point(way, "hangup", 2);
        assert!(failures >= 5, "{failures} points over {way:?}");
    }
}

/// The host vanishes without a sign.
#[test]
fn a_reset_ends_clients() {
    let failures = at_every_point(VIRTWL, "reset", 2);
    assert!(failures >= 5, "{failures} points");
}

#[test]
fn a_send_that_fails_ends_clients() {
    for way in devices() {
        let failures = at_every_point(way, "send", 2);
        assert!(failures >= 5, "{failures} points over {way:?}");
    }
}

/// The device has no more memory. Other clients live as long as they need none.
#[test]
fn missing_memory_ends_clients() {
    for way in ways::all() {
        // The first ones are the rings with which carafe checks whether there is a host.
        for point in if way.is(VIRTGPU) { 7..9 } else { 1..2 } {
            let mut rig = Rig::with(way, &[], &[&format!("alloc:{point}")]);
            let mut bystander = rig.client();
            bystander.sync();
            assert_eq!(visit(&rig), None);
            bystander.sync();
            drop(bystander);
            let log = rig.carafe.take().unwrap().stop_complaining();
            assert!(!log.contains("panicked"), "{log}");
            assert!(log.contains("Cannot allocate memory"), "alloc:{point}, {way:?}: {log}");
        }
    }
}

#[test]
fn a_device_may_ask_to_try_again() {
    for way in devices() {
        for point in 2..10 {
            let mut rig = Rig::with(way, &[], &[&format!("again:{point}")]);
            assert_eq!(visit(&rig), Some(()), "after again:{point} over {way:?}");
            rig.carafe.take().unwrap().stop();
        }
    }
}

/// Affects the keymap; buffers use another kind of memory.
#[test]
fn wrong_blobs_end_clients() {
    let failures = at_every_point(VIRTGPU, "bad-blob", 1);
    assert!(failures >= 1, "{failures} blobs");
}

/// A message that changes while carafe reads it may be valid by chance, so the client may
/// survive.
#[test]
fn scribbled_rings_end_clients() {
    let mut failures = 0;
    for point in 2..9 {
        let mut rig = Rig::with(VIRTGPU, &[], &[&format!("scribble:{point}")]);
        let before = rig.held();
        failures += usize::from(visit(&rig).is_none());
        assert_eq!(visit(&rig), Some(()), "after scribble:{point}");
        let carafe = rig.carafe.as_mut().unwrap();
        wait_for_held(carafe, &rig.runtime, &before);
        let log = rig.carafe.take().unwrap().stop_complaining();
        assert!(!log.contains("panicked"), "{log}");
    }
    assert!(failures > 0, "the device scribbles nothing");
}

#[test]
fn the_hosts_own_errors_reach_clients() {
    for way in devices() {
        let mut rig = Rig::new(way);
        let mut bystander = rig.client();
        let before = rig.held();
        for what in ["error victim 3 out of tea", "hangup victim"] {
            let mut victim = rig.client();
            play(&mut victim).unwrap();
            rig.ask(what);
            assert!(victim.try_sync().is_err());
            let error = victim.connection.protocol_error();
            let told = error.map(|error| (error.code, error.message, error.object_interface));
            let (text, about) = if what.starts_with("error") {
                ("out of tea", "xdg_toplevel")
            } else {
                ("carafe: the host's compositor is gone", "wl_display")
            };
            assert_eq!(told, Some((3, text.to_owned(), about.to_owned())));
            bystander.sync();
        }
        let carafe = rig.carafe.as_mut().unwrap();
        wait_for_held(carafe, &rig.runtime, &before);
        bystander.sync();
        assert_eq!(visit(&rig), Some(()));
        rig.carafe.take().unwrap().stop_complaining();
    }
}

#[test]
fn clients_end_with_the_host() {
    for way in devices() {
        let mut rig = Rig::new(way);
        let mut client = rig.client();
        play(&mut client).unwrap();
        rig.ask("quit");
        rig.host.process().wait();
        std::thread::sleep(Duration::from_millis(20));
        assert!(client.try_sync().is_err());
        // A new client gets an error, and does not wait for ever.
        assert_eq!(visit(&rig), None);
        rig.carafe.take().unwrap().stop_complaining();
    }
}
