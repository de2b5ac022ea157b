//! The programs that listen in the runtime directory.
use std::os::unix::net::UnixListener;

use carafe_fixture::process::{Process, command};

use crate::machine::Machine;

#[test]
fn stale() {
    let machine = Machine::healthy();
    drop(UnixListener::bind(machine.runtime.join("wayland-0")).unwrap());
    let found = machine.examine();
    found.is(&["warning sockets"]);
    found.says("sockets", "/mnt/wayland-0 is stale", "rm /mnt/wayland-0");
}

#[test]
fn in_the_way() {
    let found = Machine::healthy().broken_by("touch /mnt/wayland-0").examine();
    found.is(&["error sockets"]).says("sockets", "in the way", "rm -r /mnt/wayland-0");
}

#[test]
fn in_use() {
    let machine = Machine::healthy();
    let _listener = UnixListener::bind(machine.runtime.join("wayland-0")).unwrap();
    let mut carafe = command(env!("CARGO_BIN_EXE_carafe"), &machine.runtime);
    carafe.args(["--parent", "--socket=wayland-1", "--display=host"]);
    let _carafe = Process::start(&mut carafe);
    machine.runtime.wait_for_socket("wayland-1.stats");
    let found = machine.examine();
    found.is(&[]);
    found.says("sockets", "/mnt/wayland-0 is in use by", "");
    found.says("sockets", "/mnt/wayland-1 is in use by carafe", "");
    let through = machine.env("WAYLAND_DISPLAY", "wayland-1").examine();
    through.is(&[]).says("host", "answers (through another carafe)", "");
}
