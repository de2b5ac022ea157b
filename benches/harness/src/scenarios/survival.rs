//! 200,000 events for a sleeping client.

use std::time::Duration;

use carafe_fixture::wire::Message;

use crate::candidate::Candidate;
use crate::measure::{Figure, number};
use crate::pair::{Pair, receive_some, send_some};

const EVENTS: usize = 200_000;

/// Whether all arrive after the client wakes, and how much the proxy stored meanwhile.
pub fn sleeper(candidate: &Candidate, _: usize) -> Vec<Figure> {
    let mut running = candidate.run();
    let pair = Pair::new(&running);
    let (before, _) = running.memory();
    let event = Message::new(pair.ids.pointer, 2).uint(0).uint(1).uint(1).to_bytes();
    let total = event.len() * EVENTS;
    let chunk = event.repeat(200);
    let mut sent = 0;
    let mut idle = 0;
    let push = |sent: &mut usize| {
        let rest = (total - *sent).min(chunk.len() - *sent % chunk.len());
        let from = *sent % chunk.len();
        let len = send_some(&pair.host, &chunk[from..from + rest]);
        *sent += len;
        len
    };
    // Until the proxy accepts no more.
    while idle < 20 && sent < total {
        if push(&mut sent) == 0 {
            idle += 1;
            std::thread::sleep(Duration::from_millis(5));
        } else {
            idle = 0;
        }
    }
    std::thread::sleep(Duration::from_millis(50));
    let (held, _) = running.memory();
    let mut received = 0;
    let mut into = vec![0; 1 << 16];
    let mut quiet = 0;
    while received < total && quiet < 400 && running.is_alive() {
        if sent < total {
            push(&mut sent);
        }
        match receive_some(&pair.client, &mut into) {
            0 => {
                quiet += 1;
                std::thread::sleep(Duration::from_millis(1));
            }
            len => {
                received += len;
                quiet = 0;
            }
        }
    }
    #[expect(clippy::cast_precision_loss)]
    let events = (received / event.len()) as f64;
    #[expect(clippy::cast_precision_loss)]
    let kib = held.saturating_sub(before) as f64;
    vec![
        number("events that reach a sleeping client of 200,000", "", events),
        number("memory held for it", "KiB", kib),
    ]
}
