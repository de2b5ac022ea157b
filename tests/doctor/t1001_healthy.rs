//! A machine without problems.
use crate::machine::Machine;

#[test]
fn a_host_at_a_socket() {
    let found = Machine::healthy().examine();
    found.is(&[]);
    found.says("runtime-dir", "/mnt is yours alone", "");
    found.says("host", "socket /mnt/host answers and offers", "");
    found.says("xwayland", "/opt/bin/Xwayland starts", "");
}

#[test]
fn behind_a_device() {
    let found = Machine::healthy()
        .behind("rig-virtgpu", &[])
        .option("--force-drm-device={device}")
        .examine();
    found.is(&[]);
    found.says("host", "renderD128 answers and offers", "");
    found.says("virtio-gpu", "can make cross-domain contexts (capset 5)", "");
    let found =
        Machine::healthy().behind("rig-virtwl", &[]).option("--virtwl-device={device}").examine();
    found.is(&[]);
    found.says("host", "wl0 answers and offers", "");
    found.says("virtio-wl", "wl0 makes connections", "");
}

#[test]
fn for_people() {
    let text = Machine::healthy().text();
    assert!(text.contains("ok        host: socket /mnt/host answers and offers"), "{text}");
    assert!(text.contains("wl_compositor 6"), "{text}");
    assert!(text.ends_with("\nNo problems found.\n"), "{text}");
    let text = Machine::without_host().text();
    assert!(text.contains("error     host: there is no compositor at /mnt/host"), "{text}");
    assert!(text.contains("          next: "), "{text}");
}
