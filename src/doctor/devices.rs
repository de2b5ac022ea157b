//! Checks the virtual devices that lead to a host: their nodes, permissions, drivers, and
//! abilities.

use std::path::Path;
use std::sync::Arc;

use super::{Report, vfds};
use crate::channel::virtgpu::{self, VirtgpuError};
use crate::channel::virtwl::{self, VirtwlError};
use crate::service::HostOptions;

const GPU: &str = "virtio-gpu";
const WL: &str = "virtio-wl";

/// Checks all devices, or those that options name. If the host was `reached`, a device that
/// does not work is only a warning.
pub fn examine(options: &HostOptions, reached: bool, report: &mut Report) {
    virtgpu(options, reached, report);
    virtwl(options, reached, report);
}

fn virtgpu(options: &HostOptions, reached: bool, report: &mut Report) {
    let found = match &options.drm_device {
        Some(path) => virtgpu::GpuDevice::open(path),
        None => virtgpu::GpuDevice::find(),
    };
    let error = match found {
        Ok(device) => {
            let path = device.path().display();
            return report.ok(GPU, format!("{path} can make cross-domain contexts (capset 5)"));
        }
        Err(e) => e,
    };
    let next = match &error {
        VirtgpuError::None => {
            "nothing, if the host is reached through a socket; otherwise give the virtual machine \
             a virtio-gpu, or give the container /dev/dri of its machine"
        }
        VirtgpuError::Open { source, .. } if is_permission(source) => {
            "sudo usermod -aG render,video $USER, then log in again; or a udev rule: \
             KERNEL==\"renderD*\", MODE=\"0666\""
        }
        VirtgpuError::Open { .. } => {
            "see `dmesg | grep virtio` in the guest, and check whether it is a DRM device that \
             was given to this container"
        }
        VirtgpuError::Driver { .. } => "name the node of the virtio-gpu with --drm-device=PATH",
        VirtgpuError::Lacks { .. } if is_old() => {
            "use Linux 5.16 or newer in the guest (`uname -r` shows its version)"
        }
        VirtgpuError::Lacks { .. } => {
            "turn cross-domain contexts on in the virtual machine's monitor"
        }
        VirtgpuError::Context { .. } => {
            "see the virtual machine monitor's log; crosvm gets the host's socket by \
             --wayland-sock, QEMU by wayland-socket-path"
        }
    };
    let what = match &error {
        VirtgpuError::Open { path, source, .. } => cannot_open(path, source),
        other => other.to_string(),
    };
    let named = options.drm_device.is_some();
    add(report, GPU, what, next, error.is_there() || named, reached);
}

fn virtwl(options: &HostOptions, reached: bool, report: &mut Report) {
    let path = options.virtwl_device.as_deref().unwrap_or(Path::new(virtwl::PATH));
    let opened = virtwl::Device::open(path).and_then(|device| Arc::new(device).connect());
    let Err(error) = opened else {
        report.ok(WL, format!("{} makes connections", path.display()));
        return vfds::examine(WL, report);
    };
    if !error.is_there() && options.virtwl_device.is_none() {
        // Only ChromeOS's kernels have the device, so it is normal that it is missing.
        return;
    }
    let next = match &error {
        VirtwlError::Open { source, .. } if is_permission(source) => {
            "a udev rule: KERNEL==\"wl*\", MODE=\"0666\" (until the next start: \
             sudo chmod 666 /dev/wl0)"
        }
        VirtwlError::Open { .. } => {
            "check whether the container was given /dev/wl0; only virtual machines of ChromeOS \
             have it, others have a virtio-gpu"
        }
        VirtwlError::Context { .. } => {
            "check whether it is the device of ChromeOS's kernel; restart the virtual machine"
        }
    };
    let what = match &error {
        VirtwlError::Open { path, source, .. } => cannot_open(path, source),
        other @ VirtwlError::Context { .. } => other.to_string(),
    };
    add(report, WL, what, next, true, reached);
}

/// The error without its own hint, because the report's next step says more.
fn cannot_open(path: &Path, source: &std::io::Error) -> String {
    format!("cannot open {}: {source}", path.display())
}

/// Adds a finding about a device that does not work. If it should work and the host was not
/// reached, this is the reason why no window shows.
fn add(
    report: &mut Report,
    check: &'static str,
    what: String,
    next: &str,
    should_work: bool,
    reached: bool,
) {
    match (should_work, reached) {
        (true, false) => report.error(check, what, next),
        (true, true) => report.warn(check, what, next),
        (false, _) => report.note(check, what, next),
    }
}

fn is_permission(error: &std::io::Error) -> bool {
    error.kind() == std::io::ErrorKind::PermissionDenied
}

/// Whether the kernel is too old for cross-domain contexts.
fn is_old() -> bool {
    let release = std::fs::read_to_string("/proc/sys/kernel/osrelease").unwrap_or_default();
    let mut numbers = release.split(|c: char| !c.is_ascii_digit()).map(str::parse::<u32>);
    match (numbers.next(), numbers.next()) {
        (Some(Ok(major)), Some(Ok(minor))) => (major, minor) < (5, 16),
        _ => false,
    }
}
