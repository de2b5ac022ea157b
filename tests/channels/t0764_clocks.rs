//! A host whose clock differs from the guest's.

use std::time::Duration;

use rustix::time::{ClockId, clock_gettime};
use wayland_client::{Connection, Dispatch, QueueHandle};
use wayland_protocols::wp::presentation_time::client::wp_presentation::{self, WpPresentation};
use wayland_protocols::wp::presentation_time::client::wp_presentation_feedback::{
    self, WpPresentationFeedback,
};

use crate::canvas::Canvas;
use crate::client::Seen;
use crate::rig::Rig;
use crate::ways;

/// The host has been up for days longer than the guest.
const AHEAD: &str = "--clock-ahead=500000";

fn now() -> Duration {
    let now = clock_gettime(ClockId::Monotonic);
    Duration::new(now.tv_sec as u64, now.tv_nsec as u32)
}

/// Asks for the times of some frames: of the request, of showing it, of the event.
fn times(rig: &Rig, frames: usize) -> Vec<[Duration; 3]> {
    let mut client = rig.client();
    let presentation: WpPresentation = client.bind_with(1, Told);
    client.sync();
    assert!(client.seen.events.contains(&"clock 1".to_owned()));
    let (surface, _toplevel) = client.window("times");
    let mut canvas = Canvas::new(100, 100);
    let mut times = Vec::new();
    for frame in 0..frames {
        canvas.paint([frame as u32, 0, 10, 10]);
        let buffer = canvas.buffer(&mut client);
        let asked = now();
        presentation.feedback(&surface, &client.handle(), Told);
        surface.attach(Some(&buffer), 0, 0);
        surface.damage_buffer(0, 0, i32::MAX, i32::MAX);
        surface.commit();
        client.seen.events.clear();
        let shown = carafe_fixture::process::wait_for("a frame", || {
            client.turn(Duration::from_millis(100)).expect("the connection works");
            let mut events = client.seen.events.iter();
            events.find_map(|event| event.strip_prefix("shown ")?.parse::<u64>().ok())
        });
        times.push([asked, Duration::from_nanos(shown), now()]);
    }
    times
}

#[test]
fn presentation_times_are_of_the_guests_clock() {
    for [asked, shown, _] in times(&Rig::direct(&[AHEAD]), 1) {
        assert!(shown - asked > Duration::from_secs(400_000), "the host's clock is not ahead");
    }
    for way in ways::devices() {
        let rig = Rig::with(way, &[AHEAD], &[]);
        for [asked, shown, told] in times(&rig, 20) {
            assert!(asked <= shown && shown <= told, "{asked:?} {shown:?} {told:?} over {way:?}");
        }
        rig.stop();
    }
}

#[test]
fn other_globals_with_times_are_not_offered() {
    let timed = ["wp_commit_timing_manager_v1"];
    let direct = Rig::direct(&[]);
    for way in ways::devices() {
        let rig = Rig::new(way);
        for global in timed {
            assert!(direct.client().offers(global).is_some(), "{global}");
            assert_eq!(rig.client().offers(global), None, "{global} over {way:?}");
        }
        assert_eq!(
            rig.client().offers("wp_presentation"),
            direct.client().offers("wp_presentation")
        );
        rig.stop();
    }
}

/// Marks the objects whose times are written down.
#[derive(Clone, Copy)]
struct Told;

impl Dispatch<WpPresentation, Told> for Seen {
    fn event(
        seen: &mut Self,
        _: &WpPresentation,
        event: wp_presentation::Event,
        _: &Told,
        _: &Connection,
        _: &QueueHandle<Self>,
    ) {
        if let wp_presentation::Event::ClockId { clk_id } = event {
            seen.events.push(format!("clock {clk_id}"));
        }
    }
}

impl Dispatch<WpPresentationFeedback, Told> for Seen {
    fn event(
        seen: &mut Self,
        _: &WpPresentationFeedback,
        event: wp_presentation_feedback::Event,
        _: &Told,
        _: &Connection,
        _: &QueueHandle<Self>,
    ) {
        if let wp_presentation_feedback::Event::Presented {
            tv_sec_hi, tv_sec_lo, tv_nsec, ..
        } = event
        {
            let seconds = u64::from(tv_sec_hi) << 32 | u64::from(tv_sec_lo);
            seen.events.push(format!("shown {}", seconds * 1_000_000_000 + u64::from(tv_nsec)));
        }
    }
}
