//! The watchers: programs that are connected to the stats socket.
//!
//! A watcher sends one line, `table` or `json`, and then gets a text each second, which ends
//! with a form feed. While there is a watcher, all sessions are watched.
//!
//! The service never waits for a watcher. What the watcher's socket does not take is kept, and
//! meanwhile the watcher gets nothing new; after some seconds it is dropped. A watcher that
//! sends no line is dropped too, at once if a new one needs its place, so that silent watchers
//! keep nobody out.

use std::collections::BTreeMap;
use std::io::{self, Read, Write};
use std::net::Shutdown;
use std::os::unix::net::UnixStream;
use std::time::Duration;

use crate::observe::Snapshot;
use crate::observe::table::{Table, TableSpan, json, table};

/// Bound on the number of watchers.
pub const MAX_WATCHERS: usize = 16;

/// How often they get a text.
pub const INTERVAL: Duration = Duration::from_secs(1);

/// How long a watcher may take to send its line.
pub const SILENCE: Duration = Duration::from_secs(5);

/// How many texts a watcher may miss before it is dropped.
const MAX_MISSED: u32 = 5;

/// The byte that ends a text: a form feed.
pub const END: u8 = 0x0c;

/// The format of a watcher's texts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum TextFormat {
    Table,
    Json,
}

struct Watcher {
    stream: UnixStream,
    /// The part of its line that has arrived.
    said: Vec<u8>,
    format: Option<TextFormat>,
    /// Whether there are earlier numbers to compare with: the first numbers are not shown.
    has_looked: bool,
    /// The part of a text that its socket did not take yet.
    rest: Vec<u8>,
    missed: u32,
}

/// The result of reading from a watcher.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReadResult {
    /// Nothing has changed.
    Nothing,
    /// Its line is complete: serve it from now on.
    Begin,
    /// It is gone, or sent something else.
    Gone,
}

/// All watchers, and the last two snapshots of each session.
#[derive(Default)]
pub struct Watchers {
    all: BTreeMap<u32, Watcher>,
    next: u32,
    now: BTreeMap<u64, Snapshot>,
    before: BTreeMap<u64, Snapshot>,
}

impl Watchers {
    /// Adds a watcher and returns its number; `None` when there are too many.
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

    /// Drops a watcher that has not sent its line.
    pub fn drop_silent(&mut self, number: u32) {
        if self.all.get(&number).is_some_and(|watcher| watcher.format.is_none())
            && let Some(watcher) = self.all.remove(&number)
        {
            // The loop has a copy of the socket; this makes it readable, and so ends that.
            let _ = watcher.stream.shutdown(Shutdown::Both);
        }
    }

    /// Reads from a watcher.
    pub fn listen(&mut self, number: u32) -> ReadResult {
        let Some(watcher) = self.all.get_mut(&number) else { return ReadResult::Gone };
        let said = watcher.listen();
        if said == ReadResult::Gone {
            self.all.remove(&number);
        }
        said
    }

    /// Whether any watcher is served.
    pub fn is_watching(&self) -> bool {
        self.all.values().any(|watcher| watcher.format.is_some())
    }

    /// Removes all snapshots, when nobody watches any more.
    pub fn forget_sessions(&mut self) {
        self.now.clear();
        self.before.clear();
    }

    /// Adds a session's newest snapshot.
    pub fn session(&mut self, snapshot: Snapshot) {
        if let Some(before) = self.now.insert(snapshot.session, snapshot) {
            self.before.insert(before.session, before);
        }
    }

    /// Removes a session that has ended.
    pub fn session_ended(&mut self, session: u64) {
        self.now.remove(&session);
        self.before.remove(&session);
    }

    /// Sends all watchers their text. Returns those whose sockets did not take all of it.
    pub fn publish(&mut self) -> Vec<u32> {
        let over = |session| TableSpan::Since(self.before.get(session));
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
                TextFormat::Table => table(&title, &shown),
                TextFormat::Json => json(&shown),
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
                // The loop has a copy of the socket; this makes it readable, and so ends that.
                let _ = watcher.stream.shutdown(Shutdown::Both);
            }
            !is_lost
        });
        slow.retain(|number| self.all.contains_key(number));
        slow
    }

    /// Sends more to a watcher whose socket is writable. Returns whether something is left.
    pub fn give_rest(&mut self, number: u32) -> bool {
        self.all.get_mut(&number).is_some_and(Watcher::give_rest)
    }

    /// A copy of a watcher's socket, for the loop.
    pub fn stream(&self, number: u32) -> Option<UnixStream> {
        self.all.get(&number)?.stream.try_clone().ok()
    }
}

impl Watcher {
    fn listen(&mut self) -> ReadResult {
        let mut bytes = [0; 64];
        match self.stream.read(&mut bytes) {
            Ok(0) => return ReadResult::Gone,
            Ok(len) => self.said.extend(bytes.iter().take(len)),
            Err(e) if e.kind() == io::ErrorKind::WouldBlock => return ReadResult::Nothing,
            Err(_) => return ReadResult::Gone,
        }
        self.format = match (self.format, self.said.as_slice()) {
            (None, b"table\n") => Some(TextFormat::Table),
            (None, b"json\n") => Some(TextFormat::Json),
            (None, part) if part.len() < 6 && !part.contains(&b'\n') => return ReadResult::Nothing,
            _ => return ReadResult::Gone,
        };
        ReadResult::Begin
    }

    /// Sends a text. Returns whether the loop must start to wait for the socket.
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
            // The watcher is gone; the next read removes it.
            Err(_) => self.rest.clear(),
        }
        !self.rest.is_empty()
    }
}

#[cfg(test)]
mod tests;
