//! The atoms that the window manager uses: names, and the server's numbers for them.

/// The name in whose place the one of `--application-id-x11-property` is asked for.
pub const APPLICATION_NUMBER: &str = "_CARAFE_APPLICATION_NUMBER";

macro_rules! atoms {
    ($($name:ident)*) => {
        /// The numbers; 0 until the server has told them.
        #[derive(Clone, Copy, Debug, Default)]
        #[expect(non_snake_case, reason = "named as in the conventions they come from")]
        #[expect(clippy::pub_underscore_fields, reason = "so do their conventions")]
        #[expect(missing_docs, reason = "the conventions say what each is")]
        pub struct Atoms {
            $(pub $name: u32,)*
        }

        /// The names, in the order of [`Atoms::place`].
        pub const NAMES: &[&str] = &[$(stringify!($name),)*];

        impl Atoms {
            /// Where the number of the `n`th name goes.
            pub fn place(&mut self, n: usize) -> Option<&mut u32> {
                [$(&mut self.$name,)*].into_iter().nth(n)
            }

            /// Numbers from 1 in the order of [`NAMES`], for tests.
            #[cfg(test)]
            pub fn for_tests() -> Self {
                let mut atoms = Self::default();
                for n in 0..NAMES.len() {
                    if let Some(place) = atoms.place(n) {
                        *place = 1000 + u32::try_from(n).unwrap_or_default();
                    }
                }
                atoms
            }
        }
    };
}

atoms! {
    // ICCCM
    UTF8_STRING
    COMPOUND_TEXT
    WM_CHANGE_STATE
    WM_CLIENT_LEADER
    WM_DELETE_WINDOW
    WM_PROTOCOLS
    WM_S0
    WM_STATE
    WM_TAKE_FOCUS
    MANAGER
    // ICCCM, selections
    ATOM_PAIR
    CLIPBOARD
    CLIPBOARD_MANAGER
    INCR
    MULTIPLE
    NULL
    SAVE_TARGETS
    TARGETS
    TEXT
    TIMESTAMP
    // XDND
    XdndActionAsk
    XdndActionCopy
    XdndActionDescription
    XdndActionLink
    XdndActionList
    XdndActionMove
    XdndActionPrivate
    XdndAware
    XdndDrop
    XdndEnter
    XdndFinished
    XdndLeave
    XdndPosition
    XdndProxy
    XdndSelection
    XdndStatus
    XdndTypeList
    // EWMH, of the root window
    _NET_ACTIVE_WINDOW
    _NET_CLIENT_LIST
    _NET_CLIENT_LIST_STACKING
    _NET_CLOSE_WINDOW
    _NET_CURRENT_DESKTOP
    _NET_DESKTOP_GEOMETRY
    _NET_DESKTOP_VIEWPORT
    _NET_MOVERESIZE_WINDOW
    _NET_NUMBER_OF_DESKTOPS
    _NET_REQUEST_FRAME_EXTENTS
    _NET_RESTACK_WINDOW
    _NET_SHOWING_DESKTOP
    _NET_SUPPORTED
    _NET_SUPPORTING_WM_CHECK
    _NET_WORKAREA
    // EWMH, of windows
    _NET_FRAME_EXTENTS
    _NET_STARTUP_ID
    _NET_WM_ALLOWED_ACTIONS
    _NET_WM_CM_S0
    _NET_WM_DESKTOP
    _NET_WM_ICON
    _NET_WM_MOVERESIZE
    _NET_WM_NAME
    _CARAFE_RESOURCES
    _CARAFE_TIME
    _CARAFE_STATES
    _NET_WM_PID
    _NET_WM_USER_TIME
    _NET_WM_PING
    _NET_WM_SYNC_REQUEST
    _NET_WM_SYNC_REQUEST_COUNTER
    _NET_WM_WINDOW_OPACITY
    _NET_WM_ACTION_CLOSE
    _NET_WM_ACTION_FULLSCREEN
    _NET_WM_ACTION_MAXIMIZE_HORZ
    _NET_WM_ACTION_MAXIMIZE_VERT
    _NET_WM_ACTION_MINIMIZE
    _NET_WM_ACTION_MOVE
    _NET_WM_ACTION_RESIZE
    _NET_WM_STATE
    _NET_WM_STATE_ABOVE
    _NET_WM_STATE_BELOW
    _NET_WM_STATE_DEMANDS_ATTENTION
    _NET_WM_STATE_FOCUSED
    _NET_WM_STATE_FULLSCREEN
    _NET_WM_STATE_HIDDEN
    _NET_WM_STATE_MAXIMIZED_HORZ
    _NET_WM_STATE_MAXIMIZED_VERT
    _NET_WM_STATE_MODAL
    _NET_WM_STATE_SKIP_PAGER
    _NET_WM_STATE_SKIP_TASKBAR
    _NET_WM_STATE_STICKY
    _NET_WM_WINDOW_TYPE
    _NET_WM_WINDOW_TYPE_COMBO
    _NET_WM_WINDOW_TYPE_DESKTOP
    _NET_WM_WINDOW_TYPE_DIALOG
    _NET_WM_WINDOW_TYPE_DND
    _NET_WM_WINDOW_TYPE_DOCK
    _NET_WM_WINDOW_TYPE_DROPDOWN_MENU
    _NET_WM_WINDOW_TYPE_MENU
    _NET_WM_WINDOW_TYPE_NORMAL
    _NET_WM_WINDOW_TYPE_NOTIFICATION
    _NET_WM_WINDOW_TYPE_POPUP_MENU
    _NET_WM_WINDOW_TYPE_SPLASH
    _NET_WM_WINDOW_TYPE_TOOLBAR
    _NET_WM_WINDOW_TYPE_TOOLTIP
    _NET_WM_WINDOW_TYPE_UTILITY
    // Others
    // Stands for the property that --application-id-x11-property names.
    _CARAFE_APPLICATION_NUMBER
    _CARAFE_DATA
    SOMMELIER_QUIRK_APPLIED
    STEAM_GAME
    _GTK_FRAME_EXTENTS
    _GTK_SHOW_WINDOW_MENU
    _GTK_THEME_VARIANT
    _MOTIF_WM_HINTS
    _XSETTINGS_S0
    _XSETTINGS_SETTINGS
    _XWAYLAND_ALLOW_COMMITS
    _XWAYLAND_RANDR_EMU_MONITOR_RECTS
    WL_SURFACE_ID
    WL_SURFACE_SERIAL
}
