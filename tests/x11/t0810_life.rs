//! Xwayland starts with the first client, and again after a crash.

use carafe_fixture::process::{Process, wait_for};
use rustix::process::{Pid, Signal, kill_process};

use crate::client::New;
use crate::hosts::Host;
use crate::stage::{Stage, on};

#[test]
fn xwayland_starts_with_the_first_client_and_again_after_a_crash() {
    let mut stage = Stage::new();
    assert_eq!(stage.carafe.xwayland(), None);
    for ended in 1..=2 {
        let client = stage.client();
        client.show(&New::named("red", 0xff_00_00));
        stage.host().wait_for_window("red");
        let pid = stage.carafe.xwayland().expect("an Xwayland");
        // Not SEGV, which would leave a core file.
        kill_process(Pid::from_raw(pid).unwrap(), Signal::KILL).unwrap();
        wait_for("the window's end", || stage.host().windows().unwrap().is_empty().then_some(()));
        // Xwayland ended so early that carafe refuses clients for a moment.
        wait_for("a report", || {
            let log = stage.carafe.log();
            let reports = log.matches("the next X11 client starts it again").count();
            (reports == ended).then_some(())
        });
        assert_eq!(stage.carafe.xwayland(), None);
    }
}

#[test]
fn without_xwayland_clients_are_refused_and_carafe_says_why() {
    let stage = Stage::with(&[], &["--xwayland-path=/nonexistent/Xwayland"]);
    let mut xclock = stage.carafe.program("xclock", &stage.runtime);
    xclock.stderr(std::process::Stdio::null());
    let status = Process::start(&mut xclock).wait();
    assert!(!status.success());
    let log = stage.carafe.log();
    assert!(log.contains("cannot run /nonexistent/Xwayland"), "{log}");
}

#[test]
fn programs_are_shown_on_sway_and_weston() {
    for host in [Host::sway(), Host::weston()] {
        let empty = host.screenshot();
        let mut carafe = on(&host);
        let mut xlogo = carafe.program("xlogo", host.runtime());
        let _xlogo = Process::start(&mut xlogo);
        wait_for("xlogo on the screen", || (host.screenshot() != empty).then_some(()));
        carafe.stop();
    }
}
