//! carafe notices within a second that a host has died, also for silent clients, and also if the
//! device gives no sign.

use std::time::{Duration, Instant};

use carafe_fixture::process::wait_for;
use carafe_fixture::wire::Message;
use rustix::event::{PollFd, PollFlags, Timespec, poll};

use crate::fake::{DISPLAY, FREE, Fake, SEAT};
use crate::rig::{Rig, wait_for_held};
use crate::ways::VIRTWL;

#[test]
fn t0771_with_requests_that_it_has_not_read() {
    let fake = Fake::new(VIRTWL);
    let (mut client, host) = fake.client();
    client.send(&Message::new(SEAT, 0).uint(FREE));
    wait_for("a request", || {
        let fd = PollFd::from_borrowed_fd(host.socket(), PollFlags::IN);
        (poll(&mut [fd], Some(&Timespec::default())) == Ok(1)).then_some(())
    });
    // The host has not read everything, so its end is a reset, which the device does not report.
    drop(host);
    let began = Instant::now();
    assert_eq!(client.receive(), None);
    assert!(began.elapsed() < Duration::from_secs(1), "{:?}", began.elapsed());
    fake.stop_complaining();
}

#[test]
fn t0771_with_all_requests_read() {
    let fake = Fake::new(VIRTWL);
    let (mut client, mut host) = fake.client();
    client.send(&Message::new(DISPLAY, 0).uint(FREE));
    host.next();
    drop(host);
    let began = Instant::now();
    assert_eq!(client.receive(), None);
    assert!(began.elapsed() < Duration::from_secs(1), "{:?}", began.elapsed());
    fake.stop_complaining();
}

/// Connections that end with unread messages leave nothing behind.
#[test]
fn t0771_clients_that_leave_at_once() {
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
