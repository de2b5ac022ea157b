//! If one side sends while the other does not read, the sender must wait, and nothing is lost.

use std::time::Duration;

use carafe_fixture::wire::{Message, Peer};

use crate::fake::{DISPLAY, FREE, Fake, accept, bytes_of, offer, offers, sync};
use crate::ways::devices;

/// 8 MiB: more than sockets and carafe hold.
const MESSAGES: usize = 16_384;
const LEN: usize = 500;

/// Whether it is carafe that asks a host whether it is there, as it does when that has said
/// nothing for some time.
fn is_question(message: &Message) -> bool {
    *message == Message::new(DISPLAY, 0).uint(message.word(0))
}

/// One side sends; the other starts to read later.
fn flood(
    from: &mut Peer,
    to: &mut Peer,
    make: fn(usize, usize) -> Message,
    meanwhile: impl FnOnce(),
) {
    let all: Vec<Message> = (0..MESSAGES).map(|n| make(n, LEN)).collect();
    let bytes = bytes_of(&all);
    std::thread::scope(|scope| {
        scope.spawn(move || from.send_bytes(&bytes, &[]));
        std::thread::sleep(Duration::from_millis(300));
        meanwhile();
        for (n, message) in all.iter().enumerate() {
            let mut next = to.next();
            if is_question(&next) {
                next = to.next();
            }
            assert!(next == *message, "{n} is another");
        }
    });
}

#[test]
fn a_host_may_stop_reading() {
    for way in devices() {
        let fake = Fake::new(way);
        let (mut client, mut host) = fake.client();
        offer(&mut client, &mut host);
        flood(&mut client, &mut host, accept, || {});
        sync(&mut client, &mut host, FREE + 1);
        fake.stop();
    }
}

#[test]
fn a_client_may_stop_reading() {
    for way in devices() {
        let fake = Fake::new(way);
        let (mut client, mut host) = fake.client();
        let (mut other, mut others_host) = fake.client();
        offer(&mut client, &mut host);
        // Other clients do not wait meanwhile.
        flood(&mut host, &mut client, offers, || sync(&mut other, &mut others_host, FREE));
        sync(&mut client, &mut host, FREE + 1);
        fake.stop();
    }
}
