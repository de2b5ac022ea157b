//! Devices that are missing, not accessible, of another kind, or lack something.
use crate::machine::Machine;

const GPU: &str = "mknod -m 000 /dev/dri/renderD128 c 226 128";

#[test]
fn no_device_and_no_host() {
    let found = Machine::without_host().examine();
    found.is(&["error host"]);
    found.says("host", "No such file or directory", "name it with --display=PATH");
    found.says("virtio-gpu", "there is no virtio-gpu render node in /dev/dri", "a virtio-gpu");
}

#[test]
fn a_node_of_the_wrong_mode() {
    let found = Machine::without_host().by_nobody().broken_by(GPU).examine();
    found.is(&["error host", "error virtio-gpu"]);
    found.says("virtio-gpu", "renderD128: Permission denied", "usermod -aG render,video");
    let wl = "mknod -m 600 /dev/wl0 c 1 3";
    let found = Machine::without_host().by_nobody().broken_by(wl).examine();
    found.is(&["error host", "error virtio-wl"]);
    found.says("virtio-wl", "wl0: Permission denied", "KERNEL==\"wl*\", MODE=\"0666\"");
}

#[test]
fn it_is_no_error_where_there_is_another_way() {
    let machine = Machine::healthy().broken_by("chmod 666 /mnt/host").by_nobody();
    let found = machine.broken_by(GPU).examine();
    found.is(&["warning virtio-gpu"]);
    found.says("host", "socket /mnt/host answers", "");
}

#[test]
fn a_node_without_a_driver() {
    let found = Machine::without_host().broken_by("mknod /dev/dri/renderD128 c 240 5").examine();
    found.is(&["error host", "error virtio-gpu"]).says("virtio-gpu", "No such device", "dmesg");
}

#[test]
fn a_node_that_is_none() {
    let found = Machine::without_host().broken_by("mknod /dev/dri/renderD128 c 1 3").examine();
    found.is(&["error host", "error virtio-gpu"]);
    found.says("virtio-gpu", "cannot open /dev/dri/renderD128", "whether it is a DRM device");
    let found = Machine::without_host().broken_by("mknod /dev/wl0 c 1 3").examine();
    found.is(&["error host", "error virtio-wl"]);
    found.says("virtio-wl", "wl0 gives no connection", "ChromeOS's kernel");
}

#[test]
fn a_gpu_without_cross_domain_contexts() {
    let machine = Machine::healthy().behind("rig-virtgpu", &["no-cross-domain"]);
    let found = machine.option("--force-drm-device={device}").examine();
    found.is(&["error host", "error virtio-gpu"]);
    found.says("virtio-gpu", "lacks", "turn cross-domain contexts on");
}
