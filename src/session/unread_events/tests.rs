#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::*;
use crate::protocol::Tables;
use crate::session::Handlers;
use crate::wire::MessageBuilder;

const POINTER: u32 = 10;
const OLD_POINTER: u32 = 11;
const TOUCH: u32 = 12;
const RELATIVE: u32 = 13;
const CALLBACK: u32 = 14;
const SECOND_POINTER: u32 = 15;

const ALL: [(u32, &str, u32); 6] = [
    (POINTER, "wl_pointer", 8),
    (OLD_POINTER, "wl_pointer", 4),
    (TOUCH, "wl_touch", 5),
    (RELATIVE, "zwp_relative_pointer_v1", 1),
    (CALLBACK, "wl_callback", 1),
    (SECOND_POINTER, "wl_pointer", 8),
];

fn objects() -> Objects {
    let tables = Tables::get();
    let mut objects = Objects::new(tables, Handlers::new(tables, Vec::new()).unwrap().plans());
    for id in 2..10 {
        objects.mirror_from_client(id, tables.find("wl_registry").unwrap(), 1).unwrap();
    }
    for (id, interface, version) in ALL {
        objects.mirror_from_client(id, tables.find(interface).unwrap(), version).unwrap();
    }
    objects
}

fn event(object: u32, name: &str, words: &[u32]) -> Vec<u8> {
    let tables = Tables::get();
    let (_, interface, _) = ALL.iter().find(|(id, ..)| *id == object).unwrap();
    let interface = tables.interface(tables.find(interface).unwrap());
    let opcode = interface.events.iter().position(|event| event.name == name).unwrap();
    let mut bytes = Vec::new();
    let message = MessageBuilder::new(&mut bytes, object, u16::try_from(opcode).unwrap());
    words.iter().fold(message, |message, word| message.uint(*word)).finish();
    bytes
}

/// What comes out when these events are held together.
fn held(events: &[Vec<u8>]) -> Vec<Vec<u8>> {
    let (mut held, objects) = (UnreadEvents::default(), objects());
    for event in events {
        held.push(event, Tables::get(), &objects);
    }
    let len = held.len();
    let mut sent = Vec::new();
    let mut calls = 0;
    held.send(|slices, _| {
        calls += 1;
        // Send in several steps.
        let all: Vec<u8> = slices.iter().flat_map(|slice| slice.iter().copied()).collect();
        let some = all.len().min(1 + calls * 7);
        sent.extend_from_slice(&all[..some]);
        Ok(some)
    })
    .unwrap();
    assert!(held.is_empty());
    assert_eq!(sent.len(), len);
    let mut messages = Vec::new();
    while let Some(header) = Header::read(&sent).unwrap() {
        messages.push(sent.drain(..usize::from(header.len)).collect());
    }
    messages
}

fn motion(object: u32, x: u32) -> Vec<u8> {
    event(object, "motion", &[x, x, x])
}

fn frame(object: u32) -> Vec<u8> {
    event(object, "frame", &[])
}

#[test]
fn only_the_last_place_of_a_pointer_counts() {
    let mut events = vec![motion(POINTER, 0), frame(POINTER)];
    for x in 1..100 {
        events.extend([motion(POINTER, x), frame(POINTER)]);
    }
    // The first group may have begun before the first held event.
    let expected =
        [motion(POINTER, 0), frame(POINTER), motion(POINTER, 99), frame(POINTER)].to_vec();
    assert_eq!(held(&events), expected);
}

#[test]
fn an_old_pointer_has_no_frames() {
    let events: Vec<_> = (0..100).map(|x| motion(OLD_POINTER, x)).collect();
    assert_eq!(held(&events), [motion(OLD_POINTER, 99)]);
}

#[test]
fn nothing_is_moved_past_another_event() {
    let button = |state| event(POINTER, "button", &[1, 1, 272, state]);
    let done = event(CALLBACK, "done", &[1]);
    let events = [
        frame(POINTER),
        motion(POINTER, 1),
        frame(POINTER),
        button(1),
        frame(POINTER),
        motion(POINTER, 2),
        frame(POINTER),
        motion(POINTER, 3),
        frame(POINTER),
        done.clone(),
        motion(POINTER, 4),
        frame(POINTER),
        motion(POINTER, 5),
        button(0),
        frame(POINTER),
    ];
    let expected = [
        frame(POINTER),
        motion(POINTER, 1),
        frame(POINTER),
        button(1),
        frame(POINTER),
        motion(POINTER, 3),
        frame(POINTER),
        done,
        // The press was at 5, in the same group, and not at 4.
        motion(POINTER, 5),
        button(0),
        frame(POINTER),
    ];
    assert_eq!(held(&events), expected);
}

#[test]
fn a_group_with_something_else_in_it_stays_whole() {
    let button = event(POINTER, "button", &[1, 1, 272, 1]);
    let events = [
        button.clone(),
        motion(POINTER, 1),
        frame(POINTER),
        motion(POINTER, 2),
        frame(POINTER),
        motion(POINTER, 3),
        frame(POINTER),
    ];
    let expected = [button, motion(POINTER, 1), frame(POINTER), motion(POINTER, 3), frame(POINTER)];
    assert_eq!(held(&events), expected);
}

#[test]
fn each_finger_has_its_place() {
    let moved = |id, x| event(TOUCH, "motion", &[x, id, x, x]);
    let mut events = vec![event(TOUCH, "down", &[1, 1, 1, 0, 0, 0]), frame(TOUCH)];
    let before = events.clone();
    events.extend([moved(0, 1), moved(1, 2), frame(TOUCH), moved(1, 3), frame(TOUCH)]);
    events.extend([moved(0, 4), frame(TOUCH)]);
    let expected = [&before[..], &[moved(0, 4), moved(1, 3), frame(TOUCH)]].concat();
    assert_eq!(held(&events), expected);
}

#[test]
fn distances_are_added_up_and_stand_before_their_frame() {
    let moved = |time: u32, by: i32| {
        let by = by.cast_unsigned();
        event(RELATIVE, "relative_motion", &[0, time, by, by, by, by])
    };
    let mut events = vec![frame(POINTER), motion(POINTER, 0), frame(POINTER)];
    for time in 1..=10 {
        events.extend([moved(time, -3), motion(POINTER, time), frame(POINTER)]);
    }
    let expected = [frame(POINTER), moved(10, -30), motion(POINTER, 10), frame(POINTER)];
    assert_eq!(held(&events), expected);
    // A locked pointer only tells distances.
    let locked: Vec<_> = [frame(POINTER)]
        .into_iter()
        .chain((1..=10).flat_map(|time| [moved(time, 5), frame(POINTER)]))
        .collect();
    assert_eq!(held(&locked), [frame(POINTER), moved(10, 50), frame(POINTER)]);
}

#[test]
fn what_was_cut_is_not_looked_at() {
    let (mut held, objects) = (UnreadEvents::default(), objects());
    let events = [motion(POINTER, 1), frame(POINTER)].concat();
    held.push_rest(&events[5..]);
    held.push(&motion(OLD_POINTER, 1), Tables::get(), &objects);
    let mut sent = Vec::new();
    held.send(|slices, _| {
        sent.extend_from_slice(&slices[0]);
        Ok(slices[0].len())
    })
    .unwrap();
    assert_eq!(sent, [&events[5..], &motion(OLD_POINTER, 1)].concat());
}

/// An event for random sequences.
fn any_event() -> impl Strategy<Value = Vec<u8>> {
    let pointer = prop_oneof![Just(POINTER), Just(SECOND_POINTER)];
    prop_oneof![
        6 => (pointer.clone(), 0u32..100).prop_map(|(object, x)| motion(object, x)),
        6 => pointer.clone().prop_map(frame),
        1 => (pointer.clone(), 0u32..2)
            .prop_map(|(object, on)| event(object, "button", &[1, 1, 272, on])),
        2 => (0u32..100).prop_map(|x| motion(OLD_POINTER, x)),
        3 => (0u32..3, 0u32..100).prop_map(|(id, x)| event(TOUCH, "motion", &[x, id, x, x])),
        3 => Just(frame(TOUCH)),
        2 => (1u32..9)
            .prop_map(|x| event(RELATIVE, "relative_motion", &[0, 0, x, x, x, x])),
        1 => Just(event(CALLBACK, "done", &[1])),
    ]
}

/// What a client knows at each event that is not joined, and at the end: the last positions, and
/// the sums of the distances.
type Known = (BTreeMap<(u32, u32), Vec<u8>>, u32);

fn played(events: &[Vec<u8>]) -> Vec<(Option<Vec<u8>>, Known)> {
    let mut known = Known::default();
    let mut seen = Vec::new();
    for message in events {
        let header = Header::read(message).unwrap().unwrap();
        let is_frame = header.len == 8;
        match (header.object, header.opcode) {
            (POINTER | SECOND_POINTER | OLD_POINTER, 2) => {
                known.0.insert((header.object, 0), message.clone());
            }
            (TOUCH, 2) => {
                known.0.insert((TOUCH, word(message, 1)), message.clone());
            }
            (RELATIVE, _) => known.1 += word(message, 2),
            _ if is_frame => {}
            _ => seen.push((Some(message.clone()), known.clone())),
        }
    }
    seen.push((None, known));
    seen
}

proptest! {
    #[test]
    fn a_client_knows_the_same_whenever_something_else_happens(
        events in prop::collection::vec(any_event(), 0..200),
    ) {
        let out = held(&events);
        prop_assert_eq!(played(&out), played(&events));
        prop_assert!(out.len() <= events.len());
    }

    #[test]
    fn a_held_group_ends_if_it_ended(moves in 1usize..50) {
        let mut events = vec![frame(POINTER)];
        for x in 0..moves {
            events.extend([motion(POINTER, u32::try_from(x).unwrap()), frame(POINTER)]);
        }
        let out = held(&events);
        prop_assert_eq!(out.len(), 3);
        prop_assert_eq!(out.last(), Some(&frame(POINTER)));
    }
}
