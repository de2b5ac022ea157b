//! From a client's request to a window at the host, and back.

use super::rig::{Rig, configure, made, made_toplevel, numbers, reply};
use crate::x11::geometry::Rect;
use crate::x11::property::Property;
use crate::x11::seat::Deed;
use crate::x11::wm::Wm;

const WINDOW: u32 = 10;
const PLACE: Rect = Rect { x: 100, y: 50, width: 300, height: 200 };

/// Shows a window at the host; returns its `xdg_surface` and `xdg_toplevel`.
fn shown(rig: &mut Rig, id: u32, surface: u32) -> (u32, u32) {
    rig.create(id, PLACE, false);
    rig.request_map(id);
    rig.answer(&[]);
    rig.mapped(id, surface);
    let host = rig.host();
    let (xdg_surface, toplevel) = made_toplevel(&host);
    configure(rig, (xdg_surface, toplevel), (0, 0), &[], 1);
    rig.said();
    rig.host();
    (xdg_surface, toplevel)
}

/// Xwayland has drawn on a surface of that size.
fn drawn(rig: &mut Rig, surface: u32, size: (u32, u32)) {
    rig.act(|wm, env| wm.committing(surface, size, env)).unwrap();
    rig.act(Wm::settle_roles).unwrap();
}

/// Opens a menu on a window, after input of the user.
fn menu(rig: &mut Rig, id: u32, surface: u32, on: u32) -> Vec<String> {
    let kind = numbers(&[rig.x.atoms._NET_WM_WINDOW_TYPE_POPUP_MENU]);
    rig.create(id, Rect { x: 110, y: 60, width: 50, height: 40 }, true);
    rig.mapped(id, surface);
    rig.answer(&[
        (Property::NetWmWindowType, 4, 32, kind),
        (Property::WmTransientFor, 33, 32, numbers(&[on])),
    ]);
    rig.host()
}

#[test]
fn a_window_is_mapped_once_its_properties_are_known_and_shown_once_it_is_configured() {
    let mut rig = Rig::new();
    rig.create(WINDOW, PLACE, false);
    rig.request_map(WINDOW);
    assert_eq!(rig.said(), ["watch 10"]);
    // The client leader is not known yet.
    assert_eq!(rig.x.asked.len(), Property::ALL.len() - 1);
    rig.answer(&[
        (Property::WmName, 31, 8, b"title".to_vec()),
        (Property::WmClass, 31, 8, b"instance\0Class\0".to_vec()),
    ]);
    // It is in the middle of the screen, because it named no place.
    assert_eq!(rig.said(), ["configure 10 300x200+350+300", "allow 10 [0]", "map 10"]);
    rig.mapped(WINDOW, 2);
    let host = rig.host();
    let (xdg, toplevel) = made_toplevel(&host);
    let said = |what: &str| host.iter().any(|line| line.contains(what));
    assert!(said("set_title(\"title\")") && said("set_app_id(\"Class\")"), "{host:?}");
    assert!(host.last().unwrap().ends_with("commit()"), "{host:?}");
    assert_eq!(rig.said(), [""; 0]);

    configure(&mut rig, (xdg, toplevel), (400, 300), &[], 7);
    assert_eq!(rig.said(), ["configure 10 400x300+350+300", "allow 10 [1]"]);
    assert_eq!(rig.host(), [""; 0], "nothing is acknowledged that is not drawn");
    rig.act(|wm, env| wm.committing(2, (400, 300), env)).unwrap();
    assert_eq!(rig.host(), [format!("xdg_surface#{xdg}.ack_configure(7)")]);
}

#[test]
fn a_window_may_have_the_keyboard_as_soon_as_the_host_has_configured_it() {
    let mut rig = Rig::new();
    rig.create(WINDOW, PLACE, false);
    rig.request_map(WINDOW);
    rig.answer(&[]);
    rig.mapped(WINDOW, 2);
    let host = rig.host();
    let (xdg, toplevel) = made_toplevel(&host);
    rig.said();
    // Both come at once, so its size is not decided yet.
    rig.wm.toplevel_configure(toplevel, (400, 300), &[]);
    rig.act(|wm, env| wm.surface_configure(xdg, 7, env)).unwrap();
    rig.wm.keyboard_entered(2);
    rig.act(Wm::settle_focus).unwrap();
    rig.settle();
    let said = rig.said();
    assert!(said.contains(&"allow 10 [1]".to_owned()), "{said:?}");
    assert!(said.contains(&"focus Some(10)".to_owned()), "{said:?}");
}

#[test]
fn a_size_is_acknowledged_when_it_is_drawn() {
    let mut rig = Rig::new();
    let objects = shown(&mut rig, WINDOW, 2);
    rig.act(|wm, env| wm.committing(2, (300, 200), env)).unwrap();
    rig.host();
    configure(&mut rig, objects, (1000, 800), &[1], 8);
    assert_eq!(rig.said(), ["configure 10 1000x800+0+0"]);
    rig.act(|wm, env| wm.committing(2, (300, 200), env)).unwrap();
    assert_eq!(rig.host(), [""; 0], "a frame of the old size");
    rig.act(|wm, env| wm.committing(2, (1000, 800), env)).unwrap();
    assert_eq!(rig.host(), [format!("xdg_surface#{}.ack_configure(8)", objects.0)]);
    // It gets its earlier size back, because the host sets none.
    configure(&mut rig, objects, (0, 0), &[], 9);
    assert_eq!(rig.said(), ["configure 10 300x200+0+0"]);
}

#[test]
fn a_menus_next_submenu_is_shown_though_the_last_one_goes_later() {
    let mut rig = Rig::new();
    shown(&mut rig, WINDOW, 2);
    drawn(&mut rig, 2, (300, 200));
    rig.host();
    rig.seat.last = Some(Deed { seat: 5, serial: 77, surface: 2, ..Deed::default() });
    let first = menu(&mut rig, 11, 3, WINDOW);
    assert!(first.iter().any(|line| line.contains("grab(wl_seat#5, 77)")), "{first:?}");
    let first_xdg = made(&first, "get_xdg_surface");
    assert_eq!(menu(&mut rig, 12, 4, 11), [""; 0], "a menu on one that is not shown yet");
    rig.act(|wm, env| wm.surface_configure(first_xdg, 3, env)).unwrap();
    rig.host();
    drawn(&mut rig, 3, (50, 40));
    let second = rig.host();
    let second_xdg = made(&second, "get_xdg_surface");
    let on = format!("xdg_surface#{first_xdg}, ");
    assert!(second.iter().any(|line| line.contains("get_popup") && line.contains(&on)));
    rig.act(|wm, env| wm.surface_configure(second_xdg, 4, env)).unwrap();
    drawn(&mut rig, 4, (50, 40));
    rig.host();
    let third = menu(&mut rig, 13, 5, 11);
    let on = format!("xdg_surface#{second_xdg}, ");
    assert!(third.iter().any(|line| line.contains("get_popup") && line.contains(&on)));
    rig.unmapped(12);
    let host = rig.host();
    let gone: Vec<_> =
        host.iter().filter(|line| line.contains("xdg_popup") && line.contains("destroy")).collect();
    assert_eq!(gone.len(), 2, "the newest first: {host:?}");
    let on = format!("xdg_surface#{first_xdg}, ");
    assert!(host.iter().any(|line| line.contains("get_popup") && line.contains(&on)), "{host:?}");
}

#[test]
fn a_menu_whose_grab_is_refused_is_shown_without_it() {
    let mut rig = Rig::new();
    shown(&mut rig, WINDOW, 2);
    drawn(&mut rig, 2, (300, 200));
    rig.host();
    rig.seat.last = Some(Deed { seat: 5, serial: 77, surface: 2, ..Deed::default() });
    let host = menu(&mut rig, 11, 3, WINDOW);
    let popup = made(&host, "get_popup");
    rig.act(|wm, env| wm.popup_done(popup, env)).unwrap();
    let host = rig.host();
    assert!(host.iter().any(|line| line.contains("get_popup")), "{host:?}");
    assert!(!host.iter().any(|line| line.contains("grab")), "{host:?}");
    assert_eq!(rig.said().iter().filter(|line| line.starts_with("key")).count(), 0);
}

#[test]
fn a_menu_that_the_host_closes_is_closed_by_its_client_too() {
    let mut rig = Rig::new();
    shown(&mut rig, WINDOW, 2);
    drawn(&mut rig, 2, (300, 200));
    rig.host();
    rig.seat.last = Some(Deed { seat: 5, serial: 77, surface: 2, ..Deed::default() });
    let host = menu(&mut rig, 11, 3, WINDOW);
    let (xdg, popup) = (made(&host, "get_xdg_surface"), made(&host, "get_popup"));
    rig.wm.popup_configure(popup, (10, 10));
    rig.act(|wm, env| wm.surface_configure(xdg, 3, env)).unwrap();
    rig.said();
    rig.act(|wm, env| wm.popup_done(popup, env)).unwrap();
    assert_eq!(rig.said(), ["key 9", "unmap 11"], "the Escape while it has its grabs");
}

#[test]
fn windows_that_belong_to_each_other_in_a_circle_have_no_parent() {
    let mut rig = Rig::new();
    for (id, surface, of) in [(20, 2, 21), (21, 3, 20), (22, 4, 22)] {
        rig.create(id, PLACE, false);
        rig.request_map(id);
        rig.answer(&[(Property::WmTransientFor, 33, 32, numbers(&[of]))]);
        rig.mapped(id, surface);
        let host = rig.host();
        assert!(host.iter().any(|line| line.contains("set_parent(nil)")), "{host:?}");
    }
}

#[test]
fn a_client_without_wm_delete_window_is_killed() {
    let mut rig = Rig::new();
    let (_, toplevel) = shown(&mut rig, WINDOW, 2);
    rig.act(|wm, env| wm.close_requested(toplevel, env)).unwrap();
    rig.settle();
    assert_eq!(rig.said(), ["kill 10"]);
}

#[test]
fn properties_set_before_the_host_closes_a_window_count() {
    let mut rig = Rig::new();
    let (_, toplevel) = shown(&mut rig, WINDOW, 2);
    let protocols = Property::WmProtocols.atom(&rig.x.atoms);
    let delete = numbers(&[rig.x.atoms.WM_DELETE_WINDOW]);
    // The host's event is here first; the server's answer comes behind the question.
    rig.act(|wm, env| wm.close_requested(toplevel, env)).unwrap();
    rig.changes(WINDOW, protocols);
    rig.settle();
    assert_eq!(rig.said(), [""; 0], "its protocols are read first");
    rig.answer(&[(Property::WmProtocols, 4, 32, delete)]);
    assert_eq!(rig.said(), ["tell 10 delete"]);
    // The client has withdrawn the property.
    rig.act(|wm, env| wm.close_requested(toplevel, env)).unwrap();
    rig.changes(WINDOW, protocols);
    rig.settle();
    rig.answer(&[]);
    assert_eq!(rig.said(), ["kill 10"]);
}

#[test]
fn states_that_a_client_wants_after_it_has_hidden_its_window_are_not_removed() {
    let mut rig = Rig::new();
    let states = rig.x.atoms._NET_WM_STATE;
    let fullscreen = numbers(&[rig.x.atoms._NET_WM_STATE_FULLSCREEN]);
    let mut surface = 2;
    for (written, removed) in [(false, true), (true, false)] {
        shown(&mut rig, WINDOW, surface);
        surface += 1;
        rig.unmapped(WINDOW);
        if written {
            rig.changes(WINDOW, states);
        }
        rig.settle();
        let said = rig.said();
        assert_eq!(said.contains(&"remove 10 states".to_owned()), removed, "{said:?}");
        rig.answer(&[(Property::NetWmState, 4, 32, fullscreen.clone())]);
    }
    rig.request_map(WINDOW);
    rig.answer(&[]);
    rig.mapped(WINDOW, surface);
    let host = rig.host();
    assert!(host.iter().any(|line| line.contains("set_fullscreen")), "{host:?}");
}

#[test]
fn states_that_a_client_removes_while_it_hides_its_window_are_not_replaced_for_ever() {
    let mut rig = Rig::new();
    let states = rig.x.atoms._NET_WM_STATE;
    shown(&mut rig, WINDOW, 2);
    rig.unmapped(WINDOW);
    rig.settle();
    assert!(rig.said().contains(&"remove 10 states".to_owned()));
    // The client was first: it has written the states and removed them. So carafe's request
    // replaced nothing, which causes no event, and the answer is carafe's own list.
    rig.x.sent -= 1;
    rig.changes(WINDOW, states);
    rig.changes(WINDOW, states);
    rig.x.sent += 2;
    let own = reply(4, 32, &[]);
    rig.act(|wm, env| wm.states_replaced(WINDOW, Some(&own), env));
    assert_eq!(rig.said(), [""; 0]);
}

#[test]
fn a_property_that_changes_while_it_is_read_is_read_again() {
    use x11rb_protocol::protocol::Event;
    use x11rb_protocol::protocol::xproto::PropertyNotifyEvent;
    let mut rig = Rig::new();
    shown(&mut rig, WINDOW, 2);
    let atom = Property::NetWmName.atom(&rig.x.atoms);
    for _ in 0..1000 {
        let event = PropertyNotifyEvent { window: WINDOW, atom, ..Default::default() };
        rig.event(&Event::PropertyNotify(event));
    }
    assert_eq!(rig.x.asked.len(), 1, "a flood is one question");
    rig.answer(&[]);
    assert_eq!(rig.x.asked.len(), 1, "and one more");
    let utf8 = rig.x.atoms.UTF8_STRING;
    rig.answer(&[(Property::NetWmName, utf8, 8, "ü".into())]);
    assert!(rig.x.asked.is_empty());
    assert!(rig.host().iter().any(|line| line.contains("set_title(\"ü\")")));
}

#[test]
fn a_popup_that_its_client_moves_is_moved_at_the_host() {
    let mut rig = Rig::new();
    shown(&mut rig, WINDOW, 2);
    drawn(&mut rig, 2, (300, 200));
    rig.host();
    let host = menu(&mut rig, 11, 3, WINDOW);
    let (xdg, popup) = (made(&host, "get_xdg_surface"), made(&host, "get_popup"));
    rig.act(|wm, env| wm.surface_configure(xdg, 3, env)).unwrap();
    assert_eq!(rig.host(), [format!("xdg_surface#{xdg}.ack_configure(3)")]);
    let place = Rect { x: 370, y: 340, width: 50, height: 40 };
    rig.moved(11, place);
    let host = rig.host();
    assert!(host.iter().any(|line| line.ends_with("set_anchor_rect(20, 40, 1, 1)")), "{host:?}");
    let reposition = format!("xdg_popup#{popup}.reposition(");
    assert!(host.iter().any(|line| line.starts_with(&reposition)), "{host:?}");
    // The same place again is not a change.
    rig.moved(11, place);
    assert_eq!(rig.host(), [""; 0]);
}
