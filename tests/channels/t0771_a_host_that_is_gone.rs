//! carafe notices within a second that a host has died, also for silent clients, and also if the
//! device gives no sign. Clients get an error, and the log has a message.

use std::time::{Duration, Instant};

use carafe_fixture::process::wait_for;
use carafe_fixture::wire::{Message, Peer};
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::process::Signal;

use crate::fake::{DISPLAY, FREE, Fake, SEAT};
use crate::rig::{Rig, wait_for_held};
use crate::ways::{VIRTGPU, VIRTWL, devices};

/// What clients read, and users find in the log.
const GONE: &str = "the host's compositor is gone";

/// A second, and those of a busy machine; nothing else would tell before four.
const SOON: Duration = Duration::from_secs(3);

/// A client is told of the end of its host, in time.
#[track_caller]
fn is_told(client: &mut Peer, began: Instant, within: Duration) {
    let error = client.receive().expect("an error");
    assert!(began.elapsed() < within, "{:?}", began.elapsed());
    // wl_display.error: implementation.
    assert_eq!((error.object, error.opcode, error.word(1)), (DISPLAY, 0, 3));
    assert_eq!(error.text(2), format!("carafe: {GONE}"));
    assert_eq!(client.receive(), None);
}

#[track_caller]
fn stop(fake: Fake) {
    let log = fake.stop_complaining();
    assert!(log.contains(GONE), "{log}");
}

/// A request that the host does not read.
fn send_unread(client: &mut Peer, host: &Peer) {
    client.send(&Message::new(SEAT, 0).uint(FREE));
    wait_for("a request", || {
        let fd = PollFd::from_borrowed_fd(host.socket(), PollFlags::IN);
        (poll(&mut [fd], Some(&Timespec::default())) == Ok(1)).then_some(())
    });
}

/// The host's end is a reset, which the device does not report.
#[test]
fn clients_end_with_requests_that_it_has_not_read() {
    let fake = Fake::new(VIRTWL);
    let (mut client, host) = fake.client();
    send_unread(&mut client, &host);
    drop(host);
    is_told(&mut client, Instant::now(), SOON);
    stop(fake);
}

#[test]
fn clients_end_with_all_requests_read() {
    for way in devices() {
        let fake = Fake::new(way);
        let (mut client, mut host) = fake.client();
        client.send(&Message::new(DISPLAY, 0).uint(FREE));
        host.next();
        drop(host);
        is_told(&mut client, Instant::now(), SOON);
        stop(fake);
    }
}

/// The device's errors for it: EINVAL for a message without descriptors, else ENODEV.
#[test]
fn with_a_request_that_fails() {
    // The fifth request is the client's first one after those of every client.
    for fault in ["reset:5", "send:5"] {
        let fake = Fake::with(VIRTWL, &[fault]);
        let (mut client, mut host) = fake.client();
        client.send(&Message::new(SEAT, 0).uint(FREE));
        if fault.starts_with("reset") {
            // The host has it, and is gone then; the next one fails.
            host.next();
            client.send(&Message::new(SEAT, 0).uint(FREE + 1));
        }
        is_told(&mut client, Instant::now(), SOON);
        stop(fake);
    }
}

/// A host that answers nothing may only hang, so the session goes on.
#[test]
fn a_host_that_hangs() {
    std::thread::scope(|scope| {
        for way in devices() {
            scope.spawn(move || {
                let fake = Fake::new(way);
                let (mut client, mut host) = fake.client();
                client.send(&Message::new(SEAT, 0).uint(FREE));
                assert_eq!(client.next_within(Duration::from_secs(8)), None);
                assert_eq!(host.next(), Message::new(SEAT, 0).uint(FREE));
                let mut questions = 0;
                while let Some(question) = host.next_within(Duration::from_millis(100)) {
                    assert_eq!((question.object, question.opcode), (DISPLAY, 0));
                    questions += 1;
                }
                assert!((2..6).contains(&questions), "asked {questions} times over {way:?}");
                // The session goes on.
                let frame = Message::new(FREE, 5);
                host.send(&frame);
                assert_eq!(client.next(), frame);
                fake.stop();
            });
        }
    });
}

/// With virtio-gpu nothing reports the end, and the client sends nothing.
#[test]
fn without_a_word_from_the_client() {
    let (owing, idle) = (Duration::from_secs(4), Duration::from_secs(9));
    std::thread::scope(|scope| {
        for (answers, within) in [(false, owing), (true, idle)] {
            scope.spawn(move || {
                let fake = Fake::new(VIRTGPU);
                let (mut client, mut host) = fake.client();
                send_unread(&mut client, &host);
                if answers {
                    // As far as carafe sees, the host owes nothing.
                    let capabilities = Message::new(SEAT, 0).uint(1);
                    host.send(&capabilities);
                    assert_eq!(client.next(), capabilities);
                }
                drop(host);
                is_told(&mut client, Instant::now(), within);
                stop(fake);
            });
        }
    });
}

#[test]
fn all_clients_are_told() {
    let mut rig = Rig::new(VIRTWL);
    let mut clients: Vec<_> = (0..10).map(|_| rig.client()).collect();
    for client in &mut clients {
        client.sync();
    }
    rig.host.process().signal(Signal::KILL);
    let began = Instant::now();
    for client in &mut clients {
        while client.turn(Duration::from_millis(20)).is_ok() {
            assert!(began.elapsed() < SOON, "{:?}", began.elapsed());
        }
        let error = client.connection.protocol_error().expect("they are told why");
        assert!(error.message.contains(GONE), "{}", error.message);
    }
    rig.carafe.take().unwrap().stop_complaining();
}

/// Connections that end with unread messages leave nothing behind.
#[test]
fn clients_may_leave_at_once() {
    const CLIENTS: usize = 300;
    const AT_ONCE: usize = 20;
    let mut rig = Rig::new(VIRTWL);
    rig.client().sync();
    wait_for("the first one's end", || (rig.report().live("contexts") == 0).then_some(()));
    let before = rig.held();
    for n in 0..CLIENTS {
        let mut client = carafe_fixture::wire::Peer::connect(&rig.socket());
        // The client leaves while the globals are on their way.
        let requests = [Message::new(DISPLAY, 1).uint(2), Message::new(DISPLAY, 0).uint(3)];
        for request in &requests[..1 + n % 2] {
            client.send(request);
        }
        drop(client);
        if n % AT_ONCE == AT_ONCE - 1 {
            wait_for_held(rig.carafe.as_mut().unwrap(), &rig.runtime, &before);
        }
    }
    let report = rig.report();
    assert_eq!((report.live("leaked"), report.live("pages"), report.live("loops")), (0, 0, 0));
    rig.carafe.take().unwrap().stop_complaining();
}
