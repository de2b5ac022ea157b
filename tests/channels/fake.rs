//! A host that sends what the test wants, behind an emulated device.

use std::time::Duration;

use carafe_fixture::process::{RuntimeDir, sessions, wait_for};
use carafe_fixture::wire::{FakeHost, Message, Peer};

use crate::proxy::Carafe;
use crate::rig::report;
use crate::ways::Way;

pub const DISPLAY: u32 = 1;
pub const REGISTRY: u32 = 2;
/// The ids that [`Fake::client`] binds, and the first free one.
pub const SEAT: u32 = 3;
pub const MANAGER: u32 = 4;
pub const FREE: u32 = 5;

const GLOBALS: [(u32, &str, u32); 2] =
    [(SEAT, "wl_seat", 9), (MANAGER, "wl_data_device_manager", 3)];

/// A global that no client binds. Without it, carafe makes one up.
const PRIMARY: (u32, &str, u32) = (1, "zwp_primary_selection_device_manager_v1", 1);

/// A carafe, and the socket at which its device connects.
pub struct Fake {
    carafe: Carafe,
    host: FakeHost,
    runtime: RuntimeDir,
}

impl Fake {
    pub fn new(way: Way) -> Self {
        Self::with(way, &[])
    }

    /// As [`new`](Self::new), with faults of the device.
    pub fn with(way: Way, faults: &[&str]) -> Self {
        let runtime = RuntimeDir::new();
        let socket = runtime.join("host");
        let host = FakeHost::listen(&socket);
        let mut command = way.carafe(&socket, &runtime, faults);
        let carafe = std::thread::scope(|scope| {
            // carafe asks once whether there is a host.
            scope.spawn(|| answer_sync(&mut host.accept()));
            Carafe::start(&mut command, &runtime)
        });
        Self { carafe, host, runtime }
    }

    /// A client that has bound the globals, and its connection at the host.
    pub fn client(&self) -> (Peer, Peer) {
        let mut client = Peer::connect(&self.runtime.join(Carafe::DISPLAY));
        client.send(&Message::new(DISPLAY, 1).uint(REGISTRY));
        let mut host = self.host.accept();
        assert_eq!(host.next(), Message::new(DISPLAY, 1).uint(REGISTRY));
        for (name, interface, version) in [PRIMARY].into_iter().chain(GLOBALS) {
            let global = Message::new(REGISTRY, 0).uint(name).string(interface).uint(version);
            host.send(&global);
            assert_eq!(client.next(), global);
        }
        for (name, interface, version) in GLOBALS {
            let bind = Message::new(REGISTRY, 0).uint(name).string(interface).uint(version);
            client.send(&bind.uint(name));
            assert_eq!(host.next().word(0), name);
        }
        // carafe asks a silent host whether it still exists.
        let capabilities = Message::new(SEAT, 0).uint(0);
        host.send(&capabilities);
        assert_eq!(client.next(), capabilities);
        (client, host)
    }

    /// The processes of carafe's sessions.
    pub fn sessions(&mut self) -> Vec<u32> {
        let pid = report(&mut self.carafe, &self.runtime).pid();
        sessions(u32::try_from(pid).expect("a process"))
    }

    /// Ends carafe, which must not have logged a warning.
    #[track_caller]
    pub fn stop(self) {
        self.carafe.stop();
    }

    /// Ends carafe, and returns its log.
    #[track_caller]
    pub fn stop_complaining(self) -> String {
        self.carafe.stop_complaining()
    }
}

fn answer_sync(host: &mut Peer) {
    let callback = host.next().word(0);
    host.send(&Message::new(callback, 0).uint(0));
}

/// A round trip; `id` is the client's new callback. The host answers carafe too, which asks whether
/// the host is there after it has been silent for some time.
#[track_caller]
pub fn sync(client: &mut Peer, host: &mut Peer, id: u32) {
    const MOMENT: Duration = Duration::from_millis(20);
    client.send(&Message::new(DISPLAY, 0).uint(id));
    let done = wait_for("the callback", || {
        if let Some(question) = host.next_within(MOMENT) {
            assert_eq!((question.object, question.opcode), (DISPLAY, 0));
            let callback = question.word(0);
            host.send(&Message::new(callback, 0).uint(7));
            host.send(&Message::new(DISPLAY, 1).uint(callback));
        }
        client.next_within(MOMENT)
    });
    assert_eq!(done, Message::new(id, 0).uint(7));
    assert_eq!(client.next(), Message::new(DISPLAY, 1).uint(id));
}

/// An offer of the host. Requests to it carry strings and pipes; its events carry strings.
pub const OFFER: u32 = 0xff00_0000;

/// Makes [`OFFER`], for a `wl_data_device` ([`FREE`]).
pub fn offer(client: &mut Peer, host: &mut Peer) {
    let get = Message::new(MANAGER, 1).uint(FREE).uint(SEAT);
    client.send(&get);
    assert_eq!(host.next(), get);
    let offer = Message::new(FREE, 0).uint(OFFER);
    host.send(&offer);
    assert_eq!(client.next(), offer);
}

/// A `wl_data_offer.accept` with a number written in `len` digits.
pub fn accept(number: usize, len: usize) -> Message {
    Message::new(OFFER, 0).uint(0).string(&format!("{number:0len$}"))
}

/// A `wl_data_offer.offer` with a number written in `len` digits.
pub fn offers(number: usize, len: usize) -> Message {
    Message::new(OFFER, 0).string(&format!("{number:0len$}"))
}

/// The bytes of several messages.
pub fn bytes_of(messages: &[Message]) -> Vec<u8> {
    messages.iter().flat_map(Message::to_bytes).collect()
}
