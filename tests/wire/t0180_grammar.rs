//! Clients and hosts that say anything: only their own session may end, and its client is told why.
use super::rig::*;
use super::talk::{connect, round_trip, talk};

/// Random sessions, of which nothing may be left.
fn fuzz(options: &[&str]) {
    let rig = Rig::start(options);
    let mut other = connect(&rig);
    round_trip(&mut other);
    rig.carafe.wait_for_sessions(1);
    let fds = rig.carafe.open_fds();
    talk(&rig, &mut other);
    rig.carafe.wait_for_sessions(1);
    rig.wait_for_fds(fds);
    round_trip(&mut connect(&rig));
}

#[test]
fn on_a_socket() {
    fuzz(&[]);
}

#[test]
fn with_a_scale() {
    fuzz(&["--scale=1.5"]);
}

#[test]
fn under_a_policy() {
    fuzz(&["--clipboard=guest-to-host", "--primary=none", "--dnd=host-to-guest"]);
}
