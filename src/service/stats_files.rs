//! The files of sommelier's `--stats-summary` and `--stats-log`: a line for each surface that
//! had frames in a period.

use std::collections::VecDeque;
use std::fmt::Write as _;
use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use crate::observe::{Fps, PeriodStats, global_id};

/// Bound on the lines of the summary.
const MAX_SUMMARY_LINES: usize = 60;

/// sommelier's columns. carafe writes 0 for Steam's game and for activations.
const HEADER: &str = "timestamp surface_id steam_game_id total_frames total_duration num_frames \
    current_duration num_activated min_fps mean_fps max_fps p0_1 p1_0 p50 p99 variance \
    num_slow_frames bucket_size histogram...";

/// Both files.
pub struct StatsFiles {
    summary: Option<PathBuf>,
    log: Option<PathBuf>,
    /// The lines of the summary.
    recent: VecDeque<String>,
    /// The lines of the current period.
    new: Vec<String>,
}

impl StatsFiles {
    /// Sets the files to write.
    pub fn new(summary: Option<PathBuf>, log: Option<PathBuf>) -> Self {
        Self { summary, log, recent: VecDeque::new(), new: Vec::new() }
    }

    /// Whether there is a file to write.
    pub fn is_wanted(&self) -> bool {
        self.summary.is_some() || self.log.is_some()
    }

    /// Adds a session's surfaces.
    pub fn add(&mut self, session: u64, surfaces: &[PeriodStats]) {
        let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
        let now = now.map_or(0, |since| since.as_secs());
        self.new.extend(surfaces.iter().map(|surface| line(now, session, surface)));
    }

    /// Ends a period and writes its lines.
    pub fn write(&mut self) {
        let new = std::mem::take(&mut self.new);
        if let Some(path) = &self.log {
            say(path, append(path, &new));
        }
        self.recent.extend(new);
        let excess = (self.recent.len() + 1).saturating_sub(MAX_SUMMARY_LINES);
        self.recent.drain(..excess);
        if let Some(path) = &self.summary {
            say(path, replace(path, &self.recent));
        }
    }
}

fn say(path: &Path, written: io::Result<()>) {
    if let Err(e) = written {
        tracing::error!("cannot write {}: {e}", path.display());
    }
}

fn append(path: &Path, lines: &[String]) -> io::Result<()> {
    let mut file = OpenOptions::new().append(true).create(true).open(path)?;
    file.write_all(lines.concat().as_bytes())
}

/// Replaces a file, so that readers see the old or the new one but never a part.
fn replace(path: &Path, lines: &VecDeque<String>) -> io::Result<()> {
    let mut other = path.as_os_str().to_owned();
    other.push("_tmp");
    let mut text = format!("{HEADER}\n");
    text.extend(lines.iter().map(String::as_str));
    fs::write(&other, text)?;
    fs::rename(&other, path)
}

fn line(now: u64, session: u64, surface: &PeriodStats) -> String {
    let PeriodStats { surface, total, total_time, frames, time, fps } = surface;
    let id = global_id(session, *surface);
    let (total_time, time) = (total_time / 1_000_000_000, time / 1_000_000_000);
    let mut line = format!("{now} {id} 0 {total} {total_time} {frames} {time} 0");
    let percentiles = [0.1, 1.0, 50.0, 99.0].map(|percent| fps.percentile(percent));
    let rates = [fps.min(), fps.mean(), fps.max()].into_iter().chain(percentiles);
    for rate in rates.chain([fps.variance()]) {
        // Formatting into memory does not fail.
        let _ = write!(line, " {rate:.2}");
    }
    let _ = write!(line, " {} {}", fps.slow(), Fps::COLUMN);
    for count in fps.columns() {
        let _ = write!(line, " {count}");
    }
    line.push('\n');
    line
}

#[cfg(test)]
mod tests;
