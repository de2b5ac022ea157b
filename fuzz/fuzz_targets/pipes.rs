//! Pipes of other programs, which read, write, change flags and close at any moment: carafe's ends
//! must never block, and the data must arrive unchanged and in order.
#![no_main]

use std::os::fd::OwnedFd;
use std::sync::Once;
use std::time::{Duration, Instant};

use arbitrary::Arbitrary;
use carafe::channel::{Pumps, Waits};
use carafe::foreign::Relays;
use libfuzzer_sys::fuzz_target;
use rustix::event::epoll::{self, CreateFlags};
use rustix::fs::{OFlags, fcntl_setfl};
use rustix::pipe::pipe;

#[derive(Arbitrary, Clone, Copy, Debug)]
enum Step {
    Write(u16),
    Read(u16),
    /// Makes their end of the pipe blocking or non-blocking.
    Blocks(bool),
    CloseTheirs,
}

#[derive(Arbitrary, Debug)]
enum Kind {
    To,
    From,
    /// Copies from a device's pipe into theirs.
    Pump,
}

fn content(from: usize, len: usize) -> Vec<u8> {
    (from..from + len).map(|n| (n % 251) as u8).collect()
}

fuzz_target!(|input: (Kind, Vec<Step>)| {
    static IGNORED: Once = Once::new();
    // SAFETY: to ignore a signal is always sound. Rust's runtime does it, but libFuzzer has a
    // `main` of its own.
    IGNORED.call_once(|| unsafe { let _ = libc::signal(libc::SIGPIPE, libc::SIG_IGN); });
    let (kind, steps) = input;
    let relays = Relays::default();
    let (read, write) = pipe().expect("a pipe");
    let nonblocking = |fd: &OwnedFd| fcntl_setfl(fd, OFlags::NONBLOCK).expect("a flag");
    let mut pumps = Pumps::new(1 << 20);
    let epoll = epoll::create(CreateFlags::CLOEXEC).expect("epoll");
    pumps.join(Waits::new(epoll.try_clone().expect("a copy"), 0));
    // A pipe's two ends; one of them is theirs.
    let theirs_reads = !matches!(kind, Kind::From);
    let (writer, reader) = match kind {
        Kind::To => (relays.to(write).expect("a relay"), read),
        Kind::From => (write, relays.from(read).expect("a relay")),
        Kind::Pump => {
            let (from, device) = pipe().expect("a pipe");
            pumps.start(from, write).expect("a pump");
            (device, read)
        }
    };
    nonblocking(&writer);
    nonblocking(&reader);
    let theirs_copy = if theirs_reads { &reader } else { &writer }.try_clone().expect("a copy");
    let mut ends = [Some(writer), Some(reader)];
    let (mut written, mut got) = (0, 0);
    let mut take = |reader: &OwnedFd, len: usize| {
        let mut bytes = vec![0; len];
        let len = rustix::io::read(reader, &mut bytes).unwrap_or(0);
        assert_eq!(bytes[..len], content(got, len));
        got += len;
        got
    };
    for step in steps.into_iter().take(64) {
        let began = Instant::now();
        let mut events = Vec::with_capacity(4);
        let now = rustix::event::Timespec { tv_sec: 0, tv_nsec: 0 };
        let _ = epoll::wait(&epoll, rustix::buffer::spare_capacity(&mut events), Some(&now));
        events.iter().for_each(|event: &epoll::Event| pumps.ready(event.data.u64()));
        match (step, &ends) {
            (Step::Write(len), [Some(writer), _]) => {
                let bytes = content(written, usize::from(len));
                nonblocking(writer);
                written += rustix::io::write(writer, &bytes).unwrap_or(0);
            }
            (Step::Read(len), [_, Some(reader)]) => {
                nonblocking(reader);
                assert!(take(reader, usize::from(len)) <= written);
            }
            (Step::Blocks(true), _) => fcntl_setfl(&theirs_copy, OFlags::empty()).expect("a flag"),
            (Step::Blocks(false), _) => nonblocking(&theirs_copy),
            (Step::CloseTheirs, _) => ends[usize::from(theirs_reads)] = None,
            _ => {}
        }
        assert!(began.elapsed() < Duration::from_secs(5), "{step:?} waited");
    }
});
