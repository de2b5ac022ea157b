//! Globals that clients get at a newer version than the host has, and what carafe makes up for that.
use super::rig::*;

// Requests and events that these tests say.
const GET_REGISTRY: u16 = 1;
const GLOBAL: u16 = 0;
const CREATE_SURFACE: u16 = 0;
const ATTACH: u16 = 1;
const DAMAGE: u16 = 2;
const COMMIT: u16 = 6;
const SET_BUFFER_TRANSFORM: u16 = 7;
const SET_BUFFER_SCALE: u16 = 8;
const DAMAGE_BUFFER: u16 = 9;
const OFFSET: u16 = 10;
const ENTER: u16 = 0;
const PREFERRED_SCALE: u16 = 2;
const PREFERRED_TRANSFORM: u16 = 3;
const OUTPUT_GEOMETRY: u16 = 0;
const OUTPUT_MODE: u16 = 1;
const OUTPUT_DONE: u16 = 2;
const OUTPUT_SCALE: u16 = 3;
const OUTPUT_NAME: u16 = 4;
const OUTPUT_DESCRIPTION: u16 = 5;

/// The client's ids.
const FIRST: u32 = 3;

/// A client that has bound these globals, at the versions that it was shown, from [`FIRST`] on.
/// The ids are the same at the host.
fn client_of(rig: &Rig, globals: &[(&str, u32, u32)]) -> (Peer, Peer) {
    let (mut client, mut host) = rig.connect();
    client.send(&Message::new(DISPLAY, GET_REGISTRY).uint(REGISTRY));
    host.next();
    for (name, (interface, version, shown)) in (1..).zip(globals) {
        let global = |version: u32| {
            Message::new(REGISTRY, GLOBAL).uint(name).string(interface).uint(version)
        };
        host.send(&global(*version));
        assert_eq!(client.next(), global(*shown));
    }
    for (name, (interface, version, shown)) in (1..).zip(globals) {
        let id = FIRST + name - 1;
        client.send(&bind((name, interface, *shown), id));
        assert_eq!(host.next(), bind((name, interface, *version), id));
    }
    (client, host)
}

/// What the client says crosses as it is.
#[track_caller]
fn crosses(from: &mut Peer, to: &mut Peer, message: &Message) {
    from.send(message);
    assert_eq!(to.next(), *message);
}

fn words(object: u32, opcode: u16, words: &[i32]) -> Message {
    let start = Message::new(object, opcode);
    words.iter().fold(start, |message, word| message.uint(word.cast_unsigned()))
}

#[test]
fn versions_are_raised_as_far_as_something_can_stand_for_them() {
    let rig = Rig::with(&[
        "--max-versions=wl_seat=7",
        "--deny-globals=zwp_primary_selection_device_manager_v1,wp_cursor_shape_manager_v1",
    ]);
    let (mut client, mut host) = client_of(
        &rig,
        &[
            ("wl_compositor", 3, 6),
            ("xdg_wm_base", 3, 6),
            // The user's bound is the client's.
            ("wl_seat", 6, 7),
            ("wl_shm", 1, 1),
            ("xdg_wm_base", 1, 2),
        ],
    );
    sync(&mut client, &mut host, 8);
    for (interface, version) in [("wl_compositor", 2), ("wl_output", 1), ("xdg_wm_base", 2)] {
        let global = Message::new(REGISTRY, GLOBAL).uint(9).string(interface).uint(version);
        host.send(&global);
        assert_eq!(client.next(), global);
    }
    rig.still_serves();
}

#[test]
fn a_raised_global_that_goes_is_bound_as_what_it_was() {
    let rig = Rig::new();
    let (mut client, mut host) = client_of(&rig, &[("wl_seat", 5, 9)]);
    crosses(&mut host, &mut client, &Message::new(REGISTRY, 1).uint(1));
    client.send(&bind((1, "wl_seat", 9), 4));
    assert_eq!(host.next(), bind((1, "wl_seat", 5), 4));
    rig.still_serves();
}

const SURFACE: u32 = 6;
const BUFFER: u32 = 8;
const VIEWPORT: u32 = 9;

/// A client with a surface that has a buffer of 100 by 60, at a host of that version.
fn surface(rig: &Rig, version: u32) -> (Peer, Peer) {
    let globals = [("wl_compositor", version, 6), ("wl_shm", 1, 1), ("wp_viewporter", 1, 1)];
    let (mut client, mut host) = client_of(rig, &globals);
    crosses(&mut client, &mut host, &Message::new(FIRST, CREATE_SURFACE).uint(SURFACE));
    let memory = rustix::fs::memfd_create("pool", rustix::fs::MemfdFlags::CLOEXEC).expect("memory");
    rustix::fs::ftruncate(&memory, 100 * 60 * 4).expect("a size");
    let pool = words(FIRST + 1, 0, &[7, 100 * 60 * 4]);
    client.send_fds(&pool, &[std::os::fd::AsFd::as_fd(&memory)]);
    assert_eq!(host.next(), pool);
    crosses(&mut client, &mut host, &words(7, 0, &[8, 0, 100, 60, 400, 0]));
    (client, host)
}

#[test]
fn damage_in_a_buffers_coordinates_is_said_in_the_surfaces() {
    let rig = Rig::new();
    let (mut client, mut host) = surface(&rig, 3);
    let mut frame = |before: &[Message], damage: &[i32; 4], at_host: &[i32; 4]| {
        for message in before {
            crosses(&mut client, &mut host, message);
        }
        // What a surface shows of its buffer is known with the commit.
        client.send(&words(SURFACE, DAMAGE_BUFFER, damage));
        crosses(&mut client, &mut host, &words(SURFACE, ATTACH, &[BUFFER as i32, 0, 0]));
        client.send(&Message::new(SURFACE, COMMIT));
        assert_eq!(host.next(), words(SURFACE, DAMAGE, at_host));
        assert_eq!(host.next(), Message::new(SURFACE, COMMIT));
    };
    frame(&[], &[10, 20, 30, 5], &[10, 20, 30, 5]);
    // Outwards: a unit that has one pixel of it is damaged.
    frame(&[words(SURFACE, SET_BUFFER_SCALE, &[2])], &[11, 20, 30, 5], &[5, 10, 16, 3]);
    // By 90 degrees: the buffer's width is the surface's height.
    frame(&[words(SURFACE, SET_BUFFER_TRANSFORM, &[1])], &[0, 0, 10, 4], &[28, 0, 2, 5]);
    // A surface of 60 by 100 for 30 by 50, and what a filter sees around.
    let viewport =
        [words(FIRST + 2, 1, &[VIEWPORT as i32, SURFACE as i32]), words(VIEWPORT, 2, &[60, 100])];
    frame(&viewport, &[0, 0, 10, 4], &[55, -1, 6, 12]);
    rig.still_serves();
}

#[test]
fn damage_without_a_known_size_is_all_of_it() {
    let rig = Rig::new();
    let (mut client, mut host) = surface(&rig, 3);
    client.send(&words(SURFACE, DAMAGE_BUFFER, &[1, 1, 1, 1]));
    client.send(&Message::new(SURFACE, COMMIT));
    assert_eq!(host.next(), words(SURFACE, DAMAGE, &[0, 0, i32::MAX, i32::MAX]));
    assert_eq!(host.next(), Message::new(SURFACE, COMMIT));
}

#[test]
fn an_offset_goes_with_the_next_buffer() {
    for version in [3, 4] {
        let rig = Rig::new();
        let (mut client, mut host) = surface(&rig, version);
        client.send(&words(SURFACE, OFFSET, &[-3, 4]));
        client.send(&words(SURFACE, ATTACH, &[BUFFER as i32, 0, 0]));
        assert_eq!(host.next(), words(SURFACE, ATTACH, &[BUFFER as i32, -3, 4]));
        crosses(&mut client, &mut host, &Message::new(SURFACE, COMMIT));
        // Once.
        crosses(&mut client, &mut host, &words(SURFACE, ATTACH, &[BUFFER as i32, 0, 0]));
        crosses(&mut client, &mut host, &Message::new(SURFACE, COMMIT));
    }
}

#[test]
fn a_host_that_knows_damage_in_a_buffers_coordinates_gets_it() {
    let rig = Rig::new();
    let (mut client, mut host) = surface(&rig, 4);
    crosses(&mut client, &mut host, &words(SURFACE, DAMAGE_BUFFER, &[1, 2, 3, 4]));
    crosses(&mut client, &mut host, &Message::new(SURFACE, COMMIT));
}

fn geometry(output: u32, transform: u32) -> Message {
    words(output, OUTPUT_GEOMETRY, &[0, 0, 300, 200, 0])
        .string("make")
        .string("model")
        .uint(transform)
}

#[test]
fn surfaces_are_told_the_scale_and_transform_of_their_outputs() {
    let rig = Rig::new();
    let (mut client, mut host) =
        client_of(&rig, &[("wl_compositor", 5, 6), ("wl_output", 4, 4), ("wl_output", 4, 4)]);
    let (one, two) = (FIRST + 1, FIRST + 2);
    crosses(&mut client, &mut host, &Message::new(FIRST, CREATE_SURFACE).uint(SURFACE));
    for (output, scale, transform) in [(one, 1, 0), (two, 2, 3)] {
        crosses(&mut host, &mut client, &geometry(output, transform));
        crosses(&mut host, &mut client, &words(output, OUTPUT_SCALE, &[scale]));
        crosses(&mut host, &mut client, &Message::new(output, OUTPUT_DONE));
    }
    let preferred = |client: &mut Peer, scale: i32, transform: Option<i32>| {
        assert_eq!(client.next(), words(SURFACE, PREFERRED_SCALE, &[scale]));
        if let Some(transform) = transform {
            assert_eq!(client.next(), words(SURFACE, PREFERRED_TRANSFORM, &[transform]));
        }
    };
    let enter = |output: u32| Message::new(SURFACE, ENTER).uint(output);
    host.send(&enter(one));
    preferred(&mut client, 1, Some(0));
    assert_eq!(client.next(), enter(one));
    host.send(&enter(two));
    preferred(&mut client, 2, Some(3));
    assert_eq!(client.next(), enter(two));
    crosses(&mut host, &mut client, &words(two, OUTPUT_SCALE, &[3]));
    host.send(&Message::new(two, OUTPUT_DONE));
    preferred(&mut client, 3, None);
    assert_eq!(client.next(), Message::new(two, OUTPUT_DONE));
    host.send(&Message::new(SURFACE, ENTER + 1).uint(two));
    preferred(&mut client, 1, Some(0));
    assert_eq!(client.next(), Message::new(SURFACE, ENTER + 1).uint(two));
    rig.still_serves();
}

#[test]
fn outputs_have_the_names_that_xdg_output_says() {
    let rig = Rig::new();
    let (mut client, mut host) = rig.connect();
    client.send(&Message::new(DISPLAY, GET_REGISTRY).uint(REGISTRY));
    host.next();
    let global = |name: u32, interface: &str, version: u32| {
        Message::new(REGISTRY, GLOBAL).uint(name).string(interface).uint(version)
    };
    crosses(&mut host, &mut client, &global(1, "zxdg_output_manager_v1", 3));
    host.send(&global(2, "wl_output", 3));
    assert_eq!(client.next(), global(2, "wl_output", 4));
    client.send(&bind((2, "wl_output", 4), FIRST));
    assert_eq!(host.next(), bind((2, "wl_output", 3), FIRST));
    // carafe asks at once, so the answer is there before that of a client's round trip. Its own
    // registry first.
    let registry = host.next().word(0);
    let bound = host.next();
    assert_eq!((bound.object, bound.text(1)), (registry, "zxdg_output_manager_v1".into()));
    let manager = bound.word(bound.body.len() / 4 - 1);
    let asked = host.next();
    assert_eq!((asked.object, asked.word(1)), (manager, FIRST));
    let xdg = asked.word(0);
    crosses(&mut host, &mut client, &geometry(FIRST, 0));
    crosses(&mut host, &mut client, &words(FIRST, OUTPUT_MODE, &[1, 1920, 1080, 60_000]));
    host.send(&Message::new(FIRST, OUTPUT_DONE));
    host.send(&words(xdg, 1, &[1280, 720]));
    host.send(&Message::new(xdg, 3).string("eDP-1"));
    host.send(&Message::new(xdg, 4).string("Internal display"));
    host.send(&Message::new(xdg, 2));
    assert_eq!(client.next(), Message::new(FIRST, OUTPUT_NAME).string("eDP-1"));
    let description = Message::new(FIRST, OUTPUT_DESCRIPTION).string("Internal display");
    assert_eq!(client.next(), description);
    assert_eq!(client.next(), Message::new(FIRST, OUTPUT_DONE));
    // Later changes are as ever.
    crosses(&mut host, &mut client, &Message::new(FIRST, OUTPUT_DONE));
    client.send(&Message::new(FIRST, 0)); // wl_output.release
    assert_eq!(host.next(), Message::new(xdg, 0));
    assert_eq!(host.next(), Message::new(FIRST, 0));
    rig.still_serves();
}

#[test]
fn an_output_that_the_host_cannot_end_ends_for_the_client() {
    let rig = Rig::new();
    let (mut client, mut host) = client_of(&rig, &[("wl_output", 2, 4)]);
    client.send(&Message::new(FIRST, 0)); // wl_output.release
    assert_eq!(client.next(), Message::new(DISPLAY, 1).uint(FIRST)); // delete_id
    // The host goes on with it, and a new one has the id.
    host.send(&geometry(FIRST, 0));
    client.send(&bind((1, "wl_output", 4), FIRST));
    let again = host.next();
    let id = again.word(again.body.len() / 4 - 1);
    assert_ne!(id, FIRST);
    host.send(&geometry(id, 0));
    assert_eq!(client.next(), geometry(FIRST, 0));
    rig.still_serves();
}

#[test]
fn outputs_have_some_name_where_nobody_says_one() {
    let rig = Rig::new();
    let (mut client, mut host) = client_of(&rig, &[("wl_output", 3, 4)]);
    crosses(&mut host, &mut client, &geometry(FIRST, 0));
    host.send(&Message::new(FIRST, OUTPUT_DONE));
    assert_eq!(client.next(), Message::new(FIRST, OUTPUT_NAME).string("WL-1"));
    assert_eq!(client.next(), Message::new(FIRST, OUTPUT_DONE));
}

#[test]
fn a_wheels_steps_are_said_in_parts() {
    let rig = Rig::new();
    let (mut client, mut host) = client_of(&rig, &[("wl_seat", 6, 9)]);
    let (old, new) = (5, 4);
    crosses(&mut client, &mut host, &Message::new(FIRST, 0).uint(new)); // get_pointer
    host.send(&words(new, 8, &[0, -2])); // axis_discrete
    assert_eq!(client.next(), words(new, 9, &[0, -240])); // axis_value120
    crosses(&mut host, &mut client, &Message::new(new, 5)); // frame
    // A client that knows only steps gets them.
    client.send(&bind((1, "wl_seat", 7), old));
    assert_eq!(host.next(), bind((1, "wl_seat", 6), old));
    crosses(&mut client, &mut host, &Message::new(old, 0).uint(6));
    crosses(&mut host, &mut client, &words(6, 8, &[0, -2]));
    rig.still_serves();
}

#[test]
fn windows_are_told_their_bounds_and_what_can_be_done_with_them() {
    for has_aura in [false, true] {
        let rig = Rig::new();
        let globals = [("wl_compositor", 6, 6), ("xdg_wm_base", 3, 6)];
        let (mut client, mut host) = client_of(&rig, &globals);
        let global = |name: u32, interface: &str, version: u32| {
            Message::new(REGISTRY, GLOBAL).uint(name).string(interface).uint(version)
        };
        if has_aura {
            // It is for the host's own shell: clients are not shown it.
            host.send(&global(9, "zaura_shell", 65));
        }
        let surface = 5;
        crosses(&mut client, &mut host, &Message::new(FIRST, CREATE_SURFACE).uint(surface));
        let window = Message::new(FIRST + 1, 2).uint(6).uint(surface); // get_xdg_surface
        crosses(&mut client, &mut host, &window);
        let toplevel = 7;
        crosses(&mut client, &mut host, &Message::new(6, 1).uint(toplevel)); // get_toplevel
        let output = 8;
        crosses(&mut host, &mut client, &global(3, "wl_output", 4));
        crosses(&mut client, &mut host, &bind((3, "wl_output", 4), output));
        crosses(&mut host, &mut client, &geometry(output, 0));
        let aura = if has_aura {
            host.next(); // carafe's own registry
            assert_eq!(host.next().text(1), "zaura_shell");
            let got = host.next();
            assert_eq!(got.word(1), output);
            got.word(0)
        } else {
            0
        };
        if has_aura {
            // What the shelf needs of the output is not for windows.
            host.send(&words(aura, 3, &[0, 0, 48, 0]));
        }
        crosses(&mut host, &mut client, &words(output, OUTPUT_MODE, &[1, 1920, 1080, 60_000]));
        crosses(&mut host, &mut client, &words(output, OUTPUT_SCALE, &[2]));
        crosses(&mut host, &mut client, &Message::new(output, OUTPUT_DONE));
        let configure = words(toplevel, 0, &[0, 0]).array(&[]);
        host.send(&configure);
        let height = if has_aura { 492 } else { 540 };
        assert_eq!(client.next(), words(toplevel, 2, &[960, height])); // configure_bounds
        let all: &[u32] = if has_aura { &[2, 3, 4] } else { &[1, 2, 3, 4] };
        let bytes: Vec<u8> = all.iter().flat_map(|word| word.to_ne_bytes()).collect();
        assert_eq!(client.next(), Message::new(toplevel, 3).array(&bytes)); // wm_capabilities
        assert_eq!(client.next(), configure);
        // What is known needs no second word.
        crosses(&mut host, &mut client, &configure);
        rig.still_serves();
    }
}

#[test]
fn who_draws_a_frame_is_said_where_the_host_does_not() {
    let rig = Rig::new();
    let globals = [("wl_compositor", 6), ("xdg_wm_base", 6), ("zxdg_decoration_manager_v1", 1)];
    let (mut client, mut host) = rig.connect();
    client.send(&Message::new(DISPLAY, GET_REGISTRY).uint(REGISTRY));
    host.next();
    let global = |name: u32, interface: &str, version: u32| {
        Message::new(REGISTRY, GLOBAL).uint(name).string(interface).uint(version)
    };
    host.send(&global(9, "zaura_shell", 65));
    for (name, (interface, version)) in (1..).zip(globals) {
        crosses(&mut host, &mut client, &global(name, interface, version));
        let bound = bind((name, interface, version), FIRST + name - 1);
        crosses(&mut client, &mut host, &bound);
    }
    crosses(&mut client, &mut host, &Message::new(FIRST, CREATE_SURFACE).uint(SURFACE));
    crosses(&mut client, &mut host, &words(FIRST + 1, 2, &[7, SURFACE as i32])); // get_xdg_surface
    crosses(&mut client, &mut host, &Message::new(7, 1).uint(8)); // get_toplevel
    let decoration = 9;
    // get_toplevel_decoration
    crosses(&mut client, &mut host, &Message::new(FIRST + 2, 1).uint(decoration).uint(8));
    let configure = words(8, 0, &[0, 0]).array(&[]);
    let client_side = Message::new(decoration, 0).uint(1);
    // It has said nothing.
    host.send(&configure);
    assert_eq!(client.next(), client_side);
    assert_eq!(client.next(), configure);
    crosses(&mut host, &mut client, &configure);
    // It wants its own frame.
    crosses(&mut client, &mut host, &Message::new(decoration, 1).uint(1));
    host.send(&configure);
    assert_eq!(client.next(), client_side);
    assert_eq!(client.next(), configure);
    // It wants the host's, and that says so.
    crosses(&mut client, &mut host, &Message::new(decoration, 1).uint(2));
    crosses(&mut host, &mut client, &configure);
    crosses(&mut host, &mut client, &Message::new(decoration, 0).uint(2));
    crosses(&mut host, &mut client, &configure);
    rig.still_serves();
}
