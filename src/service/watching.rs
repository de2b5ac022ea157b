//! What the service keeps for watchers and for the files of statistics.

use std::time::Duration;

use super::Stats;
use super::report::Outcome;
use super::stats_files::StatsFiles;
use super::trace_files::TraceFiles;
use super::watchers::Watchers;
use crate::observe::WatchOptions;

/// The watchers and the files.
pub struct StatsSinks {
    /// Whether sessions print a table when they end.
    pub table: bool,
    pub watchers: Watchers,
    pub files: StatsFiles,
    pub traces: TraceFiles,
    /// How often sommelier's files are written.
    pub period: Duration,
    /// Whether the watchers' timer runs.
    pub ticking: bool,
    /// Whether the sessions were asked, so that the next tick publishes their answers.
    pub asked: bool,
}

impl StatsSinks {
    pub fn new(stats: Stats) -> Self {
        let Stats { table, summary, log, timer, timing, trace } = stats;
        Self {
            table,
            watchers: Watchers::default(),
            files: StatsFiles::new(summary, log),
            traces: TraceFiles::new(timing, trace),
            period: timer,
            ticking: false,
            asked: false,
        }
    }

    /// What sessions must observe even while there is no watcher.
    pub fn wanted(&self) -> WatchOptions {
        let (timing, spans) = self.traces.wanted();
        WatchOptions { stats: self.table || self.files.is_wanted(), timing, spans }
    }

    /// Adds the result of a session.
    pub fn session_ended(&mut self, outcome: Outcome) {
        let Outcome { records, period, .. } = outcome;
        self.watchers.session_ended(records.session);
        self.files.add(records.session, &period);
        self.traces.add_last(records);
    }

    /// Writes the files a last time, when carafe ends.
    pub fn end(&mut self) {
        if self.files.is_wanted() {
            self.files.write();
        }
        self.traces.write();
    }
}
