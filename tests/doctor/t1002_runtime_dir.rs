//! `XDG_RUNTIME_DIR`.
use crate::machine::Machine;

#[test]
fn not_set() {
    let without =
        |machine: Machine| machine.env("XDG_RUNTIME_DIR", "").env("WAYLAND_DISPLAY", "/mnt/host");
    let by_nobody = || {
        let machine = without(Machine::healthy()).by_nobody();
        machine.broken_by("chmod 666 /mnt/host")
    };
    let systemd = "mkdir -p /run/systemd/system; ln -s /bin/true /opt/bin/systemctl";
    for (machine, next) in [
        // Root in a container has no session that would make the directory.
        (without(Machine::healthy()), "install -d -m 700 /run/user/0; export XDG_RUNTIME_DIR="),
        (
            without(Machine::healthy()).broken_by("mkdir -p /run/user/0"),
            "export XDG_RUNTIME_DIR=/run/user/0",
        ),
        (by_nobody().broken_by(systemd), "loginctl enable-linger"),
        (by_nobody(), "export XDG_RUNTIME_DIR=$(mktemp -d)"),
    ] {
        machine.examine().says("runtime-dir", "is not set", next);
    }
    without(Machine::healthy()).examine().is(&["error runtime-dir"]);
}

#[test]
fn not_there() {
    let machine = Machine::healthy().env("WAYLAND_DISPLAY", "/mnt/host");
    let machine = machine.env("XDG_RUNTIME_DIR", "/run/user/7");
    let found = machine.examine();
    found.is(&["error runtime-dir"]);
    found.says("runtime-dir", "No such file", "install -d -m 700 /run/user/7");
    let machine = machine.broken_by("mkdir /run/user; touch /run/user/7");
    machine.examine().is(&["error runtime-dir"]).says("runtime-dir", "not a directory", "set XDG_");
}

#[test]
fn somebody_elses() {
    let machine = Machine::healthy().broken_by("chown 1234 /mnt");
    let found = machine.examine();
    found.is(&["error runtime-dir"]);
    found.says(
        "runtime-dir",
        "belongs to user 1234, but you are user 0",
        "run carafe as that user",
    );
}

#[test]
fn open_to_all() {
    let found = Machine::healthy().broken_by("chmod 777 /mnt").examine();
    found.is(&["warning runtime-dir"]).says("runtime-dir", "mode 777", "chmod 700 /mnt");
}

#[test]
fn not_to_be_written_to() {
    let machine = Machine::without_host().by_nobody().broken_by("chmod 500 /mnt");
    let found = machine.examine();
    found.is(&["error runtime-dir", "error host"]);
    found.says("runtime-dir", "is not writable", "chmod 700 /mnt");
}
