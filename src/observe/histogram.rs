//! Distributions of times.

use hdrhistogram::Histogram;

use serde::{Deserialize, Serialize};

/// The shortest and the longest time that the histograms distinguish, in nanoseconds.
const RANGE: (u64, u64) = (1_000, 10_000_000_000);

/// The histograms' precision: two figures, which is 1 %.
const FIGURES: u8 = 2;

/// The times since the last report, and all times. Only recording the first time allocates.
#[derive(Default)]
pub struct Latencies(Option<Box<Histograms>>);

struct Histograms {
    recent: Histogram<u32>,
    all: Histogram<u32>,
}

impl Latencies {
    /// Records that `count` things took this time each.
    pub fn record(&mut self, nanoseconds: u64, count: u32) {
        if self.0.is_none() {
            let empty = || Histogram::new_with_bounds(RANGE.0, RANGE.1, FIGURES);
            // It fails only for bounds that make no sense.
            let (Ok(recent), Ok(all)) = (empty(), empty()) else { return };
            self.0 = Some(Box::new(Histograms { recent, all }));
        }
        if let Some(both) = &mut self.0 {
            both.recent.saturating_record_n(nanoseconds, count);
        }
    }

    /// What was recorded since the last call.
    pub fn take_recent(&mut self) -> Percentiles {
        let Some(both) = &mut self.0 else { return Percentiles::default() };
        let recent = Percentiles::of(&both.recent);
        both.fold();
        recent
    }

    /// What was recorded in all.
    pub fn all(&mut self) -> Percentiles {
        let Some(both) = &mut self.0 else { return Percentiles::default() };
        both.fold();
        Percentiles::of(&both.all)
    }
}

impl Histograms {
    fn fold(&mut self) {
        // Both have the same bounds, so this cannot fail.
        let _ = self.all.add(&self.recent);
        self.recent.reset();
    }
}

/// The percentiles of a distribution, in nanoseconds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Percentiles {
    /// How many times were recorded. If it is 0, so are all others.
    pub count: u64,
    /// The median.
    pub p50: u64,
    /// 90 % of the times are below this.
    pub p90: u64,
    /// 99 % of the times are below this.
    pub p99: u64,
    /// The longest time.
    pub max: u64,
}

impl Percentiles {
    fn of(histogram: &Histogram<u32>) -> Self {
        let value = |quantile| histogram.value_at_quantile(quantile);
        Self {
            count: histogram.len(),
            p50: value(0.5),
            p90: value(0.9),
            p99: value(0.99),
            max: histogram.max(),
        }
    }
}
