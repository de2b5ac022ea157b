//! One end of a session.

use std::io;
use std::os::fd::BorrowedFd;

use rustix::event::epoll::{self, EventData, EventFlags};

use super::engine::Flow;
use super::fault::Fault;
use super::held::Held;
use crate::channel::{CannotCross, Channel, ReceiveError};

/// One end of a session with what is registered for it.
#[expect(clippy::struct_excessive_bools, reason = "each may be so without the others")]
pub struct Port {
    /// Where its bytes come from and go.
    pub channel: Box<dyn Channel>,
    /// What epoll was told; nothing: not registered, because epoll reports a
    /// hang-up even where nothing is asked for, and would spin. (By edges it reports that
    /// once, so that such a port is always watched for it.)
    registered: EventFlags,
    /// Its channel tells when all was read ([`Channel::emptied`]): epoll need tell only once.
    by_edges: bool,
    /// There may be more than was read, of which epoll does not tell again.
    has_more: bool,
    /// Nothing comes after what is there.
    pub hung_up: bool,
    /// The peer is gone: nothing more comes.
    pub ended: bool,
    /// The peer takes nothing more: what was for it is dropped.
    pub deaf: bool,
}

impl Port {
    /// One whose peer is there.
    pub fn new(channel: Box<dyn Channel>) -> Self {
        Self {
            by_edges: channel.emptied().is_some(),
            channel,
            registered: EventFlags::empty(),
            has_more: false,
            hung_up: false,
            ended: false,
            deaf: false,
        }
    }

    /// What epoll told.
    pub fn told(&mut self, flags: EventFlags) {
        // It tells once, maybe together with the last bytes.
        self.hung_up |= flags.intersects(EventFlags::HUP | EventFlags::RDHUP | EventFlags::ERR);
    }

    /// Whether it is to be read though epoll tells nothing.
    pub fn is_due(&self) -> bool {
        self.has_more && self.registered.contains(EventFlags::IN)
    }

    /// Tells epoll what is wanted now.
    ///
    /// # Errors
    /// When the kernel has no room for it.
    #[inline]
    pub fn register(
        &mut self,
        epoll: BorrowedFd<'_>,
        data: u64,
        wanted: EventFlags,
    ) -> io::Result<()> {
        let edges = EventFlags::ET | EventFlags::RDHUP;
        let wanted = if self.by_edges { wanted | edges } else { wanted };
        if wanted == self.registered { Ok(()) } else { self.register_anew(epoll, data, wanted) }
    }

    #[cold]
    fn register_anew(
        &mut self,
        epoll: BorrowedFd<'_>,
        data: u64,
        wanted: EventFlags,
    ) -> io::Result<()> {
        let (fd, event) = (self.channel.fd(), EventData::new_u64(data));
        match (self.registered.is_empty(), wanted.is_empty()) {
            (true, _) => epoll::add(epoll, fd, event, wanted)?,
            (false, true) => epoll::delete(epoll, fd)?,
            (false, false) => epoll::modify(epoll, fd, event, wanted)?,
        }
        self.registered = wanted;
        Ok(())
    }

    /// Reads once into a flow that wants input. Gives the number of bytes.
    ///
    /// # Errors
    /// [`ReceiveError`]: the session must end.
    pub fn read(&mut self, flow: &mut Flow) -> Result<usize, ReceiveError> {
        if self.ended || !flow.wants_input() {
            // What epoll told is still true later.
            self.has_more = self.by_edges;
            return Ok(0);
        }
        let received = self.channel.receive(flow.input.room(), &mut flow.fds);
        self.has_more = self.channel.emptied().is_some_and(|emptied| !emptied || self.hung_up);
        match received {
            Ok(0) => self.ended = true,
            Ok(len) => {
                flow.input.filled(len);
                return Ok(len);
            }
            Err(ReceiveError::Io(e)) if e.kind() == io::ErrorKind::WouldBlock => {
                self.has_more = false;
            }
            // A reset or anything else that the socket says: it is over.
            Err(ReceiveError::Io(_)) => self.ended = true,
            Err(e) => return Err(e),
        }
        Ok(0)
    }

    /// Sends what waits, as far as the peer takes it.
    ///
    /// # Errors
    /// [`Fault`]: the session must end.
    pub fn write(&mut self, flow: &mut Flow) -> Result<(), Fault> {
        if flow.out.is_empty() {
            return Ok(());
        }
        let mut fault = Ok(());
        if !self.deaf {
            let Flow { input, out, .. } = flow;
            let sent = out.send(input.bytes(), |bytes, fds| self.channel.send(bytes, fds));
            if let Err(e) = sent {
                fault = self.failed(&e);
            }
        }
        if self.deaf {
            flow.out.clear();
        }
        fault
    }

    /// Sends what is held, as far as the peer takes it.
    ///
    /// # Errors
    /// [`Fault`]: the session must end.
    pub fn write_held(&mut self, held: &mut Held) -> Result<(), Fault> {
        let mut fault = Ok(());
        if !self.deaf
            && let Err(e) = held.send(|bytes, fds| self.channel.send(bytes, fds))
        {
            fault = self.failed(&e);
        }
        if self.deaf {
            *held = Held::default();
        }
        fault
    }

    /// Nothing can be sent any more.
    #[cold]
    fn failed(&mut self, error: &io::Error) -> Result<(), Fault> {
        // What the peer said before it went is still to be read.
        self.deaf = true;
        if CannotCross::is_in(error) {
            Err(Fault::service(error.to_string()))
        } else if !is_gone(error) {
            Err(Fault::service(format!("cannot send: {error}")))
        } else {
            Ok(())
        }
    }
}

/// Whether an error says that the peer has gone: no fault, and its last words may
/// still be there to be read.
fn is_gone(error: &io::Error) -> bool {
    use io::ErrorKind::{BrokenPipe, ConnectionReset, NotConnected};
    matches!(error.kind(), BrokenPipe | ConnectionReset | NotConnected)
}
