//! Figures of one scenario on one candidate in one round.

use std::time::Duration;

/// A figure.
#[derive(Clone, Debug)]
pub struct Figure {
    /// What was measured.
    pub name: &'static str,
    /// In what unit.
    pub unit: &'static str,
    /// The value.
    pub value: f64,
    /// The single times behind it, in ns, if it is a median.
    pub times: Vec<u64>,
}

/// A figure that is one number.
pub fn number(name: &'static str, unit: &'static str, value: f64) -> Figure {
    Figure { name, unit, value, times: Vec::new() }
}

/// The median of times, in µs.
pub fn median(name: &'static str, mut times: Vec<u64>) -> Figure {
    times.sort_unstable();
    let value = percentile(&times, 50.0) / 1000.0;
    Figure { name, unit: "µs", value, times }
}

/// The 99th percentile of times, in µs.
pub fn p99(name: &'static str, times: &[u64]) -> Figure {
    let mut times = times.to_vec();
    times.sort_unstable();
    number(name, "µs", percentile(&times, 99.0) / 1000.0)
}

/// A percentile of sorted values.
#[expect(clippy::cast_precision_loss, clippy::cast_possible_truncation, clippy::cast_sign_loss)]
pub fn percentile(sorted: &[u64], percent: f64) -> f64 {
    let last = sorted.len().saturating_sub(1);
    let at = (last as f64 * percent / 100.0).round() as usize;
    sorted.get(at).copied().unwrap_or(0) as f64
}

/// A duration in ns.
pub fn nanos(time: Duration) -> u64 {
    u64::try_from(time.as_nanos()).unwrap_or(u64::MAX)
}

/// A duration shared among `count`, in ns.
#[expect(clippy::cast_precision_loss)]
pub fn each(time: Duration, count: usize) -> f64 {
    nanos(time) as f64 / count as f64
}
