//! Clients of all sorts come and go for a long time, and nothing of them is left: no memory,
//! descriptor or process. `make soak` runs it, for `SOAK_MINUTES`.
use std::os::fd::AsFd;
use std::time::{Duration, Instant};

use carafe_fixture::process::{sessions, wait_for, wait_until_idle};
use fastrand::Rng;
use rustix::process::{Pid, Signal, kill_process};

use super::grammar::Side;
use super::rig::*;
use super::talk::{connect, round_trip, seed, session};

/// How many clients stay for a while.
const LASTING: usize = 50;

/// How many come in a round.
const ROUND: usize = 200;

/// What carafe may have gained since the first round, in KiB.
const MEMORY: usize = 2048;

/// Shows a frame.
fn draw(client: &mut Side) {
    let (compositor, shm) = (client.bind("wl_compositor"), client.bind("wl_shm"));
    let surface = client.make("wl_surface", 6);
    client.tell(&Message::new(compositor, 0).uint(surface));
    let (pool, buffer) = (client.make("wl_shm_pool", 1), client.make("wl_buffer", 1));
    let file = super::t0105_descriptors::file(0);
    let make = Message::new(shm, 0).uint(pool).uint(4096).to_bytes();
    let _ = client.peer.try_send_bytes(&make, &[file.as_fd()]);
    let buffer_of = Message::new(pool, 0).uint(buffer);
    client.tell(&[0, 8, 8, 32, 0].into_iter().fold(buffer_of, Message::uint));
    client.tell(&Message::new(surface, 1).uint(buffer).uint(0).uint(0));
    client.tell(&Message::new(surface, 6));
}

fn send(pid: u32, signal: Signal) {
    let pid = Pid::from_raw(pid.cast_signed()).expect("a pid");
    let _ = kill_process(pid, signal);
}

/// One client of some sort.
fn visit(rig: &Rig, rng: &mut Rng, lasting: &mut Vec<(Side, Side)>) {
    match rng.u8(..8) {
        0 => drop(rig.connect()),
        1 | 2 => session(rig, rng),
        sort => {
            let before = sessions(rig.carafe.pid());
            let mut both = connect(rig);
            round_trip(&mut both);
            let new = sessions(rig.carafe.pid()).into_iter().find(|pid| !before.contains(pid));
            draw(&mut both.0);
            round_trip(&mut both);
            match (sort, new) {
                (3, Some(new)) => send(new, Signal::KILL),
                (4, Some(new)) => {
                    send(new, Signal::STOP);
                    draw(&mut both.0);
                    send(new, Signal::CONT);
                    round_trip(&mut both);
                }
                (5, _) => both.0.tell(&Message::new(99, 0)),
                (6, _) => lasting.push(both),
                _ => {}
            }
        }
    }
    if lasting.len() > LASTING {
        lasting.swap_remove(rng.usize(..lasting.len()));
    }
}

#[test]
#[ignore = "two hours: `make soak`"]
fn nothing_is_left_of_clients_of_all_sorts() {
    let minutes = std::env::var("SOAK_MINUTES").ok().and_then(|text| text.parse().ok());
    let until = Instant::now() + Duration::from_secs(60 * minutes.unwrap_or(120));
    let mut rng = Rng::with_seed(seed());
    let rig = Rig::start(&["--log-level=error"]);
    let mut other = connect(&rig);
    let (mut first, mut count) = (None, 0);
    while Instant::now() < until {
        let mut lasting = Vec::new();
        for _ in 0..ROUND {
            visit(&rig, &mut rng, &mut lasting);
            round_trip(&mut other);
            count += 1;
        }
        drop(lasting);
        rig.carafe.wait_for_sessions(1);
        wait_until_idle(rig.carafe.pid());
        let (fds, memory) = (rig.carafe.open_fds(), rig.carafe.memory());
        eprintln!("{count} clients: {fds} descriptors, {memory} KiB");
        let (first_fds, first_memory) = *first.get_or_insert((fds, memory));
        // There are more while a spare session starts.
        wait_for(&format!("{first_fds} descriptors, not {fds}"), || {
            (rig.carafe.open_fds() == first_fds).then_some(())
        });
        assert!(memory < first_memory + MEMORY, "{first_memory} KiB, then {memory} KiB");
    }
}
