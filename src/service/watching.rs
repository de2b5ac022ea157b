//! Those who watch, and the files of statistics: what there is for them.

use std::time::Duration;

use super::Stats;
use super::report::Outcome;
use super::stats_files::StatsFiles;
use super::trace_files::TraceFiles;
use super::watchers::Watchers;
use crate::observe::Wanted;

/// The state of all that.
pub struct Watching {
    /// Whether sessions print a table when they end.
    pub table: bool,
    pub watchers: Watchers,
    pub files: StatsFiles,
    pub traces: TraceFiles,
    /// How often sommelier's files are written.
    pub period: Duration,
    /// Whether the watchers' timer runs.
    pub ticking: bool,
    /// Whether the sessions were asked, and their answers are published next.
    pub asked: bool,
}

impl Watching {
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

    /// What sessions are to observe though nobody watches.
    pub fn wanted(&self) -> Wanted {
        let (timing, spans) = self.traces.wanted();
        Wanted { stats: self.table || self.files.is_wanted(), timing, spans }
    }

    /// Takes in what a session left.
    pub fn session_ended(&mut self, outcome: Outcome) {
        let Outcome { records, period, .. } = outcome;
        self.watchers.session_ended(records.session);
        self.files.add(records.session, &period);
        self.traces.add_last(records);
    }

    /// Carafe ends: the files are written a last time.
    pub fn end(&mut self) {
        if self.files.is_wanted() {
            self.files.write();
        }
        self.traces.write();
    }
}
