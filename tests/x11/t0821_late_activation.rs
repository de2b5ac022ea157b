//! `_NET_ACTIVE_WINDOW`: a late request for the keyboard does not take it from a window that the
//! user has used since (EWMH, "Focus stealing").

use std::thread;
use std::time::Duration;

use carafe_fixture::process::wait_for;
use x11rb::protocol::Event;

use crate::client::{Client, New};
use crate::stage::Stage;

/// The source of a request: an application for itself, or a pager for the user.
const APPLICATION: u32 = 1;
const PAGER: u32 = 2;

/// The X server's time.
fn now(client: &mut Client, window: u32) -> u32 {
    client.events.clear();
    client.set_numbers(window, "_TIME", "CARDINAL", &[0]);
    let changed = client.atom("_TIME");
    client.wait("the time", |event| match event {
        Event::PropertyNotify(event) if event.atom == changed => Some(event.time),
        _ => None,
    })
}

#[test]
fn a_late_request_for_the_keyboard_only_asks_for_attention() {
    let mut stage = Stage::new();
    let (mut asking, mut used) = (stage.client(), stage.client());
    let behind = asking.show(&New::named("behind", 0xff_00_00));
    stage.host().wait_for_window("behind");
    let other = used.show(&New::named("other", 0x00_ff_00));
    stage.host().wait_for_window("other");
    let front = used.show(&New::named("front", 0x00_00_ff));
    let [x, y, ..] = stage.host().wait_for_window("front").geometry;
    stage.host().ask(&format!("pointer move {} {}", x + 150, y + 100)).unwrap();
    let early = now(&mut asking, behind);
    thread::sleep(Duration::from_millis(300));
    // By the mouse, and by the keyboard.
    for user in ["pointer button left", "key 30"] {
        for (what, window, (source, time, active), deserved) in [
            ("late", behind, (APPLICATION, Some(early), 0), false),
            ("in time", behind, (APPLICATION, None, 0), true),
            ("without a time", behind, (APPLICATION, Some(0), 0), false),
            ("by who has the keyboard", behind, (APPLICATION, Some(0), front), true),
            ("by a tool that says nothing", behind, (0, Some(0), 0), true),
            ("by the user's choice in a list", behind, (PAGER, Some(early), 0), true),
            ("by the same program", other, (APPLICATION, Some(early), 0), true),
        ] {
            stage.host().ask("focus front").unwrap();
            wait_for("the front one to be active", || {
                (used.numbers(used.root, "_NET_ACTIVE_WINDOW") == [front]).then_some(())
            });
            used.events.clear();
            for state in ["press", "release"] {
                stage.host().ask(&format!("{user} {state}")).unwrap();
            }
            used.wait("what the user does", |event| match event {
                Event::ButtonPress(_) | Event::KeyPress(_) => Some(()),
                _ => None,
            });
            let time = time.unwrap_or_else(|| now(&mut asking, behind));
            let mut count = |name| stage.host().counter(name).unwrap();
            let before = (count("activations"), count("activations_deserved"));
            asking.ask(window, "_NET_ACTIVE_WINDOW", [source, time, active, 0, 0]);
            wait_for("the host to be asked", || {
                (count("activations") == before.0 + 1).then_some(())
            });
            let deserves = count("activations_deserved") - before.1;
            assert_eq!(deserves, u64::from(deserved), "{user}, {what}");
            let focused = if deserved { window } else { front };
            wait_for(&format!("the right window to be active: {user}, {what}"), || {
                (used.numbers(used.root, "_NET_ACTIVE_WINDOW") == [focused]).then_some(())
            });
        }
    }
    stage.end();
}

/// Hosts refuse serials from before the last change of the keyboard focus, and there may be no
/// later one than of that change itself.
#[test]
fn the_keyboard_goes_from_one_program_to_another_though_the_user_has_touched_nothing() {
    let mut stage = Stage::new();
    let (one, two) = (stage.client(), stage.client());
    let first = one.show(&New::named("first", 0xff_00_00));
    stage.host().wait_for_window("first");
    let second = two.show(&New::named("second", 0x00_ff_00));
    stage.host().wait_for_window("second");
    wait_for("the new window to be active", || {
        (one.numbers(one.root, "_NET_ACTIVE_WINDOW") == [second]).then_some(())
    });
    for round in 0..5 {
        // The user's last action was before the keyboard came here.
        if round == 3 {
            for state in ["press", "release"] {
                stage.host().ask(&format!("key 30 {state}")).unwrap();
            }
        }
        for (name, front, behind) in [("first", first, second), ("second", second, first)] {
            stage.host().ask(&format!("focus {name}")).unwrap();
            wait_for("the window in front", || {
                (one.numbers(one.root, "_NET_ACTIVE_WINDOW") == [front]).then_some(())
            });
            one.ask(behind, "_NET_ACTIVE_WINDOW", [PAGER, 0, 0, 0, 0]);
            wait_for("the other one", || {
                (one.numbers(one.root, "_NET_ACTIVE_WINDOW") == [behind]).then_some(())
            });
        }
    }
    stage.end();
}
