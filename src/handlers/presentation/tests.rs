//! Times of a host with another clock.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use proptest::prelude::*;

use super::*;
use crate::protocol::Tables;
use crate::session::testing::{Rig, message, read};

const MS: i128 = 1_000_000;

/// A frame at 60 Hz, shown by the host's clock, which differs by `ahead`, and told after `wait` by
/// the client's clock.
fn tell(offset: &mut ClockOffset, ahead: i128, frame: i128, wait: i128) -> i128 {
    let shown = 1000 * NANOSECONDS + frame * 16 * MS;
    let told = offset.translate(shown + ahead - 10 * MS, shown, shown + ahead + wait);
    told - (shown + ahead)
}

#[test]
fn the_shortest_wait_counts_and_intervals_are_even() {
    let mut offset = ClockOffset::default();
    let waits = [5, 1, 3, 8, 2, 9].map(|ms| ms * MS);
    let errors: Vec<_> = (0..)
        .zip(waits)
        .map(|(frame, wait)| tell(&mut offset, -7 * NANOSECONDS, frame, wait))
        .collect();
    assert_eq!(errors, [5, 1, 1, 1, 1, 1].map(|ms| ms * MS));
}

#[test]
fn clocks_that_part_slowly_are_followed() {
    let mut offset = ClockOffset::default();
    // 100 ppm in both directions, for ten minutes.
    for drift in [-100, 100] {
        for frame in 0..36_000 {
            let ahead = 3 * NANOSECONDS + frame * 16 * MS * drift / 1_000_000;
            let wait = (1 + frame % 3) * MS;
            let error = tell(&mut offset, ahead, frame, wait);
            assert!((0..=4 * MS).contains(&error), "{error} after {frame} frames at {drift}");
        }
        offset = ClockOffset::default();
    }
}

#[test]
fn a_machine_that_slept_is_noticed_at_once() {
    for step in [-3600 * NANOSECONDS, 3600 * NANOSECONDS] {
        let mut offset = ClockOffset::default();
        tell(&mut offset, 0, 0, MS);
        assert_eq!(tell(&mut offset, step, 1, 2 * MS), 2 * MS);
        assert_eq!(tell(&mut offset, step, 2, 5 * MS), 2 * MS);
    }
}

proptest! {
    /// Whatever the host says, the client gets a time between its request and now.
    #[test]
    fn times_are_never_before_the_request_nor_in_the_future(
        said in prop::collection::vec((any::<u64>(), any::<u32>(), 0..1_000_000_000i64), 1..50),
    ) {
        let mut offset = ClockOffset::default();
        let mut now = 5 * NANOSECONDS;
        for (seconds, nanoseconds, took) in said {
            let asked = now;
            now += i128::from(took);
            let shown = i128::from(seconds) * NANOSECONDS + i128::from(nanoseconds);
            let told = offset.translate(asked, shown, now);
            prop_assert!((asked..=now).contains(&told));
        }
    }
}

#[test]
fn every_time_of_the_hosts_clock_has_a_row() {
    let of_clock = |argument: &&str| {
        ["tv_", "clk_id", "timebase"].iter().any(|start| argument.starts_with(start))
            || argument.contains("stamp")
    };
    let mut found: Vec<_> = crate::protocol::numbers()
        .filter(|(_, arguments)| arguments.iter().any(of_clock))
        .map(|(message, _)| message)
        .collect();
    let mut known: Vec<_> = TIMES.iter().map(|(message, _)| *message).collect();
    found.sort_unstable();
    known.sort_unstable();
    assert_eq!(found, known);
    for (_, time) in TIMES {
        if let Time::NotOffered(global) = time {
            assert!(Tables::get().find(global).is_some(), "{global}");
            assert!(objection(global).is_some(), "{global}");
        }
    }
}

#[test]
fn a_client_hears_of_its_own_clock() {
    let mut rig = Rig::new(Tables::get(), vec![Box::new(Presentation::default())]);
    rig.request(&message(1, 1, &[2])).unwrap();
    rig.bind(&[2], 2, &[("wp_presentation", 1), ("wl_compositor", 4)], 3);
    rig.request(&message(4, 0, &[5])).unwrap();
    assert_eq!(read(&rig.event(&message(3, 0, &[4]))), [(3, 0, vec![1])]);
    let before = now();
    rig.request(&message(3, 1, &[5, 6])).unwrap();
    // A host that sends impossible times, and says that its hardware has measured them.
    let got = read(&rig.event(&message(6, 1, &[u32::MAX, u32::MAX, 999_999_999, 16, 1, 2, 0xf])));
    let [(6, 1, words)] = &got[..] else { panic!("{got:?}") };
    let [high, low, nanoseconds, rest @ ..] = &words[..] else { panic!("{words:?}") };
    let told = i128::from(u64::from(*high) << 32 | u64::from(*low)) * NANOSECONDS;
    assert!((before..=now()).contains(&(told + i128::from(*nanoseconds))));
    assert_eq!(rest, [16, 1, 2, 0xd]);
    // A feedback that ends without a time is forgotten.
    rig.request(&message(3, 1, &[5, 7])).unwrap();
    assert_eq!(read(&rig.event(&message(7, 2, &[]))), [(7, 2, vec![])]);
}
