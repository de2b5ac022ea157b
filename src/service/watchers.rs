//! Those who watch through the stats socket.
//!
//! A watcher says in one line what it wants, `table` or `json`, and then gets a text
//! each second, ended by a form feed. While there is one, all sessions are watched.
//! The service never waits for a watcher: what its socket does not take is kept, and
//! while that is so it gets nothing new; after some seconds of that it is dropped. So is
//! one that does not say what it wants, at once where its place is needed: those who say
//! nothing lock nobody out.

use std::collections::BTreeMap;
use std::io::{self, Read, Write};
use std::net::Shutdown;
use std::os::unix::net::UnixStream;
use std::time::Duration;

use crate::observe::Snapshot;
use crate::observe::table::{Over, Table, json, table};

/// Bound on the number of watchers.
pub const MAX_WATCHERS: usize = 16;

/// How often they get something.
pub const INTERVAL: Duration = Duration::from_secs(1);

/// How long a watcher may take to say what it wants.
pub const SILENCE: Duration = Duration::from_secs(5);

/// Texts that a watcher may miss before it is dropped.
const MAX_MISSED: u32 = 5;

/// What ends a text.
pub const END: u8 = 0x0c;

/// What a watcher wants to get.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Format {
    Table,
    Json,
}

struct Watcher {
    stream: UnixStream,
    /// What it said so far, until it is a line.
    said: Vec<u8>,
    format: Option<Format>,
    /// The first look at the sessions is only what the next one is compared to.
    has_looked: bool,
    /// What its socket did not take yet.
    rest: Vec<u8>,
    missed: u32,
}

/// What reading from a watcher came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Said {
    /// It is there, and waits or is being served.
    Nothing,
    /// It wants to be served from now on.
    Begin,
    /// It is gone, or does not speak our language.
    Gone,
}

/// All watchers, and the sessions as they last were.
#[derive(Default)]
pub struct Watchers {
    all: BTreeMap<u32, Watcher>,
    next: u32,
    now: BTreeMap<u64, Snapshot>,
    before: BTreeMap<u64, Snapshot>,
}

impl Watchers {
    /// Takes in one that connected, and gives its number; `None` when there are too
    /// many.
    ///
    /// # Errors
    /// When its socket cannot be used.
    pub fn add(&mut self, stream: UnixStream) -> io::Result<Option<u32>> {
        stream.set_nonblocking(true)?;
        if self.all.len() >= MAX_WATCHERS {
            let silent = self.all.iter().find(|(_, watcher)| watcher.format.is_none());
            let Some(longest) = silent.map(|(number, _)| *number) else { return Ok(None) };
            self.drop_silent(longest);
        }
        self.next = self.next.wrapping_add(1);
        let watcher = Watcher {
            stream,
            said: Vec::new(),
            format: None,
            has_looked: false,
            rest: Vec::new(),
            missed: 0,
        };
        self.all.insert(self.next, watcher);
        Ok(Some(self.next))
    }

    /// Drops a watcher that has not said what it wants.
    pub fn drop_silent(&mut self, number: u32) {
        if self.all.get(&number).is_some_and(|watcher| watcher.format.is_none())
            && let Some(watcher) = self.all.remove(&number)
        {
            // Its socket is waited on elsewhere, which ends by this.
            let _ = watcher.stream.shutdown(Shutdown::Both);
        }
    }

    /// Reads what a watcher says.
    pub fn listen(&mut self, number: u32) -> Said {
        let Some(watcher) = self.all.get_mut(&number) else { return Said::Gone };
        let said = watcher.listen();
        if said == Said::Gone {
            self.all.remove(&number);
        }
        said
    }

    /// Whether anybody is to be served.
    pub fn is_watching(&self) -> bool {
        self.all.values().any(|watcher| watcher.format.is_some())
    }

    /// Nobody watches any more.
    pub fn forget_sessions(&mut self) {
        self.now.clear();
        self.before.clear();
    }

    /// How a session is now.
    pub fn session(&mut self, snapshot: Snapshot) {
        if let Some(before) = self.now.insert(snapshot.session, snapshot) {
            self.before.insert(before.session, before);
        }
    }

    /// A session has ended.
    pub fn session_ended(&mut self, session: u64) {
        self.now.remove(&session);
        self.before.remove(&session);
    }

    /// Gives all watchers what is to be seen. Gives those whose sockets do not take
    /// it all now.
    pub fn publish(&mut self) -> Vec<u32> {
        let over = |session| Over::Since(self.before.get(session));
        let shown = self.now.iter().map(|(session, now)| Table { now, over: over(session) });
        let mut shown: Vec<Table<'_>> = shown.collect();
        shown.sort_by_key(|session| std::cmp::Reverse(session.messages()));
        let (pid, clients) = (std::process::id(), shown.len());
        let s = if clients == 1 { "" } else { "s" };
        let title = format!("carafe {pid}, {clients} client{s}: per second, times in ms");
        let mut slow = Vec::new();
        for (number, watcher) in &mut self.all {
            let Some(format) = watcher.format else { continue };
            if !std::mem::replace(&mut watcher.has_looked, true) {
                continue;
            }
            let mut text = match format {
                Format::Table => table(&title, &shown),
                Format::Json => json(&shown),
            }
            .into_bytes();
            text.push(END);
            if watcher.give(text) {
                slow.push(*number);
            }
        }
        self.all.retain(|_, watcher| {
            let is_lost = watcher.missed > MAX_MISSED;
            if is_lost {
                // Its socket is waited on elsewhere, which ends by this.
                let _ = watcher.stream.shutdown(Shutdown::Both);
            }
            !is_lost
        });
        slow.retain(|number| self.all.contains_key(number));
        slow
    }

    /// A watcher's socket takes more. Gives whether something is still left.
    pub fn give_rest(&mut self, number: u32) -> bool {
        self.all.get_mut(&number).is_some_and(Watcher::give_rest)
    }

    /// A watcher's socket, to wait for.
    pub fn stream(&self, number: u32) -> Option<UnixStream> {
        self.all.get(&number)?.stream.try_clone().ok()
    }
}

impl Watcher {
    fn listen(&mut self) -> Said {
        let mut bytes = [0; 64];
        match self.stream.read(&mut bytes) {
            Ok(0) => return Said::Gone,
            Ok(len) => self.said.extend(bytes.iter().take(len)),
            Err(e) if e.kind() == io::ErrorKind::WouldBlock => return Said::Nothing,
            Err(_) => return Said::Gone,
        }
        self.format = match (self.format, self.said.as_slice()) {
            (None, b"table\n") => Some(Format::Table),
            (None, b"json\n") => Some(Format::Json),
            (None, part) if part.len() < 6 && !part.contains(&b'\n') => return Said::Nothing,
            _ => return Said::Gone,
        };
        Said::Begin
    }

    /// Gives whether something is left that was not waited for before.
    fn give(&mut self, text: Vec<u8>) -> bool {
        if !self.rest.is_empty() {
            self.missed += 1;
            return false;
        }
        self.missed = 0;
        self.rest = text;
        self.give_rest()
    }

    fn give_rest(&mut self) -> bool {
        match self.stream.write(&self.rest) {
            Ok(len) => drop(self.rest.drain(..len)),
            Err(e) if e.kind() == io::ErrorKind::WouldBlock => {}
            // Reading finds out that it is gone.
            Err(_) => self.rest.clear(),
        }
        !self.rest.is_empty()
    }
}

#[cfg(test)]
mod tests;
