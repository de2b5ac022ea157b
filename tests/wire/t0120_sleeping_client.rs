//! Queues are bounded, and nothing is lost: if one side does not read, carafe does not read from
//! the other side.
use std::time::Duration;

use carafe_fixture::process::wait_until_idle;

use super::rig::*;

const EVENTS: u32 = 200_000;

/// One side of a session writes 200,000 messages while the other one sleeps: carafe stops reading
/// from the writer, serves others, and loses nothing.
fn sleeps(rig: &Rig, mut writer: Peer, mut sleeper: Peer, message: fn(u32) -> Message) {
    let before = rig.carafe.memory();
    let writing = std::thread::spawn(move || {
        for n in 0..EVENTS {
            writer.send(&message(n));
        }
        writer
    });
    let (mut other, mut host_of_other) = rig.client();
    // Both sockets are full, and carafe waits for room. (If it has not run yet, this check shows
    // nothing, but the next ones do.)
    wait_until_idle(rig.carafe.pid());
    assert!(!writing.is_finished(), "somebody buffers without bound");
    assert!(rig.carafe.memory() < before + 1024, "carafe does");
    sync(&mut other, &mut host_of_other, 3);
    for n in 0..EVENTS {
        assert_eq!(sleeper.next(), message(n));
    }
    drop(writing.join().expect("no panic"));
}

#[test]
fn a_client_that_sleeps_gets_all_its_events_when_it_wakes() {
    let rig = Rig::new();
    let (mut client, mut host) = rig.client();
    client.send(&bind(SEAT, 3));
    client.send(&Message::new(3, 0).uint(4)); // get_pointer
    host.next();
    host.next();
    // wl_pointer.motion
    sleeps(&rig, host, client, |n| Message::new(4, 2).uint(n).uint(n).uint(n));
}

#[test]
fn a_host_that_sleeps_gets_all_the_requests() {
    let rig = Rig::new();
    let (mut client, mut host) = rig.client();
    client.send(&bind(COMPOSITOR, 3));
    client.send(&Message::new(3, 0).uint(4)); // create_surface
    host.next();
    host.next();
    // wl_surface.damage
    sleeps(&rig, client, host, |n| Message::new(4, 2).uint(n).uint(0).uint(1).uint(1));
}

#[test]
fn a_client_that_asks_and_never_reads_is_not_served_for_ever() {
    let rig = Rig::new();
    let (mut client, mut host) = rig.client();
    let flood = std::thread::spawn(move || {
        // The host answers each; nothing reads the answers.
        for id in 3..100_000 {
            let sync = Message::new(DISPLAY, 0).uint(id).to_bytes();
            if client.try_send_bytes(&sync, &[]).is_err() {
                break;
            }
        }
        client
    });
    let mut answered = 0;
    let mut open = true;
    while open && answered < 100_000 {
        let Some(request) = host.next_within(Duration::from_millis(300)) else {
            // Nothing more arrives, because carafe waits for the client.
            wait_until_idle(rig.carafe.pid());
            break;
        };
        let done = Message::new(request.word(0), 0).uint(0).to_bytes();
        rustix::net::sockopt::set_socket_timeout(
            host.socket(),
            rustix::net::sockopt::Timeout::Send,
            Some(Duration::from_millis(200)),
        )
        .expect("a socket");
        open = host.try_send_bytes(&done, &[]).is_ok();
        answered += 1;
    }
    assert!(answered > 100, "{answered}");
    assert!(rig.carafe.memory() < 64 * 1024);
    rig.still_serves();
    drop(host);
    drop(flood.join().expect("no panic"));
}

#[test]
fn an_idle_carafe_does_not_wake_up() {
    let rig = Rig::new();
    let (mut client, mut host) = rig.client();
    sync(&mut client, &mut host, 3);
    // With one side blocked by the sleeping client, carafe must not spin.
    host.send(&Message::new(REGISTRY, 1).uint(1));
    wait_until_idle(rig.carafe.pid());
}

#[test]
fn a_client_that_goes_while_the_host_is_blocked_does_not_spin() {
    let rig = Rig::new();
    let (mut client, mut host) = rig.client();
    client.send(&bind(COMPOSITOR, 3));
    client.send(&Message::new(3, 0).uint(4));
    host.next();
    host.next();
    rustix::net::sockopt::set_socket_timeout(
        client.socket(),
        rustix::net::sockopt::Timeout::Send,
        Some(Duration::from_millis(100)),
    )
    .expect("a socket");
    let damage = Message::new(4, 2).uint(0).uint(0).uint(1).uint(1).to_bytes();
    let mut sent = 0;
    while client.try_send_bytes(&damage, &[]).is_ok() {
        sent += 1;
    }
    drop(client);
    wait_until_idle(rig.carafe.pid());
    let mut received = 0;
    while host.receive().is_some() {
        received += 1;
    }
    // The timeout may have cut the last one.
    assert!(received >= sent, "{received} of {sent}");
}
