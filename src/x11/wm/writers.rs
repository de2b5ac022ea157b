//! The last writer of properties that both clients and carafe write.

use std::collections::VecDeque;

/// The last writer, as far as the server has told.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum LastWriter {
    #[default]
    Nobody,
    Carafe,
    Client,
}

/// The last writer of one property of one window. Each event of the X server names the last request
/// of carafe that the server had handled by then. This tells carafe's own writes from others.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Writer {
    /// The numbers of carafe's requests whose events have not come.
    pending: VecDeque<u64>,
    last: LastWriter,
    /// The writer before those.
    before: LastWriter,
}

impl Writer {
    /// Notes that carafe writes it with this request.
    pub fn wrote(&mut self, number: u64) {
        self.pending.push_back(number);
    }

    /// Notes that the property has changed, when the server was at this request. Returns whether
    /// the client has changed it.
    pub fn changed(&mut self, at: u64) -> bool {
        // Removing a property that does not exist causes no event.
        while self.pending.pop_front_if(|number| *number < at).is_some() {}
        let is_own = self.pending.pop_front_if(|number| *number == at).is_some();
        self.before = self.last;
        self.last = if is_own { LastWriter::Carafe } else { LastWriter::Client };
        !is_own
    }

    /// Notes that the server is at this request. Returns whether an earlier request of carafe
    /// changed nothing, because its event has not come.
    pub fn failed(&mut self, at: u64) -> bool {
        let before = self.pending.len();
        while self.pending.pop_front_if(|number| *number < at).is_some() {}
        self.pending.len() < before
    }

    /// Whether it has carafe's value, or will have it soon.
    pub fn is_own(&self) -> bool {
        !self.pending.is_empty() || self.last == LastWriter::Carafe
    }

    /// Whether carafe had written it last, at the time of the server's last event.
    pub fn was_own(&self) -> bool {
        self.last == LastWriter::Carafe
    }

    /// Whether carafe had written it before the last write.
    pub fn replaced_own(&self) -> bool {
        self.before == LastWriter::Carafe
    }
}

/// The properties of a window that clients write too.
#[derive(Debug, Default)]
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
    fn the_last_writer_is_known_in_any_order_of_events() {
        let mut writer = Writer::default();
        assert!(writer.changed(3) && !writer.is_own(), "nobody else writes so far");
        writer.wrote(10);
        assert!(writer.is_own() && !writer.was_own());
        assert!(writer.changed(9), "before it");
        assert!(writer.is_own() && !writer.was_own());
        assert!(!writer.changed(10), "its own");
        assert!(writer.was_own());
        assert!(writer.changed(10), "right after it");
        assert!(!writer.is_own());
        // The first request has no event of its own.
        writer.wrote(12);
        writer.wrote(14);
        assert!(!writer.changed(14) && writer.is_own());
        assert!(writer.changed(20) && !writer.is_own());
        // A request that changed nothing is not awaited any more; a later one is.
        writer.wrote(22);
        writer.wrote(30);
        assert!(writer.failed(23) && !writer.failed(23) && writer.is_own());
        assert!(!writer.changed(30) && !writer.failed(31));
    }
}
