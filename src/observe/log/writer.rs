//! The process that writes the log of all others. It reads what they send at once, so a call to
//! log something waits for nobody but it. What it cannot write it keeps, up to a bound (`sink`).
//!
//! It ends when the process that has started it has ended or says that it ends.

use std::io::{self, PipeReader, PipeWriter};
use std::os::fd::{AsFd, AsRawFd, RawFd};
use std::sync::{Mutex, OnceLock, PoisonError};

use rustix::event::{PollFd, PollFlags, poll};

use super::record::LogRecord;
use super::sink::LogSink;
use crate::fork::{OnParentsEnd, Process};
use crate::packets::{Packets, WaitMode};

struct LogWriter {
    packets: Packets,
    process: Process,
    /// Closed when the log ends; only the process with this id may do that.
    end: Mutex<Option<PipeWriter>>,
    starter: u32,
}

static WRITER: OnceLock<LogWriter> = OnceLock::new();

/// Starts the process. Without it, lines are written directly.
pub fn start() {
    if let Ok(writer) = LogWriter::start() {
        let _ = WRITER.set(writer);
    }
}

/// What other processes of carafe must keep open to log.
pub fn descriptor() -> Option<RawFd> {
    WRITER.get().map(|writer| writer.packets.as_fd().as_raw_fd())
}

/// Writes something that the user asked for (messages, tables), without a budget. `text` is
/// one or more whole lines.
pub fn write(text: String) {
    record(LogRecord::Text(text));
}

pub fn record(record: LogRecord) {
    match WRITER.get() {
        // This fails if the process was killed: carafe goes on without a log.
        Some(writer) => drop(writer.packets.send(&record, &[], WaitMode::Yes)),
        None => LogSink::get().write(record),
    }
}

/// Called when carafe ends: waits until everything is written, while somebody reads it.
pub fn finish() {
    let Some(writer) = WRITER.get().filter(|writer| writer.starter == std::process::id()) else {
        return;
    };
    drop(writer.end.lock().unwrap_or_else(PoisonError::into_inner).take());
    let mut ended = [PollFd::new(&writer.process, PollFlags::IN)];
    while poll(&mut ended, None) == Err(rustix::io::Errno::INTR) {}
    let _ = writer.process.ended();
}

impl LogWriter {
    fn start() -> io::Result<Self> {
        let (packets, theirs) = Packets::pair()?;
        let (ended, end) = io::pipe()?;
        let keep = [theirs.as_fd().as_raw_fd(), ended.as_raw_fd(), io::stderr().as_raw_fd()];
        let process = Process::start(c"carafe-log", &keep, OnParentsEnd::GoesOn, || {
            let sink = LogSink::in_background();
            write_all(&theirs, &ended, sink);
            sink.finish();
            0
        })?;
        let end = Mutex::new(Some(end));
        Ok(Self { packets, process, end, starter: std::process::id() })
    }
}

/// Writes what comes, until the log ends.
fn write_all(packets: &Packets, ended: &PipeReader, sink: &'static LogSink) {
    loop {
        match packets.receive(WaitMode::No) {
            Ok(Some(packet)) => sink.write(packet.message),
            Ok(None) => return,
            Err(e) if e.kind() == io::ErrorKind::WouldBlock => {
                let mut both =
                    [PollFd::new(packets, PollFlags::IN), PollFd::new(ended, PollFlags::empty())];
                let _ = poll(&mut both, None);
                let [more, end] = &both;
                if more.revents().is_empty() && !end.revents().is_empty() {
                    return;
                }
            }
            // It is from a session that a client has taken over.
            Err(_) => {}
        }
    }
}
