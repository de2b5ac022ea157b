//! Reading a changed policy file.

use std::sync::Arc;
use std::thread;

use super::Service;
use crate::service::report::Report;
use crate::sharing::{FileError, Rules};

impl Service {
    /// Reads the policy file again, in a thread, because its file system may be slow.
    pub(super) fn read_rules(&self) {
        let (rules, reports) = (Arc::clone(&self.sessions.rules), self.sessions.reports.clone());
        let read = move || {
            if let Some(read) = rules.again() {
                let _ = reports.send(Report::Rules(Box::new(read)));
            }
        };
        if let Err(e) = thread::Builder::new().name("policy".into()).spawn(read) {
            tracing::error!("cannot read the policy again: {e}");
        }
    }

    /// Uses the rules for clients that connect from now on.
    pub(super) fn take_rules(&mut self, read: Result<Rules, FileError>) {
        match read {
            Ok(rules) => {
                for doubt in rules.doubts() {
                    tracing::warn!("--policy: {doubt}");
                }
                tracing::info!("the policy was read again; it applies to new clients");
                self.sessions.rules = Arc::new(rules);
            }
            Err(e) => tracing::error!("--policy: {e}; the previous policy stays in effect"),
        }
    }
}
