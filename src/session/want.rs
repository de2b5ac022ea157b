//! How a handler says which messages it wants to see.

use crate::observe::Side;

/// A message that a handler wants to see, and the handler's own word for what it does about it.
#[derive(Clone, Copy, Debug)]
pub struct Want<T> {
    /// Which message it is.
    pub message: Wanted,
    /// The handler's word.
    pub token: T,
}

/// Which message a handler wants to see.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Wanted {
    /// Who says it.
    pub from: Side,
    /// The interface of the object that it is for.
    pub interface: &'static str,
    /// Its name in the protocol; `None`: each message of that side for which there is no other
    /// word.
    pub name: Option<&'static str>,
    /// See [`Want::may_wait`].
    pub may_wait: bool,
    /// See [`Want::of_own`].
    pub is_of_own: bool,
}

impl<T> Want<T> {
    const fn new(
        from: Side,
        interface: &'static str,
        name: Option<&'static str>,
        token: T,
    ) -> Self {
        let message = Wanted { from, interface, name, may_wait: false, is_of_own: false };
        Self { message, token }
    }

    /// Whether it is that message of that side.
    #[cfg(test)]
    pub fn is(&self, from: Side, interface: &str, name: &str) -> bool {
        let Wanted { from: side, interface: of, name: which, .. } = self.message;
        (side, of, which) == (from, interface, Some(name))
    }

    /// A request of the client.
    pub const fn request(interface: &'static str, name: &'static str, token: T) -> Self {
        Self::new(Side::Client, interface, Some(name), token)
    }

    /// An event of the host.
    pub const fn event(interface: &'static str, name: &'static str, token: T) -> Self {
        Self::new(Side::Host, interface, Some(name), token)
    }

    /// All requests of an interface for which the handler has no other word.
    pub const fn other_requests(interface: &'static str, token: T) -> Self {
        Self::new(Side::Client, interface, None, token)
    }

    /// All events of an interface for which the handler has no other word.
    pub const fn other_events(interface: &'static str, token: T) -> Self {
        Self::new(Side::Host, interface, None, token)
    }

    /// [`Handler::must_wait`](super::Handler::must_wait) is asked about this request.
    #[must_use]
    pub const fn may_wait(mut self) -> Self {
        self.message.may_wait = true;
        self
    }

    /// The handler need only see it where it is about an object of carafe's own: where it is about
    /// the client's it may be forwarded in runs.
    #[must_use]
    pub const fn of_own(mut self) -> Self {
        self.message.is_of_own = true;
        self
    }
}
