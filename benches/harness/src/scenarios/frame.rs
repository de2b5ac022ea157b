//! A frame as an app of today draws it, sixty times a second: 20 requests in
//! one write, 6 events in one.

use std::time::{Duration, Instant};

use carafe_fixture::wire::Message;

use crate::candidate::Running;
use crate::measure::{Figure, each, median, nanos, number, p99};
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

/// Frames at 60 Hz.
pub fn frame(running: &Running, size: usize) -> Vec<Figure> {
    let pair = Pair::new(running);
    let requests = requests();
    let mut at_host = vec![0; requests.len()];
    let mut at_client = vec![0; 64];
    let (mut to_host, mut to_done) = (Vec::new(), Vec::new());
    let (cpu, switches) = (running.cpu(), running.switches());
    for _ in 0..size {
        std::thread::sleep(Duration::from_micros(16_667));
        let start = Instant::now();
        send(&pair.client, &requests);
        receive(&pair.host, &mut at_host);
        to_host.push(nanos(start.elapsed()));
        let events = events(pair.ids, &at_host);
        at_client.resize(events.len(), 0);
        send(&pair.host, &events);
        receive(&pair.client, &mut at_client);
        to_done.push(nanos(start.elapsed()));
    }
    let cpu = each(running.cpu() - cpu, size) / 1000.0;
    let switches = running.switches() - switches;
    #[expect(clippy::cast_precision_loss)]
    let switches = switches as f64 / size as f64;
    vec![
        number("60 fps frame: processor time", "µs", cpu),
        number("60 fps frame: voluntary switches", "", switches),
        p99("60 fps frame: commit → done p99", &to_done),
        median("60 fps frame: commit → host", to_host),
        median("60 fps frame: commit → done", to_done),
    ]
}
