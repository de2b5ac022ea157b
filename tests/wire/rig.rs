//! A real carafe and its fake host.

use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use carafe_fixture::process::{Process, RuntimeDir, command, wait_for};
pub use carafe_fixture::wire::{FakeHost, Message, Peer};

pub const DISPLAY: u32 = 1;
pub const REGISTRY: u32 = 2;

/// Globals that tests bind: number, interface, version.
pub const COMPOSITOR: (u32, &str, u32) = (1, "wl_compositor", 6);
pub const SHM: (u32, &str, u32) = (2, "wl_shm", 1);
pub const SEAT: (u32, &str, u32) = (3, "wl_seat", 9);
pub const DATA_DEVICE_MANAGER: (u32, &str, u32) = (4, "wl_data_device_manager", 3);
/// Without it, carafe makes one up: t0174 is about that.
pub const PRIMARY: (u32, &str, u32) = (5, "zwp_primary_selection_device_manager_v1", 1);
/// The same: t0942 is about that.
pub const CURSOR_SHAPES: (u32, &str, u32) = (60, "wp_cursor_shape_manager_v1", 2);
pub const GLOBALS: [(u32, &str, u32); 6] =
    [COMPOSITOR, SHM, SEAT, DATA_DEVICE_MANAGER, PRIMARY, CURSOR_SHAPES];

pub struct Rig {
    pub carafe: Process,
    pub host: FakeHost,
    pub runtime: RuntimeDir,
}

impl Rig {
    pub fn new() -> Self {
        Self::with(&[])
    }

    pub fn with(options: &[&str]) -> Self {
        Self::with_env(options, &[])
    }

    /// With these variables too.
    pub fn with_env(options: &[&str], env: &[(&str, &Path)]) -> Self {
        let rig = Self::start_with_env(options, env);
        // The socket exists before carafe is ready. After a first client, the number of its
        // descriptors is final.
        rig.still_serves();
        rig.carafe.wait_for_sessions(0);
        rig
    }

    /// As [`new`](Self::new), for a carafe that sends requests of its own.
    pub fn start(options: &[&str]) -> Self {
        Self::start_with_env(options, &[])
    }

    fn start_with_env(options: &[&str], env: &[(&str, &Path)]) -> Self {
        let runtime = RuntimeDir::new();
        let host = FakeHost::listen(&runtime.join("host"));
        let mut command = command(env!("CARGO_BIN_EXE_carafe"), &runtime);
        command.args(["--parent", "--socket=client", "--display=host"]).args(options);
        command.env_remove("XCURSOR_SIZE").envs(env.iter().copied());
        let carafe = Process::start(
            command
                .stderr(Stdio::from(std::fs::File::create(runtime.join("log")).expect("a file"))),
        );
        // carafe checks once whether the host is there.
        drop(host.accept());
        runtime.wait_for_socket("client");
        Self { carafe, host, runtime }
    }

    /// carafe's standard error, once it contains that text.
    #[track_caller]
    pub fn log_with(&self, text: &str) -> String {
        wait_for(text, || Some(self.log()).filter(|log| log.contains(text)))
    }

    /// carafe's standard error so far.
    pub fn log(&self) -> String {
        std::fs::read_to_string(self.runtime.join("log")).expect("a log")
    }

    /// A new client and its connection at the host.
    pub fn connect(&self) -> (Peer, Peer) {
        let client = Peer::connect(&self.runtime.join("client"));
        (client, self.host.accept())
    }

    /// A new client that has a registry (2) and knows [`GLOBALS`].
    pub fn client(&self) -> (Peer, Peer) {
        let (mut client, mut host) = self.connect();
        client.send(&Message::new(DISPLAY, 1).uint(REGISTRY));
        assert_eq!(host.next(), Message::new(DISPLAY, 1).uint(REGISTRY));
        for (name, interface, version) in GLOBALS {
            let global = Message::new(REGISTRY, 0).uint(name).string(interface).uint(version);
            host.send(&global);
            assert_eq!(client.next(), global);
        }
        (client, host)
    }

    /// Checks that carafe still serves others: a new client's sync works.
    #[track_caller]
    pub fn still_serves(&self) {
        let (mut client, mut host) = self.connect();
        sync(&mut client, &mut host, 2);
    }

    /// Waits until carafe has no more descriptors than before. It may have fewer: at its start it
    /// has some for a moment.
    #[track_caller]
    pub fn wait_for_fds(&self, before: usize) {
        let until = std::time::Instant::now() + Duration::from_secs(10);
        while self.carafe.open_fds() > before {
            let now = self.carafe.open_fds();
            assert!(std::time::Instant::now() < until, "{now} descriptors, {before} before");
            std::thread::sleep(Duration::from_millis(5));
        }
    }
}

impl super::talk::Arena for Rig {
    fn connect(&self) -> (Peer, Peer) {
        self.connect()
    }

    fn log(&self) -> String {
        self.log()
    }
}

pub fn bind(global: (u32, &str, u32), id: u32) -> Message {
    Message::new(REGISTRY, 0).uint(global.0).string(global.1).uint(global.2).uint(id)
}

/// A round trip through client, carafe and host; `id` is the id of the new callback, on both
/// sides.
#[track_caller]
pub fn sync(client: &mut Peer, host: &mut Peer, id: u32) {
    client.send(&Message::new(DISPLAY, 0).uint(id));
    let at_host = host.next();
    assert_eq!((at_host.object, at_host.opcode), (DISPLAY, 0));
    let theirs = at_host.word(0);
    host.send(&Message::new(theirs, 0).uint(7));
    host.send(&Message::new(DISPLAY, 1).uint(theirs));
    assert_eq!(client.next(), Message::new(id, 0).uint(7));
    assert_eq!(client.next(), Message::new(DISPLAY, 1).uint(id));
}

/// Receives the error that ends a client (object, code and text), and then the end.
#[track_caller]
pub fn error(client: &mut Peer) -> (u32, u32, String) {
    let message = client.next();
    assert_eq!((message.object, message.opcode), (DISPLAY, 0), "not an error: {message:?}");
    let error = (message.word(0), message.word(1), message.text(2));
    assert_eq!(client.receive(), None);
    error
}
