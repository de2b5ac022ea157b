//! The properties of windows that the window manager reads, as specified by ICCCM 4.1, EWMH, Motif
//! and GTK. A malformed property counts as missing.

mod hints;

#[cfg(test)]
mod tests;

pub use hints::{Functions, Gravity, SizeHints, WmHints};

use crate::x11::atoms::Atoms;
use crate::x11::property::{Property, PropertyValue};
use crate::x11::quirks::Subject;

/// The messages that a window wants (`WM_PROTOCOLS`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "each is a protocol of its own")]
pub struct Protocols {
    /// `WM_DELETE_WINDOW`.
    pub delete: bool,
    /// `WM_TAKE_FOCUS`.
    pub take_focus: bool,
    /// `_NET_WM_PING`.
    pub ping: bool,
    /// `_NET_WM_SYNC_REQUEST`.
    pub sync: bool,
}

/// The type of a window (`_NET_WM_WINDOW_TYPE`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WindowType {
    Combo,
    Desktop,
    Dialog,
    Dnd,
    Dock,
    DropdownMenu,
    Menu,
    Normal,
    Notification,
    PopupMenu,
    Splash,
    Toolbar,
    Tooltip,
    Utility,
}

impl WindowType {
    /// Whether a window of this type is open only for as long as the user does one thing on another
    /// window.
    pub fn is_transient(self) -> bool {
        matches!(
            self,
            Self::Combo
                | Self::Dnd
                | Self::DropdownMenu
                | Self::Menu
                | Self::PopupMenu
                | Self::Tooltip
        )
    }

    fn of(atom: u32, atoms: &Atoms) -> Option<Self> {
        let all = [
            (atoms._NET_WM_WINDOW_TYPE_COMBO, Self::Combo),
            (atoms._NET_WM_WINDOW_TYPE_DESKTOP, Self::Desktop),
            (atoms._NET_WM_WINDOW_TYPE_DIALOG, Self::Dialog),
            (atoms._NET_WM_WINDOW_TYPE_DND, Self::Dnd),
            (atoms._NET_WM_WINDOW_TYPE_DOCK, Self::Dock),
            (atoms._NET_WM_WINDOW_TYPE_DROPDOWN_MENU, Self::DropdownMenu),
            (atoms._NET_WM_WINDOW_TYPE_MENU, Self::Menu),
            (atoms._NET_WM_WINDOW_TYPE_NORMAL, Self::Normal),
            (atoms._NET_WM_WINDOW_TYPE_NOTIFICATION, Self::Notification),
            (atoms._NET_WM_WINDOW_TYPE_POPUP_MENU, Self::PopupMenu),
            (atoms._NET_WM_WINDOW_TYPE_SPLASH, Self::Splash),
            (atoms._NET_WM_WINDOW_TYPE_TOOLBAR, Self::Toolbar),
            (atoms._NET_WM_WINDOW_TYPE_TOOLTIP, Self::Tooltip),
            (atoms._NET_WM_WINDOW_TYPE_UTILITY, Self::Utility),
        ];
        all.into_iter().find(|(known, _)| *known == atom).map(|(_, kind)| kind)
    }
}

/// A window's properties.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Properties {
    /// `_NET_WM_NAME`.
    net_name: Option<String>,
    /// `WM_NAME`.
    name: Option<String>,
    /// The second word of `WM_CLASS`.
    pub class: String,
    /// The first word of `WM_CLASS`.
    pub instance: String,
    /// The window's parent (`WM_TRANSIENT_FOR`).
    pub transient_for: Option<u32>,
    /// The sizes that it may have.
    pub size: SizeHints,
    /// How it gets the keyboard, and more (`WM_HINTS`).
    pub hints: WmHints,
    /// The messages that it wants.
    pub protocols: Protocols,
    /// The window that stands for the whole application (`WM_CLIENT_LEADER`).
    pub leader: Option<u32>,
    /// Whether it draws its own frame, or wants none (`_MOTIF_WM_HINTS`).
    pub undecorated: bool,
    /// What the user may do with it.
    pub functions: Functions,
    /// Whether its client has set the functions itself.
    pub names_functions: bool,
    /// `_NET_WM_STATE` as its client set it.
    pub states: Vec<u32>,
    /// Its types, the most specific first.
    pub kinds: Vec<WindowType>,
    /// Its process (`_NET_WM_PID`), if the client runs on this machine.
    pub pid: Option<u32>,
    /// The name of its process.
    pub program: Option<String>,
    /// `_NET_STARTUP_ID`, which may hold an activation token.
    startup_id: Option<String>,
    /// The same of its client leader.
    leader_startup_id: Option<String>,
    /// The number of its program, in the property that the user has chosen for that.
    pub number: Option<u32>,
    /// Its opacity; all bits set means opaque.
    pub opacity: Option<u32>,
    /// `_NET_WM_ICON`, unchanged.
    pub icon: Vec<u32>,
    /// The counter with which its client reports that it has drawn.
    pub sync_counter: Option<u32>,
    /// The widths of its shadow on the left, right, top and bottom.
    pub frame_extents: Option<[u32; 4]>,
    /// Whether it wants a dark frame (`_GTK_THEME_VARIANT`).
    pub dark: bool,
    /// `STEAM_GAME`.
    game: Option<u32>,
    /// The time of the user's last input before it was shown; 0 if it does not want the keyboard
    /// when it is shown.
    pub user_time: Option<u32>,
    /// The size of the screen that Xwayland emulates for its client.
    pub emulated_screen: Option<(u32, u32)>,
}

impl Properties {
    /// Its title.
    pub fn title(&self) -> Option<&str> {
        self.net_name.as_deref().or(self.name.as_deref())
    }

    /// The id with which its program was started, which may be an activation token.
    pub fn startup_id(&self) -> Option<&str> {
        self.startup_id.as_deref().or(self.leader_startup_id.as_deref())
    }

    /// Steam's number of its game, from `STEAM_GAME` or from its class.
    pub fn steam_game(&self) -> Option<u32> {
        let by_class = || self.class.strip_prefix("steam_app_")?.parse().ok();
        self.game.filter(|game| *game != 0).or_else(by_class)
    }

    /// The window as the rules of `--quirks-config` see it.
    pub fn subject(&self) -> Subject<'_> {
        Subject { game: self.steam_game(), class: &self.class }
    }

    /// Whether its type is one of those that are open only until the user has chosen.
    pub fn is_menu(&self) -> bool {
        let menus =
            [WindowType::Combo, WindowType::DropdownMenu, WindowType::Menu, WindowType::PopupMenu];
        self.kinds.first().is_some_and(|kind| menus.contains(kind))
    }

    /// Whether this is its most specific type.
    pub fn is(&self, kind: WindowType) -> bool {
        self.kinds.first() == Some(&kind)
    }

    /// Sets a property; `None` if it does not exist. Returns whether that changes anything.
    pub fn set(
        &mut self,
        property: Property,
        value: Option<&PropertyValue>,
        atoms: &Atoms,
    ) -> bool {
        let before = self.clone();
        let number = || value.and_then(|value| value.numbers().next());
        match property {
            Property::WmName => self.name = value.and_then(|v| v.text(atoms)),
            Property::NetWmName => self.net_name = value.and_then(|v| v.text(atoms)),
            Property::WmClass => {
                let mut words = value.map(PropertyValue::words).unwrap_or_default().into_iter();
                self.instance = words.next().unwrap_or_default();
                self.class = words.next().unwrap_or_default();
            }
            Property::WmTransientFor => self.transient_for = number().filter(|id| *id != 0),
            Property::WmNormalHints => {
                self.size = value.map(SizeHints::read).unwrap_or_default();
            }
            Property::WmHints => self.hints = value.map(WmHints::read).unwrap_or_default(),
            Property::WmProtocols => {
                let has = |atom| value.is_some_and(|v| v.numbers().any(|number| number == atom));
                self.protocols = Protocols {
                    delete: has(atoms.WM_DELETE_WINDOW),
                    take_focus: has(atoms.WM_TAKE_FOCUS),
                    ping: has(atoms._NET_WM_PING),
                    sync: has(atoms._NET_WM_SYNC_REQUEST),
                };
            }
            Property::WmClientLeader => self.leader = number().filter(|id| *id != 0),
            Property::MotifHints => {
                self.undecorated = value.is_some_and(hints::is_undecorated);
                let functions = value.and_then(Functions::read);
                self.names_functions = functions.is_some();
                self.functions = functions.unwrap_or_default();
            }
            Property::NetWmState => {
                self.states = value.map(|v| v.numbers().collect()).unwrap_or_default();
            }
            Property::NetWmWindowType => {
                let kinds = value.into_iter().flat_map(PropertyValue::numbers);
                self.kinds = kinds.filter_map(|atom| WindowType::of(atom, atoms)).collect();
            }
            Property::NetWmPid => self.pid = number(),
            Property::NetStartupId => {
                self.startup_id = value.and_then(|value| value.text(atoms));
            }
            Property::LeaderStartupId => {
                self.leader_startup_id = value.and_then(|value| value.text(atoms));
            }
            Property::ApplicationNumber => self.number = number(),
            Property::NetWmWindowOpacity => self.opacity = number(),
            Property::NetWmIcon => {
                self.icon = value.map(|v| v.numbers().collect()).unwrap_or_default();
            }
            Property::NetWmSyncRequestCounter => self.sync_counter = number(),
            Property::GtkThemeVariant => {
                let variant = value.and_then(|value| value.text(atoms));
                self.dark = variant.as_deref() == Some("dark");
            }
            Property::SteamGame => self.game = number(),
            Property::NetWmUserTime => self.user_time = number(),
            Property::XwaylandRandrEmuMonitorRects => {
                let mut numbers = value.into_iter().flat_map(PropertyValue::numbers).skip(2);
                let size = numbers.next().zip(numbers.next());
                self.emulated_screen = size.filter(|(width, height)| *width > 0 && *height > 0);
            }
            Property::GtkFrameExtents => {
                let extents: Vec<u32> =
                    value.into_iter().flat_map(PropertyValue::numbers).collect();
                self.frame_extents = extents.try_into().ok();
            }
        }
        *self != before
    }
}
