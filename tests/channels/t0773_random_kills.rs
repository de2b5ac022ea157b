//! Clients, readers, the host's connections and whole hosts end at random moments, and leave
//! nothing behind: no object of the device, no descriptor, no process, no memory.

use std::time::Duration;

use carafe_fixture::process::{family, memory, wait_for};
use carafe_fixture::wire::{Message, Peer};
use wayland_client::protocol::wl_keyboard::WlKeyboard;
use wayland_client::protocol::wl_seat::WlSeat;

use carafe_host::StandIn;
use rustix::process::Signal;

use crate::canvas::Canvas;
use crate::rig::{Rig, wait_for_held};
use crate::selection::Paster;
use crate::ways::{VIRTWL, Way};

/// How much memory carafe may have gained in the end, in KiB.
const MEMORY: usize = 4096;

/// A generator of random-looking numbers, the same in each run.
struct Random(u64);

impl Random {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % bound
    }
}

/// A client that leaves after some steps, without waiting for the last answer.
fn visitor(rig: &mut Rig, steps: u64, is_hung_up: bool) {
    if steps == 0 {
        let mut client = Peer::connect(&rig.socket());
        client.send(&Message::new(1, 1).uint(2));
        return;
    }
    let mut client = rig.client();
    let handle = client.handle();
    let _keyboard: WlKeyboard = client.bind::<WlSeat>(5).get_keyboard(&handle, ());
    client.connection.flush().expect("the connection works");
    if steps == 1 {
        return;
    }
    let (surface, _toplevel) = client.window("victim");
    let mut canvas = Canvas::new(80, 80);
    let buffer = canvas.buffer(&mut client);
    for n in 0..steps - 1 {
        canvas.paint([0, 0, 10, 10]);
        surface.attach(Some(&buffer), 0, 0);
        surface.damage_buffer(0, 0, 10, 10);
        surface.commit();
        client.connection.flush().expect("the connection works");
        if n % 2 == 0 {
            client.sync();
        }
    }
    if is_hung_up {
        rig.ask("hangup victim");
        assert!(client.try_sync().is_err());
    }
}

/// Kills the host of a busy client, and starts another host.
fn kill_host(rig: &mut Rig, steps: u64) {
    let mut client = rig.client();
    let (surface, _toplevel) = client.window("survivor");
    let buffer = Canvas::new(80, 80).buffer(&mut client);
    for _ in 0..steps {
        surface.attach(Some(&buffer), 0, 0);
        surface.commit();
    }
    client.connection.flush().expect("the connection works");
    rig.host.process().signal(Signal::KILL);
    rig.host.process().wait();
    assert!(client.try_sync().is_err(), "its host is gone");
    for name in [StandIn::DISPLAY, "host.control"] {
        let _ = std::fs::remove_file(rig.runtime.join(name));
    }
    rig.host = StandIn::start(&rig.runtime, &[]);
}

fn kills(way: Way, count: u64) {
    let mut random = Random(0x00c0_ffee);
    let mut rig = Rig::new(way);
    let mut paster = Paster::new(&mut rig, 1 << 20);
    paster.client.sync();
    for n in 0..30 {
        visitor(&mut rig, n % 5, false);
    }
    wait_for("their end", || (rig.report().live("contexts") == 1).then_some(()));
    let before = rig.held();
    let process = u32::try_from(rig.report().pid()).expect("a process");
    let memory_before = memory(&family(process));
    for n in 1..=count {
        // A new host takes a second.
        if random.below(40) == 0 {
            kill_host(&mut rig, n % 5);
            assert!(paster.client.try_sync().is_err(), "its host is gone too");
            drop(paster);
            paster = Paster::new(&mut rig, 1 << 20);
            paster.client.sync();
        }
        match random.below(8) {
            0 => {
                let len = random.below(300_000) as usize;
                let mut paste = paster.paste();
                assert_eq!(paste.read(len), paster.data[..len]);
            }
            1 => {
                let steps = 2 + random.below(4);
                visitor(&mut rig, steps, true);
            }
            _ => {
                let steps = random.below(6);
                visitor(&mut rig, steps, false);
            }
        }
        if n % 50 == 0 {
            wait_for_held(rig.carafe.as_mut().unwrap(), &rig.runtime, &before);
        }
    }
    paster.client.sync();
    wait_for_held(rig.carafe.as_mut().unwrap(), &rig.runtime, &before);
    let report = rig.report();
    assert_eq!((report.live("leaked"), report.live("pages"), report.live("loops")), (0, 0, 0));
    wait_for("freed memory", || {
        std::thread::sleep(Duration::from_millis(100));
        (memory(&family(process)) < memory_before + MEMORY).then_some(())
    });
    rig.carafe.take().unwrap().stop_complaining();
}

#[test]
fn a_hundred_kills_leave_nothing() {
    kills(VIRTWL, 100);
}

#[test]
#[ignore = "a minute: `make test-full`"]
fn a_thousand_kills_leave_nothing() {
    kills(VIRTWL, 1000);
}
