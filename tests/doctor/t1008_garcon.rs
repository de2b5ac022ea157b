//! garcon, replaced by a copy of `sleep`.
use crate::machine::Machine;

const TOOLS: &str = "mkdir -p /opt/google/cros-containers/bin; \
                     cp /bin/sleep /opt/google/cros-containers/bin/garcon";

#[test]
fn its_disk_is_not_mounted() {
    let found = Machine::healthy().broken_by("mkdir -p /opt/google/cros-containers").examine();
    found.is(&["warning garcon"]).says("garcon", "not mounted", "cros-vm-tools");
}

// This is one test, because other tests' doctors would see the process.
#[test]
fn it_does_not_run_or_knows_no_display() {
    let found = Machine::healthy().broken_by(TOOLS).examine();
    found.is(&["warning garcon"]).says("garcon", "does not run", "systemctl --user restart");
    let started = |environment: &str| {
        let start = format!(
            "{TOOLS}; env {environment} /opt/google/cros-containers/bin/garcon 2 &
            while [ \"$(cat /proc/$!/comm)\" != garcon ]; do sleep 0.01; done"
        );
        Machine::healthy().broken_by(&start).examine()
    };
    let found = started("HOME=/");
    found.is(&["warning garcon"]).says("garcon", "without WAYLAND_DISPLAY", "after the units");
    std::thread::sleep(std::time::Duration::from_secs(2));
    let found = started("WAYLAND_DISPLAY=wayland-0 WAYLAND_DISPLAY_LOW_DENSITY=wayland-1");
    found.is(&[]).says("garcon", "looks for apps in", "");
}
