//! Several clients at once.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

use carafe_fixture::wire::Message;
use rustix::net::{RecvFlags, recv};
use rustix::thread::{CpuSet, sched_getaffinity, sched_setaffinity};

use crate::candidate::Candidate;
use crate::measure::{Figure, median, number, p99};
use crate::pair::{CLIENT, Pair, send};
use crate::scenarios::latency::round_trips;

/// One client's round trip beside another client that streams at full speed. This uses all
/// processors, because on one processor the stream's own work would dominate.
pub fn neighbour(candidate: &Candidate, size: usize) -> Vec<Figure> {
    let (pinned, mut all) = (sched_getaffinity(None).expect("affinity"), CpuSet::new());
    (0..available()).for_each(|cpu| all.set(cpu));
    sched_setaffinity(None, &all).expect("all processors");
    let running = candidate.run();
    let pair = Pair::new(&running);
    let noisy = Pair::new(&running);
    let sink = noisy.host.socket().try_clone_to_owned().expect("a descriptor");
    let reader = std::thread::spawn(move || {
        let mut into = vec![0; 1 << 16];
        while recv(&sink, &mut into, RecvFlags::empty()).is_ok_and(|(_, len)| len > 0) {}
    });
    let stop = Arc::new(AtomicBool::new(false));
    let stopped = Arc::clone(&stop);
    let streamer = std::thread::spawn(move || {
        let message = Message::new(CLIENT.surface, 2).uint(0).uint(0).uint(1).uint(1).to_bytes();
        let chunk = message.repeat(4096 / message.len());
        while !stopped.load(Ordering::Relaxed) {
            send(&noisy.client, &chunk);
        }
    });
    let times = round_trips(&pair, size * 10);
    stop.store(true, Ordering::Relaxed);
    streamer.join().expect("the streaming client");
    drop((pair, running));
    reader.join().expect("the streaming client's host");
    sched_setaffinity(None, &pinned).expect("as before");
    vec![
        p99("sync beside a streaming client p99", &times),
        median("sync beside a streaming client", times),
    ]
}

/// How many processors there are.
fn available() -> usize {
    std::fs::read_to_string("/proc/cpuinfo")
        .map_or(1, |text| text.lines().filter(|line| line.starts_with("processor")).count())
}

/// Memory for the first client and for each further one, the time to the first answer, and a busy
/// client among many idle ones.
pub fn memory(candidate: &Candidate, size: usize) -> Vec<Figure> {
    let begin = Instant::now();
    let running = candidate.run();
    let first = Pair::new(&running);
    round_trips(&first, 1);
    let ready = begin.elapsed();
    round_trips(&first, 200);
    let (all, anonymous) = running.memory();
    #[expect(clippy::cast_precision_loss)]
    let kib = |n: u64| n as f64;
    let mut figures = vec![
        number("start to first answer", "ms", ready.as_secs_f64() * 1000.0),
        number("memory with one client", "KiB", kib(all)),
        number("of it anonymous", "KiB", kib(anonymous)),
    ];
    let mut clients = vec![first];
    for (count, name) in [
        (10, "memory per further client (10)"),
        (100, "memory per further client (100)"),
        (500, "memory per further client (500)"),
    ] {
        if count > size {
            break;
        }
        while clients.len() < count {
            let pair = Pair::new(&running);
            round_trips(&pair, 1);
            clients.push(pair);
        }
        let (now, _) = running.memory();
        figures.push(number(name, "KiB", (kib(now) - kib(all)) / kib(count as u64 - 1)));
    }
    if let Some(busy) = clients.first() {
        figures.push(median("sync of one among many idle clients", round_trips(busy, size * 2)));
    }
    figures
}

/// Clients that come one after another, each for one answer: the time until it has the globals,
/// and until the next one may come.
pub fn connects(candidate: &Candidate, size: usize) -> Vec<Figure> {
    let running = candidate.run();
    let mut times = Vec::new();
    let begin = Instant::now();
    for _ in 0..size {
        let start = Instant::now();
        let pair = Pair::new(&running);
        times.push(u64::try_from(start.elapsed().as_nanos()).unwrap_or(u64::MAX));
        drop(pair);
    }
    #[expect(clippy::cast_precision_loss)]
    let rate = size as f64 / begin.elapsed().as_secs_f64();
    vec![
        p99("connect to globals p99", &times),
        median("connect to globals", times),
        number("clients one after another", "1/s", rate),
    ]
}
