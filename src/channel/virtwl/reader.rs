//! Reading a connection in a thread of its own.
//!
//! Each request of anybody to the device wakes every thread of the machine that polls any of its
//! objects. A thread in a blocking `RECV` is woken only by its own host. So a session that serves
//! does not poll its connection: this thread waits in `RECV`, hands over what comes, and wakes the
//! session by an eventfd.
//!
//! Nothing but the end of the process ends a thread in `RECV`, so only processes of sessions start
//! one.

use std::io;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, TryRecvError, sync_channel};
use std::thread;
use std::time::Duration;

use rustix::event::{EventfdFlags, eventfd};
use rustix::fs::{OFlags, fcntl_getfl, fcntl_setfl};

use super::batch::Batch;

/// How many messages there are. They go back and forth, so that nothing is allocated.
const MESSAGES: usize = 4;

/// The thread's stack in bytes; small, because it calls hardly anything.
const READER_STACK: usize = 64 * 1024;

type Reception = io::Result<Batch>;

/// The owner's end of the thread.
pub struct Reader {
    received: Receiver<Reception>,
    /// For the thread to fill.
    empty: SyncSender<Batch>,
    bell: Arc<Bell>,
}

/// Wakes the owner.
struct Bell {
    eventfd: OwnedFd,
    /// Whether the owner has taken everything, so that it must be woken for more.
    is_wanted: AtomicBool,
}

impl Bell {
    fn ring_if_wanted(&self) {
        if self.is_wanted.swap(false, Ordering::SeqCst) {
            self.ring();
        }
    }

    fn ring(&self) {
        // It fails only if the count is at its end, and then it is readable all the same.
        let _ = rustix::io::write(&self.eventfd, &1_u64.to_ne_bytes());
    }
}

impl Reader {
    /// Starts the thread. The connection blocks from now on, for sending too.
    ///
    /// # Errors
    /// When there are too many descriptors or threads.
    pub fn start(context: Arc<OwnedFd>) -> io::Result<Self> {
        let flags = EventfdFlags::CLOEXEC | EventfdFlags::NONBLOCK;
        let (eventfd, is_wanted) = (eventfd(0, flags)?, AtomicBool::new(true));
        let bell = Arc::new(Bell { eventfd, is_wanted });
        let (to_owner, received) = sync_channel(MESSAGES);
        let (empty, to_fill) = sync_channel(MESSAGES);
        for _ in 0..MESSAGES {
            let _ = empty.try_send(Batch::new());
        }
        fcntl_setfl(&context, fcntl_getfl(&context)? - OFlags::NONBLOCK)?;
        let threads_bell = Arc::clone(&bell);
        let run = move || run(&context, &to_fill, &to_owner, &threads_bell);
        thread::Builder::new().name("host".into()).stack_size(READER_STACK).spawn(run)?;
        Ok(Self { received, empty, bell })
    }

    /// To wait for, edge-triggered: each write to it means that there is something to receive, or
    /// that the owner must try again to send.
    pub fn fd(&self) -> BorrowedFd<'_> {
        self.bell.eventfd.as_fd()
    }

    /// The next batch; `None` if there is none now. Then [`fd`](Self::fd) tells of the next one.
    ///
    /// # Errors
    /// The device's. Nothing comes after it.
    pub fn next(&mut self) -> io::Result<Option<Batch>> {
        if let Some(batch) = self.received()? {
            return Ok(Some(batch));
        }
        self.bell.is_wanted.store(true, Ordering::SeqCst);
        // One may have come before the thread could see that.
        self.received()
    }

    fn received(&mut self) -> Result<Option<Batch>, io::Error> {
        match self.received.try_recv() {
            Ok(received) => received.map(Some),
            Err(TryRecvError::Empty) => Ok(None),
            Err(TryRecvError::Disconnected) => Err(io::ErrorKind::ConnectionReset.into()),
        }
    }

    /// As [`next`](Self::next), but blocking for a limited time.
    ///
    /// # Errors
    /// As [`next`](Self::next).
    pub fn next_within(&mut self, most: Duration) -> io::Result<Option<Batch>> {
        match self.received.recv_timeout(most) {
            Ok(received) => received.map(Some),
            Err(RecvTimeoutError::Timeout) => Ok(None),
            Err(RecvTimeoutError::Disconnected) => Err(io::ErrorKind::ConnectionReset.into()),
        }
    }

    /// Gives back a batch that was taken.
    pub fn give_back(&mut self, batch: Batch) {
        let _ = self.empty.try_send(batch);
    }

    /// Wakes the owner although nothing has come.
    pub fn wake(&self) {
        self.bell.ring();
    }
}

/// The thread. It ends with the connection, or when it has received something for an owner that is
/// gone.
fn run(
    context: &OwnedFd,
    to_fill: &Receiver<Batch>,
    to_owner: &SyncSender<Reception>,
    bell: &Bell,
) {
    while let Ok(mut batch) = to_fill.recv() {
        let received = loop {
            match batch.receive(context) {
                Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
                other => break other,
            }
        };
        let is_over = received.is_err() || batch.is_end();
        if to_owner.send(received.map(|()| batch)).is_err() {
            return;
        }
        bell.ring_if_wanted();
        if is_over {
            return;
        }
    }
}
