//! Properties of windows: which ones carafe reads, their values, and who has written them.

use std::collections::VecDeque;

use x11rb_protocol::protocol::xproto::{AtomEnum, GetPropertyReply};
use x11rb_protocol::x11_utils::TryParse;

use super::atoms::Atoms;
use super::compound_text;

/// A property that carafe reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "they have the properties' names")]
pub enum Property {
    WmName,
    NetWmName,
    WmClass,
    WmTransientFor,
    WmNormalHints,
    WmHints,
    WmProtocols,
    WmClientLeader,
    MotifHints,
    NetWmState,
    NetWmWindowType,
    NetWmPid,
    NetStartupId,
    /// `_NET_STARTUP_ID` of its client leader.
    LeaderStartupId,
    /// The one that `--application-id-x11-property` names.
    ApplicationNumber,
    NetWmWindowOpacity,
    NetWmIcon,
    NetWmSyncRequestCounter,
    GtkFrameExtents,
    GtkThemeVariant,
    XwaylandRandrEmuMonitorRects,
    SteamGame,
    NetWmUserTime,
}

impl Property {
    /// All of them; the first ones are those that carafe needs before it shows a window.
    pub const ALL: [Self; 23] = [
        Self::NetWmWindowType,
        Self::WmTransientFor,
        Self::WmNormalHints,
        Self::WmHints,
        Self::WmProtocols,
        Self::MotifHints,
        Self::NetWmState,
        Self::WmName,
        Self::NetWmName,
        Self::WmClass,
        Self::WmClientLeader,
        Self::NetWmPid,
        Self::NetStartupId,
        Self::LeaderStartupId,
        Self::ApplicationNumber,
        Self::NetWmWindowOpacity,
        Self::NetWmSyncRequestCounter,
        Self::GtkFrameExtents,
        Self::GtkThemeVariant,
        Self::XwaylandRandrEmuMonitorRects,
        Self::SteamGame,
        Self::NetWmUserTime,
        Self::NetWmIcon,
    ];

    /// Its atom.
    pub fn atom(self, atoms: &Atoms) -> u32 {
        match self {
            Self::WmName => AtomEnum::WM_NAME.into(),
            Self::NetWmName => atoms._NET_WM_NAME,
            Self::WmClass => AtomEnum::WM_CLASS.into(),
            Self::WmTransientFor => AtomEnum::WM_TRANSIENT_FOR.into(),
            Self::WmNormalHints => AtomEnum::WM_NORMAL_HINTS.into(),
            Self::WmHints => AtomEnum::WM_HINTS.into(),
            Self::WmProtocols => atoms.WM_PROTOCOLS,
            Self::WmClientLeader => atoms.WM_CLIENT_LEADER,
            Self::MotifHints => atoms._MOTIF_WM_HINTS,
            Self::NetWmState => atoms._NET_WM_STATE,
            Self::NetWmWindowType => atoms._NET_WM_WINDOW_TYPE,
            Self::NetWmPid => atoms._NET_WM_PID,
            Self::NetStartupId | Self::LeaderStartupId => atoms._NET_STARTUP_ID,
            Self::ApplicationNumber => atoms._CARAFE_APPLICATION_NUMBER,
            Self::NetWmWindowOpacity => atoms._NET_WM_WINDOW_OPACITY,
            Self::NetWmIcon => atoms._NET_WM_ICON,
            Self::NetWmSyncRequestCounter => atoms._NET_WM_SYNC_REQUEST_COUNTER,
            Self::GtkFrameExtents => atoms._GTK_FRAME_EXTENTS,
            Self::GtkThemeVariant => atoms._GTK_THEME_VARIANT,
            Self::XwaylandRandrEmuMonitorRects => atoms._XWAYLAND_RANDR_EMU_MONITOR_RECTS,
            Self::SteamGame => atoms.STEAM_GAME,
            Self::NetWmUserTime => atoms._NET_WM_USER_TIME,
        }
    }

    /// Whether it is a property of the window's client leader, not of the window itself.
    pub fn is_of_leader(self) -> bool {
        self == Self::LeaderStartupId
    }

    /// The property of an atom.
    pub fn of(atom: u32, atoms: &Atoms) -> Option<Self> {
        Self::ALL.into_iter().find(|property| property.atom(atoms) == atom)
    }

    /// How much of it carafe reads at most, in units of four bytes.
    pub fn longest(self) -> u32 {
        match self {
            // Several sizes, the largest usually of 256×256.
            Self::NetWmIcon => 1 << 18,
            Self::WmName
            | Self::NetWmName
            | Self::WmClass
            | Self::NetStartupId
            | Self::LeaderStartupId => 1024,
            _ => 64,
        }
    }

    /// Its place in [`Property::ALL`] as a bit.
    pub fn bit(self) -> u32 {
        let place = Self::ALL.iter().position(|property| *property == self);
        1 << place.unwrap_or_default()
    }
}

/// A property's type and data.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PropertyValue {
    /// The atom of the type.
    pub kind: u32,
    /// The size of a unit: 8, 16 or 32 bits.
    pub format: u8,
    /// The data as the server sends it.
    pub data: Vec<u8>,
}

impl PropertyValue {
    /// Reads the server's answer; `None` if the window does not have the property.
    pub fn read(answer: &[u8]) -> Option<Self> {
        let reply = GetPropertyReply::try_parse(answer).ok()?.0;
        let (kind, format, data) = (reply.type_, reply.format, reply.value);
        (kind != 0).then_some(Self { kind, format, data })
    }

    /// Its units, if they are numbers of 32 bits.
    pub fn numbers(&self) -> impl Iterator<Item = u32> {
        let data = if self.format == 32 { self.data.as_slice() } else { &[] };
        data.as_chunks().0.iter().map(|unit| u32::from_ne_bytes(*unit))
    }

    /// Its bytes, if it is text.
    pub fn bytes(&self) -> &[u8] {
        if self.format == 8 { &self.data } else { &[] }
    }

    /// Decodes a property's text; `None` if it is empty or not text.
    pub fn text(&self, atoms: &Atoms) -> Option<String> {
        // Some programs end it with a zero, and some put several texts into it.
        let bytes = self.bytes().split(|byte| *byte == 0).next().unwrap_or_default();
        let text = if self.kind == atoms.UTF8_STRING {
            String::from_utf8_lossy(bytes).into_owned()
        } else if self.kind == u32::from(AtomEnum::STRING) {
            latin1(bytes)
        } else {
            compound_text::decode_all(bytes)
        };
        (!text.is_empty()).then_some(text)
    }

    /// The texts of a property that holds several, each ended by a zero.
    pub fn words(&self) -> Vec<String> {
        let words = self.bytes().split(|byte| *byte == 0);
        // Class names should be Latin-1, but programs write the encoding of their locale.
        words
            .map(|word| str::from_utf8(word).map_or_else(|_| latin1(word), str::to_owned))
            .collect()
    }
}

/// `STRING` should be Latin-1, but many programs write UTF-8.
fn latin1(bytes: &[u8]) -> String {
    match str::from_utf8(bytes) {
        Ok(text) => text.to_owned(),
        Err(_) => bytes.iter().map(|byte| char::from(*byte)).collect(),
    }
}

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
