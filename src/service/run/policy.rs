//! A policy file that has changed.

use std::sync::Arc;
use std::thread;

use super::Service;
use crate::service::report::Report;
use crate::sharing::{FileError, Rules};

impl Service {
    /// Reads the policy file again, in a thread: nobody waits for its file system.
    pub(super) fn read_rules(&self) {
        let (rules, reports) = (Arc::clone(&self.sessions.rules), self.sessions.reports.clone());
        let read = move || {
            if let Some(read) = rules.again() {
                let _ = reports.send(Report::Rules(read));
            }
        };
        if let Err(e) = thread::Builder::new().name("policy".into()).spawn(read) {
            tracing::error!("the policy is not read again: {e}");
        }
    }

    /// They hold for clients that come from now on.
    pub(super) fn take_rules(&mut self, read: Result<Rules, FileError>) {
        match read {
            Ok(rules) => {
                for doubt in rules.doubts() {
                    tracing::warn!("--policy: {doubt}");
                }
                tracing::info!("the policy was read again; it holds for clients that come now");
                self.sessions.rules = Arc::new(rules);
            }
            Err(e) => tracing::error!("--policy: {e}; what it said before still holds"),
        }
    }
}
