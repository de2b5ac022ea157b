//! A client, or a reader of a paste, that does not read stops nobody else, not even with a device
//! whose unread messages block the whole machine.

use std::io::Read;
use std::time::{Duration, Instant};

use carafe_fixture::process::wait_for;
use carafe_fixture::wire::{Message, Peer};

use crate::fake::{FREE, Fake, SEAT, bytes_of, offer, offers, sync};
use crate::rig::{PROMPT, Rig, RoundTrips, wait_for_held};
use crate::selection::Paster;
use crate::ways::{VIRTWL, devices};

const MOTION: u16 = 2;
const BUTTON: u16 = 3;
const FRAME: u16 = 5;

fn frame() -> Message {
    Message::new(FREE, FRAME)
}

fn motion(n: u32) -> Message {
    Message::new(FREE, MOTION).uint(n).uint(n * 256).uint(256)
}

fn button(n: u32) -> Message {
    Message::new(FREE, BUTTON).uint(n).uint(n).uint(272).uint(1)
}

/// Checks that connected clients and new ones are served at once.
#[track_caller]
fn others_are_served(fake: &Fake, (other, host): &mut (Peer, Peer)) {
    let began = Instant::now();
    sync(other, host, FREE);
    drop(fake.client());
    assert!(began.elapsed() < PROMPT, "{:?}", began.elapsed());
}

/// A 1000 Hz mouse moves for a minute over a stopped client.
#[test]
fn nobody_waits_for_a_stopped_client_under_a_moving_pointer() {
    const MOVES: u32 = 60_000;
    let fake = Fake::new(VIRTWL);
    let mut other = fake.client();
    let (mut client, mut host) = fake.client();
    let get = Message::new(SEAT, 0).uint(FREE);
    client.send(&get);
    assert_eq!(host.next(), get);
    for press in 1..=3 {
        let moves = (press - 1) * MOVES / 3 + 1..press * MOVES / 3 + 1;
        let all: Vec<_> = moves.flat_map(|n| [motion(n), frame()]).collect();
        host.send_bytes(&bytes_of(&all), &[]);
        host.send_bytes(&bytes_of(&[button(press), frame()]), &[]);
        others_are_served(&fake, &mut other);
    }
    let (mut moves, mut place) = (0, 0);
    for press in 1..=3 {
        loop {
            let event = client.next();
            if event.opcode != MOTION {
                assert_eq!(event, button(press), "none is lost, and none comes too early");
                break;
            }
            assert!(event.word(0) > place, "it goes forward");
            (moves, place) = (moves + 1, event.word(0));
            assert_eq!(client.next(), frame());
        }
        assert_eq!(place, press * MOVES / 3, "where the button was pressed");
        assert_eq!(client.next(), frame());
    }
    // It gets the first ones one by one, until its socket is full; and the last ones, if carafe
    // had not read those yet when the client began to read. On a busy machine that is half of all.
    assert!(moves < MOVES * 3 / 4, "{moves} of {MOVES} moves came one by one");
    sync(&mut client, &mut host, FREE + 1);
    fake.stop();
}

/// All of 200,000 events that cannot be joined arrive.
#[test]
fn a_sleeping_client_gets_all() {
    const EVENTS: usize = 200_000;
    for way in devices() {
        let fake = Fake::new(way);
        let mut other = fake.client();
        let (mut client, mut host) = fake.client();
        offer(&mut client, &mut host);
        let all: Vec<_> = (0..EVENTS).map(|n| offers(n, 10)).collect();
        let bytes = bytes_of(&all);
        std::thread::scope(|scope| {
            let sent = scope.spawn(|| host.send_bytes(&bytes, &[]));
            if way.is(VIRTWL) {
                sent.join().expect("it is taken, read or not");
            }
            others_are_served(&fake, &mut other);
            for (n, event) in all.iter().enumerate() {
                assert!(client.next() == *event, "{n} is another over {way:?}");
            }
        });
        sync(&mut client, &mut host, FREE + 1);
        fake.stop();
    }
}

/// At the bound only this client is ended, with the reason.
#[test]
fn nobody_waits_for_a_client_that_never_reads() {
    let fake = Fake::new(VIRTWL);
    let mut other = fake.client();
    let (mut client, mut host) = fake.client();
    offer(&mut client, &mut host);
    let flood = bytes_of(&(0..40).map(|n| offers(n, 60_000)).collect::<Vec<_>>());
    // 24 MB; the connection ends before all is sent.
    while host.try_send_bytes(&flood, &[]).is_ok() {}
    others_are_served(&fake, &mut other);
    let log = fake.stop_complaining();
    assert!(log.contains("the client takes no events"), "{log}");
    while client.receive().is_some() {}
}

#[test]
fn nobody_waits_for_a_paste_into_a_sleeper() {
    for way in devices() {
        let mut rig = Rig::new(way);
        let mut paster = Paster::new(&mut rig, 40 << 20);
        let mut other = rig.client();
        other.sync();
        let before = rig.held();
        let mut paste = paster.paste();
        let mut read = paste.read(1);
        let mut round_trips = RoundTrips::default();
        let until = Instant::now() + Duration::from_secs(3);
        while Instant::now() < until {
            // The ring of a virtio-gpu gives a client one message after the other.
            paster.client.sync();
            round_trips.time(|| {
                other.sync();
                drop(rig.client());
            });
            std::thread::sleep(Duration::from_millis(20));
        }
        round_trips.assert_prompt();
        read.extend(paste.rest());
        assert!(read == paster.data, "{} other bytes over {way:?}", read.len());
        wait_for_held(rig.carafe.as_mut().unwrap(), &rig.runtime, &before);
        rig.stop();
    }
}

#[test]
fn a_paste_that_is_too_far_behind_ends() {
    for way in devices() {
        let mut rig = Rig::with_options(way, &[], &[], &["--transfer-limit=2"]);
        let mut paster = Paster::new(&mut rig, 12 << 20);
        let mut other = rig.client();
        other.sync();
        let before = rig.held();
        let mut late = paster.paste();
        late.read(1);
        // Another paste of the same client is not delayed. (This test itself may fall 2 MiB
        // behind on a busy machine; then it pastes once more.)
        wait_for(&format!("a whole paste over {}", way.name), || {
            (paster.paste().rest() == paster.data).then_some(())
        });
        other.sync();
        let rest = late.rest();
        assert!(rest.len() < paster.data.len() - 1, "{} bytes over {way:?}", rest.len());
        assert_eq!(rest, paster.data[1..=rest.len()]);
        wait_for_held(rig.carafe.as_mut().unwrap(), &rig.runtime, &before);
        let log = rig.carafe.take().unwrap().stop_complaining();
        assert!(log.contains("more than 2 MiB behind; --transfer-limit="), "{log}");
    }
}

/// A write of more bytes than the device takes at once arrives.
#[test]
fn a_write_may_be_of_more_than_four_mebibytes() {
    const SOURCE: u32 = FREE + 1;
    let fake = Fake::new(VIRTWL);
    let (mut client, mut host) = fake.client();
    let requests = [
        Message::new(crate::fake::MANAGER, 1).uint(FREE).uint(SEAT),
        Message::new(4, 0).uint(SOURCE),
    ];
    for request in &requests {
        client.send(request);
        host.next();
    }
    let (mut reader, writer) = std::io::pipe().unwrap();
    let send = Message::new(SOURCE, 1).string("text/plain");
    host.send_fds(&send, &[std::os::fd::AsFd::as_fd(&writer)]);
    drop(writer);
    assert_eq!(client.next(), send);
    let pipe = std::fs::File::from(client.fd());
    let data: Vec<u8> = (0..9u32 << 20).map(|n| (n % 253) as u8).collect();
    std::thread::scope(|scope| {
        scope.spawn(|| std::io::Write::write_all(&mut { pipe }, &data).expect("it is taken"));
        let mut read = Vec::new();
        reader.read_to_end(&mut read).expect("readable");
        assert!(read == data, "{} bytes", read.len());
    });
    fake.stop();
}
