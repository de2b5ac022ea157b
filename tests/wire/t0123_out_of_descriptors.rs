//! A process without free descriptors, the service or a session: clients that need one get an
//! error or wait, the others continue, and carafe recovers.
use carafe_fixture::process::sessions;
use rustix::process::{Pid, Resource, Rlimit, prlimit};

use super::rig::*;

/// Makes a process unable to open anything: the limit becomes its lowest free number.
fn exhaust(pid: u32) {
    let free = |n: &u64| !std::fs::exists(format!("/proc/{pid}/fd/{n}")).expect("it runs");
    limit(pid, (0..).find(free).expect("a number"));
}

fn limit(pid: u32, current: u64) {
    let pid = Pid::from_raw(i32::try_from(pid).expect("a pid"));
    let limit = Rlimit { current: Some(current), maximum: Some(1024) };
    prlimit(pid, Resource::Nofile, limit).expect("we may");
}

#[test]
fn new_clients_wait_and_old_ones_go_on() {
    let rig = Rig::new();
    let (mut old, mut host_of_old) = rig.client();
    exhaust(rig.carafe.pid());
    let mut new = Peer::connect(&rig.runtime.join("client"));
    new.send(&Message::new(DISPLAY, 0).uint(2));
    for id in 3..100 {
        sync(&mut old, &mut host_of_old, id.min(3));
    }
    std::thread::sleep(std::time::Duration::from_millis(300));
    sync(&mut old, &mut host_of_old, 3);
    limit(rig.carafe.pid(), 1024);
    let mut host_of_new = rig.host.accept();
    assert_eq!(host_of_new.next(), Message::new(DISPLAY, 0).uint(2));
    rig.log_with("cannot accept a client");
}

#[test]
fn a_descriptor_that_cannot_be_received_is_no_memory() {
    let rig = Rig::new();
    let (mut other, mut host_of_other) = rig.client();
    let (mut client, mut host) = rig.client();
    let session = sessions(rig.carafe.pid()).into_iter().max().expect("a session");
    client.send(&bind(SHM, 3));
    host.next();
    exhaust(session);
    let file = super::t0105_descriptors::file(0);
    let pool = Message::new(3, 0).uint(4).uint(4096);
    client.send_fds(&pool, &[std::os::fd::AsFd::as_fd(&file)]);
    let (object, code, text) = error(&mut client);
    assert_eq!((object, code), (DISPLAY, 2));
    assert!(text.contains("out of file descriptors"), "{text}");
    sync(&mut other, &mut host_of_other, 3);
    rig.still_serves();
}
