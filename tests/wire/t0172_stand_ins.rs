//! Globals that carafe makes from what the host has for its own shell.
use super::rig::*;

/// The first of the client's ids that tests use for objects of their own.
const FIRST: u32 = 10;

/// A client that was shown what the host has, and what is made of it: by name.
fn client_of(rig: &Rig, globals: &[(&str, u32)]) -> (Peer, Peer, Vec<Message>) {
    let (mut client, mut host) = rig.connect();
    client.send(&Message::new(DISPLAY, 1).uint(REGISTRY));
    client.send(&Message::new(DISPLAY, 0).uint(3));
    assert_eq!(host.next(), Message::new(DISPLAY, 1).uint(REGISTRY));
    assert_eq!(host.next(), Message::new(DISPLAY, 0).uint(3));
    for (name, (interface, version)) in (1..).zip(globals) {
        host.send(&Message::new(REGISTRY, 0).uint(name).string(interface).uint(*version));
    }
    host.send(&Message::new(3, 0).uint(7));
    host.send(&Message::new(DISPLAY, 1).uint(3));
    let is_global = |message: &Message| message.object == REGISTRY;
    let shown = std::iter::from_fn(|| Some(client.next())).take_while(is_global).collect();
    assert_eq!(client.next(), Message::new(DISPLAY, 1).uint(3));
    (client, host, shown)
}

fn interfaces(shown: &[Message]) -> Vec<String> {
    shown.iter().map(|global| global.text(1)).collect()
}

/// Binds one of those by its interface.
fn bind_shown(client: &mut Peer, shown: &[Message], interface: &str, version: u32, id: u32) {
    let global = shown.iter().find(|global| global.text(1) == interface).expect(interface);
    client.send(&bind((global.word(0), interface, version), id));
}

/// carafe binds one of the host's for itself: gives its id.
#[track_caller]
fn own(host: &mut Peer, interface: &str) -> u32 {
    let bound = host.next();
    assert_eq!(bound.text(1), interface);
    bound.word(bound.body.len() / 4 - 1)
}

/// The same when it is the first one, for which carafe needs a registry.
#[track_caller]
fn first_own(host: &mut Peer, interface: &str) -> u32 {
    assert_eq!(host.next().opcode, 1, "get_registry");
    own(host, interface)
}

const CHROMEOS: [(&str, u32); 5] = [
    ("wl_compositor", 6),
    ("wl_seat", 9),
    ("zaura_shell", 65),
    ("zcr_cursor_shapes_v1", 1),
    ("zcr_alpha_compositing_v1", 1),
];

/// A client of such a host with a surface and a pointer.
fn client(rig: &Rig) -> (Peer, Peer, Vec<Message>) {
    let (mut client, mut host, shown) = client_of(rig, &CHROMEOS);
    for (name, interface, version, id) in [(1, "wl_compositor", 6, 3), (2, "wl_seat", 9, 4)] {
        client.send(&bind((name, interface, version), id));
        assert_eq!(host.next(), bind((name, interface, version), id));
    }
    for made in [Message::new(3, 0).uint(SURFACE), Message::new(4, 0).uint(POINTER)] {
        client.send(&made);
        assert_eq!(host.next(), made);
    }
    (client, host, shown)
}

const SURFACE: u32 = 5;
const POINTER: u32 = 6;

/// Ids are dense: fills up to [`FIRST`].
fn fill(client: &mut Peer, host: &mut Peer) {
    for id in POINTER + 1..FIRST {
        client.send(&Message::new(3, 1).uint(id)); // create_region
        host.next();
    }
}

#[test]
fn they_are_offered_where_the_host_has_what_they_are_made_from() {
    let of_host = |globals: &[(&str, u32)], options: &[&str]| {
        let (_client, _host, shown) = client_of(&Rig::with(options), globals);
        interfaces(&shown)
    };
    let made = ["xdg_activation_v1", "wp_cursor_shape_manager_v1", "wp_alpha_modifier_v1"];
    let all = ["wl_compositor", "wl_seat"].into_iter().chain(made);
    let all = all.chain(["gtk_shell1", "zwp_primary_selection_device_manager_v1"]);
    assert_eq!(of_host(&CHROMEOS, &[]), all.collect::<Vec<_>>());
    assert_eq!(of_host(&[("wl_output", 4)], &[]), ["wl_output"]);
    assert_eq!(of_host(&[("wl_shm", 1)], &[]), ["wl_shm", "wp_cursor_shape_manager_v1"]);
    // The host's own.
    let own = [("zaura_shell", 65), ("xdg_activation_v1", 1)];
    assert_eq!(of_host(&own, &[]), ["xdg_activation_v1", "gtk_shell1"]);
    // Too old; not for carafe either; the client's to use.
    assert_eq!(of_host(&[("zaura_shell", 8)], &[]), [""; 0]);
    assert_eq!(of_host(&[("zaura_shell", 65)], &["--deny-globals=zaura_shell"]), [""; 0]);
    let shown = of_host(&[("zaura_shell", 65)], &["--allow-privileged=zaura_shell"]);
    assert_eq!(shown, ["zaura_shell"]);
    let one = of_host(&[("zaura_shell", 65)], &["--deny-globals=gtk_shell1"]);
    assert_eq!(one, ["xdg_activation_v1"]);
}

#[test]
fn each_registry_shows_them() {
    let rig = Rig::new();
    let (mut client, mut host, shown) = client(&rig);
    client.send(&Message::new(DISPLAY, 1).uint(7));
    client.send(&Message::new(DISPLAY, 0).uint(8));
    assert_eq!(host.next(), Message::new(DISPLAY, 1).uint(7));
    assert_eq!(host.next(), Message::new(DISPLAY, 0).uint(8));
    host.send(&Message::new(8, 0).uint(7));
    let again: Vec<_> = std::iter::from_fn(|| Some(client.next()))
        .take_while(|message| message.object == 7)
        .collect();
    assert_eq!(interfaces(&again), interfaces(&shown[2..]));
    rig.still_serves();
}

#[test]
fn windows_are_activated_by_the_hosts_shell() {
    let rig = Rig::new();
    let (mut client, mut host, shown) = client(&rig);
    fill(&mut client, &mut host);
    bind_shown(&mut client, &shown, "xdg_activation_v1", 1, FIRST);
    client.send(&Message::new(FIRST, 1).uint(FIRST + 1)); // get_activation_token
    client.send(&Message::new(FIRST + 1, 3)); // commit
    let done = client.next();
    assert_eq!((done.object, done.opcode), (FIRST + 1, 0));
    let token = done.text(0);
    client.send(&Message::new(FIRST, 2).string(&token).uint(SURFACE));
    let shell = first_own(&mut host, "zaura_shell");
    let got = host.next();
    assert_eq!((got.object, got.opcode, got.word(1)), (shell, 0, SURFACE));
    let aura = got.word(0);
    assert_eq!(host.next(), Message::new(aura, 8)); // activate
    // A token that the host gave, when it started the program.
    client.send(&Message::new(FIRST, 2).string("org.gnome.TextEditor").uint(SURFACE));
    assert_eq!(host.next(), Message::new(aura, 3).string("org.gnome.TextEditor"));
    assert_eq!(host.next(), Message::new(aura, 8));
    // It goes before its surface.
    client.send(&Message::new(SURFACE, 0));
    assert_eq!(host.next(), Message::new(aura, 27)); // release
    assert_eq!(host.next(), Message::new(SURFACE, 0));
    // A token is for one use.
    client.send(&Message::new(FIRST + 1, 1).string("an app"));
    assert_eq!(error(&mut client), (FIRST + 1, 0, "the token has been used".into()));
    rig.still_serves();
}

#[test]
fn gtk_says_how_it_was_started_and_brings_windows_to_the_front() {
    let rig = Rig::new();
    let (mut client, mut host, shown) = client(&rig);
    fill(&mut client, &mut host);
    bind_shown(&mut client, &shown, "gtk_shell1", 5, FIRST);
    assert_eq!(client.next(), Message::new(FIRST, 0).uint(0)); // capabilities
    client.send(&Message::new(FIRST, 1).string("startup"));
    client.send(&Message::new(FIRST, 0).uint(FIRST + 1).uint(SURFACE)); // get_gtk_surface
    let edges: Vec<u8> = [1_u32, 2, 3, 4].iter().flat_map(|edge| edge.to_ne_bytes()).collect();
    assert_eq!(client.next(), Message::new(FIRST + 1, 1).array(&edges));
    first_own(&mut host, "zaura_shell");
    let aura = host.next().word(0);
    assert_eq!(host.next(), Message::new(aura, 3).string("startup"));
    client.send(&Message::new(FIRST + 1, 1)); // set_modal
    client.send(&Message::new(FIRST + 1, 3).uint(1)); // present
    assert_eq!(host.next(), Message::new(aura, 8));
    client.send(&Message::new(FIRST + 1, 4).uint(0)); // request_focus
    assert_eq!(host.next(), Message::new(aura, 8));
    client.send(&Message::new(FIRST + 1, 5)); // release
    assert_eq!(client.next(), Message::new(DISPLAY, 1).uint(FIRST + 1));
    rig.still_serves();
}

#[test]
fn cursors_are_the_hosts() {
    let rig = Rig::new();
    let (mut client, mut host, shown) = client(&rig);
    fill(&mut client, &mut host);
    bind_shown(&mut client, &shown, "wp_cursor_shape_manager_v1", 1, FIRST);
    client.send(&Message::new(FIRST, 1).uint(FIRST + 1).uint(POINTER)); // get_pointer
    client.send(&Message::new(FIRST + 1, 1).uint(7).uint(9)); // set_shape: text
    let shapes = first_own(&mut host, "zcr_cursor_shapes_v1");
    assert_eq!(host.next(), Message::new(shapes, 0).uint(POINTER).uint(3));
    client.send(&Message::new(FIRST + 1, 1).uint(7).uint(34)); // zoom_out
    assert_eq!(host.next(), Message::new(shapes, 0).uint(POINTER).uint(40));
    // Of a later version.
    client.send(&Message::new(FIRST + 1, 1).uint(7).uint(35));
    assert_eq!(error(&mut client), (FIRST + 1, 1, "no shape 35".into()));
    rig.still_serves();
}

#[test]
fn surfaces_let_through_what_is_behind_them() {
    let rig = Rig::new();
    let (mut client, mut host, shown) = client(&rig);
    fill(&mut client, &mut host);
    bind_shown(&mut client, &shown, "wp_alpha_modifier_v1", 1, FIRST);
    client.send(&Message::new(FIRST, 1).uint(FIRST + 1).uint(SURFACE)); // get_surface
    let host_manager = first_own(&mut host, "zcr_alpha_compositing_v1");
    let got = host.next();
    assert_eq!((got.object, got.opcode, got.word(1)), (host_manager, 1, SURFACE));
    let blending = got.word(0);
    client.send(&Message::new(FIRST + 1, 1).uint(u32::MAX / 4)); // set_multiplier
    assert_eq!(host.next(), Message::new(blending, 2).uint(64));
    client.send(&Message::new(FIRST + 1, 0)); // destroy
    assert_eq!(host.next(), Message::new(blending, 2).uint(256));
    assert_eq!(host.next(), Message::new(blending, 0));
    assert_eq!(client.next(), Message::new(DISPLAY, 1).uint(FIRST + 1));
    client.send(&Message::new(FIRST, 1).uint(FIRST + 1).uint(SURFACE));
    host.next();
    client.send(&Message::new(FIRST, 1).uint(FIRST + 2).uint(SURFACE));
    let text = format!("wl_surface#{SURFACE} has an alpha modifier already");
    assert_eq!(error(&mut client), (FIRST, 0, text));
    rig.still_serves();
}
