//! Reading a carafe's standard error.

use std::env;
use std::os::fd::OwnedFd;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread::sleep;
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, poll};
use rustix::io::{Errno, ioctl_fionbio, read};

use crate::surfaces::Surfaces;

/// How long a surface may take to appear in the log.
const PATIENCE: Duration = Duration::from_secs(2);

/// The reading end of one carafe's standard error. A thread reads it, since carafe would block
/// when the pipe is full. Each question also reads it, so that the answer considers all that
/// carafe has written.
pub struct Log {
    pipe: OwnedFd,
    read: Mutex<Read>,
    show_messages: bool,
}

#[derive(Default)]
struct Read {
    /// The start of a line whose end has not come yet.
    partial: Vec<u8>,
    surfaces: Surfaces,
}

impl Log {
    pub fn new(pipe: OwnedFd) -> Result<Self, Errno> {
        ioctl_fionbio(&pipe, true)?;
        let show_messages = env::var_os("CARAFE_MESSAGES").is_some();
        Ok(Self { pipe, read: Mutex::default(), show_messages })
    }

    /// Reads until carafe ends.
    pub fn follow(&self) {
        while self.drain(&mut self.lock()) {
            let mut fds = [PollFd::new(&self.pipe, PollFlags::IN)];
            let _ = poll(&mut fds, None);
        }
    }

    /// The host's id of a client's surface. `None` if no such surface appears in the log within
    /// [`PATIENCE`].
    pub fn host_id(&self, client_id: u32) -> Option<u32> {
        let until = Instant::now() + PATIENCE;
        loop {
            let mut read = self.lock();
            self.drain(&mut read);
            let id = read.surfaces.host_id(client_id);
            drop(read);
            if id.is_some() || Instant::now() > until {
                return id;
            }
            sleep(Duration::from_millis(1));
        }
    }

    fn lock(&self) -> MutexGuard<'_, Read> {
        self.read.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Reads what is there. Returns `false` if no more will come.
    fn drain(&self, state: &mut Read) -> bool {
        let mut bytes = [0; 16384];
        loop {
            match read(&self.pipe, &mut bytes) {
                Ok(0) => return false,
                Ok(n) => state.take(bytes.get(..n).unwrap_or_default(), self.show_messages),
                Err(Errno::INTR) => {}
                Err(e) => return e == Errno::AGAIN,
            }
        }
    }
}

impl Read {
    fn take(&mut self, bytes: &[u8], show_messages: bool) {
        for piece in bytes.split_inclusive(|byte| *byte == b'\n') {
            self.partial.extend_from_slice(piece);
            if piece.ends_with(b"\n") {
                let line = String::from_utf8_lossy(&self.partial);
                // Lines that are not messages are warnings or errors; show them.
                if !self.surfaces.line(line.trim_end()) || show_messages {
                    eprint!("{line}");
                }
                self.partial.clear();
            }
        }
    }
}
