//! Who has written a property last, of those that both a client and carafe write.

/// The last writer of a property of one window. The X server's events name the last of
/// carafe's requests that it had done by then: that tells carafe's own writes from others.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Writer {
    /// The number of carafe's last request that wrote it; 0: there was none.
    own: u64,
    /// That request's own event has come.
    is_seen: bool,
    /// The client has written it after that.
    is_foreign: bool,
}

impl Writer {
    /// Carafe writes it with the request of that number.
    pub fn wrote(&mut self, number: u64) {
        *self = Self { own: number, is_seen: false, is_foreign: false };
    }

    /// The server says that it has changed, when it was at the request of that number.
    /// Gives whether the client did that.
    pub fn changed(&mut self, at: u64) -> bool {
        let is_own = at < self.own || at == self.own && !std::mem::replace(&mut self.is_seen, true);
        self.is_foreign |= !is_own;
        !is_own
    }

    /// Whether it has what carafe wrote.
    pub fn is_own(self) -> bool {
        self.own != 0 && !self.is_foreign
    }
}

/// The properties of a window that clients write, too.
#[derive(Clone, Copy, Debug, Default)]
pub struct Writers {
    /// `_NET_WM_STATE`.
    pub states: Writer,
    /// `_NET_WM_DESKTOP`.
    pub desktop: Writer,
    /// `WM_STATE`.
    pub wm_state: Writer,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_wrote_last_is_known_whatever_the_events_overtake() {
        let mut writer = Writer::default();
        assert!(writer.changed(3) && !writer.is_own(), "nobody else writes so far");
        writer.wrote(10);
        assert!(!writer.changed(9), "what came before it is gone");
        assert!(!writer.changed(10), "its own");
        assert!(writer.is_own());
        assert!(writer.changed(10), "right after it");
        assert!(!writer.is_own());
        writer.wrote(12);
        writer.changed(12);
        assert!(writer.changed(20) && !writer.is_own());
    }
}
