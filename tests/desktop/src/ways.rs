//! The ways to a host: directly, and through carafe over an emulated device.

use std::path::{Path, PathBuf};
use std::process::Command;

use carafe_fixture::process::{RuntimeDir, built, command};

use crate::hosts::Host;
use crate::proxy::{Carafe, program};
use crate::screenshot::Proxy;

/// A device, and whether it has dma-bufs.
#[derive(Clone, Copy, Debug)]
pub struct Way {
    /// Its name in messages and file names.
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
const DEVICES: [Way; 2] = [VIRTWL, VIRTGPU];

/// Both devices, with dma-bufs and without.
const ALL: [Way; 4] = [
    VIRTWL,
    VIRTGPU,
    Way { name: "virtwl-shm", dmabufs: false, ..VIRTWL },
    Way { name: "virtgpu-shm", dmabufs: false, ..VIRTGPU },
];

/// The variable that makes all tests of a run use one device: `virtwl` or `virtgpu`.
const ONLY: &str = "CARAFE_DEVICE";

/// The device that all tests of this run use, if one was chosen.
pub fn only() -> Option<Way> {
    let name = std::env::var(ONLY).ok()?;
    let known = DEVICES.into_iter().find(|way| way.name == name);
    Some(known.unwrap_or_else(|| panic!("{ONLY}={name} is no device")))
}

/// One of each device, or the chosen one.
pub fn devices() -> Vec<Way> {
    of(&DEVICES)
}

/// Both devices, or the chosen one, with dma-bufs and without.
pub fn all() -> Vec<Way> {
    of(&ALL)
}

fn of(ways: &[Way]) -> Vec<Way> {
    let only = only();
    ways.iter().copied().filter(|way| only.is_none_or(|only| way.is(only))).collect()
}

/// Where a rig writes its counts.
pub fn counts(runtime: &RuntimeDir) -> PathBuf {
    runtime.join("counts.json")
}

impl Way {
    /// Whether it is the same device.
    pub fn is(&self, other: Self) -> bool {
        self.rig == other.rig
    }

    /// The name of the device's node.
    pub fn node(&self) -> &'static str {
        if self.is(VIRTWL) { "wl0" } else { "renderD128" }
    }

    /// A command, without a mode, that starts carafe behind this device. Its clients may copy,
    /// paste and type without a window.
    pub fn carafe(&self, host: &Path, runtime: &RuntimeDir, faults: &[&str]) -> Command {
        let mut carafe = self.confined(host, runtime, faults);
        carafe.arg("--allow-privileged=all");
        carafe
    }

    /// As [`carafe`](Self::carafe), with confined clients.
    pub fn confined(&self, host: &Path, runtime: &RuntimeDir, faults: &[&str]) -> Command {
        let mut rig = command(built(self.rig), runtime);
        rig.arg(format!("--counts={}", counts(runtime).display()));
        rig.args(faults.iter().map(|fault| format!("--fault={fault}")));
        if !self.dmabufs {
            rig.arg("--fault=no-dmabuf");
        }
        rig.arg(host).arg("--").arg(program()).args([self.option, "--log-level=info"]);
        rig
    }

    /// Starts a carafe behind this device.
    pub fn start(&self, host: &Host) -> Carafe {
        let socket = host.runtime().join(host.display());
        Carafe::start(&mut self.carafe(&socket, host.runtime(), &[]), host.runtime())
    }
}

/// One of each device, or the chosen one, to compare pictures.
pub fn proxies() -> Vec<Proxy<'static>> {
    let all: [Proxy<'static>; 2] =
        [("virtwl", &|host| VIRTWL.start(host)), ("virtgpu", &|host| VIRTGPU.start(host))];
    let only = only();
    all.into_iter().filter(|(name, _)| only.is_none_or(|only| only.name == *name)).collect()
}
