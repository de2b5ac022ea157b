//! Statistics of a surface's frame rate, like those of sommelier's `--stats-*`. Each frame
//! counts with the rate that follows from its distance to the previous frame.

use serde::{Deserialize, Serialize};

const SECOND_IN_NANOSECONDS: f64 = 1e9;

/// How many buckets there are. Each is one frame per second wide; the last one takes all
/// higher rates.
const BUCKETS: usize = 200;

/// How many buckets make one column of a report.
const PER_COLUMN: usize = 5;

/// A frame is slow below this part of the median rate.
const SLOW: f64 = 0.8;

/// Rates of the frames of one surface over some time.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Fps {
    frames: u32,
    min: f64,
    max: f64,
    mean: f64,
    /// Sum of the squared distances from the mean (Welford's algorithm).
    squares: f64,
    buckets: Vec<u32>,
}

impl Default for Fps {
    fn default() -> Self {
        Self { frames: 0, min: 0.0, max: 0.0, mean: 0.0, squares: 0.0, buckets: vec![0; BUCKETS] }
    }
}

impl Fps {
    /// Adds a frame that came `distance` nanoseconds after the previous one.
    #[expect(clippy::cast_precision_loss, reason = "statistics")]
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "bounded below")]
    pub fn add(&mut self, distance: u64) {
        // The distance of two frames in one read means nothing.
        if distance == 0 {
            return;
        }
        let rate = SECOND_IN_NANOSECONDS / distance as f64;
        self.min = if self.frames == 0 { rate } else { self.min.min(rate) };
        self.max = self.max.max(rate);
        self.frames = self.frames.saturating_add(1);
        let from_mean = rate - self.mean;
        self.mean += from_mean / f64::from(self.frames);
        self.squares += from_mean * (rate - self.mean);
        if let Some(bucket) = self.buckets.get_mut((rate as usize).min(BUCKETS - 1)) {
            *bucket = bucket.saturating_add(1);
        }
    }

    /// How many frames were added.
    pub fn frames(&self) -> u32 {
        self.frames
    }

    /// The lowest rate.
    pub fn min(&self) -> f64 {
        self.min
    }

    /// The highest rate.
    pub fn max(&self) -> f64 {
        self.max
    }

    /// The mean of all rates.
    pub fn mean(&self) -> f64 {
        self.mean
    }

    /// The variance of the rates.
    pub fn variance(&self) -> f64 {
        if self.frames < 2 { 0.0 } else { self.squares / f64::from(self.frames) }
    }

    /// The rate below which `percent` of the frames are: the middle of its bucket.
    pub fn percentile(&self, percent: f64) -> f64 {
        let wanted = f64::from(self.frames) * percent / 100.0;
        let mut below = 0.0;
        for (middle, count) in self.buckets() {
            below += f64::from(count);
            if below > wanted {
                return middle;
            }
        }
        0.0
    }

    /// How many frames were slower than 0.8 of the median rate.
    pub fn slow(&self) -> u32 {
        let limit = self.percentile(50.0) * SLOW;
        self.buckets().take_while(|(middle, _)| *middle < limit).map(|(_, count)| count).sum()
    }

    /// The number of frames in each step of [`COLUMN`](Self::COLUMN) frames per second.
    pub fn columns(&self) -> impl Iterator<Item = u32> {
        self.buckets.chunks(PER_COLUMN).map(|buckets| buckets.iter().sum())
    }

    /// Width of one of [`columns`](Self::columns).
    pub const COLUMN: usize = PER_COLUMN;

    fn buckets(&self) -> impl Iterator<Item = (f64, u32)> {
        (0u32..).zip(&self.buckets).map(|(start, count)| (f64::from(start) + 0.5, *count))
    }
}

#[cfg(test)]
mod tests;
