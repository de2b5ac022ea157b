//! A client that shows frames, and its host, each a raw peer.

use std::os::fd::AsFd;
use std::path::Path;
use std::time::Duration;

use carafe_fixture::wire::{FakeHost, Message, Peer};

/// A client with a surface (4) and a buffer (6), and its connection at the host.
pub struct App {
    pub client: Peer,
    pub host: Peer,
}

/// Waits for carafe's first connection, with which it only looks for the host.
pub fn first_look(host: &FakeHost) {
    drop(host.accept());
}

impl App {
    pub fn connect(socket: &Path, host: &FakeHost) -> Self {
        let mut client = Peer::connect(socket);
        let mut host = host.accept();
        client.send(&Message::new(1, 1).uint(2));
        host.next();
        for (name, interface) in [(1, "wl_compositor"), (2, "wl_shm")] {
            host.send(&Message::new(2, 0).uint(name).string(interface).uint(1));
            client.next();
        }
        client.send(&Message::new(2, 0).uint(1).string("wl_compositor").uint(1).uint(3));
        client.send(&Message::new(3, 0).uint(4));
        client.send(&Message::new(2, 0).uint(2).string("wl_shm").uint(1).uint(5));
        let null = std::fs::File::open("/dev/null").expect("it is there");
        client.send_fds(&Message::new(5, 0).uint(6).uint(4096), &[null.as_fd()]);
        let buffer = Message::new(6, 0).uint(7).uint(0).uint(8).uint(8).uint(32).uint(0);
        client.send(&buffer);
        for _ in 0..5 {
            host.next();
        }
        Self { client, host }
    }

    /// A frame: attach, frame callback, commit; release and done after `time`.
    pub fn frame(&mut self, time: Duration) {
        let requests = [
            Message::new(4, 1).uint(7).uint(0).uint(0),
            Message::new(4, 3).uint(8),
            Message::new(4, 6),
        ];
        self.client.send_bytes(&requests.map(|m| m.to_bytes()).concat(), &[]);
        let buffer = self.host.next().word(0);
        let callback = self.host.next().word(0);
        self.host.next();
        std::thread::sleep(time);
        let events = [
            Message::new(buffer, 0),
            Message::new(callback, 0).uint(0),
            Message::new(1, 1).uint(callback),
        ];
        self.host.send_bytes(&events.map(|m| m.to_bytes()).concat(), &[]);
        assert_eq!(self.client.next(), Message::new(7, 0));
        assert_eq!(self.client.next(), Message::new(8, 0).uint(0));
        assert_eq!(self.client.next(), Message::new(1, 1).uint(8));
    }
}
