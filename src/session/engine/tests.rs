//! Objects that only one side knows, in every message of every protocol, in both loops.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]

use std::fs::File;
use std::sync::LazyLock;

use proptest::prelude::*;
use wayland_backend::protocol::{AllowNull, ArgumentType, Interface as Source, MessageDesc};
use wayland_client::Proxy;
use wayland_client::protocol::wl_callback::WlCallback;
use wayland_client::protocol::wl_display::WlDisplay;

use crate::protocol::{Arg, Interface, InterfaceId, Message, Tables};
use crate::session::testing::{Rig, Wants, feed, filled, message, read, take};
use crate::session::{AnyHandler, FaultKind, Scale, Want};
use crate::wire::{DISPLAY_ID, FdKind, SERVER_ID_START};

/// A handler that sees all messages, so that none is plain.
fn curious(tables: &Tables) -> Wants {
    // Routes are cached for each list of handlers. Most rigs use the usual tables, so they share
    // one list.
    static USUAL: LazyLock<&[Want<()>]> = LazyLock::new(|| all(Tables::get()));
    fn all(tables: &Tables) -> &'static [Want<()>] {
        let all = |interface: &Interface| {
            [Want::other_requests(interface.name, ()), Want::other_events(interface.name, ())]
        };
        tables.iter().flat_map(all).collect::<Vec<_>>().leak()
    }
    let is_usual = tables.len() == Tables::get().len();
    Wants(if is_usual { &USUAL } else { all(tables) })
}

/// The two loops: messages in runs, and one by one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Loop {
    Plain,
    One,
}

fn rig(tables: &'static Tables, which: Loop, scale: Scale) -> Rig {
    let handlers: Vec<Box<dyn AnyHandler>> = match which {
        Loop::Plain => Vec::new(),
        Loop::One => vec![Box::new(curious(tables))],
    };
    let mut rig = Rig::new(tables, handlers);
    rig.engine.state.objects.set_scale(scale);
    rig
}

/// All kinds of sessions.
fn ways() -> impl Iterator<Item = (&'static Tables, Loop, Scale)> {
    let scaled = [0.5, 1.5, 2.0].map(|ratio| (Tables::with_coordinates(), Scale::new(ratio)));
    let all = std::iter::once((Tables::get(), Scale::ONE)).chain(scaled);
    all.flat_map(|(tables, scale)| [Loop::Plain, Loop::One].map(|which| (tables, which, scale)))
}

/// Any interface, for arguments that name none.
fn callback(tables: &Tables) -> InterfaceId {
    tables.find("wl_callback").unwrap()
}

/// A message whose objects and new objects have these ids, with its descriptors in the flow.
fn fill(
    rig: &mut Rig,
    to: u32,
    opcode: usize,
    message: &Message,
    objects: &[u32],
    new: u32,
    noise: u32,
) -> Vec<u8> {
    let mut objects = objects.iter().copied();
    filled(to, u16::try_from(opcode).unwrap(), |start| {
        message.args.iter().fold(start, |m, arg| match arg {
            Arg::Str(_) => m.string("any"),
            Arg::Array => m.array(&[1, 2, 3]),
            Arg::Object(..) => m.uint(objects.next().unwrap()),
            Arg::NewId(_) => m.uint(new),
            Arg::Fd(_) => {
                let file = File::open("/dev/null").unwrap().into();
                rig.engine.events.fds.push(file, FdKind::Unknown).unwrap();
                m
            }
            Arg::Int | Arg::Uint | Arg::Fixed => m.uint(noise),
        })
    })
}

fn wanted(message: &Message, tables: &Tables) -> Vec<InterfaceId> {
    let object = |arg: &Arg| match arg {
        Arg::Object(want, _) => Some(want.unwrap_or_else(|| callback(tables))),
        _ => None,
    };
    message.args.iter().filter_map(object).collect()
}

/// An event about objects, some of which are carafe's own, between two other events: the client
/// gets only the other two, and nothing else changes.
fn keeps_event(
    way: (&'static Tables, Loop, Scale),
    interface: &Interface,
    opcode: usize,
    own: u32,
    noise: u32,
) {
    let (tables, which, scale) = way;
    let event = &interface.events[opcode];
    let name = format!("{}.{} ({which:?}, {scale:?}, {own:b})", interface.name, event.name);
    let mut rig = rig(tables, which, scale);
    let objects = &mut rig.engine.state.objects;
    let beat = objects.mirror_from_client(2, callback(tables), 1).unwrap();
    let receiver = tables.find(interface.name).unwrap();
    let to = objects.mirror_from_client(3, receiver, interface.version).unwrap();
    let mut client_ids = 4..;
    let mut named = Vec::new();
    for (n, wanted) in wanted(event, tables).into_iter().enumerate() {
        named.push(if own >> n & 1 == 1 {
            objects.make_host_only(wanted, 1).unwrap()
        } else {
            objects.mirror_from_client(client_ids.next().unwrap(), wanted, 1).unwrap()
        });
    }
    let event = fill(&mut rig, to, opcode, event, &named, SERVER_ID_START, noise);
    let first = message(beat, 0, &[1]);
    let last = message(beat, 0, &[2]);
    let got = rig.event(&[&first[..], &event, &last].concat());
    assert_eq!(read(&got), [(2, 0, vec![1]), (2, 0, vec![2])], "{name}");
    assert_eq!(rig.engine.events.fds.len(), 0, "{name}");
    assert_eq!(rig.engine.events.out.fds().len(), 0, "{name}");
}

/// One bit for each object in the message; at least one is set.
fn one_sided(message: &Message) -> std::ops::Range<u32> {
    let count = message.args.iter().filter(|arg| matches!(arg, Arg::Object(..))).count();
    1..1 << count
}

#[test]
fn events_about_objects_of_carafes_own_are_kept_from_clients() {
    let mut count = 0;
    for way in ways() {
        for interface in way.0.iter() {
            // The host's last message is never kept back: `handlers/display.rs`.
            if interface.name == "wl_display" {
                continue;
            }
            for (opcode, event) in interface.events.iter().enumerate() {
                for own in one_sided(event) {
                    keeps_event(way, interface, opcode, own, 7);
                    count += 1;
                }
            }
        }
    }
    assert!(count > 400, "only {count} events name objects");
}

proptest! {
    /// Whatever else such an event contains.
    #[test]
    fn any_event_about_an_object_of_carafes_own_is_kept(pick in any::<prop::sample::Index>(), way in any::<prop::sample::Index>(), noise: u32) {
        let ways: Vec<_> = ways().collect();
        let way = ways[way.index(ways.len())];
        let all: Vec<_> = way.0.iter().filter(|i| i.name != "wl_display").flat_map(|interface| {
            let of = move |(opcode, event)| one_sided(event).map(move |own| (interface, opcode, own));
            interface.events.iter().enumerate().flat_map(of)
        }).collect();
        let (interface, opcode, own) = all[pick.index(all.len())];
        keeps_event(way, interface, opcode, own, noise);
    }
}

#[test]
fn requests_about_what_only_the_client_knows_are_its_error_in_both_loops() {
    let mut count = 0;
    for way in ways() {
        let (tables, which, scale) = way;
        for interface in tables.iter() {
            for (opcode, request) in interface.requests.iter().enumerate() {
                let wanted = wanted(request, tables);
                let Some(first) = wanted.first() else { continue };
                let name = format!("{}.{} ({which:?}, {scale:?})", interface.name, request.name);
                let mut rig = rig(tables, which, scale);
                let objects = &mut rig.engine.state.objects;
                let receiver = tables.find(interface.name).unwrap();
                objects.mirror_from_client(2, receiver, interface.version).unwrap();
                objects.make_client_only(3, *first, 1).unwrap();
                let mut named = vec![3];
                for (id, wanted) in (4..).zip(&wanted[1..]) {
                    objects.mirror_from_client(id, *wanted, 1).unwrap();
                    named.push(id);
                }
                let new = 3 + u32::try_from(named.len()).unwrap();
                let bytes = fill(&mut rig, 2, opcode, request, &named, new, 7);
                let fault = rig.request(&bytes).unwrap_err();
                let text = "object 3 is not known on the other side";
                let ok = matches!(fault.kind(), FaultKind::Client { object, code: 1, text: said }
                    if *object == DISPLAY_ID && said.ends_with(text));
                assert!(ok, "{name}: {fault}");
                count += 1;
            }
        }
    }
    assert!(count > 1000, "only {count} requests name objects");
}

/// A protocol whose events make an object before they name one. (No real protocol does this today.)
static MAKER: Source = Source {
    name: "maker",
    version: 1,
    requests: &[],
    events: &[
        MessageDesc {
            name: "made",
            signature: &[
                ArgumentType::NewId,
                ArgumentType::Object(AllowNull::No),
                ArgumentType::Object(AllowNull::Yes),
            ],
            since: 1,
            is_destructor: false,
            child_interface: Some(&CHILD),
            arg_interfaces: &[&CHILD, &CHILD],
        },
        MessageDesc {
            name: "made_with_name",
            signature: &[
                ArgumentType::Str(AllowNull::No),
                ArgumentType::NewId,
                ArgumentType::Object(AllowNull::No),
                ArgumentType::Object(AllowNull::Yes),
            ],
            since: 1,
            is_destructor: false,
            child_interface: Some(&CHILD),
            arg_interfaces: &[&CHILD, &CHILD],
        },
    ],
    c_ptr: None,
};

static CHILD: Source = Source {
    name: "child",
    version: 1,
    requests: &[],
    events: &[MessageDesc {
        name: "made_another",
        signature: &[ArgumentType::NewId],
        since: 1,
        is_destructor: false,
        child_interface: Some(&CHILD),
        arg_interfaces: &[],
    }],
    c_ptr: None,
};

#[test]
fn what_an_event_makes_that_the_client_does_not_get_is_carafes_own() {
    let display = WlDisplay::interface();
    let tables = Tables::of(&[display, WlCallback::interface(), &MAKER]);
    for which in [Loop::Plain, Loop::One] {
        for opcode in [0, 1] {
            let mut rig = rig(tables, which, Scale::ONE);
            let objects = &mut rig.engine.state.objects;
            let maker = objects.mirror_from_client(2, tables.find("maker").unwrap(), 1).unwrap();
            let child = tables.find("child").unwrap();
            let known = objects.mirror_from_client(3, child, 1).unwrap();
            let own = objects.make_host_only(child, 1).unwrap();
            let made = |new: u32, other: u32| {
                filled(maker, opcode, |m| {
                    let m = if opcode == 1 { m.string("name") } else { m };
                    m.uint(SERVER_ID_START + new).uint(known).uint(other)
                })
            };
            // It makes another object, which makes another one.
            let more = |id: u32| message(SERVER_ID_START + id, 0, &[SERVER_ID_START + id + 1]);
            let got = rig.event(&[made(0, own), more(0), more(1), made(3, known)].concat());
            let got = read(&got);
            assert_eq!(got.len(), 1, "{which:?}: {got:x?}");
            // The client's ids have no gap.
            let words = [SERVER_ID_START, 3, 3];
            assert!(got[0].2.ends_with(&words), "{which:?}: {got:x?}");
            assert_eq!((got[0].0, got[0].1), (2, opcode));
        }
    }
}

#[test]
fn an_event_that_is_kept_counts_for_nothing() {
    let tables = Tables::get();
    let mut rig = rig(tables, Loop::Plain, Scale::ONE);
    let objects = &mut rig.engine.state.objects;
    let find = |name: &str| tables.find(name).unwrap();
    let surface = objects.mirror_from_client(2, find("wl_surface"), 6).unwrap();
    let output = objects.make_host_only(find("wl_output"), 4).unwrap();
    feed(&mut rig.engine.events, &message(surface, 0, &[output]));
    rig.engine.forward().unwrap();
    assert!(take(&mut rig.engine.events).is_empty());
    assert_eq!(rig.engine.observer.counters.events, 0);
}
