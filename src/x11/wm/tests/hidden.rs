//! Windows that their clients hide and show again.

use super::rig::{Rig, configure, made, made_toplevel, numbers};
use crate::x11::geometry::Rect;
use crate::x11::property::Property;

const WINDOW: u32 = 10;
const SURFACE: u32 = 2;
const MAXIMIZED: u32 = 1;
const ACTIVATED: u32 = 4;
const SUSPENDED: u32 = 9;

/// A window that the host has configured; with its `xdg_surface` and `xdg_toplevel`.
fn shown() -> (Rig, (u32, u32)) {
    let mut rig = Rig::new();
    rig.create(WINDOW, Rect { x: 0, y: 0, width: 300, height: 200 }, false);
    rig.request_map(WINDOW);
    rig.answer(&[]);
    rig.mapped(WINDOW, SURFACE);
    let objects = made_toplevel(&rig.host());
    configure(&mut rig, objects, (0, 0), &[], 1);
    (rig, objects)
}

/// A window that the host has maximized.
fn maximized() -> Rig {
    let (mut rig, objects) = shown();
    configure(&mut rig, objects, (1000, 800), &[MAXIMIZED], 2);
    rig.said();
    rig
}

#[test]
fn a_window_that_is_hidden_while_the_host_places_it_has_its_own_size_again() {
    const BACK: &str = "configure 10 300x200+350+300";
    // Its surface is destroyed over the other connection: before this, or after it.
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
        // This is forgotten when it is hidden again.
        rig.settle();
        rig.said();
        rig.request_map(WINDOW);
        rig.answer(&[]);
        rig.mapped(WINDOW, SURFACE + 1);
        let objects = made_toplevel(&rig.host());
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
        let objects = made_toplevel(&rig.host());
        let size = if states.is_empty() { (0, 0) } else { (1000, 800) };
        configure(&mut rig, objects, size, states, 3);
        rig.said();
        configure(&mut rig, objects, (1000, 800), &[MAXIMIZED], 4);
        configure(&mut rig, objects, (0, 0), &[], 5);
        let said = rig.said();
        assert!(said.last().unwrap().starts_with("configure 10 300x200"), "{said:?}");
    }
}

#[test]
fn states_for_the_next_map_survive_what_carafe_writes_meanwhile() {
    let (mut rig, objects) = shown();
    // The host gives it the keyboard, and carafe writes that. But its client has already unmapped
    // it and written the states for the next time.
    configure(&mut rig, objects, (0, 0), &[ACTIVATED], 2);
    let (states, fullscreen) = (rig.x.atoms._NET_WM_STATE, rig.x.atoms._NET_WM_STATE_FULLSCREEN);
    let written = std::mem::replace(&mut rig.x.sent, 0);
    rig.unmapped(WINDOW);
    rig.x.sent = written - 1;
    rig.changes(WINDOW, states);
    rig.answer_states(&[fullscreen]);
    rig.x.sent = written;
    rig.changes(WINDOW, states);
    rig.answer(&[]);
    rig.said();
    rig.settle();
    assert_eq!(rig.said(), [format!("give {WINDOW} states [{fullscreen}]")]);
}

#[test]
fn states_that_a_client_writes_and_asks_for_while_its_window_is_hidden_add_up() {
    let mut rig = Rig::new();
    let [states, fullscreen, above] = [
        rig.x.atoms._NET_WM_STATE,
        rig.x.atoms._NET_WM_STATE_FULLSCREEN,
        rig.x.atoms._NET_WM_STATE_ABOVE,
    ];
    rig.create(WINDOW, Rect { x: 0, y: 0, width: 300, height: 200 }, false);
    let written = [(Property::NetWmState, 4, 32, numbers(&[fullscreen]))];
    rig.message(WINDOW, states, [1, above, 0, 0, 0]);
    rig.answer(&written);
    rig.answer_states(&[fullscreen]);
    rig.changes(WINDOW, states);
    rig.request_map(WINDOW);
    rig.answer_states(&[fullscreen, above]);
    rig.changes(WINDOW, states);
    rig.mapped(WINDOW, SURFACE);
    let shown = &rig.wm.windows[&WINDOW];
    assert!(shown.states.fullscreen && shown.states.above, "{:?}", shown.states);
    assert!(!shown.wants_states, "that is done");
}

#[test]
fn events_from_before_the_host_knows_of_a_minimize_request_do_not_cancel_it() {
    const ICONIC: u32 = 3;
    let (mut rig, objects) = shown();
    let is_icon = |rig: &Rig| rig.wm.windows[&WINDOW].states.hidden;
    let minimize = |rig: &mut Rig| {
        rig.message(WINDOW, rig.x.atoms.WM_CHANGE_STATE, [ICONIC, 0, 0, 0, 0]);
        made(&rig.host(), "sync")
    };
    // The window is new, and the host gives it the keyboard at the same time.
    let callback = minimize(&mut rig);
    configure(&mut rig, objects, (0, 0), &[ACTIVATED], 2);
    rig.act(|wm, env| wm.callback_done(callback, env)).unwrap();
    configure(&mut rig, objects, (0, 0), &[SUSPENDED], 3);
    assert!(is_icon(&rig));
    // The user restores it; later it is only out of sight.
    configure(&mut rig, objects, (0, 0), &[ACTIVATED], 4);
    assert!(!is_icon(&rig));
    configure(&mut rig, objects, (0, 0), &[SUSPENDED], 5);
    assert!(!is_icon(&rig));
}
