//! One end of a session.

use std::io;
use std::os::fd::BorrowedFd;

use rustix::event::epoll::{self, EventData, EventFlags};

use super::engine::Flow;
use super::fault::Fault;
use super::unread_events::UnreadEvents;
use crate::channel::{CannotCross, Channel, ReceiveError};

/// One end of a session, and its registration with epoll.
#[expect(clippy::struct_excessive_bools, reason = "each may be so without the others")]
pub struct Port {
    /// The channel for its bytes.
    pub channel: Box<dyn Channel>,
    /// The registered events. If there are none, it is not registered, because epoll reports a
    /// hang-up even if it is not asked for, and the loop would spin. (With edge triggering, a
    /// hang-up is reported only once, so then it is always registered.)
    registered: EventFlags,
    /// Its channel tells when everything was read ([`Channel::emptied`]), so epoll may be
    /// edge-triggered.
    by_edges: bool,
    /// There may be unread input that epoll does not report again.
    has_more: bool,
    /// The peer sends nothing after what is already here.
    pub hung_up: bool,
    /// The peer is gone and everything was read.
    pub ended: bool,
    /// The peer takes nothing any more: what was for it is dropped.
    pub deaf: bool,
}

impl Port {
    /// With a peer that is there.
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

    /// Takes the events that epoll has reported.
    pub fn told(&mut self, flags: EventFlags) {
        // epoll reports it once, perhaps together with the last bytes.
        self.hung_up |= flags.intersects(EventFlags::HUP | EventFlags::RDHUP | EventFlags::ERR);
    }

    /// Whether it must be read without waiting for epoll.
    pub fn is_due(&self) -> bool {
        self.has_more && self.registered.contains(EventFlags::IN)
    }

    /// Registers the wanted events with epoll.
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

    /// Reads once into a flow that wants input. Returns the number of bytes.
    ///
    /// # Errors
    /// [`ReceiveError`]: the session must end.
    pub fn read(&mut self, flow: &mut Flow) -> Result<usize, ReceiveError> {
        if self.ended || !flow.wants_input() {
            // What epoll has reported still holds later.
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
            // A reset or another error of the socket: the peer is gone.
            Err(ReceiveError::Io(e)) if e.kind() != io::ErrorKind::OutOfMemory => {
                self.ended = true;
            }
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
    pub fn write_held(&mut self, held: &mut UnreadEvents) -> Result<(), Fault> {
        let mut fault = Ok(());
        if !self.deaf
            && let Err(e) = held.send(|bytes, fds| self.channel.send(bytes, fds))
        {
            fault = self.failed(&e);
        }
        if self.deaf {
            *held = UnreadEvents::default();
        }
        fault
    }

    /// Handles that nothing can be sent any more.
    #[cold]
    fn failed(&mut self, error: &io::Error) -> Result<(), Fault> {
        // What the peer sent before it went must still be read.
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

/// Whether an error means that the peer is gone. That is not a fault, and its last messages may
/// still be readable.
fn is_gone(error: &io::Error) -> bool {
    use io::ErrorKind::{BrokenPipe, ConnectionReset, NotConnected};
    matches!(error.kind(), BrokenPipe | ConnectionReset | NotConnected)
}
