//! Signals as readable sockets. (A signalfd would need them blocked in every
//! thread, and in children until they unblock them.)

use std::io;
use std::os::unix::net::UnixStream;

use signal_hook::consts::{SIGINT, SIGTERM, SIGUSR1};
use signal_hook::low_level::pipe;

/// One socket for each thing that signals ask for.
pub struct Signals {
    /// Readable after SIGTERM or SIGINT.
    pub stop: UnixStream,
    /// Readable after SIGUSR1.
    pub dump: UnixStream,
}

impl Signals {
    /// Takes the signals over.
    ///
    /// # Errors
    /// When there are no sockets to be had.
    pub fn new() -> io::Result<Self> {
        Ok(Self { stop: watch(&[SIGTERM, SIGINT])?, dump: watch(&[SIGUSR1])? })
    }
}

fn watch(signals: &[i32]) -> io::Result<UnixStream> {
    let (read, write) = UnixStream::pair()?;
    read.set_nonblocking(true)?;
    for signal in signals {
        pipe::register(*signal, write.try_clone()?)?;
    }
    Ok(read)
}
