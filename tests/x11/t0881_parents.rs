//! Windows that belong to others, in any order. For the stand-in host, as in xdg-shell, only a
//! mapped window has children, and it loses them when it is unmapped.

use carafe_fixture::process::wait_for;

use serde_json::Value;

use crate::client::{Client, New};
use crate::hosts::Host;
use crate::stage::{Stage, on};

fn wait_for_parent(stage: &mut Stage, of: &str, parent: Option<&str>) {
    wait_for(&format!("{of} to belong to {parent:?}"), || {
        let window = stage.host().wait_for_window(of);
        (window.all["parent"].as_str() == parent).then_some(())
    });
}

fn dialog(client: &Client, of: Option<u32>) -> u32 {
    let dialog = client.create(&New::named("dialog", 0xc0_c0_40));
    let kind = client.atom("_NET_WM_WINDOW_TYPE_DIALOG");
    client.set_numbers(dialog, "_NET_WM_WINDOW_TYPE", "ATOM", &[kind]);
    if let Some(of) = of {
        client.set_numbers(dialog, "WM_TRANSIENT_FOR", "WINDOW", &[of]);
    }
    dialog
}

#[test]
fn a_dialog_belongs_to_its_window_whichever_comes_first() {
    let mut stage = Stage::new();
    let client = stage.client();
    let main = client.create(&New::named("main", 0x40_40_a0));
    let dialog = dialog(&client, Some(main));
    client.map(dialog);
    wait_for_parent(&mut stage, "dialog", None);
    client.map(main);
    wait_for_parent(&mut stage, "dialog", Some("main"));
    // The window is hidden and shown again.
    for _ in 0..2 {
        client.unmap(main);
        wait_for_parent(&mut stage, "dialog", None);
        client.map(main);
        wait_for_parent(&mut stage, "dialog", Some("main"));
    }
    // And at once.
    client.unmap(dialog);
    client.unmap(main);
    wait_for("the end of both", || stage.host().windows().ok()?.is_empty().then_some(()));
    client.map(dialog);
    client.map(main);
    wait_for_parent(&mut stage, "dialog", Some("main"));
    stage.end();
}

#[test]
fn a_dialog_of_a_hidden_window_belongs_to_that_windows_parent() {
    let mut stage = Stage::new();
    let client = stage.client();
    let main = client.show(&New::named("main", 0x40_40_a0));
    stage.host().wait_for_window("main");
    let tool = client.create(&New::named("tool", 0x40_a0_40));
    client.set_numbers(tool, "WM_TRANSIENT_FOR", "WINDOW", &[main]);
    let dialog = dialog(&client, Some(tool));
    client.map(dialog);
    client.map(tool);
    wait_for_parent(&mut stage, "dialog", Some("tool"));
    wait_for_parent(&mut stage, "tool", Some("main"));
    client.unmap(tool);
    wait_for_parent(&mut stage, "dialog", Some("main"));
    stage.end();
}

#[test]
fn a_dialog_that_names_no_window_belongs_to_its_groups() {
    // By WM_HINTS, by WM_CLIENT_LEADER, and windows of one client.
    for how in ["group", "leader", "client"] {
        for main_first in [true, false] {
            let mut stage = Stage::new();
            let client = stage.client();
            let leader = client.create(&New::named("leader", 0));
            let join = |window: u32| match how {
                "group" => {
                    let hints = [1 << 6, 0, 0, 0, 0, 0, 0, 0, leader];
                    client.set_numbers(window, "WM_HINTS", "WM_HINTS", &hints);
                }
                "leader" => client.set_numbers(window, "WM_CLIENT_LEADER", "WINDOW", &[leader]),
                _ => {}
            };
            let main = client.create(&New::named("main", 0x40_40_a0));
            let dialog = dialog(&client, None);
            join(main);
            join(dialog);
            // Another program's window does not belong to it.
            let other = stage.client();
            other.show(&New::named("other", 0x40_a0_a0));
            stage.host().wait_for_window("other");
            if main_first {
                client.map(main);
                stage.host().wait_for_window("main");
                client.map(dialog);
            } else {
                client.map(dialog);
                wait_for_parent(&mut stage, "dialog", None);
                client.map(main);
            }
            wait_for_parent(&mut stage, "dialog", Some("main"));
            wait_for_parent(&mut stage, "main", None);
            client.unmap(main);
            wait_for_parent(&mut stage, "dialog", None);
            client.map(main);
            wait_for_parent(&mut stage, "dialog", Some("main"));
            stage.end();
        }
    }
}

#[test]
fn a_window_for_all_of_its_group_waits_for_the_main_one() {
    let mut stage = Stage::new();
    let client = stage.client();
    let leader = client.create(&New::named("leader", 0));
    let main = client.create(&New::named("main", 0x40_40_a0));
    let tool = client.create(&New::named("tool", 0x40_a0_40));
    for window in [main, tool] {
        client.set_numbers(window, "WM_CLIENT_LEADER", "WINDOW", &[leader]);
    }
    for of in [client.root, leader] {
        client.set_numbers(tool, "WM_TRANSIENT_FOR", "WINDOW", &[of]);
        client.map(tool);
        wait_for_parent(&mut stage, "tool", None);
        client.map(main);
        wait_for_parent(&mut stage, "tool", Some("main"));
        client.unmap(main);
        client.unmap(tool);
        wait_for("the end of both", || stage.host().windows().ok()?.is_empty().then_some(()));
    }
    stage.end();
}

/// How sway arranges a window: as `con` or `floating_con`.
fn arrangement(host: &Host, app_id: &str) -> Option<String> {
    fn find(node: &Value, app_id: &str) -> Option<String> {
        if node["app_id"] == app_id {
            return node["type"].as_str().map(str::to_owned);
        }
        let below = ["nodes", "floating_nodes"].into_iter().filter_map(|key| node[key].as_array());
        below.flatten().find_map(|node| find(node, app_id))
    }
    find(&serde_json::from_str(&host.tree()).ok()?, app_id)
}

#[test]
fn a_dialog_that_sway_has_tiled_floats_when_its_window_comes() {
    let host = Host::sway();
    let mut carafe = on(&host);
    let client = carafe.client();
    let main = client.create(&New::named("main", 0x40_40_a0));
    let dialog = dialog(&client, Some(main));
    client.map(dialog);
    let wait_for_dialog = |wanted: &str| {
        wait_for(wanted, || (arrangement(&host, "dialog")? == wanted).then_some(()));
    };
    wait_for_dialog("floating_con");
    // sway tiles windows that are not dialogs, except by this test's rules.
    host.tile("dialog");
    wait_for_dialog("con");
    wait_for("its size as a tile", || (client.geometry(dialog)[2..] != [200, 150]).then_some(()));
    client.map(main);
    wait_for_dialog("floating_con");
    wait_for("its own size", || (client.geometry(dialog)[2..] == [200, 150]).then_some(()));
    carafe.stop();
}
