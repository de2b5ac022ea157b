//! What X11 apps need.
use crate::machine::Machine;

#[test]
fn there_is_none() {
    let found = Machine::healthy().broken_by("rm /opt/bin/Xwayland").examine();
    found.is(&["warning xwayland"]).says("xwayland", "no Xwayland in PATH", "apt install xwayland");
    let found = Machine::healthy().option("--xwayland-path=/opt/other").examine();
    found.is(&["warning xwayland"]).says("xwayland", "/opt/other cannot be run", "install it");
}

#[test]
fn it_does_not_start() {
    let broken = "rm /opt/bin/Xwayland; printf '#!/bin/sh\\nexit 1\\n' > /opt/bin/Xwayland; \
                  chmod 755 /opt/bin/Xwayland";
    let found = Machine::healthy().broken_by(broken).examine();
    found.is(&["warning xwayland"]);
    found.says("xwayland", "does not start", "/opt/bin/Xwayland -version");
}

#[test]
fn chromeos_has_one() {
    let theirs = "rm /opt/bin/Xwayland; mkdir -p /opt/google/cros-containers/bin; \
                  ln -s /usr/bin/Xwayland /opt/google/cros-containers/bin/Xwayland; \
                  touch /opt/google/cros-containers/bin/garcon";
    let found = Machine::healthy().broken_by(theirs).examine();
    found.says("xwayland", "/opt/google/cros-containers/bin/Xwayland starts", "");
}

#[test]
fn no_xauth() {
    let found = Machine::healthy().broken_by("rm /opt/bin/xauth").examine();
    found.is(&[]).says("xwayland", "no xauth in PATH", "install it");
}

#[test]
fn no_place_for_sockets() {
    let closed = "mkdir -m 755 /tmp/.X11-unix; chmod 666 /mnt/host";
    let found = Machine::healthy().by_nobody().broken_by(closed).examine();
    found.is(&["warning xwayland"]).says("xwayland", "mode 755", "sudo chmod 1777 /tmp/.X11-unix");
}

#[test]
fn a_stale_lock() {
    let found = Machine::healthy().broken_by("echo 4194304 > /tmp/.X0-lock").examine();
    found.is(&["warning xwayland"]);
    found.says("xwayland", "its process 4194304 is gone", "sudo rm /tmp/.X0-lock");
    Machine::healthy().broken_by("echo $$ > /tmp/.X0-lock").examine().is(&[]);
    // Any user can put a file there that would keep its reader waiting.
    Machine::healthy().broken_by("mkfifo /tmp/.X0-lock").examine().is(&[]);
}
