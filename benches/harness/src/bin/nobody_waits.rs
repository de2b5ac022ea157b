//! How a client that shows 60 frames a second is affected by others that do not read, over an
//! emulated virtio-wl, where all unread data is in one queue: a large paste into a sleeping
//! reader, a stopped client under a mouse of 1000 Hz, a pager that is never scrolled, and many
//! idle clients. It is measured alone before each of them.
//!
//! `nobody_waits RIG-VIRTWL CARAFE [SECONDS]`
#![allow(clippy::expect_used, clippy::indexing_slicing)]

mod device;

use std::fs::File;
use std::io::{Read, Write};
use std::os::fd::AsFd;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use carafe_fixture::process::{family, waits};
use carafe_fixture::wire::{Message, Peer};

use device::processes::processor_time;
use device::{COMPOSITOR, FREE, MANAGER, Rig, SEAT, percentile};

const FRAME: Duration = Duration::from_nanos(16_666_667);

const LARGE: usize = 400 << 20;
const PAGED: usize = 30 << 20;

/// A program that does not read until this is dropped. Then its unread data must be there.
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

/// The work of carafe and of the device per frame.
struct Work {
    waits: f64,
    /// Processor time, in µs.
    carafe: f64,
    device: f64,
}

impl std::fmt::Display for Work {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:.0}, {:.0}", self.carafe, self.device)
    }
}

/// Watches, and measures the work meanwhile.
fn count(watch: impl FnOnce() -> Seen, [carafe, device]: [u32; 2]) -> (Seen, Work) {
    let now = || {
        let all = || family(carafe).into_iter();
        let time: Duration = all().map(processor_time).sum();
        (all().map(waits).sum::<u64>(), time, processor_time(device))
    };
    let (waited, of_carafe, of_device) = now();
    let seen = watch();
    let then = now();
    let each = |total: f64| total / seen.frames.len() as f64;
    let micros = |time: Duration| each(time.as_secs_f64() * 1e6);
    let work = Work {
        waits: each(then.0.saturating_sub(waited) as f64),
        carafe: micros(then.1.saturating_sub(of_carafe)),
        device: micros(then.2.saturating_sub(of_device)),
    };
    (seen, work)
}

/// Shows frames of a client, and connects a new client twice a second.
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
        // A late frame does not make the next ones early.
        due = (due + FRAME).max(Instant::now());
    }
    let per_second = frames.len() as f64 / began.elapsed().as_secs_f64();
    frames.sort_by(f64::total_cmp);
    starts.sort_by(f64::total_cmp);
    Seen { frames, starts, per_second }
}

fn main() {
    let (mut rig, args) = Rig::from_arguments("nobody_waits RIG-VIRTWL CARAFE [SECONDS]", &[]);
    let seconds = args.first().and_then(|seconds| seconds.parse().ok()).unwrap_or(60);
    let time = Duration::from_secs(seconds);
    let [device, process] = rig.processes();
    let mut pair = rig.connect();
    pair.0.send(&Message::new(COMPOSITOR, 0).uint(FREE));
    let surface = pair.1.next().word(0);
    println!(
        "| a frame, µs: alone, beside | a second | p50 | p99 | ratio of p99 | new client, ms, p50 \
         | waits of carafe's threads a frame | processor time a frame, µs: carafe, device |"
    );
    println!("|---|---|---|---|---|---|---|---|");
    type Start = fn(&Rig) -> Disturbance;
    let all: [(&str, Start); 4] = [
        ("a paste of 400 MB into a sleeper", |rig| paste(rig, LARGE, 1)),
        ("a stopped client under a mouse of 1000 Hz", stopped),
        ("a pager that is never scrolled", |rig| paste(rig, PAGED, 65_536)),
        ("20 idle clients", idle),
    ];
    for (name, start) in all {
        let mut watch = || watch(&rig, surface, &mut pair, time);
        let (alone, work_alone) = count(&mut watch, [process, device]);
        let disturbance = start(&rig);
        let (beside, work) = count(&mut watch, [process, device]);
        drop(disturbance);
        let of = |seen: &Seen, percent| percentile(&seen.frames, percent);
        let row = [
            name.to_owned(),
            format!("{:.1}, {:.1}", alone.per_second, beside.per_second),
            format!("{:.0}, {:.0}", of(&alone, 50), of(&beside, 50)),
            format!("{:.0}, {:.0}", of(&alone, 99), of(&beside, 99)),
            format!("{:.2}", of(&beside, 99) / of(&alone, 99)),
            format!("{:.1}, {:.1}", percentile(&alone.starts, 50), percentile(&beside.starts, 50)),
            format!("{:.1}, {:.1}", work_alone.waits, work.waits),
            format!("{work_alone}; {work}"),
        ];
        println!("| {} |", row.join(" | "));
    }
}
