//! Writing to standard error without waiting for it.
//!
//! A pipe or a terminal takes nothing while its reader does not read. (The descriptor is
//! shared with other processes, so carafe must not make it non-blocking, and the answer of
//! `poll` may be wrong a moment later.) So a thread writes, from a bounded queue. Lines that do
//! not fit are counted, and the count is logged when there is room. A file on a local disk
//! always takes everything, so lines are written to it directly.

use std::collections::{HashSet, VecDeque};
use std::io::{self, IsTerminal};
use std::sync::{Condvar, Mutex, MutexGuard, OnceLock, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, poll};
use rustix::fs::{FileType, fstat, fstatfs};
use rustix::io::Errno;
use tracing::Level;

use super::budget::{BURST, LogBudget, PER_SECOND, Portion};
use super::format;
use super::record::LogRecord;

/// Bound on the queue in bytes.
const MAX_QUEUE: usize = 1024 * 1024;

/// Bound on the lines that are logged only once.
const MAX_ONCE: usize = 4096;

/// The thread's stack in bytes; it needs little.
const SINK_STACK: usize = 64 * 1024;

/// How long carafe, when it ends, waits for a reader that takes nothing.
const READER_PATIENCE: Duration = Duration::from_millis(500);

/// The types of network and user-space file systems, which may answer late or never:
/// FUSE, NFS, CIFS, SMB2, 9p, SMB (`statfs(2)`).
const REMOTE: [i64; 6] = [0x6573_5546, 0x6969, 0xff53_4d42, 0xfe53_4d42, 0x0102_1997, 0x517b];

/// Where lines go.
pub struct LogSink {
    /// Lines are written by the caller: standard error is a file, which takes everything at once,
    /// or there is no process for this.
    is_direct: bool,
    has_colours: bool,
    state: Mutex<SinkState>,
    queue: Mutex<Queue>,
    /// Notified when a line was queued.
    more: Condvar,
    /// Notified when a line was written.
    written: Condvar,
}

/// What decides whether an event is logged.
struct SinkState {
    budget: LogBudget,
    /// The lines that are logged only once.
    said: HashSet<String>,
}

#[derive(Default)]
struct Queue {
    lines: VecDeque<String>,
    /// Bytes of `lines` and of the line that is being written.
    bytes: usize,
    /// How many lines did not fit.
    lost: u64,
    /// How many lines were written.
    count: u64,
    has_thread: bool,
}

fn is_local_file() -> bool {
    let stderr = io::stderr();
    let is_file = fstat(&stderr)
        .is_ok_and(|stat| FileType::from_raw_mode(stat.st_mode) == FileType::RegularFile);
    is_file && fstatfs(&stderr).is_ok_and(|fs| !REMOTE.contains(&(fs.f_type & 0xffff_ffff)))
}

fn too_much(left_out: u64) -> String {
    format!(
        " WARN {left_out} lines were left out: the log may grow by {PER_SECOND} bytes a second, \
         and {BURST} at once\n"
    )
}

impl LogSink {
    /// The one of this process; whoever logs waits for the reader.
    pub fn get() -> &'static Self {
        Self::make(true)
    }

    /// The one of this process, which waits for no reader.
    pub fn in_background() -> &'static Self {
        Self::make(is_local_file())
    }

    fn make(is_direct: bool) -> &'static Self {
        static SINK: OnceLock<LogSink> = OnceLock::new();
        SINK.get_or_init(|| Self {
            is_direct,
            has_colours: io::stderr().is_terminal(),
            state: Mutex::new(SinkState {
                budget: LogBudget::new(Instant::now()),
                said: HashSet::new(),
            }),
            queue: Mutex::default(),
            more: Condvar::new(),
            written: Condvar::new(),
        })
    }

    /// Writes a record.
    pub fn write(&'static self, record: LogRecord) {
        match record {
            LogRecord::Text(text) => self.put(format::lines(&text, "")),
            LogRecord::Event { level, line, lines, once } => {
                if !once || self.is_new(&line) {
                    self.write_event(level, &line, &lines);
                }
            }
        }
    }

    fn is_new(&self, line: &str) -> bool {
        let said = &mut lock(&self.state).said;
        said.len() < MAX_ONCE && said.insert(line.to_owned())
    }

    /// Errors and warnings are limited by the budget; lower levels are not, because the user
    /// asked for them.
    fn write_event(&'static self, level: u8, line: &str, lines: &str) {
        let level = match level {
            1 => Level::ERROR,
            2 => Level::WARN,
            3 => Level::INFO,
            4 => Level::DEBUG,
            _ => Level::TRACE,
        };
        let mut line = format::line(level, line, self.has_colours);
        let more = format::lines(lines, "  ");
        if level > Level::WARN {
            line.push_str(&more);
            return self.put(line);
        }
        let (allowed, left_out) = {
            let budget = &mut lock(&self.state).budget;
            match budget.take(level, line.len(), more.len(), Instant::now()) {
                Portion::Nothing => return,
                allowed => (allowed, budget.left_out()),
            }
        };
        if left_out > 0 {
            self.put(too_much(left_out));
        }
        if allowed == Portion::All {
            line.push_str(&more);
        } else if !more.is_empty() {
            line.push_str("  (left out: much was logged just before)\n");
        }
        self.put(line);
    }

    /// Blocking a short time until everything is written.
    pub fn finish(&'static self) {
        let left_out = lock(&self.state).budget.left_out();
        if left_out > 0 {
            self.put(too_much(left_out));
        }
        let mut queue = lock(&self.queue);
        while queue.bytes > 0 && queue.has_thread {
            let before = queue.count;
            let waited = self.written.wait_timeout(queue, READER_PATIENCE);
            let (now, timeout) = waited.unwrap_or_else(PoisonError::into_inner);
            queue = now;
            if timeout.timed_out() && queue.count == before {
                return;
            }
        }
    }

    fn put(&'static self, line: String) {
        if self.is_direct {
            return write_out(&line);
        }
        let mut queue = lock(&self.queue);
        if queue.bytes + line.len() > MAX_QUEUE {
            queue.lost += 1;
            return;
        }
        if !queue.has_thread {
            let builder = thread::Builder::new().name("log".into()).stack_size(SINK_STACK);
            queue.has_thread = builder.spawn(|| self.write_all()).is_ok();
            if !queue.has_thread {
                queue.lost += 1;
                return;
            }
        }
        queue.bytes += line.len();
        queue.lines.push_back(line);
        self.more.notify_one();
    }

    /// Writes queued lines for ever; runs in its own thread.
    fn write_all(&self) {
        let mut queue = lock(&self.queue);
        loop {
            let Some(line) = queue.lines.pop_front() else {
                queue = self.more.wait(queue).unwrap_or_else(PoisonError::into_inner);
                continue;
            };
            let lost = std::mem::take(&mut queue.lost);
            drop(queue);
            if lost > 0 {
                write_out(&format!(" WARN {lost} lines were lost: nobody read standard error\n"));
            }
            write_out(&line);
            queue = lock(&self.queue);
            queue.bytes -= line.len();
            queue.count += 1;
            self.written.notify_all();
        }
    }
}

/// Writes a line with one call, so that lines of several programs do not mix. It does not take
/// the standard library's lock, for which other threads would wait. Errors are ignored: carafe
/// goes on when nobody can read its log any more.
fn write_out(line: &str) {
    let stderr = io::stderr();
    let mut rest = line.as_bytes();
    while !rest.is_empty() {
        match rustix::io::write(&stderr, rest) {
            Ok(0) => return,
            Ok(written) => rest = rest.get(written..).unwrap_or_default(),
            Err(Errno::INTR) => {}
            // Another process, which shares the open file, has made it non-blocking.
            Err(Errno::AGAIN) => drop(poll(&mut [PollFd::new(&stderr, PollFlags::OUT)], None)),
            Err(_) => return,
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
