//! `--trace-filename`: a file for Perfetto's and Chrome's viewers.
use std::time::Duration;

use carafe_fixture::process::{Process, RuntimeDir, command, wait_for};
use carafe_fixture::wire::FakeHost;
use rustix::process::Signal;
use serde_json::Value;

use crate::frames::{App, first_look};

fn spans<'a>(trace: &'a Value, phase: &str, name: &str) -> Vec<&'a Value> {
    let events = trace["traceEvents"].as_array().expect("events");
    let wanted =
        |e: &&Value| e["ph"] == phase && e["name"].as_str().unwrap_or("").starts_with(name);
    events.iter().filter(wanted).collect()
}

fn at(event: &Value, name: &str) -> f64 {
    event[name].as_f64().expect("a time")
}

#[test]
fn on_a_signal_and_at_the_end() {
    let runtime = RuntimeDir::new();
    let host = FakeHost::listen(&runtime.join("host"));
    let path = runtime.join("trace.json");
    let mut command = command(env!("CARGO_BIN_EXE_carafe"), &runtime);
    command.args(["--parent", "--socket=c", "--display=host"]);
    command.arg(format!("--trace-filename={}", path.display()));
    let mut carafe = Process::start(&mut command);
    first_look(&host);
    let mut first = App::connect(&runtime.join("c"), &host);
    for _ in 0..10 {
        first.frame(Duration::from_millis(2));
    }
    carafe.signal(Signal::USR1);
    let parsed = || serde_json::from_str(&std::fs::read_to_string(&path).ok()?).ok();
    let trace: Value = wait_for("a trace", parsed);
    let names = spans(&trace, "M", "thread_name");
    assert_eq!(names.len(), 1);
    assert!(names[0]["args"]["name"].as_str().expect("a name").starts_with("session 1 (process-"));
    for name in ["read", "forward", "send", "handle"] {
        assert!(!spans(&trace, "X", name).is_empty(), "no {name}");
    }
    // The spans of a thread are nested, or follow each other.
    let (reads, forwards) = (spans(&trace, "X", "read"), spans(&trace, "X", "forward"));
    let end = |span| at(span, "ts") + at(span, "dur");
    for read in reads {
        let next = forwards.iter().find(|forward| at(forward, "ts") >= end(read) - 0.001);
        assert!(at(next.expect("what was read is forwarded"), "ts") < end(read) + 1000.0);
    }
    let (begins, ends) = (spans(&trace, "b", "frame of"), spans(&trace, "e", "frame of"));
    assert_eq!((begins.len(), ends.len()), (10, 10));
    for (begin, end) in begins.iter().zip(ends) {
        assert_eq!(begin["id"], end["id"]);
        assert!(at(end, "ts") - at(begin, "ts") >= 2000.0, "{begin} {end}");
    }
    // The file that is written at the end has clients that are gone.
    drop(App::connect(&runtime.join("c"), &host));
    carafe.signal(Signal::TERM);
    carafe.wait();
    let trace = parsed().expect("a trace");
    assert_eq!(spans(&trace, "M", "thread_name").len(), 2);
    assert_eq!(trace["metadata"]["clock"], "CLOCK_MONOTONIC");
}
