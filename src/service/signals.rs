//! Signals as readable sockets. (A signalfd would need the signals blocked in every thread,
//! and children would inherit that.)
//!
//! Other signals keep their meaning: SIGQUIT and the signals of faults leave a core, SIGXCPU
//! ends the process (the user who sets that limit wants this), and Rust's runtime ignores
//! SIGPIPE.

use std::io;
use std::os::unix::net::UnixStream;

use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM, SIGUSR1};
use signal_hook::low_level::{self, pipe};

/// One socket for each reaction to signals.
pub struct Signals {
    /// Readable after SIGTERM, SIGINT, or a SIGHUP that has no other meaning and is not ignored
    /// (`nohup`).
    pub stop: UnixStream,
    /// Readable after SIGHUP, if there is a file to read again.
    pub reload: Option<UnixStream>,
    /// Readable after SIGUSR1.
    pub dump: UnixStream,
}

impl Signals {
    /// Installs the handlers. With `reloads`, SIGHUP means to read a file again.
    ///
    /// # Errors
    /// When the process has no descriptors left.
    pub fn new(reloads: bool) -> io::Result<Self> {
        let mut stop = vec![SIGTERM, SIGINT];
        if !reloads && !is_ignored(SIGHUP) {
            // The terminal was closed: remove the sockets, and tell the sessions.
            stop.push(SIGHUP);
        }
        allow_large_files()?;
        let reload = reloads.then(|| watch(&[SIGHUP])).transpose()?;
        Ok(Self { stop: watch(&stop)?, reload, dump: watch(&[SIGUSR1])? })
    }
}

/// Makes a write beyond `ulimit -f` fail with `EFBIG`, instead of ending all sessions. (It
/// installs a handler, because programs would inherit an ignored signal.)
#[expect(unsafe_code, reason = "signals")]
fn allow_large_files() -> io::Result<()> {
    // SAFETY: the handler does nothing, which is safe in a signal.
    unsafe { low_level::register(libc::SIGXFSZ, || {}) }.map(drop)
}

/// Whether this process was started with a signal ignored (`/proc/PID/status`).
fn is_ignored(signal: i32) -> bool {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let ignored = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    let mask = ignored.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok());
    mask.is_some_and(|mask| mask >> (signal - 1) & 1 == 1)
}

fn watch(signals: &[i32]) -> io::Result<UnixStream> {
    let (read, write) = UnixStream::pair()?;
    read.set_nonblocking(true)?;
    for signal in signals {
        pipe::register(*signal, write.try_clone()?)?;
    }
    Ok(read)
}
