//! What the benchmarks behind an emulated virtio-wl share: a host, a carafe, clients, and figures.
#![allow(dead_code, reason = "not every bench uses all of it")]

#[path = "../../processes.rs"]
pub mod processes;

use carafe_fixture::process::{Process, RuntimeDir, command};
use carafe_fixture::wire::{FakeHost, Message, Peer};

const GLOBALS: [(u32, &str, u32); 4] = [
    (1, "wl_compositor", 4),
    (2, "wl_shm", 1),
    (3, "wl_seat", 5),
    (4, "wl_data_device_manager", 3),
];

/// Ids of a client's globals, and the first free id.
pub const COMPOSITOR: u32 = 3;
pub const SHM: u32 = 4;
pub const SEAT: u32 = 5;
pub const MANAGER: u32 = 6;
pub const FREE: u32 = 7;

/// A host, and a carafe that uses it.
pub struct Rig {
    host: FakeHost,
    pub runtime: RuntimeDir,
    process: Process,
}

impl Rig {
    /// Starts them from the arguments `RIG-VIRTWL CARAFE`. Also returns the following arguments.
    pub fn from_arguments(usage: &str, faults: &[&str]) -> (Self, Vec<String>) {
        let mut args = std::env::args().skip(1);
        let (Some(rig), Some(carafe)) = (args.next(), args.next()) else {
            eprintln!("usage: {usage}");
            std::process::exit(2);
        };
        (Self::start(&rig, &carafe, faults), args.collect())
    }

    /// Starts them, with faults of the device.
    pub fn start(rig: &str, carafe: &str, faults: &[&str]) -> Self {
        let runtime = RuntimeDir::new();
        let host = FakeHost::listen(&runtime.join("host"));
        let mut command = command(rig, &runtime);
        command.args(faults.iter().map(|fault| format!("--fault={fault}")));
        command.arg(runtime.join("host")).arg("--").arg(carafe);
        command.args(["--parent", "--socket=c", "--virtwl-device={device}"]);
        let process = Process::start(&mut command);
        // carafe checks once whether the host answers.
        let mut asking = host.accept();
        let callback = asking.next().word(0);
        asking.send(&Message::new(callback, 0).uint(0));
        runtime.wait_for_socket("c");
        Self { host, runtime, process }
    }

    /// A client with [`GLOBALS`] bound, and its connection at the host.
    pub fn connect(&self) -> (Peer, Peer) {
        let mut client = Peer::connect(&self.runtime.join("c"));
        client.send(&Message::new(1, 1).uint(2));
        let mut host = self.host.accept();
        host.next();
        // Without a primary selection carafe makes one up.
        let primary = Message::new(2, 0).uint(5).string("zwp_primary_selection_device_manager_v1");
        host.send(&primary.uint(1));
        client.next();
        for (id, (name, interface, version)) in (COMPOSITOR..).zip(GLOBALS) {
            host.send(&Message::new(2, 0).uint(name).string(interface).uint(version));
            client.next();
            let bind = Message::new(2, 0).uint(name).string(interface).uint(version);
            client.send(&bind.uint(id));
            let bound = host.next();
            if id == SEAT {
                // carafe would ask a silent host whether it is still there.
                let id = bound.word(bound.body.len() / 4 - 1);
                host.send(&Message::new(id, 0).uint(0));
                client.next();
            }
        }
        (client, host)
    }

    /// The processes: the emulated device, and carafe.
    pub fn processes(&mut self) -> [u32; 2] {
        let rig = self.process.child().id();
        let path = format!("/proc/{rig}/task/{rig}/children");
        let children = std::fs::read_to_string(path).unwrap_or_default();
        let carafe = children.split_whitespace().next().and_then(|pid| pid.parse().ok());
        [rig, carafe.expect("the device runs carafe")]
    }
}

/// Of sorted figures.
pub fn percentile(sorted: &[f64], percent: usize) -> f64 {
    sorted[(sorted.len() - 1) * percent / 100]
}
