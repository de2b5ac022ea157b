//! Who has written a property last, of those that both a client and carafe write.

use std::collections::VecDeque;

/// Who has written it, as far as the server has told.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum LastWriter {
    #[default]
    Nobody,
    Carafe,
    Client,
}

/// The last writer of a property of one window. The X server's events name the last of
/// carafe's requests that it had done by then: that tells carafe's own writes from others.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Writer {
    /// The numbers of carafe's requests that wrote it and whose events have not come.
    pending: VecDeque<u64>,
    last: LastWriter,
    /// Who had written it before that.
    before: LastWriter,
}

impl Writer {
    /// Carafe writes it with the request of that number.
    pub fn wrote(&mut self, number: u64) {
        self.pending.push_back(number);
    }

    /// The server says that it has changed, when it was at the request of that number.
    /// Gives whether the client did that.
    pub fn changed(&mut self, at: u64) -> bool {
        // What was removed that was not there has no event.
        while self.pending.pop_front_if(|number| *number < at).is_some() {}
        let is_own = self.pending.pop_front_if(|number| *number == at).is_some();
        self.before = self.last;
        self.last = if is_own { LastWriter::Carafe } else { LastWriter::Client };
        !is_own
    }

    /// The server is at the request of that number. Gives whether one of carafe's before it
    /// wrote nothing, as it has had no event.
    pub fn failed(&mut self, at: u64) -> bool {
        let before = self.pending.len();
        while self.pending.pop_front_if(|number| *number < at).is_some() {}
        self.pending.len() < before
    }

    /// Whether it has what carafe wrote, or will have that soon.
    pub fn is_own(&self) -> bool {
        !self.pending.is_empty() || self.last == LastWriter::Carafe
    }

    /// Whether carafe had written it last when the server said what was said last.
    pub fn was_own(&self) -> bool {
        self.last == LastWriter::Carafe
    }

    /// Whether carafe had written it before the last write.
    pub fn replaced_own(&self) -> bool {
        self.before == LastWriter::Carafe
    }
}

/// The properties of a window that clients write, too.
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
    fn who_wrote_last_is_known_whatever_the_events_overtake() {
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
        // The first has no event of its own.
        writer.wrote(12);
        writer.wrote(14);
        assert!(!writer.changed(14) && writer.is_own());
        assert!(writer.changed(20) && !writer.is_own());
        // One that wrote nothing is no longer awaited; a later one is.
        writer.wrote(22);
        writer.wrote(30);
        assert!(writer.failed(23) && !writer.failed(23) && writer.is_own());
        assert!(!writer.changed(30) && !writer.failed(31));
    }
}
