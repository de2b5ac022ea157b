//! The ways to a host: straight, and through carafe over an emulated device.

use std::path::{Path, PathBuf};
use std::process::Command;

use carafe_fixture::process::{RuntimeDir, command};

use crate::hosts::Host;
use crate::proxy::{Carafe, PROGRAM};
use crate::screenshot::Proxy;

/// A device and what it cannot do.
#[derive(Clone, Copy, Debug)]
pub struct Way {
    /// For people, and in file names.
    pub name: &'static str,
    rig: &'static str,
    option: &'static str,
    /// Whether the host's buffers are dma-bufs; else they are `wl_shm`'s.
    pub dmabufs: bool,
}

pub const VIRTWL: Way =
    Way { name: "virtwl", rig: "rig-virtwl", option: "--virtwl-device={device}", dmabufs: true };
pub const VIRTGPU: Way = Way {
    name: "virtgpu",
    rig: "rig-virtgpu",
    option: "--force-drm-device={device}",
    dmabufs: true,
};

/// One of each device.
pub const DEVICES: [Way; 2] = [VIRTWL, VIRTGPU];

/// Both devices, with dma-bufs and without.
pub const ALL: [Way; 4] = [
    VIRTWL,
    VIRTGPU,
    Way { name: "virtwl-shm", dmabufs: false, ..VIRTWL },
    Way { name: "virtgpu-shm", dmabufs: false, ..VIRTGPU },
];

/// Where a rig writes its counts.
pub fn counts(runtime: &RuntimeDir) -> PathBuf {
    runtime.join("counts.json")
}

impl Way {
    /// Whether it is the same device.
    pub fn is(&self, other: Self) -> bool {
        self.rig == other.rig
    }

    /// What the device's node is called.
    pub fn node(&self) -> &'static str {
        if self.is(VIRTWL) { "wl0" } else { "renderD128" }
    }

    /// A carafe behind this device, still without a mode. Its clients copy, paste and type without
    /// a window.
    pub fn carafe(&self, host: &Path, runtime: &RuntimeDir, faults: &[&str]) -> Command {
        let mut carafe = self.confined(host, runtime, faults);
        carafe.arg("--allow-privileged=all");
        carafe
    }

    /// The same with clients that may not.
    pub fn confined(&self, host: &Path, runtime: &RuntimeDir, faults: &[&str]) -> Command {
        let mut rig = command(program(self.rig), runtime);
        rig.arg(format!("--counts={}", counts(runtime).display()));
        rig.args(faults.iter().map(|fault| format!("--fault={fault}")));
        if !self.dmabufs {
            rig.arg("--fault=no-dmabuf");
        }
        rig.arg(host).args(["--", PROGRAM, self.option, "--log-level=info"]);
        rig
    }

    /// A carafe behind this device that serves.
    pub fn start(&self, host: &Host) -> Carafe {
        let socket = host.runtime().join(host.display());
        Carafe::start(&mut self.carafe(&socket, host.runtime(), &[]), host.runtime())
    }
}

/// A program that cargo built beside the running test.
pub fn program(name: &str) -> PathBuf {
    let test = std::env::current_exe().expect("a test has a path");
    let mut found = test.ancestors().skip(1).map(|folder| folder.join(name));
    let found = found.find(|path| path.is_file());
    found.unwrap_or_else(|| panic!("{name}: cargo build --workspace"))
}

/// One of each device, to compare pictures.
pub const PROXIES: [Proxy<'static>; 2] =
    [("virtwl", &|host| VIRTWL.start(host)), ("virtgpu", &|host| VIRTGPU.start(host))];
