//! Hosts that are missing, hang, hang up, or offer too little.
use carafe_fixture::wire::FakeHost;

use crate::machine::Machine;

#[test]
fn it_is_not_there() {
    let found = Machine::without_host().option("--display=/mnt/other").examine();
    found.is(&["error host"]).says("host", "/mnt/other: No such file", "--display=PATH");
    let found = Machine::without_host().env("SSH_CONNECTION", "a 1 b 2").examine();
    found.is(&["error host"]).says("host", "", "waypipe");
}

#[test]
fn it_is_another_users() {
    let closed = "chmod 755 /mnt/host; mkdir -m 1777 /tmp/.X11-unix";
    let found = Machine::healthy().by_nobody().broken_by(closed).examine();
    found.is(&["error host"]);
    found.says("host", "/mnt/host belongs to user 0 (mode 755), but you are user", "setfacl -m u:");
}

#[test]
fn it_hangs() {
    let mut machine = Machine::healthy();
    machine.host().control().ask("pause").unwrap();
    let found = machine.examine();
    found.is(&["error host"]).says("host", "no compositor answers", "restart it");
}

#[test]
fn it_hangs_behind_a_device() {
    let machine = Machine::healthy().behind("rig-virtwl", &["mute"]);
    let found = machine.option("--virtwl-device={device}").examine();
    found.is(&["error host"]).says("host", "no compositor answers", "see the devices below");
}

#[test]
fn it_hangs_up() {
    let machine = Machine::without_host();
    let host = FakeHost::listen(&machine.runtime.join("host"));
    let hang_up = std::thread::spawn(move || {
        drop(host.accept());
        drop(host.accept());
        host
    });
    let found = machine.examine();
    found.is(&["error host"]).says("host", "does not lead to a compositor", "restart it");
    drop(hang_up.join().unwrap());
}

#[test]
fn it_offers_too_little() {
    let found = Machine::with_host(&["--without=xdg_wm_base,wp_viewporter"]).examine();
    found.is(&["error host"]);
    found.says("host", "offers no xdg_wm_base: apps have no windows", "another compositor");
    found.says("host", "offers no wp_viewporter", "nothing, unless you need it");
}
