//! Reading a changed policy file.

use std::io;
use std::os::fd::{AsFd, AsRawFd};
use std::path::Path;
use std::sync::Arc;

use calloop::generic::Generic;
use calloop::{Interest, Mode as Trigger, PostAction};

use super::Service;
use crate::fork::{OnParentsEnd, Process};
use crate::observe::log;
use crate::packets::{Packets, WaitMode};
use crate::policy::{FileError, Rules, policy_file_text};

impl Service {
    /// Reads the policy file again, in a process of its own, because its file system may be slow.
    pub(super) fn read_rules(&mut self) {
        let Some(path) = self.sessions.rules.file() else { return };
        let started = start_reading(path).and_then(|(process, line)| {
            self.reap(process, |_| {})?;
            let line = Generic::new(line, Interest::READ, Trigger::Level);
            let inserted = self.insert(line, |_, line, service| {
                if let Ok(Some(packet)) = line.receive::<Result<String, String>>(WaitMode::No) {
                    let text = packet.message.map_err(|e| io::Error::other(e).into());
                    service.take_rules(text.and_then(|text| service.sessions.rules.with(&text)));
                }
                Ok(PostAction::Remove)
            });
            inserted.map_err(io::Error::other)
        });
        if let Err(e) = started {
            tracing::error!("cannot read the policy again: {e}");
        }
    }

    /// Uses the rules for clients that connect from now on.
    fn take_rules(&mut self, read: Result<Rules, FileError>) {
        match read {
            Ok(rules) => {
                for doubt in rules.doubts() {
                    tracing::warn!("--policy: {doubt}");
                }
                tracing::info!("the policy was read again; it applies to new clients");
                self.sessions.rules = Arc::new(rules);
                self.sessions.retire_spare();
                self.prepare_spare();
            }
            Err(e) => tracing::error!("--policy: {e}; the previous policy stays in effect"),
        }
    }
}

/// Starts a process that reads the file and sends its text, or why it cannot.
fn start_reading(path: &Path) -> io::Result<(Process, Packets)> {
    let (ours, service) = Packets::pair()?;
    let mut keep = vec![service.as_fd().as_raw_fd()];
    keep.extend(log::descriptor());
    let process = Process::start(c"carafe-policy", &keep, OnParentsEnd::Killed, || {
        let text = policy_file_text(path).map_err(|e| e.to_string());
        u8::from(service.send(&text, &[], WaitMode::Yes).is_err())
    })?;
    Ok((process, ours))
}
