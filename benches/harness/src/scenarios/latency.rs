//! One message or one small batch at a time, and back.

use std::time::{Duration, Instant};

use carafe_fixture::wire::Message;

use crate::candidate::Running;
use crate::measure::{Figure, median, nanos, p99};
use crate::pair::{CLIENT, FREE, Pair, receive, send, word};

/// `wl_display.sync` and its answer.
pub fn sync(running: &Running, size: usize) -> Vec<Figure> {
    let times = round_trips(&Pair::new(running), size * 100);
    vec![p99("sync round trip p99", &times), median("sync round trip", times)]
}

/// Times of `wl_display.sync` and its answer.
pub fn round_trips(pair: &Pair, count: usize) -> Vec<u64> {
    let request = Message::new(1, 0).uint(FREE).to_bytes();
    let (mut at_host, mut answer) = ([0; 12], [0; 24]);
    let mut times = Vec::with_capacity(count);
    for _ in 0..count {
        let start = Instant::now();
        send(&pair.client, &request);
        receive(&pair.host, &mut at_host);
        let id = word(&at_host, 8);
        let done = [Message::new(id, 0).uint(0), Message::new(1, 1).uint(id)];
        send(&pair.host, &done.map(|m| m.to_bytes()).concat());
        receive(&pair.client, &mut answer);
        times.push(nanos(start.elapsed()));
    }
    times
}

/// attach, damage, frame, commit; release, done, `delete_id`.
pub fn commit(running: &Running, size: usize) -> Vec<Figure> {
    let kinds = [
        ("commit → host, 256×256", "commit → done, 256×256", 256, 256),
        ("commit → host, 1080p full", "commit → done, 1080p full", 1920, 1080),
        ("commit → host, 1080p 64×64", "commit → done, 1080p 64×64", 64, 64),
    ];
    kinds.into_iter().flat_map(|kind| commit_of(running, size, kind)).collect()
}

fn commit_of(
    running: &Running,
    size: usize,
    (to_host, to_done, width, height): (&'static str, &'static str, u32, u32),
) -> Vec<Figure> {
    let pair = Pair::new(running);
    let surface = CLIENT.surface;
    let requests = [
        Message::new(surface, 1).uint(CLIENT.buffer).uint(0).uint(0),
        Message::new(surface, 9).uint(0).uint(0).uint(width).uint(height),
        Message::new(surface, 3).uint(FREE),
        Message::new(surface, 6),
    ];
    let requests = requests.map(|m| m.to_bytes()).concat();
    let (mut at_host, mut answer) = (vec![0; requests.len()], [0; 32]);
    let (mut host_times, mut done_times) = (Vec::new(), Vec::new());
    for _ in 0..size * 20 {
        let start = Instant::now();
        send(&pair.client, &requests);
        receive(&pair.host, &mut at_host);
        host_times.push(nanos(start.elapsed()));
        let id = word(&at_host, 20 + 24 + 8);
        let events = [
            Message::new(pair.ids.buffer, 0),
            Message::new(id, 0).uint(0),
            Message::new(1, 1).uint(id),
        ];
        send(&pair.host, &events.map(|m| m.to_bytes()).concat());
        receive(&pair.client, &mut answer);
        done_times.push(nanos(start.elapsed()));
    }
    vec![median(to_host, host_times), median(to_done, done_times)]
}

/// Pointer motion and frame, one after the other as fast as possible.
pub fn motion(running: &Running, size: usize) -> Vec<Figure> {
    let times = motions(running, size * 100, Duration::ZERO);
    vec![p99("motion p99", &times), median("motion", times)]
}

/// Pointer motion and frame from a mouse of 1 kHz.
pub fn motion_at_1_khz(running: &Running, size: usize) -> Vec<Figure> {
    vec![median("motion at 1 kHz", motions(running, size * 10, Duration::from_millis(1)))]
}

fn motions(running: &Running, count: usize, pause: Duration) -> Vec<u64> {
    let pair = Pair::new(running);
    let pointer = pair.ids.pointer;
    let events = [Message::new(pointer, 2).uint(1).uint(256).uint(512), Message::new(pointer, 5)];
    let events = events.map(|m| m.to_bytes()).concat();
    let mut at_client = vec![0; events.len()];
    let mut times = Vec::with_capacity(count);
    for _ in 0..count {
        if !pause.is_zero() {
            std::thread::sleep(pause);
        }
        let start = Instant::now();
        send(&pair.host, &events);
        receive(&pair.client, &mut at_client);
        times.push(nanos(start.elapsed()));
    }
    times
}
