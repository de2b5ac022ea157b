//! What a client that shows 60 frames a second feels of others that do not read, over an
//! emulated virtio-wl, where all that nobody has read stands in one queue: a large paste into a
//! reader that sleeps, a stopped client under a mouse of 1000 Hz, a pager that is never
//! scrolled, and many idle clients. Before each of them it is measured alone.
//!
//! `nobody_waits RIG-VIRTWL CARAFE [SECONDS]`
#![allow(clippy::expect_used, clippy::indexing_slicing)]

use std::fs::File;
use std::io::{Read, Write};
use std::os::fd::AsFd;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use carafe_fixture::process::{Process, RuntimeDir, command};
use carafe_fixture::wire::{FakeHost, Message, Peer};

const GLOBALS: [(u32, &str, u32); 4] = [
    (1, "wl_compositor", 4),
    (2, "wl_shm", 1),
    (3, "wl_seat", 5),
    (4, "wl_data_device_manager", 3),
];
/// Ids of a client: what it binds, and the first that is free.
const COMPOSITOR: u32 = 3;
const SEAT: u32 = 5;
const MANAGER: u32 = 6;
const FREE: u32 = 7;

const FRAME: Duration = Duration::from_nanos(16_666_667);

const LARGE: usize = 400 << 20;
const PAGED: usize = 30 << 20;

struct Rig {
    host: FakeHost,
    runtime: RuntimeDir,
    carafe: Process,
}

impl Rig {
    fn start(rig: &str, carafe: &str) -> Self {
        let runtime = RuntimeDir::new();
        let host = FakeHost::listen(&runtime.join("host"));
        let mut command = command(rig, &runtime);
        command.arg(runtime.join("host")).arg("--").arg(carafe);
        command.args(["--parent", "--socket=c", "--virtwl-device={device}"]);
        let carafe = Process::start(&mut command);
        // carafe asks once whether anybody answers.
        let mut asking = host.accept();
        let callback = asking.next().word(0);
        asking.send(&Message::new(callback, 0).uint(0));
        runtime.wait_for_socket("c");
        Self { host, runtime, carafe }
    }

    /// A client with [`GLOBALS`] bound, and its connection at the host.
    fn connect(&self) -> (Peer, Peer) {
        let mut client = Peer::connect(&self.runtime.join("c"));
        client.send(&Message::new(1, 1).uint(2));
        let mut host = self.host.accept();
        host.next();
        for (id, (name, interface, version)) in (COMPOSITOR..).zip(GLOBALS) {
            host.send(&Message::new(2, 0).uint(name).string(interface).uint(version));
            client.next();
            let bind = Message::new(2, 0).uint(name).string(interface).uint(version);
            client.send(&bind.uint(id));
            let bound = host.next();
            if id == SEAT {
                // A silent host would be asked whether it is still there.
                let id = bound.word(bound.body.len() / 4 - 1);
                host.send(&Message::new(id, 0).uint(0));
                client.next();
            }
        }
        (client, host)
    }
}

/// Whoever does not read, until it is dropped; then what it has not read must be there.
struct Disturbance {
    stop: Arc<AtomicBool>,
    threads: Vec<JoinHandle<()>>,
}

impl Drop for Disturbance {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
        for thread in self.threads.drain(..) {
            thread.join().expect("it went well");
        }
    }
}

/// A paste of `size` bytes, of which the reader reads `first` and then sleeps.
fn paste(rig: &Rig, size: usize, first: usize) -> Disturbance {
    let (mut client, mut host) = rig.connect();
    client.send(&Message::new(MANAGER, 1).uint(FREE).uint(SEAT));
    let device = host.next().word(0);
    host.send(&Message::new(device, 0).uint(0xff00_0000));
    let offer = client.next().word(0);
    let (mut reader, writer) = std::io::pipe().expect("a pipe");
    client.send_fds(&Message::new(offer, 1).string("text/plain"), &[writer.as_fd()]);
    drop(writer);
    host.next();
    let mut pipe = File::from(host.fd());
    let stop = Arc::new(AtomicBool::new(false));
    let writes = thread::spawn(move || {
        for _ in 0..size / 65_536 {
            pipe.write_all(&[7; 65_536]).expect("all of it is taken");
        }
    });
    let stopped = Arc::clone(&stop);
    let reads = thread::spawn(move || {
        reader.read_exact(&mut vec![0; first]).expect("the beginning");
        while !stopped.load(Ordering::Relaxed) {
            thread::sleep(Duration::from_millis(10));
        }
        let mut rest = Vec::new();
        reader.read_to_end(&mut rest).expect("readable");
        assert_eq!(first + rest.len(), size, "all of it is there");
        drop((client, host));
    });
    Disturbance { stop, threads: vec![writes, reads] }
}

/// A client that is stopped under a mouse.
fn stopped(rig: &Rig) -> Disturbance {
    let (mut client, mut host) = rig.connect();
    client.send(&Message::new(SEAT, 0).uint(FREE));
    let pointer = host.next().word(0);
    let stop = Arc::new(AtomicBool::new(false));
    let stopped = Arc::clone(&stop);
    let moves = thread::spawn(move || {
        let (start, mut sent) = (Instant::now(), 0);
        while !stopped.load(Ordering::Relaxed) {
            sent += 1;
            let motion = Message::new(pointer, 2).uint(sent).uint(sent).uint(sent);
            let group = [motion, Message::new(pointer, 5)];
            host.send_bytes(&group.map(|m| m.to_bytes()).concat(), &[]);
            let next = start + Duration::from_millis(u64::from(sent));
            thread::sleep(next.saturating_duration_since(Instant::now()));
        }
        let last = loop {
            let event = client.next();
            if event.opcode == 2 && event.word(0) == sent {
                break event.word(1);
            }
        };
        assert_eq!(last, sent, "the last place is known");
    });
    Disturbance { stop, threads: vec![moves] }
}

fn idle(rig: &Rig) -> Disturbance {
    let clients: Vec<_> = (0..20).map(|_| rig.connect()).collect();
    let stop = Arc::new(AtomicBool::new(false));
    let stopped = Arc::clone(&stop);
    let kept = thread::spawn(move || {
        while !stopped.load(Ordering::Relaxed) {
            thread::sleep(Duration::from_millis(10));
        }
        drop(clients);
    });
    Disturbance { stop, threads: vec![kept] }
}

/// Sorted times.
struct Seen {
    frames: Vec<f64>,
    starts: Vec<f64>,
    per_second: f64,
}

/// Frames of a client, and twice a second a new client.
fn watch(rig: &Rig, surface: u32, (client, host): &mut (Peer, Peer), time: Duration) -> Seen {
    let (mut frames, mut starts) = (Vec::new(), Vec::new());
    let began = Instant::now();
    let mut due = began;
    while began.elapsed() < time {
        thread::sleep(due.saturating_duration_since(Instant::now()));
        let start = Instant::now();
        let requests = [Message::new(FREE, 3).uint(FREE + 1), Message::new(FREE, 6)];
        client.send_bytes(&requests.map(|m| m.to_bytes()).concat(), &[]);
        let callback = host.next().word(0);
        assert_eq!(host.next(), Message::new(surface, 6));
        let answers = [Message::new(callback, 0).uint(0), Message::new(1, 1).uint(callback)];
        host.send_bytes(&answers.map(|m| m.to_bytes()).concat(), &[]);
        client.next();
        client.next();
        frames.push(start.elapsed().as_secs_f64() * 1e6);
        if frames.len() % 30 == 0 {
            let start = Instant::now();
            drop(rig.connect());
            starts.push(start.elapsed().as_secs_f64() * 1e3);
        }
        // A frame that comes late does not make the next ones early.
        due = (due + FRAME).max(Instant::now());
    }
    let per_second = frames.len() as f64 / began.elapsed().as_secs_f64();
    frames.sort_by(f64::total_cmp);
    starts.sort_by(f64::total_cmp);
    Seen { frames, starts, per_second }
}

fn percentile(sorted: &[f64], percent: usize) -> f64 {
    sorted[(sorted.len() - 1) * percent / 100]
}

/// How often threads of carafe's have waited, all together.
fn waits(process: u32) -> u64 {
    let threads = std::fs::read_dir(format!("/proc/{process}/task"));
    let of = |thread: std::fs::DirEntry| -> Option<u64> {
        let status = std::fs::read_to_string(thread.path().join("status")).ok()?;
        let line = status.lines().find(|line| line.starts_with("voluntary"))?;
        line.rsplit(char::is_whitespace).next()?.parse().ok()
    };
    threads.into_iter().flatten().flatten().filter_map(of).sum()
}

/// The only child of a process.
fn child(process: u32) -> u32 {
    let path = format!("/proc/{process}/task/{process}/children");
    let children = std::fs::read_to_string(path).unwrap_or_default();
    children.split_whitespace().next().and_then(|pid| pid.parse().ok()).unwrap_or(0)
}

fn main() {
    let mut args = std::env::args().skip(1);
    let (Some(rig), Some(carafe)) = (args.next(), args.next()) else {
        eprintln!("usage: nobody_waits RIG-VIRTWL CARAFE [SECONDS]");
        std::process::exit(2);
    };
    let seconds = args.next().and_then(|seconds| seconds.parse().ok()).unwrap_or(60);
    let time = Duration::from_secs(seconds);
    let mut rig = Rig::start(&rig, &carafe);
    let process = child(rig.carafe.child().id());
    let mut pair = rig.connect();
    pair.0.send(&Message::new(COMPOSITOR, 0).uint(FREE));
    let surface = pair.1.next().word(0);
    println!(
        "| a frame, µs: alone, beside | a second | p50 | p99 | ratio of p99 | new client, ms, p50 | waits of carafe's threads a frame |"
    );
    println!("|---|---|---|---|---|---|---|");
    type Start = fn(&Rig) -> Disturbance;
    let all: [(&str, Start); 4] = [
        ("a paste of 400 MB into a sleeper", |rig| paste(rig, LARGE, 1)),
        ("a stopped client under a mouse of 1000 Hz", stopped),
        ("a pager that is never scrolled", |rig| paste(rig, PAGED, 65_536)),
        ("20 idle clients", idle),
    ];
    for (name, start) in all {
        let alone = watch(&rig, surface, &mut pair, time.min(Duration::from_secs(20)));
        let disturbance = start(&rig);
        let before = waits(process);
        let beside = watch(&rig, surface, &mut pair, time);
        let waits = (waits(process).saturating_sub(before)) as f64 / beside.frames.len() as f64;
        drop(disturbance);
        let of = |seen: &Seen, percent| percentile(&seen.frames, percent);
        println!(
            "| {name} | {:.1}, {:.1} | {:.0}, {:.0} | {:.0}, {:.0} | {:.2} | {:.1}, {:.1} | {waits:.1} |",
            alone.per_second,
            beside.per_second,
            of(&alone, 50),
            of(&beside, 50),
            of(&alone, 99),
            of(&beside, 99),
            of(&beside, 99) / of(&alone, 99),
            percentile(&alone.starts, 50),
            percentile(&beside.starts, 50),
        );
    }
}
