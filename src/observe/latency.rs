//! Distributions of times.

use hdrhistogram::Histogram;

/// The shortest time that is told from none, and the longest that is told from
/// longer ones, in nanoseconds.
const RANGE: (u64, u64) = (1_000, 10_000_000_000);

/// Two figures: 1 %.
const FIGURES: u8 = 2;

/// Times since the last look, and all of them. Nothing is allocated before the
/// first one, and nothing after it.
#[derive(Default)]
pub struct Latency(Option<Box<Both>>);

struct Both {
    recent: Histogram<u32>,
    all: Histogram<u32>,
}

impl Latency {
    /// `count` things took that many nanoseconds.
    pub fn record(&mut self, nanoseconds: u64, count: u32) {
        if self.0.is_none() {
            let empty = || Histogram::new_with_bounds(RANGE.0, RANGE.1, FIGURES);
            // It fails only where the bounds make no sense.
            let (Ok(recent), Ok(all)) = (empty(), empty()) else { return };
            self.0 = Some(Box::new(Both { recent, all }));
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

impl Both {
    fn fold(&mut self) {
        // Their bounds are the same, so all of it fits.
        let _ = self.all.add(&self.recent);
        self.recent.reset();
    }
}

/// A distribution in a few numbers: nanoseconds below which that many percent lie.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Percentiles {
    /// How many times were recorded; with none, all else is 0.
    pub count: u64,
    /// The median.
    pub p50: u64,
    /// 90 %.
    pub p90: u64,
    /// 99 %.
    pub p99: u64,
    /// All.
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
