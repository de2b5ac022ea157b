//! Several clients at once.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

use carafe_fixture::wire::Message;

use crate::candidate::{Candidate, Running};
use crate::measure::{Figure, median, number};
use crate::pair::{CLIENT, Pair, receive_some, send_some};
use crate::scenarios::latency::round_trips;

/// One client's round trip beside another that streams flat out.
pub fn neighbour(running: &Running, size: usize) -> Vec<Figure> {
    let pair = Pair::new(running);
    let noisy = Pair::new(running);
    let stop = Arc::new(AtomicBool::new(false));
    let stopped = Arc::clone(&stop);
    let streamer = std::thread::spawn(move || {
        let message = Message::new(CLIENT.surface, 2).uint(0).uint(0).uint(1).uint(1).to_bytes();
        let chunk = message.repeat(4096 / message.len());
        let mut into = vec![0; 1 << 16];
        let mut sent = 0;
        while !stopped.load(Ordering::Relaxed) {
            sent += send_some(&noisy.client, &chunk[sent % chunk.len()..]);
            while receive_some(&noisy.host, &mut into) > 0 {}
        }
    });
    let times = round_trips(&pair, size * 10);
    stop.store(true, Ordering::Relaxed);
    streamer.join().expect("the streaming client");
    vec![median("sync beside a streaming client", times)]
}

/// Memory for one client and for each further one, time to the first answer,
/// a busy client among many idle ones.
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
