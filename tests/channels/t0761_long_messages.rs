//! Messages that are longer than a packet of the devices, among shorter ones.

use carafe_fixture::wire::{Message, Peer};

use crate::fake::{FREE, Fake, accept, bytes_of, offer, offers, sync};
use crate::ways::devices;

/// A packet is 3980 bytes on one device and 3744 on the other; a message is at most 65,535.
const LENS: [usize; 11] = [10, 60_000, 10, 3_744, 10, 3_980, 4_096, 10, 65_500, 65_500, 10];

fn say(from: &mut Peer, to: &mut Peer, all: &[Message]) {
    for piece in [usize::MAX, 5_000, 4_096, 1_001] {
        std::thread::scope(|scope| {
            scope.spawn(|| {
                for part in bytes_of(all).chunks(piece) {
                    from.send_bytes(part, &[]);
                }
            });
            for (n, message) in all.iter().enumerate() {
                let other = to.next();
                assert!(other == *message, "{n} is another, written in pieces of {piece}");
            }
        });
    }
}

#[test]
fn long_messages_arrive_whole_and_in_order() {
    for way in devices() {
        let fake = Fake::new(way);
        let (mut client, mut host) = fake.client();
        offer(&mut client, &mut host);
        let messages = |make: fn(usize, usize) -> Message| -> Vec<Message> {
            LENS.iter().enumerate().map(|(n, len)| make(n, *len)).collect()
        };
        say(&mut client, &mut host, &messages(accept));
        say(&mut host, &mut client, &messages(offers));
        sync(&mut client, &mut host, FREE + 1);
        fake.stop();
    }
}
