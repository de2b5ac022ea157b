//! Whatever the device or the host fails at, and when: one session ends, in words,
//! the others go on, and nothing is left behind.

use std::time::Duration;

use wayland_client::protocol::wl_keyboard::WlKeyboard;
use wayland_client::protocol::wl_seat::WlSeat;

use crate::canvas::Canvas;
use crate::client::Client;
use crate::rig::{Rig, wait_for_held};
use crate::ways::{self, DEVICES, VIRTGPU, VIRTWL, Way};

/// All that a small client does, as far as it gets.
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

/// A client that may not even be let in.
fn visit(rig: &Rig) -> Option<()> {
    play(&mut Client::try_connect(&rig.socket())?)
}

/// Plays with the fault at each point in turn, until one comes too late. Gives how often a
/// client did not get to its end.
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
fn t0741_hang_up() {
    for way in DEVICES {
        let failures = at_every_point(way, "hangup", 2);
        assert!(failures >= 5, "{failures} points over {way:?}");
    }
}

/// The host is gone, and nobody says so.
#[test]
fn t0741_reset() {
    let failures = at_every_point(VIRTWL, "reset", 2);
    assert!(failures >= 5, "{failures} points");
}

#[test]
fn t0741_send_fails() {
    for way in DEVICES {
        let failures = at_every_point(way, "send", 2);
        assert!(failures >= 5, "{failures} points over {way:?}");
    }
}

/// From then on there is none: others live as long as they need none.
#[test]
fn t0741_no_memory() {
    for way in ways::ALL {
        // The first ones are the rings of the look whether there is a host.
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
fn t0741_try_again() {
    for way in DEVICES {
        for point in 2..10 {
            let mut rig = Rig::with(way, &[], &[&format!("again:{point}")]);
            assert_eq!(visit(&rig), Some(()), "after again:{point} over {way:?}");
            rig.carafe.take().unwrap().stop();
        }
    }
}

/// The keymap; a buffer goes in memory of another sort.
#[test]
fn t0741_wrong_blobs() {
    let failures = at_every_point(VIRTGPU, "bad-blob", 1);
    assert!(failures >= 1, "{failures} blobs");
}

/// A message that changes while it is read may be read as something else that makes
/// sense; so a client may live through it.
#[test]
fn t0741_scribbled_rings() {
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
fn t0741_the_hosts_own_errors() {
    for way in DEVICES {
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
fn t0741_the_host_ends() {
    for way in DEVICES {
        let mut rig = Rig::new(way);
        let mut client = rig.client();
        play(&mut client).unwrap();
        rig.ask("quit");
        rig.host.process().wait();
        std::thread::sleep(Duration::from_millis(20));
        assert!(client.try_sync().is_err());
        // Who comes now is told, and does not wait for ever.
        assert_eq!(visit(&rig), None);
        rig.carafe.take().unwrap().stop_complaining();
    }
}
