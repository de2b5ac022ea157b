//! The files that carafe writes on SIGUSR1 and when it ends: sommelier's timing file, and the
//! trace.

use std::fs;
use std::path::{Path, PathBuf};

use super::report::Records;
use crate::observe::{TimingLog, Trace, clock};

/// The sessions' data for the files.
#[derive(Default)]
struct Contents {
    timing: TimingLog,
    trace: Trace,
}

impl Contents {
    fn add(&mut self, records: Records) {
        let Records { session, name, timing, spans } = records;
        self.timing.add(session, &timing);
        self.trace.add(session, name, spans);
    }
}

/// Both files.
pub struct TraceFiles {
    timing: Option<PathBuf>,
    trace: Option<PathBuf>,
    /// How many timing files were written.
    sets: u32,
    /// When carafe started.
    start: u64,
    /// The data of sessions that have ended.
    past: Contents,
    /// The data of running sessions, as they have answered.
    present: Contents,
}

impl TraceFiles {
    /// Sets the files to write.
    pub fn new(timing: Option<PathBuf>, trace: Option<PathBuf>) -> Self {
        Self {
            timing,
            trace,
            sets: 0,
            start: clock::now(),
            past: Contents::default(),
            present: Contents::default(),
        }
    }

    /// Whether to write a timing file, and a trace.
    pub fn wanted(&self) -> (bool, bool) {
        (self.timing.is_some(), self.trace.is_some())
    }

    /// Whether there is a file to write.
    pub fn is_wanted(&self) -> bool {
        self.timing.is_some() || self.trace.is_some()
    }

    /// Adds the data of a running session.
    pub fn add(&mut self, records: Records) {
        self.present.add(records);
    }

    /// Adds the data of a session that has ended.
    pub fn add_last(&mut self, records: Records) {
        // It may have answered a moment ago, while it still ran.
        self.present.timing.remove(records.session);
        self.present.trace.remove(records.session);
        self.past.add(records);
    }

    /// Writes the data of running and of ended sessions.
    pub fn write(&mut self) {
        let mut all = std::mem::take(&mut self.present);
        all.timing.merge(&self.past.timing);
        all.trace.merge(&self.past.trace);
        if let Some(path) = &self.timing
            && !all.timing.is_empty()
        {
            let mut name = path.as_os_str().to_owned();
            name.push(format!("_set_{}", self.sets));
            self.sets += 1;
            let epoch = clock::time_of_day_ahead();
            write(Path::new(&name), &all.timing.text(self.start, epoch));
        }
        if let Some(path) = &self.trace {
            write(path, &all.trace.text());
        }
    }
}

fn write(path: &Path, text: &str) {
    match fs::write(path, text) {
        Ok(()) => tracing::info!("wrote {}", path.display()),
        Err(e) => tracing::error!("cannot write {}: {e}", path.display()),
    }
}
