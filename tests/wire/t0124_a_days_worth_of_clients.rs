//! Ten thousand clients one after another, and five hundred at once: afterwards carafe has no more
//! descriptors, processes or memory than before.
use super::rig::*;

/// A carafe that has served a few clients, so that one-time allocations are done.
fn warm() -> Rig {
    let rig = Rig::new();
    for _ in 0..20 {
        rig.still_serves();
    }
    settle(&rig, rig.carafe.open_fds());
    rig
}

fn settle(rig: &Rig, fds: usize) {
    rig.carafe.wait_for_sessions(0);
    carafe_fixture::process::wait_for("closed descriptors", || {
        (rig.carafe.open_fds() <= fds).then_some(())
    });
}

#[test]
fn ten_thousand_one_after_another() {
    let rig = warm();
    let (fds, memory) = (rig.carafe.open_fds(), rig.carafe.memory());
    for _ in 0..10_000 {
        rig.still_serves();
    }
    settle(&rig, fds);
    assert_eq!(rig.carafe.open_fds(), fds);
    let now = rig.carafe.memory();
    assert!(now <= memory + 512, "{memory} KiB before, {now} KiB after");
}

#[test]
fn five_hundred_at_once() {
    let rig = warm();
    let fds = rig.carafe.open_fds();
    let round = || {
        let mut clients: Vec<(Peer, Peer)> = (0..500).map(|_| rig.connect()).collect();
        for (client, host) in &mut clients {
            sync(client, host, 2);
        }
        let at_work = rig.carafe.memory();
        drop(clients);
        settle(&rig, fds);
        at_work
    };
    let memory = rig.carafe.memory();
    for _ in 0..4 {
        let at_work = round();
        // 300 KiB each; more without optimization, because stacks are deeper.
        let most = 500 * if cfg!(debug_assertions) { 600 } else { 300 };
        assert!(at_work < most, "{at_work} KiB for 500 clients");
    }
    let now = rig.carafe.memory();
    assert!(now <= memory + 1024, "{memory} KiB before, {now} KiB after");
    assert_eq!(rig.carafe.open_fds(), fds);
}
