//! Messages as text.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use super::*;
use crate::protocol::{Message, Tables};
use crate::wire::MessageBuilder;

fn decode(interface: &str, message: &str, bytes: &[u8]) -> String {
    decode_with(true, interface, message, bytes)
}

fn decode_with(secrets: bool, interface: &str, message: &str, bytes: &[u8]) -> String {
    let tables = Tables::get();
    let interface = tables.interface(tables.find(interface).unwrap());
    let named = |m: &&Message| m.name == message;
    let found = interface.requests.iter().find(named).or(interface.events.iter().find(named));
    let body = bytes.get(8..).unwrap();
    MessageText { object: 5, interface, message: found.unwrap(), body, secrets }.to_string()
}

fn bytes(fill: impl FnOnce(MessageBuilder<'_>) -> MessageBuilder<'_>) -> Vec<u8> {
    let mut bytes = Vec::new();
    fill(MessageBuilder::new(&mut bytes, 5, 0)).finish();
    bytes
}

#[test]
fn every_kind_of_argument() {
    let attach = bytes(|m| m.uint(9).uint((-3i32).cast_unsigned()).uint(4));
    assert_eq!(decode("wl_surface", "attach", &attach), "wl_surface#5.attach(wl_buffer#9, -3, 4)");
    let detach = bytes(|m| m.uint(0).uint(0).uint(0));
    assert_eq!(decode("wl_surface", "attach", &detach), "wl_surface#5.attach(nil, 0, 0)");
    let frame = bytes(|m| m.uint(8));
    assert_eq!(decode("wl_surface", "frame", &frame), "wl_surface#5.frame(new id wl_callback#8)");
    let motion = bytes(|m| m.uint(1).uint(384).uint((-128i32).cast_unsigned()));
    assert_eq!(decode("wl_pointer", "motion", &motion), "wl_pointer#5.motion(1, 1.5, -0.5)");
    let title = bytes(|m| m.string("a \"b\"\n"));
    let text = "xdg_toplevel#5.set_title(\"a \\\"b\\\"\\n\")";
    assert_eq!(decode("xdg_toplevel", "set_title", &title), text);
    let pool = bytes(|m| m.uint(6).uint(4096));
    let text = "wl_shm#5.create_pool(new id wl_shm_pool#6, fd (shared memory), 4096)";
    assert_eq!(decode("wl_shm", "create_pool", &pool), text);
    let bind = bytes(|m| m.uint(3).string("wl_seat").uint(7).uint(4));
    let text = "wl_registry#5.bind(3, \"wl_seat\", 7, new id wl_seat#4)";
    assert_eq!(decode("wl_registry", "bind", &bind), text);
    let configure = bytes(|m| m.uint(1).uint(2).uint(0));
    let text = "xdg_toplevel#5.configure(1, 2, array[0])";
    assert_eq!(decode("xdg_toplevel", "configure", &configure), text);
}

#[test]
fn what_the_user_types_reads_or_copies_is_hidden() {
    let hidden = |interface, message, bytes: &[u8]| decode_with(false, interface, message, bytes);
    let key = bytes(|m| m.uint(1).uint(2).uint(30).uint(1));
    assert_eq!(hidden("wl_keyboard", "key", &key), "wl_keyboard#5.key(1, 2, ***, 1)");
    assert_eq!(decode("wl_keyboard", "key", &key), "wl_keyboard#5.key(1, 2, 30, 1)");
    let typed = bytes(|m| m.string("hunter2"));
    let text = "zwp_text_input_v3#5.commit_string(***)";
    assert_eq!(hidden("zwp_text_input_v3", "commit_string", &typed), text);
    assert_eq!(hidden("xdg_toplevel", "set_title", &typed), "xdg_toplevel#5.set_title(***)");
    let text = "xdg_toplevel#5.set_app_id(\"hunter2\")";
    assert_eq!(hidden("xdg_toplevel", "set_app_id", &typed), text);
    let around = bytes(|m| m.string("hunter2").uint(5).uint(5));
    let text = "zwp_text_input_v3#5.set_surrounding_text(***, 5, 5)";
    assert_eq!(hidden("zwp_text_input_v3", "set_surrounding_text", &around), text);
    let none = bytes(|m| m.uint(0));
    let text = "zwp_text_input_v3#5.commit_string(nil)";
    assert_eq!(hidden("zwp_text_input_v3", "commit_string", &none), text);
}

#[test]
fn long_strings_and_cut_messages_are_shown_in_part() {
    let title = bytes(|m| m.string(&"x".repeat(500)));
    let text = decode("xdg_toplevel", "set_title", &title);
    assert!(text.len() < 150 && text.ends_with("x\"…)"), "{text}");
    let cut = &bytes(|m| m.uint(9).uint(1))[..13];
    assert_eq!(decode("wl_surface", "attach", cut), "wl_surface#5.attach(wl_buffer#9, …)");
}

#[test]
fn the_ring_keeps_the_newest_in_order() {
    let surface = Tables::get().find("wl_surface").unwrap();
    let mut ring = Ring::default();
    assert_eq!(ring.places(), []);
    let count = u32::try_from(RING_LEN).unwrap() + 3;
    for n in 0..count {
        ring.start_run(Side::Client, n * 8, n.is_multiple_of(2));
        ring.push(0, surface);
    }
    let places = ring.places();
    assert_eq!(places.len(), RING_LEN);
    let place = |n: u32| RecentMessage {
        side: Side::Client,
        position: n * 8,
        interface: surface,
        rewritten: n.is_multiple_of(2),
    };
    assert_eq!(places.first(), Some(&place(3)));
    assert_eq!(places.last(), Some(&place(66)));
}

#[test]
fn counters_add_up() {
    let one = Counters {
        requests: 1,
        events: 2,
        frames: 3,
        fds: 4,
        request_bytes: 2,
        event_bytes: 3,
        bytes_lacking: 6,
        bytes_copied: 0,
    };
    let mut sum = one;
    sum += one;
    assert_eq!(sum.to_string(), "2 requests, 4 events, 6 frames, 8 fds, 10 bytes");
    sum += Counters { bytes_copied: 20, ..Counters::default() };
    assert!(sum.to_string().ends_with("10 bytes, 20 bytes copied of 12 that changed"), "{sum}");
}
