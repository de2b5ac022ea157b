//! Statistics of frames after a few messages.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use super::*;

const MS: u64 = 1_000_000;

/// One frame: read, sent, shown.
fn frame(frames: &mut Frames, surface: u32, at: u64) {
    frames.attach(surface, 20);
    frames.callback(surface, 30);
    frames.commit(surface, at);
    assert!(frames.has_unsent());
    frames.requests_sent(at + MS);
    frames.release(20);
    frames.done(30);
    assert!(frames.has_finished());
    let mut ended = Vec::new();
    frames.events_sent(at + 5 * MS, |surface, start| ended.push((surface, start)));
    assert_eq!(ended, [(surface, at)]);
}

fn near(value: u64, wanted: u64) -> bool {
    value.abs_diff(wanted) * 50 <= wanted
}

#[test]
fn frames_are_counted_and_timed() {
    let mut frames = Frames::default();
    for n in 0..61 {
        frame(&mut frames, 7, n * 20 * MS);
    }
    let surface = &frames.recent()[0];
    assert_eq!((surface.id, surface.commits, surface.frames), (7, 61, 61));
    assert_eq!((surface.attached, surface.released), (61, 61));
    assert!((surface.fps - 50.0).abs() < 0.01, "{}", surface.fps);
    assert_eq!(surface.longest, 20 * MS);
    let (host, done) = (surface.to_host, surface.to_done);
    assert!(host.count == 61 && near(host.p50, MS) && near(host.max, MS), "{host:?}");
    assert!(done.count == 61 && near(done.p99, 5 * MS), "{done:?}");
    // A report resets the recent numbers, but not the totals.
    let again = &frames.recent()[0];
    assert_eq!((again.to_host.count, again.longest), (0, 0));
    let all = &frames.all()[0];
    assert_eq!((all.to_host.count, all.longest), (61, 20 * MS));
}

#[test]
fn a_commit_without_a_new_buffer_is_no_frame() {
    let mut frames = Frames::default();
    frames.commit(7, 0);
    frames.attach(7, 0);
    frames.commit(7, MS);
    let surface = &frames.all()[0];
    assert_eq!((surface.commits, surface.frames, surface.attached), (2, 0, 0));
}

#[test]
fn a_callback_belongs_to_the_next_commit() {
    let mut frames = Frames::default();
    frames.callback(7, 30);
    frames.done(30);
    assert!(!frames.has_finished(), "it was not committed");
    frames.callback(7, 31);
    frames.commit(7, 100);
    frames.commit(7, 200);
    frames.done(31);
    frames.events_sent(300, |_, start| assert_eq!(start, 100));
    // A callback of wl_display.sync does not belong to a frame.
    frames.done(99);
    assert!(!frames.has_finished());
}

#[test]
fn all_is_bounded() {
    let mut frames = Frames::default();
    for id in 0..1000 {
        frames.callback(1000 + id, 2 * id);
        frames.callback(1000, 5000 + id);
        frames.attach(1000, 10_000 + id);
        frames.commit(1000 + id, 0);
    }
    assert_eq!(frames.surfaces.len(), MAX_SURFACES);
    assert!(frames.callbacks.len() <= MAX_CALLBACKS && frames.buffers.len() <= MAX_BUFFERS);
    // A destroyed surface makes room for another one.
    frames.destroy(1001);
    frames.attach(5, 1);
    frames.commit(5, 0);
    let ids: Vec<u32> = frames.all().iter().map(|surface| surface.id).collect();
    assert!(ids.contains(&5) && !ids.contains(&1001), "{ids:?}");
}

#[test]
fn an_id_used_again_is_another_surface() {
    let mut frames = Frames::default();
    frame(&mut frames, 7, 0);
    frames.destroy(7);
    frame(&mut frames, 7, MS);
    let all = frames.all();
    assert_eq!(all.iter().map(|s| (s.id, s.gone)).collect::<Vec<_>>(), [(7, true), (7, false)]);
}

#[test]
fn a_period_has_its_own_frames() {
    let mut frames = Frames::default();
    for n in 0..11 {
        frame(&mut frames, 7, n * 10 * MS);
    }
    let period = &frames.end_period(100 * MS)[0];
    assert_eq!((period.surface, period.total, period.frames), (7, 11, 10));
    assert_eq!((period.total_time, period.time), (100 * MS, 90 * MS));
    assert!((period.fps.mean() - 100.0).abs() < 0.01);
    assert!(frames.end_period(200 * MS).is_empty());
}
