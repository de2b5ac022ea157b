//! A typical frame of an app, sixty times a second: 20 requests in one write, and 6 events in one
//! write.

use std::time::{Duration, Instant};

use carafe_fixture::wire::Message;

use crate::candidate::{Clock, Running};
use crate::measure::{Figure, median, nanos, number, p99};
use crate::pair::{CLIENT, FREE, Ids, Pair, receive, send, word};

/// The frame's requests: six times attach, `damage_buffer`, commit; a frame
/// callback (`FREE`) and a sync (`FREE + 1`).
pub fn requests() -> Vec<u8> {
    let Ids { surface, buffer, .. } = CLIENT;
    let mut messages = vec![Message::new(surface, 3).uint(FREE), Message::new(1, 0).uint(FREE + 1)];
    for _ in 0..6 {
        messages.push(Message::new(surface, 1).uint(buffer).uint(0).uint(0));
        messages.push(Message::new(surface, 9).uint(0).uint(0).uint(64).uint(64));
        messages.push(Message::new(surface, 6));
    }
    messages.iter().flat_map(Message::to_bytes).collect()
}

/// The frame's events, in answer to what arrived at the host.
pub fn events(ids: Ids, at_host: &[u8]) -> Vec<u8> {
    let (frame, sync) = (word(at_host, 8), word(at_host, 20));
    let messages = [
        Message::new(sync, 0).uint(0),
        Message::new(1, 1).uint(sync),
        Message::new(ids.buffer, 0),
        Message::new(ids.buffer, 0),
        Message::new(frame, 0).uint(16),
        Message::new(1, 1).uint(frame),
    ];
    messages.iter().flat_map(Message::to_bytes).collect()
}

/// The time between a candidate's frames.
const PERIOD: Duration = Duration::from_micros(16_667);

/// How long it must be idle after a frame before its clock is read.
const SETTLED: Duration = Duration::from_micros(200);

/// A candidate with its measurements.
struct Drawing<'a> {
    running: &'a Running,
    pair: Pair,
    clock: Clock,
    switches: u64,
    cpu: Vec<u64>,
    to_host: Vec<u64>,
    to_done: Vec<u64>,
}

impl<'a> Drawing<'a> {
    fn new(running: &'a Running) -> Self {
        Self {
            running,
            pair: Pair::new(running),
            clock: running.clock(),
            switches: running.switches(),
            cpu: Vec::new(),
            to_host: Vec::new(),
            to_done: Vec::new(),
        }
    }

    fn frame(&mut self, requests: &[u8]) {
        let pair = &self.pair;
        let mut at_host = vec![0; requests.len()];
        let before = self.clock.now();
        let start = Instant::now();
        send(&pair.client, requests);
        receive(&pair.host, &mut at_host);
        self.to_host.push(nanos(start.elapsed()));
        let events = events(pair.ids, &at_host);
        let mut at_client = vec![0; events.len()];
        send(&pair.host, &events);
        receive(&pair.client, &mut at_client);
        self.to_done.push(nanos(start.elapsed()));
        std::thread::sleep(SETTLED);
        self.cpu.push(nanos(self.clock.now() - before));
    }

    fn figures(self) -> Vec<Figure> {
        let switches = self.running.switches() - self.switches;
        #[expect(clippy::cast_precision_loss)]
        let switches = switches as f64 / self.cpu.len() as f64;
        vec![
            median("60 fps frame: processor time", self.cpu),
            number("60 fps frame: voluntary switches", "", switches),
            p99("60 fps frame: commit → done p99", &self.to_done),
            median("60 fps frame: commit → host", self.to_host),
            median("60 fps frame: commit → done", self.to_done),
        ]
    }
}

/// Frames at 60 Hz of all candidates, which take turns after each frame, so that other load on the
/// machine affects all in the same way.
pub fn frames(all: &[Running], size: usize) -> Vec<Vec<Figure>> {
    let mut all: Vec<Drawing> = all.iter().map(Drawing::new).collect();
    let requests = requests();
    let pause = PERIOD / u32::try_from(all.len()).unwrap_or(1);
    for n in 0..size {
        let first = n % all.len();
        let (behind, front) = all.split_at_mut(first);
        for drawing in front.iter_mut().chain(behind) {
            std::thread::sleep(pause.saturating_sub(SETTLED));
            drawing.frame(&requests);
        }
    }
    all.into_iter().map(Drawing::figures).collect()
}
