//! The table and the JSON.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use super::super::counters::Counters;
use super::*;

const SECOND: u64 = 1_000_000_000;

fn snapshot(seconds: u64, frames: u64) -> Snapshot {
    let counters =
        Counters { requests: 20 * frames, request_bytes: 1024 * frames, ..<_>::default() };
    let times = |p50| Percentiles { count: 60, p50, p90: p50, p99: 2 * p50, max: 3 * p50 };
    let surface = SurfaceStats {
        id: 7,
        gone: false,
        commits: frames,
        frames,
        fps: 59.5,
        attached: frames,
        released: frames - 2,
        longest: 17_000_000,
        to_host: times(30_000),
        to_done: times(9_000_000),
    };
    Snapshot {
        session: 1,
        name: "session 1 (\"foot\" 42)".into(),
        at: seconds * SECOND,
        since: 0,
        counters,
        depths: <_>::default(),
        surfaces: vec![surface],
    }
}

#[test]
fn rates_and_totals() {
    let (before, now) = (snapshot(2, 100), snapshot(4, 220));
    let live = table("x", &[Table { now: &now, over: TableSpan::Since(Some(&before)) }]);
    let lines: Vec<&str> = live.lines().collect();
    let client = "1 (\"foot\" 42)                       1200        0     60.0        0.0    0";
    assert_eq!(lines[3], client, "\n{live}");
    let surface = "  7          120   60.0    17.0     0.030  0.060     9.000   18.0    27.0    2";
    assert_eq!(lines[4], surface, "\n{live}");
    let all = table("x", &[Table { now: &now, over: TableSpan::All }]);
    assert!(all.contains(" 4400 ") && all.contains("220   59.5"), "{all}");
    // The headings are above their columns.
    for (head, row) in [(lines[1], lines[3]), (lines[2], lines[4])] {
        assert_eq!(head.chars().count(), row.chars().count(), "\n{live}");
        assert!(head.chars().count() <= 80);
    }
}

#[test]
fn copies_are_shown_where_there_are_any() {
    let mut now = snapshot(1, 10);
    let copies = |now: &Snapshot| {
        table("", &[Table { now, over: TableSpan::All }])
            .lines()
            .any(|line| line.contains("copied"))
    };
    assert!(!copies(&now));
    now.counters.bytes_copied = 1;
    assert!(copies(&now));
}

#[test]
fn queues_are_shown_if_something_has_waited() {
    let mut now = snapshot(1, 10);
    let most = Depth { bytes: 4096, fds: 2 };
    now.depths.1 = Depths { now: Depth { bytes: 8, fds: 0 }, most };
    let text = table("", &[Table { now: &now, over: TableSpan::All }]);
    assert!(
        text.contains("\n  waits for the client: 8 bytes, 0 fds (at most 4096, 2)\n"),
        "{text}"
    );
    assert!(!text.contains("for the host"), "{text}");
}

#[test]
fn surfaces_that_are_gone_are_shown_in_the_end_only() {
    let mut now = snapshot(1, 10);
    now.surfaces[0].gone = true;
    now.surfaces[0].to_host = Percentiles::default();
    let lines = |over| table("", &[Table { now: &now, over }]).lines().count();
    assert_eq!((lines(TableSpan::Since(None)), lines(TableSpan::All)), (4, 5));
}

#[test]
fn json_is_json() {
    let now = snapshot(2, 120);
    let session = || Table { now: &now, over: TableSpan::Since(None) };
    let text = json(&[session(), session()]);
    assert_eq!(text.lines().count(), 1);
    let json: serde_json::Value = serde_json::from_str(&text).unwrap();
    let session = &json["sessions"][1];
    assert_eq!(session["name"], "session 1 (\"foot\" 42)");
    assert_eq!(session["requests"], 2400);
    assert_eq!(session["surfaces"][0]["commit_to_done"]["p99"], 18_000_000);
    assert_eq!(session["surfaces"][0]["fps"], 60.0);
    assert_eq!(session["to_host"]["most"]["bytes"], 0);
}
