//! Streams of messages: the proxy's cost for each.

use std::os::fd::AsFd;
use std::time::{Duration, Instant};

use carafe_fixture::wire::{Message, Peer};

use crate::candidate::Running;
use crate::measure::{Figure, each, number};
use crate::pair::{
    CLIENT, FREE, Pair, receive, receive_some, receive_with_fds, send, send_some, word,
};

/// Bytes in one write, as libwayland flushes.
const CHUNK: usize = 4096;

/// Objects in one batch.
const BATCH: u32 = 64;

/// A stream of `wl_surface.damage`.
pub fn requests(running: &Running, size: usize) -> Vec<Figure> {
    let pair = Pair::new(running);
    let message = Message::new(CLIENT.surface, 2).uint(0).uint(0).uint(1).uint(1).to_bytes();
    let (cpu, time, count) = stream(running, &pair.client, &pair.host, &message, size * 1000);
    vec![
        number("processor time per streamed request", "ns", each(cpu, count)),
        number("time per streamed request", "ns", each(time, count)),
    ]
}

/// A stream of `wl_pointer.motion`.
pub fn events(running: &Running, size: usize) -> Vec<Figure> {
    let pair = Pair::new(running);
    let message = Message::new(pair.ids.pointer, 2).uint(0).uint(1).uint(1).to_bytes();
    let (cpu, time, count) = stream(running, &pair.host, &pair.client, &message, size * 1000);
    vec![
        number("processor time per streamed event", "ns", each(cpu, count)),
        number("time per streamed event", "ns", each(time, count)),
    ]
}

fn stream(
    running: &Running,
    from: &Peer,
    to: &Peer,
    message: &[u8],
    count: usize,
) -> (Duration, Duration, usize) {
    let chunk = message.repeat(CHUNK / message.len());
    let chunks = count / (CHUNK / message.len()) + 1;
    let total = chunks * chunk.len();
    let mut into = vec![0; 1 << 16];
    let (mut sent, mut received) = (0, 0);
    let (cpu, start) = (running.cpu(), Instant::now());
    while received < total {
        while sent < total {
            let from_chunk = &chunk[sent % chunk.len()..];
            match send_some(from, from_chunk) {
                0 => break,
                len => sent += len,
            }
        }
        let len = receive_some(to, &mut into);
        received += len;
        if len == 0 && received < total {
            let mut one = [0; 1];
            receive(to, &mut one);
            received += 1;
        }
    }
    (running.cpu() - cpu, start.elapsed(), total / message.len())
}

/// `wl_region`s made and destroyed.
pub fn churn(running: &Running, size: usize) -> Vec<Figure> {
    let pair = Pair::new(running);
    let request = |id| {
        let made = Message::new(CLIENT.compositor, 1).uint(id).to_bytes();
        [made, Message::new(id, 0).to_bytes()].concat()
    };
    let requests: Vec<u8> = (FREE..FREE + BATCH).flat_map(request).collect();
    let answer = |at_host: &[u8]| Message::new(1, 1).uint(word(at_host, 8)).to_bytes();
    let cpu = batches(running, &pair, &requests, 20, &answer, size);
    vec![number("create and destroy", "ns", cpu)]
}

/// `wl_surface.frame`, done, `delete_id`.
pub fn callbacks(running: &Running, size: usize) -> Vec<Figure> {
    let pair = Pair::new(running);
    let request = |id| Message::new(CLIENT.surface, 3).uint(id).to_bytes();
    let requests: Vec<u8> = (FREE..FREE + BATCH).flat_map(request).collect();
    let answer = |at_host: &[u8]| {
        let id = word(at_host, 8);
        [Message::new(id, 0).uint(1), Message::new(1, 1).uint(id)].map(|m| m.to_bytes()).concat()
    };
    let cpu = batches(running, &pair, &requests, 12, &answer, size);
    vec![number("callback", "ns", cpu)]
}

/// Sends batches, and answers each request. Measures the processor time for each.
fn batches(
    running: &Running,
    pair: &Pair,
    requests: &[u8],
    len: usize,
    answer: &impl Fn(&[u8]) -> Vec<u8>,
    size: usize,
) -> f64 {
    let mut at_host = vec![0; requests.len()];
    let cpu = running.cpu();
    for _ in 0..size * 5 {
        send(&pair.client, requests);
        receive(&pair.host, &mut at_host);
        let answers: Vec<u8> = at_host.chunks(len).flat_map(answer).collect();
        send(&pair.host, &answers);
        receive(&pair.client, &mut vec![0; answers.len()]);
    }
    each(running.cpu() - cpu, size * 5 * BATCH as usize)
}

/// `wl_shm.create_pool` with its descriptor, and destroy.
pub fn pools(running: &Running, size: usize) -> Vec<Figure> {
    let mut pair = Pair::new(running);
    let requests = [Message::new(CLIENT.shm, 0).uint(FREE).uint(4096), Message::new(FREE, 1)];
    let requests = requests.map(|m| m.to_bytes()).concat();
    let (mut at_host, mut answer) = (vec![0; requests.len()], [0; 12]);
    let cpu = running.cpu();
    for _ in 0..size * 20 {
        pair.client.send_bytes(&requests, &[pair.file.as_fd()]);
        receive_with_fds(&pair.host, &mut at_host);
        send(&pair.host, &Message::new(1, 1).uint(word(&at_host, 8)).to_bytes());
        receive(&pair.client, &mut answer);
    }
    vec![number("pool with its descriptor", "ns", each(running.cpu() - cpu, size * 20))]
}
