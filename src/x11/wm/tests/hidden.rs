//! Windows that their clients hide, and show again.

use super::rig::{Rig, configure, made};
use crate::x11::rect::Rect;

const WINDOW: u32 = 10;
const SURFACE: u32 = 2;
const MAXIMIZED: u32 = 1;

/// What the host is asked for a window's surface, which is new: its `xdg_surface` and
/// `xdg_toplevel`.
fn objects(rig: &mut Rig) -> (u32, u32) {
    let host = rig.host();
    (made(&host, "get_xdg_surface"), made(&host, "get_toplevel"))
}

/// A window that the host has maximized.
fn maximized() -> Rig {
    let mut rig = Rig::new();
    rig.create(WINDOW, Rect { x: 0, y: 0, width: 300, height: 200 }, false);
    rig.request_map(WINDOW);
    rig.answer(&[]);
    rig.mapped(WINDOW, SURFACE);
    let objects = objects(&mut rig);
    configure(&mut rig, objects, (0, 0), &[], 1);
    configure(&mut rig, objects, (1000, 800), &[MAXIMIZED], 2);
    rig.said();
    rig
}

#[test]
fn a_window_that_is_hidden_while_the_host_places_it_has_its_own_size_again() {
    const BACK: &str = "configure 10 300x200+350+300";
    // The end of its surface comes over the other connection: sooner, or later.
    for surface_ends_first in [true, false] {
        let mut rig = maximized();
        if surface_ends_first {
            rig.act(|wm, env| wm.surface_destroyed(SURFACE, env));
            assert_eq!(rig.said(), [""; 0]);
        }
        rig.unmapped(WINDOW);
        if !surface_ends_first {
            rig.act(|wm, env| wm.surface_destroyed(SURFACE, env));
        }
        assert_eq!(rig.said(), [BACK], "the surface ends first: {surface_ends_first}");
        // That is no longer known when it is hidden once more.
        rig.settle();
        rig.said();
        rig.request_map(WINDOW);
        rig.answer(&[]);
        rig.mapped(WINDOW, SURFACE + 1);
        let objects = objects(&mut rig);
        configure(&mut rig, objects, (0, 0), &[], 3);
        rig.unmapped(WINDOW);
        assert!(!rig.said().contains(&BACK.to_owned()));
    }
}

#[test]
fn a_window_that_gets_a_new_surface_while_the_host_places_it_has_its_own_size_after_that() {
    for states in [&[][..], &[MAXIMIZED]] {
        let mut rig = maximized();
        rig.act(|wm, env| wm.surface_destroyed(SURFACE, env));
        rig.surface(SURFACE + 1);
        rig.message(WINDOW, rig.x.atoms.WL_SURFACE_ID, [SURFACE + 1, 0, 0, 0, 0]);
        let objects = objects(&mut rig);
        let size = if states.is_empty() { (0, 0) } else { (1000, 800) };
        configure(&mut rig, objects, size, states, 3);
        rig.said();
        configure(&mut rig, objects, (1000, 800), &[MAXIMIZED], 4);
        configure(&mut rig, objects, (0, 0), &[], 5);
        let said = rig.said();
        assert!(said.last().unwrap().starts_with("configure 10 300x200"), "{said:?}");
    }
}
