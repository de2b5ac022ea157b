//! `XDG_RUNTIME_DIR`.
use crate::machine::Machine;

#[test]
fn not_set() {
    let machine = Machine::healthy().env("XDG_RUNTIME_DIR", "").env("WAYLAND_DISPLAY", "/mnt/host");
    let found = machine.examine();
    found.is(&["error runtime-dir"]).says("runtime-dir", "is not set", "loginctl enable-linger");
    let machine = machine.broken_by("mkdir -p /run/user/0");
    machine.examine().says("runtime-dir", "is not set", "export XDG_RUNTIME_DIR=/run/user/0");
}

#[test]
fn not_there() {
    let machine = Machine::healthy().env("WAYLAND_DISPLAY", "/mnt/host");
    let machine = machine.env("XDG_RUNTIME_DIR", "/run/user/7");
    let found = machine.examine();
    found.is(&["error runtime-dir"]);
    found.says("runtime-dir", "No such file", "install -d -m 700 /run/user/7");
    let machine = machine.broken_by("mkdir /run/user; touch /run/user/7");
    machine.examine().is(&["error runtime-dir"]).says("runtime-dir", "no directory", "set XDG_");
}

#[test]
fn somebody_elses() {
    let machine = Machine::healthy().broken_by("chown 1234 /mnt");
    let found = machine.examine();
    found.is(&["error runtime-dir"]);
    found.says("runtime-dir", "is user 1234's, and you are 0", "run carafe as that user");
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
    found.says("runtime-dir", "cannot be written to", "chmod 700 /mnt");
}
