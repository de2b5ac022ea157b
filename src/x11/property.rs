//! The properties of windows that carafe reads.

use x11rb_protocol::protocol::xproto::AtomEnum;

use super::atoms::Atoms;

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
