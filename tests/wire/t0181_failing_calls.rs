//! System calls of the service and of a new session fail, one at a time, by strace: the client is
//! served nevertheless, or its session ends and the log says why. Nothing hangs, and others notice
//! nothing.
//!
//! A sample is tried each time. `CARAFE_FAULTS=all` tries all, which takes some minutes,
//! `CARAFE_FAULTS=CALL` those of one call, and `FUZZ_SEED=N` repeats a sample.
use std::os::fd::{AsFd, OwnedFd};
use std::process::{Command, Stdio};

use carafe_fixture::process::{Process, wait_for};
use fastrand::Rng;

use super::grammar::Side;
use super::rig::*;

/// System calls, and how the kernel may let each fail. What would be a lie is not among
/// them: `EAGAIN` of `recvmsg` while something is there, `EPIPE` while the other end lives,
/// `epoll_ctl` that fails where it only changes something, `close` that closes nothing.
const FAULTS: [(&str, &[&str]); 20] = [
    ("accept4", &["EMFILE", "ENOMEM", "ECONNABORTED", "EAGAIN"]),
    ("capset", &["EPERM"]),
    ("clone", &["EAGAIN", "ENOMEM"]),
    ("connect", &["ECONNREFUSED", "EAGAIN"]),
    ("epoll_create1", &["EMFILE", "ENOMEM"]),
    ("epoll_pwait", &["EINTR"]),
    ("getsockopt", &["ENOBUFS"]),
    ("landlock_create_ruleset", &["ENOMEM", "EMFILE"]),
    ("landlock_restrict_self", &["ENOMEM"]),
    ("mmap", &["ENOMEM"]),
    ("openat", &["EMFILE", "ENFILE", "ENOMEM"]),
    ("pidfd_open", &["EMFILE", "ENOMEM"]),
    ("read", &["EIO"]),
    ("recvmsg", &["EINTR", "ENOMEM", "ECONNRESET"]),
    ("seccomp", &["ENOMEM"]),
    ("sendmsg", &["EAGAIN", "EINTR", "ENOBUFS"]),
    ("sendto", &["EAGAIN", "EINTR", "ENOBUFS"]),
    ("socket", &["EMFILE", "ENOBUFS"]),
    ("socketpair", &["EMFILE", "ENOMEM"]),
    ("write", &["ENOSPC", "EIO"]),
];

/// Each of these calls fails once.
const CALLS: u32 = 12;

/// How many faults a sample has.
const SAMPLE: usize = 40;

/// A client with a window of three frames.
struct Life {
    client: Side,
    host: Option<Side>,
    /// The callback that it waits for, and how many frames it has shown.
    waits: u32,
    frames: u32,
    surface: u32,
}

impl Life {
    fn new(rig: &Rig) -> Self {
        let client = Peer::connect(&rig.runtime.join("client"));
        let mut client = Side::new(client, true);
        let registry = client.make("wl_registry", 1);
        client.tell(&Message::new(DISPLAY, 1).uint(registry));
        let waits = client.sync();
        Self { client, host: None, waits, frames: 0, surface: 0 }
    }

    /// Whether it was served to its end; `None` as long as it waits.
    fn turn(&mut self, rig: &Rig) -> Option<bool> {
        self.host = self.host.take().or_else(|| Some(Side::new(rig.host.accept_now()?, false)));
        if let Some(host) = &mut self.host {
            match host.peer.heard() {
                Some(requests) => requests.iter().for_each(|request| host.answer(request)),
                // That of an earlier session.
                None => self.host = None,
            }
        }
        let Some(events) = self.client.peer.heard() else { return Some(false) };
        for event in &events {
            self.client.hear(event);
        }
        if self.client.knows(self.waits) {
            return None;
        }
        if self.frames == 3 {
            return Some(true);
        }
        self.show();
        self.waits = self.client.sync();
        None
    }

    fn show(&mut self) {
        let Self { client, surface, .. } = self;
        if self.frames == 0 {
            let compositor = client.bind("wl_compositor");
            *surface = client.make("wl_surface", 6);
            client.tell(&Message::new(compositor, 0).uint(*surface));
        }
        self.frames += 1;
        let shm = client.bind("wl_shm");
        let (pool, buffer) = (client.make("wl_shm_pool", 1), client.make("wl_buffer", 1));
        let memory: OwnedFd = super::t0105_descriptors::file(0).into();
        let make = Message::new(shm, 0).uint(pool).uint(4096).to_bytes();
        let _ = client.peer.try_send_bytes(&make, &[memory.as_fd()]);
        let buffer_of = Message::new(pool, 0).uint(buffer);
        client.tell(&[0, 8, 8, 32, 0].into_iter().fold(buffer_of, Message::uint));
        client.tell(&Message::new(*surface, 1).uint(buffer).uint(0).uint(0));
        client.tell(&Message::new(*surface, 6));
    }
}

/// Lets the `nth` call of the service, and of each session that starts now, fail.
pub fn failing(service: u32, call: &str, error: &str, nth: u32) -> Process {
    let fault = format!("inject={call}:error={error}:when={nth}");
    let mut strace = Command::new("strace");
    strace.args(["-f", "-qq", "-o", "/dev/null", "-e", &format!("trace={call}"), "-e", &fault]);
    let strace = strace.arg("-p").arg(service.to_string()).stdin(Stdio::null()).spawn();
    let strace = Process::from(strace.expect("strace: tests/cost/packages.txt"));
    let is_traced = || {
        let status = std::fs::read_to_string(format!("/proc/{service}/status")).ok()?;
        (!status.contains("TracerPid:\t0")).then_some(())
    };
    wait_for("strace", is_traced);
    strace
}

fn serve(rig: &Rig) -> bool {
    let mut life = Life::new(rig);
    wait_for("a client that is served or told", || life.turn(rig))
}

fn fails(rig: &mut Rig, other: &mut (Side, Side), (call, error, nth): (&str, &str, u32)) {
    let what = format!("{call} {nth}: {error}");
    let before = rig.log().len();
    let strace = failing(rig.carafe.pid(), call, error, nth);
    let served = serve(rig);
    super::talk::round_trip(other);
    drop(strace);
    assert!(rig.carafe.is_running(), "{what}: carafe ended: {}", rig.log());
    let log = rig.log()[before..].to_owned();
    eprintln!("{what}: {served} {}", log.lines().next().unwrap_or_default());
    // That says that the other end is gone, which is no fault.
    if !served && error != "ECONNRESET" {
        let is_reason = |line: &str| line.contains("WARN") || line.contains("ERROR");
        let says = || rig.log()[before..].lines().any(is_reason).then_some(());
        wait_for(&format!("the reason of {what}"), says);
    }
    assert!(!rig.log().contains("panicked"), "{what}: {}", rig.log());
    rig.carafe.wait_for_sessions(1);
    assert!(serve(rig), "{what}: later clients are not served");
    rig.carafe.wait_for_sessions(1);
}

#[test]
fn end_nothing_but_their_own_session() {
    let seed = super::talk::seed();
    let mut rng = Rng::with_seed(seed);
    let mut rig = Rig::start(&[]);
    let mut other = super::talk::connect(&rig);
    super::talk::round_trip(&mut other);
    let of = |(call, errors): &(&'static str, &'static [&'static str])| {
        let call = *call;
        errors.iter().flat_map(move |error| (1..=CALLS).map(move |nth| (call, *error, nth)))
    };
    let mut faults: Vec<_> = FAULTS.iter().flat_map(of).collect();
    match std::env::var("CARAFE_FAULTS").as_deref() {
        Ok("all") => {}
        Ok(wanted) => faults.retain(|(call, ..)| *call == wanted),
        Err(_) => {
            rng.shuffle(&mut faults);
            faults.truncate(SAMPLE);
        }
    }
    let fds = rig.carafe.open_fds();
    for fault in faults {
        fails(&mut rig, &mut other, fault);
    }
    rig.wait_for_fds(fds);
}
