//! An Exo that says values that nobody knows, and in an order that nobody expects: clients go on.

use std::os::fd::AsFd;

use super::rig::*;

const UNKNOWN: u32 = 0xffff;

const GLOBALS: [(u32, &str, u32); 9] = [
    (1, "wl_compositor", 3),
    (2, "wl_shm", 1),
    (3, "wl_seat", 6),
    (4, "wl_output", 3),
    (5, "xdg_wm_base", 3),
    (6, "zxdg_decoration_manager_v1", 1),
    (7, "zxdg_output_manager_v1", 3),
    (8, "zaura_shell", 65),
    (9, "zcr_keyboard_extension_v1", 2),
];

/// The client's objects; the host knows them by the same ids. The output is the last one, because
/// carafe makes objects of its own for it.
const COMPOSITOR: u32 = 3;
const SHM: u32 = 4;
const SEAT: u32 = 5;
const BASE: u32 = 6;
const DECORATIONS: u32 = 7;
const SURFACE: u32 = 8;
const XDG_SURFACE: u32 = 9;
const TOPLEVEL: u32 = 10;
const POINTER: u32 = 11;
const KEYBOARD: u32 = 12;
const DECORATION: u32 = 13;
const OUTPUT: u32 = 14;
const SYNC: u32 = 15;

/// Sends a request, and reads the host's messages up to it: carafe may say things of its own.
/// Returns those.
fn pass(client: &mut Peer, host: &mut Peer, request: &Message) -> Vec<Message> {
    client.send(request);
    let mut own = Vec::new();
    loop {
        let message = host.next();
        if (message.object, message.opcode) == (request.object, request.opcode) {
            return own;
        }
        own.push(message);
    }
}

/// A client with all objects whose events carafe reads.
fn client(rig: &Rig) -> (Peer, Peer) {
    let (mut client, mut host) = rig.connect();
    client.send(&Message::new(DISPLAY, 1).uint(REGISTRY));
    host.next();
    for (name, interface, version) in GLOBALS {
        host.send(&Message::new(REGISTRY, 0).uint(name).string(interface).uint(version));
    }
    for _ in &GLOBALS[..7] {
        client.next();
    }
    let bound = [(0, 6), (1, 1), (2, 9), (4, 6), (5, 1)];
    for (id, (at, version)) in (COMPOSITOR..).zip(bound) {
        let (name, interface, _) = GLOBALS[at];
        pass(&mut client, &mut host, &bind((name, interface, version), id));
    }
    for request in [
        Message::new(COMPOSITOR, 0).uint(SURFACE),
        Message::new(BASE, 2).uint(XDG_SURFACE).uint(SURFACE),
        Message::new(XDG_SURFACE, 1).uint(TOPLEVEL),
        Message::new(SEAT, 0).uint(POINTER),
        Message::new(SEAT, 1).uint(KEYBOARD),
        Message::new(DECORATIONS, 1).uint(DECORATION).uint(TOPLEVEL),
    ] {
        pass(&mut client, &mut host, &request);
    }
    pass(&mut client, &mut host, &bind((4, "wl_output", 4), OUTPUT));
    still_goes_on(&mut client, &mut host);
    (client, host)
}

/// Two round trips: with the first one, carafe has seen all that the host has said, and before the
/// second one it says what it has to say to that. Returns what that is.
fn still_goes_on(client: &mut Peer, host: &mut Peer) -> Vec<Message> {
    let mut own = round_trip(client, host);
    own.extend(round_trip(client, host));
    own
}

fn round_trip(client: &mut Peer, host: &mut Peer) -> Vec<Message> {
    client.send(&Message::new(DISPLAY, 0).uint(SYNC));
    let mut own = Vec::new();
    let callback = loop {
        let message = host.next();
        if (message.object, message.opcode) == (DISPLAY, 0) {
            break message.word(0);
        }
        own.push(message);
    };
    host.send(&Message::new(callback, 0).uint(7));
    host.send(&Message::new(DISPLAY, 1).uint(callback));
    loop {
        let message = client.next();
        assert_ne!((message.object, message.opcode), (DISPLAY, 0), "{message:?}");
        if (message.object, message.opcode) == (DISPLAY, 1) {
            return own;
        }
    }
}

/// The host gives the keyboard a keymap, which makes it an extended one.
fn send_keymap(host: &mut Peer, format: u32) {
    let file = tempfile::tempfile().expect("a file");
    host.send_fds(&Message::new(KEYBOARD, 0).uint(format).uint(10), &[file.as_fd()]);
}

fn words(object: u32, opcode: u16, words: &[u32]) -> Message {
    words.iter().fold(Message::new(object, opcode), |message, word| message.uint(*word))
}

/// One message for each event that carafe reads on Exo, with a value that nobody knows.
fn unknown_values() -> Vec<Message> {
    let states = UNKNOWN.to_ne_bytes();
    let enter = words(KEYBOARD, 1, &[1, SURFACE]).array(&states);
    vec![
        words(SHM, 0, &[UNKNOWN]),
        words(SEAT, 0, &[UNKNOWN]),
        words(OUTPUT, 0, &[0, 0, UNKNOWN, UNKNOWN, UNKNOWN]).string("").string("").uint(UNKNOWN),
        words(OUTPUT, 1, &[UNKNOWN, 800, 600, UNKNOWN]),
        words(OUTPUT, 1, &[UNKNOWN, u32::MAX, 1 << 31, UNKNOWN]),
        words(OUTPUT, 3, &[UNKNOWN]),
        words(OUTPUT, 3, &[0]),
        words(OUTPUT, 3, &[1 << 31]),
        words(OUTPUT, 2, &[]),
        words(SURFACE, 0, &[OUTPUT]),
        words(POINTER, 8, &[UNKNOWN, UNKNOWN]), // axis_discrete
        words(POINTER, 6, &[UNKNOWN]),          // axis_source
        enter,
        words(KEYBOARD, 3, &[2, 0, 30, UNKNOWN]),
        words(KEYBOARD, 4, &[3, UNKNOWN, UNKNOWN, u32::MAX, UNKNOWN]),
        words(KEYBOARD, 3, &[4, 0, u32::MAX, 1]),
        words(KEYBOARD, 5, &[u32::MAX, u32::MAX]),
        words(DECORATION, 0, &[UNKNOWN]),
        words(TOPLEVEL, 0, &[0, 0]).array(&states),
        words(TOPLEVEL, 0, &[u32::MAX, 1 << 31]).array(&[1, 2, 3]),
        words(XDG_SURFACE, 0, &[5]),
    ]
}

#[test]
fn values_that_nobody_knows_hurt_nobody() {
    let rig = Rig::with(&["--accelerators=Super_L,<Alt>tab"]);
    for format in [1, UNKNOWN] {
        let (mut client, mut host) = client(&rig);
        send_keymap(&mut host, format);
        for message in unknown_values() {
            host.send(&message);
            still_goes_on(&mut client, &mut host);
        }
    }
    rig.still_serves();
}

#[test]
fn each_key_is_acknowledged_once_whatever_the_order() {
    let rig = Rig::with(&["--accelerators=Super_L"]);
    let (mut client, mut host) = client(&rig);
    // A key before there is a keymap: nothing can be acknowledged, and the client gets it.
    host.send(&words(KEYBOARD, 3, &[1, 0, 30, 1]));
    assert!(still_goes_on(&mut client, &mut host).iter().all(|own| own.opcode != 1));
    send_keymap(&mut host, 1);
    let own = still_goes_on(&mut client, &mut host);
    let is_it = |own: &&Message| own.opcode == 0 && own.body.len() == 8 && own.word(1) == KEYBOARD;
    let extended = own.iter().find(is_it).unwrap_or_else(|| panic!("{own:?}")).word(0);
    // Without the focus; a release without its press; twice the same press; after leaving.
    let leave = words(KEYBOARD, 2, &[9, SURFACE]);
    let late = [words(KEYBOARD, 3, &[2, 0, 31, 1]), words(KEYBOARD, 3, &[3, 0, 32, 0])];
    let twice = [words(KEYBOARD, 3, &[4, 0, 33, 1]), words(KEYBOARD, 3, &[5, 0, 33, 1])];
    for message in late.into_iter().chain([leave.clone(), leave]).chain(twice) {
        host.send(&message);
    }
    let acks = |own: &[Message]| -> Vec<u32> {
        let acks = own.iter().filter(|own| (own.object, own.opcode) == (extended, 1));
        acks.map(|ack| ack.word(0)).collect()
    };
    let own = still_goes_on(&mut client, &mut host);
    assert_eq!(acks(&own), [2, 3, 4, 5], "{own:?}, {extended}");
    // A key that the host sent before it heard that the keyboard is gone: its object is gone too.
    let own = pass(&mut client, &mut host, &Message::new(KEYBOARD, 0));
    assert_eq!(own, [Message::new(extended, 0)]);
    host.send(&words(KEYBOARD, 3, &[6, 0, 33, 0]));
    assert_eq!(acks(&still_goes_on(&mut client, &mut host)), [0; 0]);
    rig.still_serves();
}

#[test]
fn keyboards_that_come_and_go_leave_nothing() {
    let rig = Rig::with(&[]);
    let (mut client, mut host) = client(&rig);
    let mut extended = 0_i32;
    for _ in 0..3000 {
        client.send(&Message::new(SEAT, 1).uint(SYNC));
        let made = loop {
            let message = host.next();
            if (message.object, message.opcode) == (SEAT, 1) {
                break message.word(0);
            }
        };
        let file = tempfile::tempfile().expect("a file");
        host.send_fds(&Message::new(made, 0).uint(1).uint(10), &[file.as_fd()]);
        client.next();
        drop(client.fd());
        client.send(&Message::new(SYNC, 0));
        loop {
            let message = host.next();
            if message.object == made {
                break;
            }
            match (message.opcode, message.body.len()) {
                (0, 8) => extended += 1, // get_extended_keyboard
                (0, 0) => {
                    extended -= 1; // destroy
                    host.send(&Message::new(DISPLAY, 1).uint(message.object));
                }
                _ => {}
            }
        }
        host.send(&Message::new(DISPLAY, 1).uint(made));
        assert_eq!(client.next(), Message::new(DISPLAY, 1).uint(SYNC));
    }
    assert_eq!(extended, 0);
    still_goes_on(&mut client, &mut host);
    rig.still_serves();
}

#[test]
fn an_id_as_long_as_a_message_is_cut_or_refused() {
    let rig = Rig::with(&[]);
    let (mut client, mut host) = client(&rig);
    let long = format!("\u{1}\n{}", "x".repeat(60_000));
    client.send(&Message::new(TOPLEVEL, 3).string(&long));
    let id = host.next();
    assert_eq!((id.object, id.opcode), (TOPLEVEL, 3));
    assert!(id.text(0).starts_with("org.chromium.guest_os.termina.wayland.  xxx"), "{id:?}");
    assert!(id.body.len() < 4096, "{}", id.body.len());
    still_goes_on(&mut client, &mut host);
    rig.still_serves();
}
