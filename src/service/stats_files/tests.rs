//! sommelier's files.
#![allow(clippy::unwrap_used)]

use super::*;

fn period() -> PeriodStats {
    let mut fps = Fps::default();
    (0..120).for_each(|_| fps.add(16_666_667));
    let second = 1_000_000_000;
    PeriodStats {
        surface: 12,
        total: 500,
        total_time: 9 * second,
        frames: 120,
        time: 2 * second,
        fps,
    }
}

#[test]
fn a_line_has_sommeliers_columns() {
    let line = line(1_655_330_324, 1, &period());
    let columns: Vec<&str> = line.split_whitespace().collect();
    let expected =
        "1655330324 12 0 500 9 120 2 0 60.00 60.00 60.00 59.50 59.50 59.50 59.50 0.00 0 5";
    assert_eq!(columns.iter().take(18).copied().collect::<Vec<_>>().join(" "), expected);
    assert_eq!(columns.len(), 18 + 40);
    let names = HEADER.split_whitespace().count();
    assert_eq!(names, 18 + 1, "the last one is the histogram");
}

#[test]
fn the_log_grows_and_the_summary_does_not() {
    let dir = tempfile::tempdir().unwrap();
    let (summary, log) = (dir.path().join("summary"), dir.path().join("log"));
    let mut files = StatsFiles::new(Some(summary.clone()), Some(log.clone()));
    for session in 0..100 {
        files.add(session, &[period()]);
        files.write();
    }
    let summary = fs::read_to_string(summary).unwrap();
    assert_eq!(summary.lines().count(), MAX_SUMMARY_LINES);
    assert!(summary.starts_with("timestamp surface_id ") && summary.contains(" 980000012 0 500 "));
    assert_eq!(fs::read_to_string(log).unwrap().lines().count(), 100);
    assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 2, "nothing temporary stays");
}
