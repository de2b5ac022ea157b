//! The icon of an X program's drag follows the pointer over the host's windows.

use carafe_fixture::process::wait_for;
use serde_json::Value;
use wayland_client::protocol::wl_data_device_manager::DndAction;

use crate::client::New;
use crate::peer::Peer;
use crate::stage::Stage;
use crate::ways::VIRTGPU;
use crate::xdnd::{FILES, Giver, begin, drag, hear, move_about};

const COLOUR: u32 = 0x00_00_ff;

/// Shows an icon window, beside the host's cursor.
fn show_icon(giver: &mut Giver, kind: &str, hot_spot: (i16, i16)) {
    let icon = giver.client.create(&New::popup(COLOUR, (0, 0), (40, 30)));
    let kind = giver.client.atom(kind);
    giver.client.set_numbers(icon, "_NET_WM_WINDOW_TYPE", "ATOM", &[kind]);
    giver.client.map(icon);
    giver.icon = Some((icon, hot_spot));
}

/// The icon's surfaces at the host: carafe's and the window's.
fn surfaces(stage: &mut Stage) -> Vec<Value> {
    let state = stage.host().ask("state").unwrap();
    state["icon_surfaces"].as_array().cloned().unwrap_or_default()
}

fn drag_over_the_host(kind: &str, shown_first: bool, (hot_x, hot_y): (i16, i16)) {
    let mut stage = Stage::new();
    let mut peer = Peer::show(&stage.runtime.join("host"), "taker");
    stage.host().wait_for_window("taker");
    stage.host().ask("place taker 400 100").unwrap();
    let mut giver = begin(&mut stage);
    if shown_first {
        show_icon(&mut giver, kind, (hot_x, hot_y));
    }
    drag(&mut stage, &mut giver, "XdndActionCopy");
    if !shown_first {
        show_icon(&mut giver, kind, (hot_x, hot_y));
    }
    // It also follows within the program's own window.
    let own = |x: i64, y: i64| [x + i64::from(hot_x), y + i64::from(hot_y), 40, 30];
    for (x, y) in [(170, 160), (190, 171), (180, 190), (200, 180)] {
        hear(&mut stage, &mut giver, &format!("{x} {y}"));
    }
    stage.host().wait_for_colour(own(200, 180), "0000ff");
    move_about(&mut stage, &mut giver, (420, 130), |_| {
        peer.pump();
        peer.seen.offer.is_some()
    });
    for (x, y) in [(500, 130), (470, 190), (650, 500)] {
        stage.host().ask(&format!("pointer move {x} {y}")).unwrap();
        stage.host().wait_for_colour(own(x, y), "0000ff");
        assert_eq!(surfaces(&mut stage).len(), 2);
    }
    move_about(&mut stage, &mut giver, (420, 130), |_| {
        peer.pump();
        peer.seen.offer.is_some()
    });
    peer.accept("text/uri-list", DndAction::Copy, DndAction::Copy);
    giver.wait("XdndActionCopy", || peer.pump());
    stage.host().ask("pointer button left release").unwrap();
    giver.wait("drops", || peer.pump());
    peer.wait("drop");
    assert_eq!(peer.receive("text/uri-list", || giver.pump()), FILES);
    peer.finish();
    giver.wait("finished: XdndActionCopy", || peer.pump());
    assert_eq!(surfaces(&mut stage).len(), 0);
    // The window still exists, but is not shown.
    stage.host().wait_for_colour([440, 150, 100, 90], "808080");
    stage.end();
}

/// Drops where nothing accepts it, and ends.
fn let_go(mut stage: Stage, mut giver: Giver) {
    stage.host().ask("pointer button left release").unwrap();
    giver.wait("gives up", || ());
    stage.end();
}

#[test]
fn a_window_that_says_what_it_is() {
    drag_over_the_host("_NET_WM_WINDOW_TYPE_DND", true, (24, 20));
}

#[test]
fn a_window_that_comes_late_and_does_not_say_so() {
    drag_over_the_host("_NET_WM_WINDOW_TYPE_TOOLTIP", false, (-70, -50));
}

#[test]
fn a_window_that_goes_while_it_is_dragged_and_one_that_comes_then() {
    let mut stage = Stage::new();
    let mut giver = begin(&mut stage);
    show_icon(&mut giver, "_NET_WM_WINDOW_TYPE_DND", (25, 25));
    drag(&mut stage, &mut giver, "XdndActionCopy");
    hear(&mut stage, &mut giver, "200 200");
    stage.host().wait_for_colour([225, 225, 40, 30], "0000ff");
    let (icon, _) = giver.icon.take().unwrap();
    giver.client.destroy(icon);
    wait_for("only carafe's own", || (surfaces(&mut stage).len() == 1).then_some(()));
    show_icon(&mut giver, "_NET_WM_WINDOW_TYPE_DND", (29, 29));
    for place in ["210 210", "220 220", "230 230"] {
        hear(&mut stage, &mut giver, place);
    }
    stage.host().wait_for_colour([259, 259, 40, 30], "0000ff");
    let_go(stage, giver);
}

#[test]
fn a_drag_without_types_for_others_has_an_icon_too() {
    let mut stage = Stage::new();
    let mut giver = begin(&mut stage);
    show_icon(&mut giver, "_NET_WM_WINDOW_TYPE_DND", (25, 25));
    giver.drag(&["GTK_LIST_BOX_ROW"], "XdndActionMove", b"row");
    move_about(&mut stage, &mut giver, (200, 200), |giver| {
        giver.log.iter().any(|line| line == "not taken")
    });
    hear(&mut stage, &mut giver, "350 400");
    stage.host().wait_for_colour([375, 425, 40, 30], "0000ff");
    let_go(stage, giver);
}

#[test]
fn behind_a_device() {
    let mut stage = Stage::behind(VIRTGPU);
    let mut giver = begin(&mut stage);
    show_icon(&mut giver, "_NET_WM_WINDOW_TYPE_DND", (25, 25));
    drag(&mut stage, &mut giver, "XdndActionCopy");
    hear(&mut stage, &mut giver, "350 400");
    stage.host().wait_for_colour([375, 425, 40, 30], "0000ff");
    let_go(stage, giver);
}

#[test]
fn scaled() {
    let mut stage = Stage::with(&["--scale=2", "--size=1200x900"], &[]);
    let mut giver = begin(&mut stage);
    show_icon(&mut giver, "_NET_WM_WINDOW_TYPE_DND", (50, 60));
    drag(&mut stage, &mut giver, "XdndActionCopy");
    hear(&mut stage, &mut giver, "350 300");
    // These are pixels, as in X.
    stage.host().wait_for_colour([750, 660, 40, 30], "0000ff");
    let_go(stage, giver);
}
