//! `--stats`, and sommelier's statistics and timing.
use std::process::Stdio;
use std::time::Duration;

use carafe_fixture::process::{Process, RuntimeDir, command, wait_for};
use carafe_fixture::wire::FakeHost;
use rustix::process::Signal;

use crate::frames::{App, first_look};

fn start(runtime: &RuntimeDir, options: &[&str]) -> Process {
    let mut command = command(env!("CARGO_BIN_EXE_carafe"), runtime);
    command.args(["--parent", "--socket=c", "--display=host"]).args(options);
    command.current_dir(runtime.path());
    let log = std::fs::File::create(runtime.join("stderr")).expect("a file");
    Process::start(command.stderr(Stdio::from(log)))
}

fn read(runtime: &RuntimeDir, name: &str) -> Option<String> {
    std::fs::read_to_string(runtime.join(name)).ok()
}

#[test]
fn a_table_when_a_client_ends_and_a_line_when_carafe_does() {
    let runtime = RuntimeDir::new();
    let host = FakeHost::listen(&runtime.join("host"));
    let mut carafe = start(&runtime, &["--stats"]);
    first_look(&host);
    let mut app = App::connect(&runtime.join("c"), &host);
    for _ in 0..20 {
        app.frame(Duration::from_millis(1));
    }
    drop(app);
    let table = wait_for("the table", || read(&runtime, "stderr").filter(|t| t.contains("\n  4 ")));
    assert!(table.starts_with("session 1 (process-"), "{table}");
    assert!(table.contains(": in all, times in ms\nclient "), "{table}");
    let row = table.lines().find(|line| line.starts_with("  4 ")).expect("its surface");
    assert_eq!(row.split_whitespace().nth(1), Some("20"), "{table}");
    carafe.signal(Signal::TERM);
    carafe.wait();
    let all = read(&runtime, "stderr").expect("a log");
    assert!(all.ends_with("\n") && all.contains("\n1 clients; "), "{all}");
    assert!(all.contains(" 20 frames, "), "{all}");
}

#[test]
fn a_programs_table_is_printed_before_the_end() {
    let runtime = RuntimeDir::new();
    let host = FakeHost::listen(&runtime.join("host"));
    let mut command = command(env!("CARGO_BIN_EXE_carafe"), &runtime);
    command.args(["--stats", "--display=host", "sh", "-c"]);
    command.arg("echo $WAYLAND_DISPLAY > $XDG_RUNTIME_DIR/said; read x; exit 3");
    command.stdin(Stdio::piped()).stderr(Stdio::piped());
    let mut carafe = Process::start(&mut command);
    first_look(&host);
    let said = wait_for("its display", || read(&runtime, "said").filter(|t| t.ends_with('\n')));
    let mut app = App::connect(&runtime.join(said.trim_end()), &host);
    app.frame(Duration::ZERO);
    drop(carafe.child().stdin.take());
    assert_eq!(carafe.wait().code(), Some(3));
    let mut text = String::new();
    let mut stderr = carafe.child().stderr.take().expect("piped");
    std::io::Read::read_to_string(&mut stderr, &mut text).expect("text");
    assert!(text.contains("\n  4 ") && text.contains("1 clients; "), "{text}");
}

#[test]
fn a_summary_and_a_log_of_frames() {
    let runtime = RuntimeDir::new();
    let host = FakeHost::listen(&runtime.join("host"));
    let options = ["--stats-summary=sum", "--stats-log=log", "--stats-timer=1"];
    let mut carafe = start(&runtime, &options);
    first_look(&host);
    let mut app = App::connect(&runtime.join("c"), &host);
    let summary = wait_for("a summary", || {
        app.frame(Duration::from_millis(2));
        read(&runtime, "sum").filter(|text| text.lines().count() > 1)
    });
    let mut lines = summary.lines();
    let names: Vec<&str> = lines.next().expect("a head").split(' ').collect();
    let values: Vec<f64> = lines
        .next()
        .expect("a line")
        .split(' ')
        .map(|word| word.parse().expect("a number"))
        .collect();
    let value = |name: &str| values[names.iter().position(|n| *n == name).expect("a column")];
    assert_eq!(value("surface_id"), 4.0);
    assert!(value("num_frames") > 10.0 && value("total_frames") == value("num_frames") + 1.0);
    assert!(value("min_fps") <= value("mean_fps") && value("mean_fps") <= value("max_fps"));
    assert!(value("p50") > 10.0 && value("bucket_size") == 5.0);
    let histogram = &values[names.len() - 1..];
    assert_eq!((histogram.len(), histogram.iter().sum::<f64>()), (40, value("num_frames")));
    drop(app);
    carafe.signal(Signal::TERM);
    carafe.wait();
    // The last period is not lost, and the log has all periods.
    let (summary, log) = (read(&runtime, "sum"), read(&runtime, "log"));
    let (summary, log) = (summary.expect("a summary"), log.expect("a log"));
    assert_eq!(summary.lines().skip(1).collect::<Vec<_>>(), log.lines().collect::<Vec<_>>());
}

/// Reads a timing file as sommelier's get_frame_summary.py does, backwards from its end. Returns
/// type, surface, buffer and time of each event, the newest first.
fn read_timing(text: &str) -> Vec<(char, i64, i64, f64)> {
    let lines: Vec<&str> = text.lines().collect();
    let end: Vec<&str> = lines.last().expect("a line").split(' ').collect();
    assert_eq!((end.len(), end[0]), (3, "EndTime"));
    let end_time: f64 = end[2].parse().expect("a time");
    let mut since_end = 0.0;
    let mut events = Vec::new();
    for line in lines[1..lines.len() - 1].iter().rev() {
        let words: Vec<&str> = line.split(' ').collect();
        assert_eq!(words.len(), 4, "{line}");
        since_end += words[3].parse::<f64>().expect("microseconds") / 1e6;
        let kind = words[0].chars().next().expect("a letter");
        let id = |n: usize| words[n].parse().expect("an id");
        events.push((kind, id(1), id(2), end_time - since_end));
    }
    assert_eq!(end[1].parse(), Ok(events.len() - 1));
    events
}

#[test]
fn the_timing_of_buffers() {
    let runtime = RuntimeDir::new();
    let host = FakeHost::listen(&runtime.join("host"));
    let mut carafe = start(&runtime, &["--timing-filename=timing"]);
    first_look(&host);
    let mut first = App::connect(&runtime.join("c"), &host);
    for _ in 0..30 {
        first.frame(Duration::from_millis(1));
    }
    let mut second = App::connect(&runtime.join("c"), &host);
    second.frame(Duration::ZERO);
    carafe.signal(Signal::USR1);
    let text = wait_for("the file", || {
        read(&runtime, "timing_set_0").filter(|t| t.contains("EndTime") && t.ends_with('\n'))
    });
    assert!(text.starts_with("Type Surface_ID Buffer_ID Delta_Time\n"));
    let events = read_timing(&text);
    let count =
        |kind, surface| events.iter().filter(|event| event.0 == kind && event.1 == surface).count();
    assert_eq!((count('a', 4), count('c', 4), count('r', -1)), (30, 30, 31));
    // A second client's ids differ from the first one's.
    assert_eq!((count('a', 10_000_004), count('c', 10_000_004)), (1, 1));
    assert_eq!((events[0].0, events[0].2), ('r', 10_000_007));
    let now = std::time::SystemTime::UNIX_EPOCH.elapsed().expect("past").as_secs_f64();
    assert!(events.iter().all(|event| (now - event.3).abs() < 60.0));
    let commits: Vec<f64> =
        events.iter().filter(|event| event.1 == 4 && event.0 == 'c').map(|e| e.3).collect();
    assert!(commits.windows(2).all(|pair| pair[0] - pair[1] > 0.000_5), "a frame takes 1 ms");
    // The next file has clients that are gone, too.
    drop(first);
    drop(second);
    carafe.signal(Signal::TERM);
    carafe.wait();
    assert_eq!(read_timing(&read(&runtime, "timing_set_1").expect("at the end")).len(), 93);
}
