//! On ChromeOS, windows have an application id in its form before their first buffer, and parents
//! that it takes.
use super::rig::*;

const COMPOSITOR: u32 = 3;
const BASE: u32 = 4;
/// The prefix of ids.
const PREFIX: &str = "org.chromium.guest_os.penguin.wayland.";

const CHROMEOS: [(u32, &str, u32); 5] = [
    (1, "wl_compositor", 3),
    (2, "xdg_wm_base", 3),
    (3, "wl_shell", 1),
    (4, "wp_single_pixel_buffer_manager_v1", 1),
    (5, "zaura_shell", 65),
];

/// A client that knows these globals and has bound the first two.
fn client(rig: &Rig, globals: &[(u32, &str, u32)]) -> (Peer, Peer) {
    let (mut client, mut host) = rig.connect();
    client.send(&Message::new(DISPLAY, 1).uint(REGISTRY));
    assert_eq!(host.next(), Message::new(DISPLAY, 1).uint(REGISTRY));
    for (name, interface, version) in globals {
        host.send(&Message::new(REGISTRY, 0).uint(*name).string(interface).uint(*version));
    }
    let shown = globals.iter().filter(|(_, interface, _)| *interface != "zaura_shell");
    for _ in shown {
        client.next();
    }
    for (id, global) in (COMPOSITOR..).zip(&globals[..2]) {
        client.send(&bind(*global, id));
        assert_eq!(host.next(), bind(*global, id));
    }
    (client, host)
}

/// Makes objects that both sides know by the same ids: a surface, an `xdg_surface`, a toplevel.
fn window(client: &mut Peer, host: &mut Peer, first: u32) -> [u32; 3] {
    let [surface, xdg, toplevel] = [first, first + 1, first + 2];
    for request in [
        Message::new(COMPOSITOR, 0).uint(surface),
        Message::new(BASE, 2).uint(xdg).uint(surface),
        Message::new(xdg, 1).uint(toplevel),
    ] {
        pass(client, host, &request);
    }
    [surface, xdg, toplevel]
}

/// Sends a request that the host must get as it is.
#[track_caller]
fn pass(client: &mut Peer, host: &mut Peer, request: &Message) {
    client.send(request);
    assert_eq!(host.next(), *request);
}

fn app_id(toplevel: u32, id: &str) -> Message {
    Message::new(toplevel, 3).string(id)
}

fn rig(options: &[&str]) -> Rig {
    Rig::with(&[&["--vm-identifier=penguin"], options].concat())
}

#[test]
fn a_windows_id_has_the_hosts_form() {
    let rig = rig(&[]);
    let (mut client, mut host) = client(&rig, &CHROMEOS);
    let [.., toplevel] = window(&mut client, &mut host, 5);
    for (given, shown) in
        [("foot", "foot"), ("a\nb\u{202e}c", "a bc"), ("org.chromium.arc.1", "org.chromium.arc.1")]
    {
        client.send(&app_id(toplevel, given));
        assert_eq!(host.next(), app_id(toplevel, &format!("{PREFIX}{shown}")));
    }
    // Longer than a message may be with the prefix.
    client.send(&app_id(toplevel, &"x".repeat(4000)));
    assert!(host.next().text(0).starts_with(&format!("{PREFIX}xxx")));
    rig.still_serves();
}

#[test]
fn wl_shells_windows_too() {
    let rig = rig(&[]);
    let (mut client, mut host) = client(&rig, &CHROMEOS);
    pass(&mut client, &mut host, &bind(CHROMEOS[2], 5));
    pass(&mut client, &mut host, &Message::new(COMPOSITOR, 0).uint(6));
    pass(&mut client, &mut host, &Message::new(5, 0).uint(7).uint(6));
    client.send(&Message::new(7, 9).string("old")); // set_class
    assert_eq!(host.next(), Message::new(7, 9).string(&format!("{PREFIX}old")));
    pass(&mut client, &mut host, &Message::new(7, 3)); // set_toplevel
    // One without a class has its program's name.
    pass(&mut client, &mut host, &Message::new(COMPOSITOR, 0).uint(8));
    pass(&mut client, &mut host, &Message::new(5, 0).uint(9).uint(8));
    client.send(&Message::new(9, 3));
    assert!(host.next().text(0).starts_with(&format!("{PREFIX}wire-")));
    assert_eq!(host.next(), Message::new(9, 3));
    rig.still_serves();
}

#[test]
fn a_window_without_an_id_has_its_parents_or_its_programs() {
    let rig = rig(&[]);
    let (mut client, mut host) = client(&rig, &CHROMEOS);
    let [_, nameless, _] = window(&mut client, &mut host, 5);
    let acknowledge = |xdg| Message::new(xdg, 4).uint(1);
    client.send(&acknowledge(nameless));
    // This test's own name.
    assert!(host.next().text(0).starts_with(&format!("{PREFIX}wire-")));
    assert_eq!(host.next(), acknowledge(nameless));
    pass(&mut client, &mut host, &acknowledge(nameless));
    let [.., parent] = window(&mut client, &mut host, 8);
    client.send(&app_id(parent, "editor"));
    host.next();
    let [_, xdg, dialog] = window(&mut client, &mut host, 11);
    pass(&mut client, &mut host, &Message::new(dialog, 1).uint(parent));
    client.send(&acknowledge(xdg));
    assert_eq!(host.next(), app_id(dialog, &format!("{PREFIX}editor")));
    assert_eq!(host.next(), acknowledge(xdg));
    // A circle ends.
    let [_, one_xdg, one] = window(&mut client, &mut host, 14);
    let [.., other] = window(&mut client, &mut host, 17);
    pass(&mut client, &mut host, &Message::new(one, 1).uint(other));
    pass(&mut client, &mut host, &Message::new(other, 1).uint(one));
    client.send(&acknowledge(one_xdg));
    assert!(host.next().text(0).starts_with(&format!("{PREFIX}wire-")));
    rig.still_serves();
}

#[test]
fn parents_are_repeated_once_the_host_has_their_buffers() {
    let rig = rig(&[]);
    let (mut client, mut host) = client(&rig, &CHROMEOS);
    pass(&mut client, &mut host, &bind(CHROMEOS[3], 5));
    pass(&mut client, &mut host, &Message::new(5, 1).uint(6).uint(0).uint(0).uint(0).uint(0));
    let [surface, xdg, parent] = window(&mut client, &mut host, 7);
    let [.., child] = window(&mut client, &mut host, 10);
    for id in [parent, child] {
        client.send(&app_id(id, "app"));
        host.next();
    }
    let set_parent = Message::new(child, 1).uint(parent);
    pass(&mut client, &mut host, &set_parent);
    let attach = |buffer| Message::new(surface, 1).uint(buffer).uint(0).uint(0);
    let commit = Message::new(surface, 6);
    let acknowledge = Message::new(xdg, 4).uint(1);
    for request in [&commit, &acknowledge, &attach(0), &commit, &attach(6), &commit] {
        pass(&mut client, &mut host, request);
    }
    assert_eq!(host.next(), Message::new(child, 1).uint(0));
    assert_eq!(host.next(), set_parent, "now it counts");
    for request in [&attach(6), &commit, &set_parent, &commit] {
        pass(&mut client, &mut host, request);
    }
    rig.still_serves();
}

#[test]
fn other_hosts_and_whole_prefixes_are_left_alone() {
    let other = [CHROMEOS[0], CHROMEOS[1]];
    let rig_of_other = rig(&[]);
    let (mut at, mut host) = client(&rig_of_other, &other);
    let [_, xdg, toplevel] = window(&mut at, &mut host, 5);
    pass(&mut at, &mut host, &app_id(toplevel, "foot"));
    pass(&mut at, &mut host, &Message::new(xdg, 4).uint(1));
    let whole = "org.chromium.guest_os.termina.wayland.";
    let rig_with_prefix = rig(&[&format!("--app-id-prefix={whole}")]);
    let (mut at, mut host) = client(&rig_with_prefix, &CHROMEOS);
    let [.., toplevel] = window(&mut at, &mut host, 5);
    at.send(&app_id(toplevel, "foot"));
    assert_eq!(host.next(), app_id(toplevel, &format!("{whole}foot")));
}

#[test]
fn an_id_that_is_no_text_is_the_clients_error() {
    let rig = rig(&[]);
    let (mut client, mut host) = client(&rig, &CHROMEOS);
    let [.., toplevel] = window(&mut client, &mut host, 5);
    client.send(&Message::new(toplevel, 3).uint(0));
    let (_, _, text) = error(&mut client);
    assert!(text.contains("xdg_toplevel") && text.contains("set_app_id"), "{text}");
    rig.still_serves();
}
