//! A client and a host that say anything which the protocols allow, and now and then something
//! slightly wrong, beside a client that must notice nothing.
//!
//! `FUZZ_SECONDS=600` lets it run longer, and `FUZZ_SEED=N` repeats a run as far as time allows.

use std::time::{Duration, Instant};

use carafe_fixture::process::wait_for;
use carafe_fixture::wire::{Message, Peer};
use fastrand::Rng;

use super::grammar::Side;

const DISPLAY: u32 = 1;
const REGISTRY: u32 = 2;

/// Most messages of a side.
const MOST: u32 = 1500;

/// A carafe between clients and a host.
pub trait Arena {
    /// A new client and its connection at the host.
    fn connect(&self) -> (Peer, Peer);

    /// carafe's log so far.
    fn log(&self) -> String;
}

fn from_environment(name: &str) -> Option<u64> {
    std::env::var(name).ok().and_then(|text| text.parse().ok())
}

/// The seed of this run, which is printed.
pub fn seed() -> u64 {
    let seed = from_environment("FUZZ_SEED").unwrap_or_else(|| Rng::new().u64(..));
    eprintln!("FUZZ_SEED={seed}");
    seed
}

/// When a test of random sessions ends.
pub fn end() -> Instant {
    Instant::now() + Duration::from_secs(from_environment("FUZZ_SECONDS").unwrap_or(15))
}

/// A client with a registry, and its connection at the host.
pub fn connect(arena: &impl Arena) -> (Side, Side) {
    let (client, host) = arena.connect();
    let (mut client, host) = (Side::new(client, true), Side::new(host, false));
    let registry = client.make("wl_registry", 1);
    client.peer.send(&Message::new(DISPLAY, 1).uint(registry));
    (client, host)
}

/// A round trip of a client that does nothing wrong.
#[track_caller]
pub fn round_trip((client, host): &mut (Side, Side)) {
    let id = client.sync();
    wait_for("a round trip", || {
        assert!(hear(client, host), "a client that does nothing wrong has ended");
        (!client.knows(id)).then_some(())
    });
}

/// Hears all that has come; false once one side is closed.
fn hear(client: &mut Side, host: &mut Side) -> bool {
    let Some(requests) = host.peer.heard() else { return false };
    requests.iter().for_each(|message| host.answer(message));
    let Some(events) = client.peer.heard() else { return false };
    let is_error = |message: &&Message| (message.object, message.opcode) == (DISPLAY, 0);
    if let Some(error) = events.iter().find(is_error) {
        check(error.word(0), &error.text(2));
        return false;
    }
    for event in &events {
        client.hear(event);
    }
    true
}

/// An error must say what is wrong.
#[track_caller]
fn check(object: u32, text: &str) {
    const ABOUT: [&str; 4] = ["#", "object", "message of", "file descriptors"];
    let says = object != DISPLAY || ABOUT.iter().any(|about| text.contains(about));
    assert!(says, "an error about nothing: {text}");
}

/// Binds some of the globals that were announced.
fn bind_announced(client: &mut Side, rng: &mut Rng) {
    for (number, name, version) in std::mem::take(&mut client.globals) {
        let is_basic = name.starts_with("wl_") || name.starts_with("xdg_wm");
        if !is_basic && rng.u8(..3) > 0 {
            continue;
        }
        let version = if rng.u8(..4) == 0 { rng.u32(1..=version) } else { version };
        let id = client.make(&name, version);
        let bind = Message::new(REGISTRY, 0).uint(number).string(&name).uint(version).uint(id);
        let _ = client.peer.try_send_bytes(&bind.to_bytes(), &[]);
    }
}

/// A client and a host that talk for a while.
pub fn session(arena: &impl Arena, rng: &mut Rng) {
    let (mut client, mut host) = connect(arena);
    // Mostly one side slips, sometimes none.
    let slips = [(0, 0), (200, 0), (0, 200), (1000, 1000)][rng.usize(..4)];
    let until = Instant::now() + Duration::from_secs(2);
    let mut said = 0;
    while hear(&mut client, &mut host) && said < MOST && Instant::now() < until {
        bind_announced(&mut client, rng);
        for _ in 0..rng.u32(1..20) {
            if client.peer.has_room() {
                client.say(rng, slips.0);
                said += 1;
            }
            if host.peer.has_room() && rng.bool() {
                host.say(rng, slips.1);
            }
        }
    }
}

/// carafe must not have stumbled.
#[track_caller]
pub fn check_log(arena: &impl Arena, seed: u64) {
    let log = arena.log();
    let bad = ["panicked", "bug in carafe", "ended by SIG"];
    let line = log.lines().find(|line| bad.iter().any(|bad| line.contains(bad)));
    assert_eq!(line, None, "FUZZ_SEED={seed}");
}

/// Runs sessions for some time, beside a client that must notice nothing.
#[track_caller]
pub fn talk(arena: &impl Arena, other: &mut (Side, Side)) {
    let seed = seed();
    let (mut rng, until) = (Rng::with_seed(seed), end());
    let mut sessions = 0;
    while Instant::now() < until {
        session(arena, &mut rng);
        round_trip(other);
        sessions += 1;
        check_log(arena, seed);
    }
    eprintln!("{sessions} sessions");
}
