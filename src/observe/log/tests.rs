//! What clients can do to the log.

use std::time::{Duration, Instant};

use tracing::Level;

use super::budget::{BURST, LogBudget, PER_SECOND, Portion};
use super::escaped;

#[test]
fn text_of_strangers_stays_on_its_line() {
    assert_eq!(escaped("foot \"a\" \\ ü"), "foot \"a\" \\ ü");
    assert_eq!(escaped("x\n ERROR y\r\t\0"), "x\\n ERROR y\\r\\t\\0");
    assert_eq!(escaped("\u{1b}[2J\u{9b}31m"), "\\u{1b}[2J\\u{9b}31m");
    // Text that would run from right to left, and Unicode's line ends.
    assert_eq!(escaped("\u{202e}\u{2028}\u{85}"), "\\u{202e}\\u{2028}\\u{85}");
}

#[test]
fn a_flood_of_events_is_bounded() {
    let start = Instant::now();
    let mut budget = LogBudget::new(start);
    let mut flood = |now: Instant, events: u32| {
        let mut bytes = 0;
        for _ in 0..events {
            bytes += match budget.take(Level::WARN, 100, 5000, now) {
                Portion::Nothing => 0,
                Portion::Line => 100,
                Portion::All => 5100,
            };
        }
        bytes
    };
    let first = flood(start, 10_000);
    assert!((BURST / 2..=BURST).contains(&first), "{first}");
    assert_eq!(flood(start, 10_000), 0);
    let later: usize = (1..=10).map(|n| flood(start + Duration::from_secs(n), 10_000)).sum();
    assert!((5 * PER_SECOND..=10 * PER_SECOND + 100).contains(&later), "{later}");
    // Errors are still logged, and the number of lines that were left out.
    let now = start + Duration::from_secs(10);
    assert_eq!(budget.take(Level::ERROR, 100, 0, now), Portion::Line);
    assert!(budget.left_out() > 100_000);
    assert_eq!(budget.left_out(), 0);
    // After a quiet time the budget is full again.
    assert_eq!(budget.take(Level::WARN, 100, 5000, now + Duration::from_mins(1)), Portion::All);
}
