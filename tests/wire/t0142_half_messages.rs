//! Clients that begin long messages and never end them, with descriptors that no message takes: each
//! costs a buffer, and nobody else notices.
use std::os::fd::AsFd;

use super::rig::*;
use super::t0105_descriptors::file;

const CLIENTS: usize = 40;

/// What one may cost, in KiB: a session with a buffer for the longest message.
const EACH: usize = 1024;

#[test]
fn they_cost_a_buffer_each() {
    let rig = Rig::new();
    let (mut other, mut host_of_other) = rig.client();
    let (fds, memory) = (rig.carafe.open_fds(), rig.carafe.memory());
    let file = file(0);
    let half = [1u32.to_ne_bytes(), (65_532u32 << 16).to_ne_bytes()].concat();
    let half = [half, vec![b'A'; 60_000]].concat();
    let all: Vec<_> = (0..CLIENTS)
        .map(|_| {
            let (mut client, host) = rig.connect();
            client.send_bytes(&half, &[file.as_fd(); 200]);
            sync(&mut other, &mut host_of_other, 3);
            (client, host)
        })
        .collect();
    let now = rig.carafe.memory();
    assert!(now < memory + CLIENTS * EACH, "{memory} KiB, then {now} KiB");
    rig.still_serves();
    drop(all);
    rig.carafe.wait_for_sessions(1);
    rig.wait_for_fds(fds);
}
