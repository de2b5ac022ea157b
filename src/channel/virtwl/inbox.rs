//! What has come over a connection and was not taken yet.

use std::io;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::sync::Arc;
use std::time::Duration;

use rustix::fs::{OFlags, fcntl_getfl, fcntl_setfl};

use super::batch::Batch;
use super::reader::Reader;

/// Most messages that are read from a connection before it is closed: more than the
/// device's queue holds.
const DRAINED: usize = 1024;

/// The messages of a connection. They are read directly, without waiting, until a [`Reader`] does
/// that.
pub struct Inbox {
    context: Arc<OwnedFd>,
    reader: Option<Reader>,
    /// One that was not taken whole.
    current: Option<Batch>,
    is_empty: bool,
}

impl Inbox {
    /// The inbox of a connection that does not block.
    pub fn new(context: Arc<OwnedFd>) -> Self {
        Self { context, reader: None, current: None, is_empty: false }
    }

    /// Reads in a thread of its own from now on.
    ///
    /// # Errors
    /// As [`Reader::start`].
    pub fn start_reader(&mut self) -> io::Result<()> {
        self.reader = Some(Reader::start(Arc::clone(&self.context))?);
        Ok(())
    }

    /// What to wait for.
    pub fn fd(&self) -> BorrowedFd<'_> {
        self.reader.as_ref().map_or_else(|| self.context.as_fd(), Reader::fd)
    }

    /// The oldest batch that was not taken whole.
    ///
    /// # Errors
    /// The device's; `WouldBlock` if there is none.
    pub fn oldest(&mut self) -> io::Result<&mut Batch> {
        let batch = match (self.current.take(), &mut self.reader) {
            (Some(batch), _) => Some(batch),
            (None, Some(reader)) => reader.next()?,
            (None, None) => {
                let mut batch = Batch::new();
                batch.receive(&self.context)?;
                Some(batch)
            }
        };
        self.is_empty = batch.is_none();
        self.current = batch;
        self.current.as_mut().ok_or_else(|| io::ErrorKind::WouldBlock.into())
    }

    /// Ends the oldest batch, which was taken whole.
    pub fn next(&mut self) {
        if let (Some(batch), Some(reader)) = (self.current.take(), &mut self.reader) {
            reader.give_back(batch);
        }
    }

    /// Whether there was nothing more at the last look.
    pub fn is_empty(&self) -> bool {
        self.is_empty
    }

    /// Waits until there is something, but not for ever. Only with a reader.
    pub fn wait(&mut self, most: Duration) {
        if self.current.is_none()
            && let Some(reader) = &mut self.reader
        {
            // An error comes again with the next look.
            self.current = reader.next_within(most).ok().flatten();
        }
    }

    /// Makes [`fd`](Self::fd) ready although nothing has come.
    pub fn wake(&self) {
        if let Some(reader) = &self.reader {
            reader.wake();
        }
    }
}

impl Drop for Inbox {
    /// Reads the rest: descriptors that nobody has received would stay open for good, here and
    /// at the host. What the thread has received is closed with it.
    fn drop(&mut self) {
        let does_not_block = fcntl_getfl(&self.context)
            .and_then(|f| fcntl_setfl(&self.context, f | OFlags::NONBLOCK));
        if does_not_block.is_err() {
            return;
        }
        let mut rest = Batch::new();
        for _ in 0..DRAINED {
            if rest.receive(&self.context).is_err() || rest.is_end() {
                return;
            }
        }
    }
}
