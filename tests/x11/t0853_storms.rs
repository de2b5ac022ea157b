//! Many windows: all are shown, and all end.

use carafe_fixture::process::wait_for;

use crate::client::New;
use crate::stage::Stage;

#[test]
fn five_hundred_windows_are_shown_and_go() {
    let mut stage = Stage::new();
    let client = stage.client();
    let before = (stage.carafe.memory(), stage.carafe.open_fds());
    for _ in 0..2 {
        let new = New { size: (20, 20), ..New::named("storm", 0xff_00_00) };
        let windows: Vec<u32> = (0..500).map(|_| client.show(&new)).collect();
        wait_for("500 windows", || (stage.host().windows().ok()?.len() == 500).then_some(()));
        wait_for("500 in the list", || {
            (client.numbers(client.root, "_NET_CLIENT_LIST").len() == 500).then_some(())
        });
        for window in windows {
            client.destroy(window);
        }
        wait_for("none", || stage.host().windows().ok()?.is_empty().then_some(()));
        assert_eq!(client.numbers(client.root, "_NET_CLIENT_LIST"), [0; 0]);
    }
    // What the host has released last may still be on its way.
    wait_for(&format!("no more than the {} descriptors of before", before.1), || {
        (stage.carafe.open_fds() <= before.1 + 4).then_some(())
    });
    let after = stage.carafe.memory();
    assert!(after < before.0 + 16 * 1024, "KiB before and after: {} {after}", before.0);
    stage.end();
}

/// A host that reads nothing keeps carafe from reading Xwayland, which ends itself when it can
/// write no more.
#[test]
fn hundreds_are_mapped_while_the_host_reads_nothing() {
    const COUNT: usize = 400;
    let mut stage = Stage::new();
    let client = stage.client();
    client.show(&New::named("first", 0x00_ff_00));
    stage.host().wait_for_window("first");
    stage.host().ask("pause").unwrap();
    let new = New { size: (20, 20), ..New::named("storm", 0xff_00_00) };
    let windows: Vec<u32> = (0..COUNT).map(|_| client.show(&new)).collect();
    wait_for("all to be mapped", || {
        let list = client.numbers(client.root, "_NET_CLIENT_LIST");
        (list.len() == COUNT + 1).then_some(())
    });
    stage.host().ask("resume").unwrap();
    wait_for("all at the host", || (stage.host().windows().ok()?.len() > COUNT).then_some(()));
    client.destroy(windows[0]);
    wait_for("one less", || (stage.host().windows().ok()?.len() == COUNT).then_some(()));
    stage.end();
}

#[test]
fn thousands_mapped_at_once_do_not_overrun_xwayland() {
    let mut stage = Stage::new();
    let client = stage.client();
    // Some are unmapped at once, so that events about them are out of date when carafe gets them.
    let new = New { size: (1, 1), ..New::named("storm", 0xff_00_00) };
    let windows: Vec<u32> = (0..4000).map(|_| client.show(&new)).collect();
    for window in windows {
        client.destroy(window);
    }
    let xwayland = stage.carafe.xwayland();
    client.show(&New::named("last", 0x00_ff_00));
    stage.host().wait_for_window("last");
    wait_for("all to be gone", || (stage.host().windows().ok()?.len() == 1).then_some(()));
    assert_eq!(stage.carafe.xwayland(), xwayland, "the same Xwayland");
    stage.end();
}
