//! The trace's JSON.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use super::*;

#[test]
fn it_is_json_of_spans() {
    let mut trace = Trace::default();
    let span = |work, note| Span { start: 1_500, end: 3_750, work, note };
    let works = [Work::Read, Work::Forward, Work::Copy, Work::Send];
    let mut spans: Vec<Span> = works.map(|work| span(work, 40)).to_vec();
    spans.push(span(Work::Handle, 0));
    spans.push(span(Work::Frame, 7));
    trace.add(2, "a \"b\"\n".into(), spans);
    trace.add(3, "nothing".into(), Vec::new());
    let json: serde_json::Value = serde_json::from_str(&trace.text()).unwrap();
    let events = json["traceEvents"].as_array().unwrap();
    assert_eq!(events.len(), 2 + 5 + 2);
    assert_eq!(events[1]["args"]["name"], "a \"b\"\n");
    assert_eq!(events[2]["name"], "read");
    assert_eq!((&events[2]["ts"], &events[2]["dur"]), (&1.5.into(), &2.25.into()));
    assert_eq!((&events[2]["tid"], &events[2]["args"]["bytes"]), (&2.into(), &40.into()));
    assert_eq!(events[6]["args"]["interface"], "wl_display");
    let frame = [&events[7], &events[8]];
    assert_eq!(frame.map(|event| event["ph"].as_str().unwrap()), ["b", "e"]);
    assert_eq!(frame[0]["id"], frame[1]["id"]);
    assert_eq!(json["metadata"]["clock"], "CLOCK_MONOTONIC");
    assert!(json["metadata"]["boottime_ahead_ns"].is_u64());
}

#[test]
fn its_size_is_bounded() {
    let mut trace = Trace::default();
    let spans = vec![Span { start: 0, end: 1, work: Work::Read, note: 0 }; MAX_SPANS / 2];
    for session in 0..5 {
        trace.add(session, String::new(), spans.clone());
    }
    let sessions: Vec<u64> = trace.tracks.iter().map(|track| track.session).collect();
    assert_eq!(sessions, [3, 4]);
}
