//! What the host is told of a new window, and that it is told only once.

use super::rig::{Rig, configure, made, made_toplevel, numbers};
use crate::x11::geometry::Rect;
use crate::x11::property::Property;

const WINDOW: u32 = 10;
const SURFACE: u32 = 2;
const SIZE: (u32, u32) = (300, 200);

/// A rig whose window has a title and size limits, and the requests to the host for it.
fn mapped() -> (Rig, Vec<String>) {
    let mut rig = Rig::new();
    let mut hints = [0; 18];
    hints[0] = 1 << 4 | 1 << 5;
    hints[5..9].copy_from_slice(&[100, 90, 500, 400]);
    rig.create(WINDOW, Rect { x: 100, y: 50, width: SIZE.0, height: SIZE.1 }, false);
    rig.request_map(WINDOW);
    rig.answer(&[
        (Property::WmNormalHints, 41, 32, numbers(&hints)),
        (Property::WmName, 31, 8, b"title".to_vec()),
    ]);
    rig.mapped(WINDOW, SURFACE);
    let host = rig.host();
    (rig, host)
}

/// The names of requests.
fn names(lines: &[String]) -> Vec<&str> {
    lines.iter().filter_map(|line| line.split(['.', '(']).nth(1)).collect()
}

#[test]
fn each_property_is_written_once() {
    let (mut rig, host) = mapped();
    let objects = made_toplevel(&host);
    let atoms = rig.x.atoms;
    let mut written = std::mem::take(&mut rig.x.written);
    let mut expected = vec![
        atoms._NET_FRAME_EXTENTS,
        atoms._NET_WM_DESKTOP,
        atoms._XWAYLAND_ALLOW_COMMITS,
        atoms._NET_WM_ALLOWED_ACTIONS,
        atoms.WM_STATE,
        atoms._NET_WM_STATE,
    ];
    written.retain(|property| expected.contains(property));
    assert_eq!(written, expected);
    configure(&mut rig, objects, (0, 0), &[4], 1);
    rig.act(|wm, env| wm.committing(SURFACE, SIZE, env)).unwrap();
    // Commits are allowed, and it has the keyboard.
    expected = vec![atoms._XWAYLAND_ALLOW_COMMITS, atoms._NET_WM_STATE];
    assert_eq!(std::mem::take(&mut rig.x.written), expected);
}

#[test]
fn each_request_is_sent_to_the_host_once() {
    let (mut rig, host) = mapped();
    let expected = [
        "get_registry",
        "bind",
        "get_xdg_surface",
        "get_toplevel",
        "bind",
        "get_toplevel_decoration",
        "set_mode",
        "set_min_size",
        "set_max_size",
        "set_title",
        "set_app_id",
        "commit",
    ];
    assert_eq!(names(&host), expected, "{host:?}");
    for request in ["set_min_size(100, 90)", "set_max_size(500, 400)"] {
        assert!(host.iter().any(|line| line.ends_with(request)), "{host:?}");
    }
    let objects = made_toplevel(&host);
    configure(&mut rig, objects, (0, 0), &[], 1);
    rig.act(|wm, env| wm.committing(SURFACE, SIZE, env)).unwrap();
    // Another state does not change its size.
    configure(&mut rig, objects, (200, 150), &[4], 2);
    assert_eq!(names(&rig.host()), ["ack_configure"]);
}

#[test]
fn a_decoration_that_the_host_refuses_counts_before_the_first_configure() {
    let (mut rig, host) = mapped();
    rig.offer("wl_compositor", 4);
    rig.offer("wl_subcompositor", 1);
    rig.said();
    rig.wm.decorated(made(&host, "get_toplevel_decoration"), false);
    let objects = made_toplevel(&host);
    // carafe's bar takes part of the height.
    configure(&mut rig, objects, (SIZE.0, SIZE.1 + 28), &[], 1);
    assert_eq!(rig.said(), ["allow 10 [1]"], "the window has its size already");
}
