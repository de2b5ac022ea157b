//! The virtio-wl driver's behaviour towards programs that do not read or do not poll.

#![allow(clippy::unwrap_used, reason = "a test")]

mod common;

use std::fs::read_to_string;
use std::io::{BufRead, Read, Write, stdin};
use std::os::fd::{AsFd, BorrowedFd};
use std::sync::mpsc::channel;
use std::thread;
use std::time::Duration;

use carafe_fixture::process::{Process, RuntimeDir, wait_for as wait_until};
use carafe_fixture::wire::{FakeHost, Message, Peer};
use carafe_rigs::checks::wl::{new, new_context, receive, receive_at_most, receive_fds, send};
use carafe_rigs::checks::{PATIENCE, failure, wait_for};
use carafe_rigs::virtwl::abi;
use common::{Rig, VIRTWL, device, report_now};
use rustix::event::PollFlags;
use rustix::fs::{OFlags, fcntl_setfl};
use rustix::io::Errno;

/// Pages of the device's queue.
const PAGES: u64 = 256;

struct Setup {
    runtime: RuntimeDir,
    host: FakeHost,
    rig: Process,
}

impl Setup {
    fn start(test: &str) -> Self {
        let runtime = RuntimeDir::new();
        let host = FakeHost::listen(&runtime.join("host"));
        let rig = Rig::new(VIRTWL, &runtime, &[]).start_test(&runtime.join("host"), test);
        Self { runtime, host, rig }
    }

    /// Waits until a count has a value.
    fn wait_for(&self, what: &str, count: u64) {
        wait_until(what, || {
            let now = report_now(&self.rig, &self.runtime).live(what);
            (now == count).then_some(())
        });
    }

    /// Lets the program continue after [`wait_for_word`].
    fn go_on(&mut self) {
        self.rig.child().stdin.as_mut().unwrap().write_all(b"go on\n").unwrap();
    }

    #[track_caller]
    fn ends_well(mut self) {
        assert!(self.rig.wait().success());
    }
}

fn wait_for_word() {
    stdin().lock().read_line(&mut String::new()).unwrap();
}

fn is_quiet(fd: impl AsFd) -> bool {
    wait_for(fd, PollFlags::IN, Duration::from_millis(300)).is_empty()
}

#[test]
#[ignore = "run by the next test, under the rig"]
fn reads_one_context_late() {
    let device = device();
    let (late, other) = (new_context(&device).unwrap(), new_context(&device).unwrap());
    wait_for_word();
    assert!(is_quiet(&other), "there is no room for others");
    let _ = fcntl_setfl(&late, OFlags::NONBLOCK);
    while wait_for(&other, PollFlags::IN, Duration::ZERO).is_empty() {
        let _ = receive(&late);
    }
    assert_eq!(receive(&other), Ok(Message::new(2, 2).to_bytes()));
}

#[test]
fn there_is_one_queue_for_all() {
    let mut setup = Setup::start("reads_one_context_late");
    let (mut late, mut other) = (setup.host.accept(), setup.host.accept());
    thread::scope(|scope| {
        scope.spawn(move || {
            let _ = late.try_send_bytes(&vec![7; 2 << 20], &[]);
        });
        setup.wait_for("pages", PAGES);
        other.send(&Message::new(2, 2));
        setup.go_on();
        setup.ends_well();
    });
}

#[test]
#[ignore = "run by the next test, under the rig"]
fn receives_joined_messages() {
    let context = new_context(&device()).unwrap();
    wait_for_word();
    let (bytes, fds) = receive_fds(&context).unwrap();
    assert_eq!((bytes.len(), fds.len()), (3 * 8, 28), "the descriptors lag behind");
    let (bytes, fds) = receive_fds(&context).unwrap();
    assert_eq!((bytes.len(), fds.len()), (0, 28));
    let (bytes, fds) = receive_fds(&context).unwrap();
    assert_eq!((bytes.len(), fds.len()), (0, 4));
    assert!(is_quiet(&context));
}

fn send_three(peer: &mut Peer) {
    let file = std::fs::File::open("/dev/zero").unwrap();
    let fds: Vec<BorrowedFd<'_>> = (0..20).map(|_| file.as_fd()).collect();
    for n in 0..3 {
        peer.send_fds(&Message::new(n, 0), &fds);
    }
}

#[test]
fn messages_are_joined_and_descriptors_are_not() {
    let mut setup = Setup::start("receives_joined_messages");
    let mut peer = setup.host.accept();
    send_three(&mut peer);
    setup.wait_for("pages", 3);
    setup.go_on();
    setup.ends_well();
}

#[test]
#[ignore = "run by the next test, under the rig"]
fn closes_without_reading() {
    let context = new_context(&device()).unwrap();
    wait_for_word();
    drop(context);
    wait_for_word();
}

#[test]
fn what_is_closed_unread_leaks() {
    let mut setup = Setup::start("closes_without_reading");
    let mut peer = setup.host.accept();
    send_three(&mut peer);
    setup.wait_for("pages", 3);
    setup.go_on();
    setup.wait_for("leaked", 60);
    setup.wait_for("pages", 0);
    setup.go_on();
    setup.ends_well();
}

#[test]
#[ignore = "run by the next test, under the rig"]
fn receives_nothing_of_something() {
    let context = new_context(&device()).unwrap();
    assert!(!wait_for(&context, PollFlags::IN, PATIENCE).is_empty());
    let _ = receive_at_most(&context, 0);
    unreachable!("the driver never comes back");
}

#[test]
fn a_receive_of_nothing_loops_for_ever() {
    let mut setup = Setup::start("receives_nothing_of_something");
    setup.host.accept().send(&Message::new(1, 0));
    setup.wait_for("loops", 1);
    setup.rig.signal(rustix::process::Signal::TERM);
    setup.rig.wait();
}

#[test]
#[ignore = "run by the next test, under the rig"]
fn meets_a_reset() {
    let context = new_context(&device()).unwrap();
    send(&context, &Message::new(1, 0).to_bytes(), &[]).unwrap();
    wait_for_word();
    assert!(is_quiet(&context), "nobody tells that the host is gone");
    let gone = failure(send(&context, &Message::new(1, 0).to_bytes(), &[]));
    assert_eq!(gone, Errno::INVAL);
    assert!(is_quiet(&context));
}

#[test]
fn a_reset_hangs_nothing_up() {
    let mut setup = Setup::start("meets_a_reset");
    let peer = setup.host.accept();
    wait_until("a request", || {
        let now = rustix::event::Timespec::default();
        let fd = rustix::event::PollFd::from_borrowed_fd(peer.socket(), PollFlags::IN);
        (rustix::event::poll(&mut [fd], Some(&now)) == Ok(1)).then_some(())
    });
    drop(peer);
    setup.go_on();
    setup.ends_well();
}

#[test]
#[ignore = "run by the next test, under the rig"]
fn polls_while_another_sends() {
    const REQUESTS: u64 = 200;
    let device = device();
    let (busy, idle) = (new_context(&device).unwrap(), new_context(&device).unwrap());
    let (reader, _) = new(&device, abi::NEW_PIPE_READ, &[]).unwrap();
    let (tell, told) = channel();
    thread::scope(|scope| {
        scope.spawn(|| {
            tell.send(rustix::thread::gettid().as_raw_nonzero()).unwrap();
            fcntl_setfl(&idle, OFlags::NONBLOCK).unwrap();
            while receive(&idle) == Err(Errno::AGAIN) {
                wait_for(&idle, PollFlags::IN, PATIENCE);
            }
        });
        let status = format!("/proc/self/task/{}/status", told.recv().unwrap());
        let waits = || -> u64 {
            let status = read_to_string(&status).unwrap();
            let line = status.lines().find(|line| line.starts_with("voluntary")).unwrap();
            line.rsplit(char::is_whitespace).next().unwrap().parse().unwrap()
        };
        wait_until("a thread that polls", || {
            let before = waits();
            thread::sleep(Duration::from_millis(100));
            (before == waits()).then_some(())
        });
        let before = waits();
        for _ in 0..REQUESTS {
            send(&busy, &Message::new(1, 0).to_bytes(), &[]).unwrap();
            thread::sleep(Duration::from_micros(500));
        }
        let woken = waits() - before;
        assert!(woken >= REQUESTS / 2, "woken {woken} times");
        println!("done");
        wait_for_word();
    });
    drop(reader);
}

#[test]
fn each_request_wakes_all() {
    let mut setup = Setup::start("polls_while_another_sends");
    let (_busy, mut idle) = (setup.host.accept(), setup.host.accept());
    let mut lines = String::new();
    let mut stdout = setup.rig.child().stdout.take().unwrap();
    while !lines.contains("done\n") {
        let mut byte = [0];
        stdout.read_exact(&mut byte).expect("it prints more");
        lines.push(char::from(byte[0]));
    }
    idle.send(&Message::new(1, 0));
    setup.go_on();
    setup.ends_well();
}
